/**
 * One call of the terminal program: starts or resumes batches, shows them, hears Ctrl-C, and gives the exit
 * code. The outside world comes in as a `Console`, so that a test can be one.
 */
import { basename, dirname } from 'node:path';
import type { BatchHandle, Engine } from '../engine/api';
import { forecast, forecastWords } from '../engine/pace/forecast';
import { missingJobs } from '../engine/state/reducer';
import type { BatchState } from '../engine/state/reducer';
import type { NewJob } from '../model/events';
import { toFailure } from '../model/failure';
import type { Clock } from '../model/ports';
import { defaultSettings } from '../model/settings';
import type { Settings } from '../model/settings';
import { plural, rowWords } from '../model/words';
import { JsonLines } from './jsonLines';
import { closing, endLine, frame, plainText, quoted, sentence } from './screen';

/** 0 all done, 1 some failed, 2 usage, 3 some parked, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export interface Console {
  /** stdout, or stderr while `--json` has stdout for itself. */
  readonly words: (line: string) => void;
  /** stderr: why nothing was begun, and what was wrong in the settings. */
  readonly problem: (line: string) => void;
  /** Redraws the moving part under the words; empty text clears it. Absent when nothing can move. */
  readonly redraw?: (text: string) => void;
  readonly columns: () => number;
  readonly json?: (line: string) => void;
  /** Asks on the terminal; false, or absent, where nobody can answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Calls back at the first Ctrl-C or termination; returns how to stop listening. */
  onInterrupt(callback: () => void): () => void;
}

export interface BatchRequest {
  readonly name: string;
  readonly outputFolder: string;
  readonly list?: string;
  readonly jobs: readonly NewJob[];
  readonly settings: Settings;
  readonly redo: boolean;
}

/** How often a batch that waits is looked at: whether it is still ours. */
const lookMs = 1_000;
const wholeBatch = new Set<string | undefined>(['owner', 'foreign', 'link', 'journal']);

export class Session {
  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly console: Console,
  ) {}

  async run(request: BatchRequest): Promise<ExitCode> {
    return this.follow(() => this.engine.start(request));
  }

  /**
   * `retry`: failed videos again as well. Parked ones are freed by both. `jobsOf` reads a list file anew, for a
   * batch that was cut off while its links were added.
   */
  async resume(
    folder: string,
    settings: Partial<Settings>,
    retryFailed: boolean,
    jobsOf: (list: string) => Promise<readonly NewJob[]>,
  ): Promise<ExitCode> {
    return this.follow(async () => {
      const found = { foreign: false };
      // What is given now holds from the first request on: a proxy, for one.
      const handle = await this.engine.open(folder, 'resume', settings, ({ name }) => {
        found.foreign = true;
        return this.agreesToForeign(name);
      });
      if (!found.foreign) await this.addMissing(handle, jobsOf);
      if (Object.keys(settings).length > 0) await handle.changeSettings(settings);
      const parked = handle.state.jobs.filter((job) => job.status === 'parked').map((job) => job.index);
      if (parked.length > 0) await handle.rows(parked, 'release');
      if (retryFailed) {
        const { retried, of } = await handle.retryFailed();
        this.console.words(
          of === 0
            ? 'Nothing has failed.'
            : `Retrying ${retried} of ${of} failed${retried < of ? '; the others would fail again. To try them all the same, run failed.urls' : ''}.`,
        );
      }
      return handle;
    });
  }

  /** What the batch's end had cut off is read from its list again; where that is gone, it is said. */
  private async addMissing(
    { state, folder }: BatchHandle,
    jobsOf: (list: string) => Promise<readonly NewJob[]>,
  ): Promise<void> {
    const missing = missingJobs(state);
    if (missing === 0) return;
    const cutOff = `${plural(missing, 'link')} of the list did not come into the batch before it was cut off`;
    if (state.list !== undefined) {
      try {
        const jobs = await jobsOf(state.list);
        const place = { name: basename(folder), outputFolder: dirname(folder), list: state.list };
        await this.engine.start({ ...place, jobs, settings: this.engine.settings });
        this.console.words(`${cutOff}; they are added now.`);
        return;
      } catch (error) {
        this.console.words(plainText(toFailure(error).message));
      }
    }
    this.console.words(`${cutOff}. Run the list again to add them.`);
  }

  private async agreesToForeign(name: string): Promise<boolean> {
    const question = `${plainText(name)} was not started on this computer by you. Its links will be asked for from here. Resume it?`;
    return (await this.console.confirm?.(question)) ?? false;
  }

  private async follow(begin: () => Promise<BatchHandle>): Promise<ExitCode> {
    const started = this.clock.monotonic();
    let begun: BatchHandle | undefined;
    const interrupt = new AbortController();
    // Heard from the first moment on: a long list takes a while until its batch stands on disk.
    const forget = this.console.onInterrupt(() => {
      interrupt.abort();
      // It rejects where the disk no longer takes even that; what is on disk stays.
      begun?.stop().catch(() => undefined);
    });
    let handle: BatchHandle;
    try {
      handle = begun = await begin();
    } catch (error) {
      forget();
      const failure = toFailure(error);
      // What is in the way of the whole batch says it all; "could not write" would be wrong before it.
      const words = rowWords(failure);
      const cause = wholeBatch.has(failure.needs) ? '' : `${words.cause}: `;
      this.console.problem(`${cause}${plainText(failure.message)}`);
      if (failure.code === 'disk' && cause !== '') this.console.problem(words.sentence);
      return failure.code === 'disk' || failure.code === 'invalid-url' ? 2 : 1;
    }
    const json = this.console.json ? new JsonLines(this.console.json, () => this.clock.now()) : undefined;
    json?.batch(handle.state, handle.folder);
    this.foretell(handle.state);
    if (interrupt.signal.aborted) handle.stop().catch(() => undefined);
    const unlisten = this.listen(handle, json);
    const stopDrawing = this.draw(handle);
    try {
      await this.untilOver(handle, interrupt.signal);
    } finally {
      stopDrawing();
      unlisten();
      forget();
    }
    const wallSeconds = (this.clock.monotonic() - started) / 1000;
    for (const line of closing(handle.state, handle.folder, wallSeconds)) this.console.words(line);
    if (handle.owner !== undefined)
      this.console.words(`Ended here: this batch runs ${plainText(handle.owner)} now.`);
    if (interrupt.signal.aborted)
      this.console.words(
        `Stopped; everything is kept. Go on with: bulk-transcribe resume ${quoted(handle.folder)}`,
      );
    json?.summary(handle.state, handle.folder, wallSeconds);
    if (interrupt.signal.aborted) return 130;
    return handle.owner === undefined ? exitCode(handle) : 1;
  }

  /** What will happen, where that takes long enough to be worth a word. */
  private foretell({ jobs, settings }: BatchState): void {
    const waiting = jobs.filter(({ status }) => status === 'pending' || status === 'running');
    const expected = forecast(waiting, { ...defaultSettings, ...this.engine.settings, ...settings });
    const words = forecastWords(expected, 'terminal', this.clock.now());
    if (words !== undefined) this.console.words(words);
  }

  private listen(handle: BatchHandle, json: JsonLines | undefined): () => void {
    let said = '';
    return handle.onEvents((events) => {
      const now = this.clock.now();
      json?.events(events, handle.state, handle.folder);
      for (const event of events) {
        const line = endLine(handle.state, event, { now });
        if (line !== undefined) this.console.words(line);
        const isNews = event.type === 'pace' || event.type === 'control';
        if (!isNews || this.console.redraw) continue;
        const words = sentence(handle.state, now);
        const kind = words.replace(/\d+/g, '');
        if (words !== '' && kind !== said && handle.state.pace?.by.kind !== 'workers')
          this.console.words(words);
        said = kind;
      }
    });
  }

  private draw(handle: BatchHandle): () => void {
    const { redraw } = this.console;
    if (!redraw) return () => undefined;
    let cancel: () => void;
    const tick = (): void => {
      redraw(frame(handle.state, this.clock.now(), this.console.columns()));
      cancel = this.clock.after(250, tick);
    };
    cancel = this.clock.after(100, tick);
    return () => {
      cancel();
      redraw('');
    };
  }

  private async untilOver(handle: BatchHandle, interrupt: AbortSignal): Promise<void> {
    const refused = new AbortController();
    const unlisten = this.onRefusedStop(handle, interrupt, () => refused.abort());
    const ended = new Promise<undefined>((resolve) => {
      refused.signal.addEventListener('abort', () => resolve(undefined));
    });
    try {
      for (;;) {
        const why = await Promise.race([handle.settled(), ended]);
        if (interrupt.aborted || handle.state.phase === 'stopped' || handle.state.phase === 'finished')
          return;
        if (handle.owner !== undefined) return;
        if (handle.state.phase === 'paused') {
          // The engine paused it for a reason that can be mended (disk full): say so and wait for the mending.
          // Where nothing moves, the event has been told in words already.
          if (this.console.redraw) this.console.words(sentence(handle.state, this.clock.now()));
          await this.nextPhase(handle, refused.signal);
          continue;
        }
        if (why) return;
        if (!this.waitsForBlock(handle)) return;
        this.console.words(
          'Only videos that a service refuses for now are left; they are tried again by and by. Ctrl-C keeps everything.',
        );
        await this.nextPhase(handle, refused.signal);
      }
    } finally {
      unlisten();
    }
  }

  /** Calls back when the batch shall stop but the disk, being full or away, does not take even that. */
  private onRefusedStop(handle: BatchHandle, interrupt: AbortSignal, callback: () => void): () => void {
    const look = (): void => {
      if (interrupt.aborted && handle.state.why?.code === 'disk') callback();
    };
    interrupt.addEventListener('abort', look);
    const stop = handle.onEvents(look);
    look();
    return () => {
      interrupt.removeEventListener('abort', look);
      stop();
    };
  }

  /** With `onBlocked: wait` a block, or throttling without end, is sat out, however long; with `park` the program ends. */
  private waitsForBlock(handle: BatchHandle): boolean {
    return (
      (handle.state.settings.onBlocked ?? 'wait') === 'wait' &&
      handle.state.jobs.some(
        ({ status, failure, parkedUntil }) =>
          status === 'parked' &&
          (failure?.code === 'blocked' || failure?.code === 'rate-limited') &&
          parkedUntil !== undefined,
      )
    );
  }

  private nextPhase(handle: BatchHandle, refused: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let cancel: () => void = () => undefined;
      const over = (): void => {
        stop();
        cancel();
        refused.removeEventListener('abort', over);
        resolve();
      };
      const stop = handle.onEvents((events) => {
        if (events.some((event) => event.type === 'control' || event.type === 'job-started')) over();
      });
      refused.addEventListener('abort', over);
      // A batch that another process has taken over tells nothing more.
      const look = (): void => {
        if (handle.owner === undefined && !refused.aborted) cancel = this.clock.after(lookMs, look);
        else over();
      };
      look();
    });
  }
}

function exitCode({ state }: BatchHandle): ExitCode {
  if (state.counts.parked > 0) return 3;
  const { failed, pending } = state.counts;
  return failed > 0 || pending > 0 || state.why || missingJobs(state) > 0 ? 1 : 0;
}

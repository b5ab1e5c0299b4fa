/**
 * One call of the terminal program: starts or resumes batches, shows them, hears Ctrl-C, and gives the exit
 * code. The outside world comes in as a `Console`, so that a test can be one.
 */
import { basename, dirname } from 'node:path';
import type { BatchHandle, Engine } from '../engine/api';
import { allowAll } from '../engine/batch/confirmed';
import { forecast, forecastWords } from '../engine/pace/forecast';
import { isSetAside } from '../engine/state/deaths';
import { missingJobs } from '../engine/state/reducer';
import type { ReadonlyState } from '../engine/state/reducer';
import type { BatchNote, NewJob } from '../model/events';
import { diskWords } from '../model/diskWords';
import { toFailure } from '../model/failure';
import type { Clock } from '../model/ports';
import { defaultSettings } from '../model/settings';
import type { Settings } from '../model/settings';
import { plural, rowWords } from '../model/words';
import type { Console } from './console';
import { JsonLines } from './jsonLines';
import { closing, endLine, frame, plainText, quoted, sentence } from './screen';
import { startProblem, type ExitCode } from './exitCodes';
import { HelperNews, type HelperLines } from './helperNews';
import { BatchWatch } from './watch';

export interface BatchRequest {
  readonly name: string;
  readonly outputFolder: string;
  readonly folderName?: string;
  readonly list?: string;
  readonly jobs: readonly NewJob[];
  readonly notes?: readonly BatchNote[];
  readonly settings: Settings;
  readonly redo: boolean;
}

/** What the user has said with a resume. */
export interface ResumeWords {
  readonly retryFailed: boolean;
  readonly trust: boolean;
  readonly allowPrivate: boolean;
}

const defaultWaitDiskMs = 10 * 60_000;
const wholeBatch = new Set<string | undefined>(['owner', 'foreign', 'link', 'journal']);

export class Session {
  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly console: Console,
    private readonly json: JsonLines | undefined = console.json &&
      new JsonLines(console.json, () => clock.now()),
    /** How long a full disk is waited for where nobody watches, ms. */
    private readonly waitDiskMs = defaultWaitDiskMs,
    /** Minutes that an hour of sound takes on this computer; undefined: it is not transcribed here. */
    private readonly hourMinutes: (settings: Settings) => Promise<number | undefined> = () =>
      Promise.resolve(undefined),
  ) {}

  /** `ended`: told of the batch once it has begun and come to its end. */
  async run(request: BatchRequest, ended?: (batch: BatchHandle) => void): Promise<ExitCode> {
    let begun: BatchHandle | undefined;
    const code = await this.follow(async () => (begun = await this.engine.start(request)));
    if (begun !== undefined) ended?.(begun);
    return code;
  }

  /**
   * `retry`: failed videos again as well. Parked ones are freed by both. `jobsOf` reads a list file anew, for a
   * batch that was cut off while its links were added. `trust`: the user has said that a batch from elsewhere may
   * go on. `allowPrivate`: and that the places which its list names may be read.
   */
  async resume(
    folder: string,
    settings: Partial<Settings>,
    { retryFailed, trust, allowPrivate }: ResumeWords,
    jobsOf: (list: string) => Promise<readonly NewJob[]>,
    ended?: (batch: BatchHandle) => void,
  ): Promise<ExitCode> {
    let begun: BatchHandle | undefined;
    const code = await this.follow(async () => {
      const found = { foreign: false };
      // What is given now holds from the first request on: a proxy, for one.
      const handle = await this.engine.open(folder, 'resume', settings, ({ name }) => {
        found.foreign = true;
        return trust ? Promise.resolve(true) : this.agreesToForeign(name);
      });
      if (!found.foreign) await this.addMissing(handle, jobsOf);
      if (Object.keys(settings).length > 0) await handle.changeSettings(settings);
      if (allowPrivate) await allowAll(handle);
      const parked = handle.state.jobs.filter((job) => job.status === 'parked').map((job) => job.index);
      if (parked.length > 0) await handle.rows(parked, 'release');
      if (retryFailed) {
        // Naming the batch is the user's own word for what had ended the program as well.
        const aside = handle.state.jobs.filter((job) => job.status === 'failed' && isSetAside(job));
        if (aside.length > 0)
          await handle.rows(
            aside.map((job) => job.index),
            'retry',
          );
        const others = await handle.retryFailed();
        const [retried, of] = [others.retried + aside.length, others.of + aside.length];
        this.console.words(
          of === 0
            ? 'Nothing has failed.'
            : `Retrying ${retried} of ${of} failed${retried < of ? '; the others would fail again. To try them all the same, run failed.urls' : ''}.`,
        );
      }
      return (begun = handle);
    });
    if (begun !== undefined) ended?.(begun);
    return code;
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
    // Listened to from the start: a long list takes a while until its batch is on disk.
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
      const { exit, code } = startProblem(failure);
      const advice = code === 'foreign' ? ' Where nobody can answer, --trust says so.' : '';
      const message = `${cause}${plainText(failure.message)}${advice}`;
      this.console.problem(message);
      const next = failure.code === 'disk' && cause !== '' ? words.sentence : '';
      this.json?.error(code, next === '' ? message : `${message}. ${next}`);
      if (next !== '') this.console.problem(next);
      return exit;
    }
    const { json } = this;
    json?.begin(handle.state, handle.folder);
    const unlisten = this.listen(handle, json);
    await this.foretell(handle.state);
    if (interrupt.signal.aborted) handle.stop().catch(() => undefined);
    const stopDrawing = this.draw(handle);
    let disk: boolean;
    try {
      disk = (await this.watch(handle).untilOver(interrupt.signal)) === 'disk';
    } finally {
      stopDrawing();
      unlisten();
      forget();
    }
    const wallSeconds = (this.clock.monotonic() - started) / 1000;
    for (const line of closing(handle.state, handle.folder, wallSeconds)) this.console.words(line);
    if (handle.owner !== undefined)
      this.console.words(`Ended here: this batch runs ${plainText(handle.owner)} now.`);
    if (disk)
      this.console.problem(
        `Stopped: ${sentence(handle.state, this.clock.now()).replace(/^Paused: /, '')} ${mendOf(handle.state)}, then: bulk-transcribe resume ${quoted(handle.folder)}`,
      );
    if (interrupt.signal.aborted)
      this.console.words(
        `Stopped; everything is kept. Go on with: bulk-transcribe resume ${quoted(handle.folder)}`,
      );
    json?.summary(handle.state, handle.folder, wallSeconds);
    if (interrupt.signal.aborted) return 130;
    if (disk) return 6;
    return handle.owner === undefined ? exitCode(handle) : 1;
  }

  /** What will happen, where that takes long enough to be worth a word. */
  private async foretell({ jobs, settings: own }: ReadonlyState): Promise<void> {
    if (this.console.quiet) return;
    const settings = { ...defaultSettings, ...this.engine.settings, ...own };
    const waiting = jobs.filter(({ status }) => status === 'pending' || status === 'running');
    const hasSound = waiting.some(({ link }) => link.kind === 'media');
    const expected = forecast(waiting, settings, hasSound ? await this.hourMinutes(settings) : undefined);
    const words = forecastWords(expected, 'terminal', this.clock.now());
    if (words !== undefined) this.console.words(words);
  }

  private listen(handle: BatchHandle, json: JsonLines | undefined): () => void {
    let said = '';
    let told = 0;
    const helpers = new HelperNews();
    const tellNews = (): void => {
      const news = (handle.news ?? []).slice(told);
      told += news.length;
      for (const text of news) this.console.problem(plainText(text));
    };
    tellNews();
    this.tellHelpers(helpers.of(handle.state.helpers, handle.state.helpersTrouble));
    return handle.onEvents((events) => {
      const now = this.clock.now();
      tellNews();
      json?.events(events, handle.state, handle.folder);
      for (const event of events) {
        const line = endLine(handle.state, event, { now });
        if (line !== undefined && !this.console.quiet) this.console.words(line);
        if (event.type === 'helpers') this.tellHelpers(helpers.of(event.helpers, event.trouble));
        const isNews = event.type === 'pace' || event.type === 'control';
        if (!isNews || this.console.redraw) continue;
        const words = sentence(handle.state, now);
        const by = handle.state.pace?.by;
        // A lost connection is told once, and not at each try.
        const kind =
          by?.kind === 'unreached' ? `${by.kind} ${by.quota} ${by.signIn}` : words.replace(/\d+/g, '');
        const worth = handle.state.phase === 'paused' || by?.kind !== 'workers';
        if (words !== '' && kind !== said && worth) this.problemOrWords(handle, words);
        said = kind;
      }
    });
  }

  private tellHelpers({ words, problems }: HelperLines): void {
    for (const line of problems) this.console.problem(plainText(line));
    if (!this.console.quiet) for (const line of words) this.console.words(plainText(line));
  }

  private watch(handle: BatchHandle): BatchWatch {
    const { clock, console, json, waitDiskMs } = this;
    return new BatchWatch(handle, { clock, console, json, waitDiskMs });
  }

  /** Why it is paused is a problem, which a quiet run says as well; what sets the pace is not. */
  private problemOrWords({ state }: BatchHandle, line: string): void {
    if (state.phase === 'paused' && state.why) this.console.problem(line);
    else if (!this.console.quiet) this.console.words(line);
  }

  private draw(handle: BatchHandle): () => void {
    const { redraw, quiet } = this.console;
    if (!redraw || quiet) return () => undefined;
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
}

function mendOf({ why }: ReadonlyState): string {
  return why?.subject === undefined ? 'Make room' : diskWords(why.subject).mend;
}

function exitCode({ state }: BatchHandle): ExitCode {
  if (state.counts.parked > 0) return 3;
  const { failed, pending } = state.counts;
  return failed > 0 || pending > 0 || state.why || missingJobs(state) > 0 ? 1 : 0;
}

/** An engine on a fake clock, files in memory and a source that does what the test says. */
import { createEngine } from '../../src/engine/engine';
import type { QuotaName } from '../../src/model/quotaNames';
import type { BatchHandle, Engine, EngineParts } from '../../src/engine/api';
import type { NewJob } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import type { Failure } from '../../src/model/failure';
import type { Link } from '../../src/model/link';
import type { TranscriptWriter } from '../../src/model/output';
import type { ProcessIdentity, Processes } from '../../src/model/ports';
import { defaultSettings } from '../../src/model/settings';
import type { Settings } from '../../src/model/settings';
import type { ListExpander, Source, SourceRequest, SourceResult } from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';
import { FakeClock } from './fakeClock';
import { MemoryFiles } from './memoryFiles';
import { SeededRandom } from './seededRandom';

/** No limits of ours, so that a test says the one it is about. */
export const unlimited: Settings = {
  ...defaultSettings,
  'rate.youtube.perHour': 0,
  'rate.youtube.spacing': 0,
  'rate.youtube.concurrency': 0,
  'rate.otherHosts.perMinute': 0,
  'rate.otherHosts.concurrency': 0,
};

export function videoLink(number: number): Link {
  const id = `video${String(number).padStart(6, '0')}`;
  return { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id };
}

export function videos(count: number, first = 0): NewJob[] {
  return Array.from({ length: count }, (_, at) => ({ link: videoLink(first + at) }));
}

export type Answer = SourceResult | Failure;

/** A source that answers by a function; by default every video has captions. */
export class FakeSource implements Source {
  readonly asked: string[] = [];
  readonly requests: SourceRequest[] = [];
  ready = true;
  quotaNames: readonly QuotaName[] = [];
  active = 0;
  mostActive = 0;

  constructor(
    readonly id: SourceId,
    public answer: (request: SourceRequest) => Answer | Promise<Answer> = found,
    readonly paid = false,
  ) {}

  readiness(): ReturnType<Source['readiness']> {
    return Promise.resolve(
      this.ready
        ? { ready: true, detail: 'ready' }
        : { ready: false, why: 'not set up', nextStep: 'Check Setup', code: 'tool-missing' },
    );
  }

  accepts: Source['accepts'] = () => true;

  /** As the real ones: where yt-dlp does the fetching, it goes in with the user's cookies. */
  signedIn: NonNullable<Source['signedIn']> = (_link, settings) =>
    ['yt-dlp', 'openai', 'whisper'].includes(this.id) && settings['ytDlp.cookiesFromBrowser'] !== '';

  quotas(): readonly QuotaName[] {
    return this.quotaNames;
  }

  /** Off for benchmarks: requests are not recorded. */
  remembers = true;

  async transcribe(request: SourceRequest): Promise<SourceResult> {
    if (this.remembers) {
      this.asked.push(request.link.id);
      this.requests.push(request);
    }
    this.active += 1;
    this.mostActive = Math.max(this.mostActive, this.active);
    try {
      const answer = await this.answer(request);
      return 'code' in answer ? { failure: answer } : answer;
    } finally {
      this.active -= 1;
    }
  }
}

export function found(request: SourceRequest): SourceResult {
  request.sent('direct');
  return {
    transcript: {
      language: 'en',
      captions: 'manual',
      source: 'youtube',
      cues: [{ start: 0, end: 1, text: request.link.id }],
      meta: { title: `Talk ${request.link.id}`, duration: 60 },
    },
  };
}

/** Answers after `ms`, unless it is aborted before. */
export function after(clock: FakeClock, ms: number, answer: (request: SourceRequest) => Answer = found) {
  return (request: SourceRequest): Promise<Answer> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, () => resolve(answer(request)));
      request.signal.addEventListener('abort', () => {
        cancel();
        resolve(failure('cancelled', 'Stopped.'));
      });
    });
}

class FakeWriter implements TranscriptWriter {
  constructor(private readonly files: MemoryFiles) {}

  async write(request: Parameters<TranscriptWriter['write']>[0]): Promise<readonly string[]> {
    const name = `${request.link.id}.md`;
    await this.files.writeWhole(`${request.folder}/${name}`, request.transcript.cues[0]?.text ?? '');
    return [name];
  }

  async find(folder: string, link: Link): Promise<readonly string[] | undefined> {
    const name = `${link.id}.md`;
    return (await this.files.stat(`${folder}/${name}`)) ? [name] : undefined;
  }
}

export class FakeProcesses implements Processes {
  readonly dead = new Set<number>();
  constructor(readonly own: ProcessIdentity = { host: 'here', boot: 'b1', pid: 100, started: 's100' }) {}
  run(): never {
    throw new Error('no program runs in this test');
  }
  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  isAlive(identity: ProcessIdentity): Promise<boolean> {
    return Promise.resolve(identity.boot === this.own.boot && !this.dead.has(identity.pid));
  }
}

export interface World {
  readonly clock: FakeClock;
  readonly files: MemoryFiles;
  readonly processes: FakeProcesses;
  readonly sources: FakeSource[];
  readonly logged: string[];
  /** Times the derived files were written, by state. */
  readonly derived: string[];
  readonly parts: EngineParts;
  readonly engine: Engine;
  /** Another process on the same disk and clock. */
  another(pid: number): World;
}

export interface WorldOptions {
  readonly sources?: FakeSource[];
  readonly clock?: FakeClock;
  readonly files?: MemoryFiles;
  readonly processes?: FakeProcesses;
  readonly seed?: number;
  readonly expander?: ListExpander;
}

export function world(options: WorldOptions = {}): World {
  const clock = options.clock ?? new FakeClock();
  const files = options.files ?? new MemoryFiles();
  const processes = options.processes ?? new FakeProcesses();
  const sources = options.sources ?? [new FakeSource('youtube')];
  const logged: string[] = [];
  const derived: string[] = [];
  files.folders.add('/out');
  const parts: EngineParts = {
    clock,
    random: new SeededRandom(options.seed ?? 1),
    files,
    processes,
    machine: { memory: () => 100e6, cpuMs: () => 0, cores: 2, id: 'machine-1' },
    log: { write: (level, message) => logged.push(`${level} ${message}`) },
    sources,
    expander: options.expander ?? {
      expand: () => {
        throw new Error('no list in this test');
      },
    },
    writer: new FakeWriter(files),
    derived: {
      write: (_folder, state) => {
        derived.push(state.phase);
        return Promise.resolve();
      },
    },
    stateFolder: '/state',
    // Bottleneck lives in real time; the limiter's own log decides when a start is due.
    pacer: { pass: () => Promise.resolve() },
  };
  return {
    clock,
    files,
    processes,
    sources,
    logged,
    derived,
    parts,
    engine: createEngine(parts),
    another: (pid) =>
      world({
        ...options,
        clock,
        files,
        sources,
        seed: (options.seed ?? 1) + pid,
        processes: new FakeProcesses({ host: 'here', boot: 'b1', pid, started: `s${pid}` }),
      }),
  };
}

/** A world whose first source answers each video after `ms`. */
export function slowWorld(ms = 1000): World {
  const slow = world();
  const source = slow.sources[0];
  if (source) source.answer = after(slow.clock, ms);
  return slow;
}

/** Lets time pass until a promise settles; the test's clock is the only one that moves. */
export async function within<T>(clock: FakeClock, promise: Promise<T>, limitMs?: number): Promise<T> {
  let done = false;
  const watched = promise.finally(() => (done = true));
  watched.catch(() => undefined);
  await clock.advanceUntil(() => done, limitMs);
  return watched;
}

/**
 * Starts a batch of this many videos, or of these jobs, under `/out/<name>`; without limits of ours except
 * those in `settings`.
 */
export function start(
  w: World,
  jobs: number | readonly NewJob[],
  settings: Partial<Settings> = {},
  name = 'a',
): Promise<BatchHandle> {
  return within(
    w.clock,
    w.engine.start({
      name,
      outputFolder: '/out',
      jobs: typeof jobs === 'number' ? videos(jobs) : jobs,
      settings: { ...unlimited, ...settings },
    }),
  );
}

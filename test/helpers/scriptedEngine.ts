/** An engine for tests of what a terminal says: its batch is a script of events, and nothing runs. */
import type { BatchHandle, Engine } from '../../src/engine/api';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import type { BatchEvent, Outcome } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import type { Link } from '../../src/model/link';
import { defaultSettings } from '../../src/model/settings';
import type { Console } from '../../src/terminal/console';
import { completed } from './outcomes';

export const link = (n: number): Link => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=video0000${n}`,
  id: `video0000${n}`,
});
export const done = completed({
  meta: { title: 'A talk\u001b[31m' },
  files: ['A talk [video00000].md'],
  seconds: 1.2,
});
export const failed: Extract<Outcome, { status: 'failed' }> = {
  status: 'failed',
  failure: failure('private', 'This is a private video.'),
  source: 'youtube',
  seconds: 0.4,
  requests: 1,
};

/** An engine whose batch is a script of events. */
export class ScriptedEngine {
  readonly state = emptyState();
  private readonly listeners = new Set<(events: readonly BatchEvent[], first: number) => void>();
  private finish: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => (this.finish = resolve));
  seq = 0;

  constructor(private readonly script: readonly BatchEvent[]) {}

  private play(events: readonly BatchEvent[]): void {
    for (const event of events) reduce(this.state, event);
    const first = this.seq + 1;
    this.seq += events.length;
    for (const listener of this.listeners) listener(events, first);
  }

  readonly handle = (): BatchHandle => {
    const none = (): Promise<void> => Promise.resolve();
    return {
      folder: '/out/talks',
      state: this.state,
      seq: 0,
      onEvents: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      pause: none,
      resume: none,
      tryNow: none,
      passBlocked: none,
      stop: () => {
        this.play([{ type: 'control', at: 9, action: 'stop', by: 'user' }]);
        this.finish();
        return Promise.resolve();
      },
      retryFailed: () => Promise.resolve({ retried: 1, of: 2 }),
      rows: none,
      agree: none,
      agreedTo: () => ({ cost: 0, count: 0 }),
      changeSettings: none,
      settled: async () => {
        this.play(this.script);
        if (this.state.phase === 'running' && this.state.counts.parked === 0) await this.over;
        return undefined;
      },
    };
  };

  readonly engine: Engine = {
    start: () => Promise.resolve(this.handle()),
    open: () => Promise.resolve(this.handle()),
    entries: () => {
      throw new Error('no list in this test');
    },
    batches: [],
    settings: defaultSettings,
    onBatches: () => () => undefined,
    changeSettings: () => undefined,
    sourcesChanged: () => undefined,
    dispose: () => Promise.resolve(),
  };
}

export const begin: readonly BatchEvent[] = [
  { type: 'batch-created', at: 1, id: 'b', name: 'talks', machine: 'm', settings: {} },
  { type: 'jobs-added', at: 1, jobs: [{ link: link(0) }, { link: link(1) }] },
  { type: 'control', at: 1, action: 'start', by: 'user' },
];
export const end: BatchEvent = { type: 'control', at: 5, action: 'finish', by: 'engine' };
export const outcome = (job: number, value: Outcome): BatchEvent => ({
  type: 'outcome',
  at: 4,
  job,
  outcome: value,
});

/**
 * A console that keeps what is said, and in `json` the lines for programs where these are wanted. Nobody interrupts it.
 */
export function keepingConsole(words: string[], json?: Record<string, unknown>[]): Console {
  return {
    words: (line) => words.push(line),
    problem: (line) => words.push(line),
    columns: () => 80,
    ...(json && { json: (line: string) => json.push(JSON.parse(line) as Record<string, unknown>) }),
    onInterrupt: () => () => undefined,
  };
}

/** One attempt at one job as the engine would make it, with everything it is told written down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Link, VideoMeta } from '../../src/model/link';
import type { Plain } from '../../src/model/plain';
import { readSettings, type Settings } from '../../src/model/settings';
import type {
  KeptSteps,
  PaidRequest,
  Permit,
  QuotaAnswer,
  Quote,
  SourceRequest,
} from '../../src/model/source';

export interface Recorded {
  readonly request: SourceRequest;
  readonly stages: string[];
  readonly percents: number[];
  readonly learnt: VideoMeta[];
  /** Notes for the row. */
  readonly notes: string[];
  readonly permits: string[][];
  readonly heard: QuotaAnswer[];
  /** Quotas whose start was given back. */
  readonly unused: string[];
  /** Permits held at the same time, at most. */
  mostHeld: number;
  readonly quotes: Quote[];
  /** `intent` and `id …` in the order they were recorded. */
  readonly paid: string[];
  sent: number;
  readonly folders: string[];
  /** Removes the temporary folders, as the engine does when the job leaves its worker. */
  leave(): void;
}

export interface RequestOptions {
  readonly settings?: Partial<Settings>;
  readonly signal?: AbortSignal;
  readonly resume?: PaidRequest;
  readonly consent?: (quote: Quote) => boolean;
  readonly meta?: VideoMeta;
  /** What the job's attempts share; absent: nothing is kept. */
  readonly kept?: KeptSteps;
  /** Called before each record goes to "disk"; a throw is the crash before it. */
  readonly onPaid?: (what: string) => void;
}

/** Steps as one job's attempts see them, in memory. */
export function keptSteps(): KeptSteps & { readonly steps: Plain[] } {
  const steps: Plain[] = [];
  return {
    steps,
    read: () => Promise.resolve([...steps]),
    add: (step) => {
      // As read back from the disk.
      steps.push(JSON.parse(JSON.stringify(step)) as Plain);
      return Promise.resolve(true);
    },
  };
}

export function sourceRequest(link: Link, options: RequestOptions = {}): Recorded {
  const { settings, problems } = readSettings({ ...options.settings });
  if (problems.length > 0) throw new Error(problems.join(' '));
  const folders: string[] = [];
  const recorded = {
    stages: [] as string[],
    percents: [] as number[],
    learnt: [] as VideoMeta[],
    notes: [] as string[],
    permits: [] as string[][],
    heard: [] as QuotaAnswer[],
    unused: [] as string[],
    mostHeld: 0,
    quotes: [] as Quote[],
    paid: [] as string[],
    sent: 0,
    folders,
    leave: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
  const held = new Set<symbol>();
  const permit = (): Permit => {
    const own = Symbol('permit');
    held.add(own);
    recorded.mostHeld = Math.max(recorded.mostHeld, held.size);
    let gone = false;
    return {
      going: () => (gone = true),
      unused: (quota) => gone || recorded.unused.push(quota),
      heard: (answer) => recorded.heard.push(answer),
      release: () => held.delete(own),
    };
  };
  const record = (what: string): Promise<void> => {
    options.onPaid?.(what);
    recorded.paid.push(what);
    return Promise.resolve();
  };
  const request: SourceRequest = {
    link,
    settings,
    meta: options.meta ?? {},
    identity: 'test-1',
    signal: options.signal ?? new AbortController().signal,
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    ...(options.kept === undefined ? {} : { kept: options.kept }),
    stage: (stage, percent) => {
      if (recorded.stages.at(-1) !== stage) recorded.stages.push(stage);
      if (percent !== undefined) recorded.percents.push(percent);
    },
    learn: (meta) => recorded.learnt.push(meta),
    note: (text) => recorded.notes.push(text),
    // The engine's is an object of a class: its methods are called on it.
    sent(this: SourceRequest | undefined) {
      if (this === undefined) throw new TypeError('sent() was taken off its request.');
      recorded.sent += 1;
    },
    permit: (quotas) => {
      recorded.permits.push([...quotas]);
      return Promise.resolve(permit());
    },
    started: permit(),
    consent: (quote) => {
      recorded.quotes.push(quote);
      return Promise.resolve(options.consent?.(quote) ?? true);
    },
    intent: () => record('intent'),
    requestId: (id) => record(`id ${id}`),
    tempFolder: () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'source-test-'));
      folders.push(folder);
      return Promise.resolve(folder);
    },
  };
  return Object.assign(recorded, { request });
}

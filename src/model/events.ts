/**
 * Everything that happens to a batch is one of these events. Lasting events are on disk before they are
 * emitted; transient ones are never written. The state of a batch is the fold of its events
 * (engine/state/reducer.ts). Times are epoch milliseconds, durations are named with their unit.
 */
import type { Failure } from './failure';
import type { Link, VideoMeta } from './link';
import type { Via } from './ports';
import type { Settings } from './settings';
import type { Quote, Stage, StagePart } from './source';
import type { CaptionKind, SourceId } from './transcript';

export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled' | 'parked';

export type BatchPhase = 'running' | 'paused' | 'stopped' | 'finished';

/** A job as it enters the batch. */
export interface NewJob {
  readonly link: Link;
  readonly meta?: VideoMeta;
  /** How often the video is in the list; absent means once. */
  readonly count?: number;
  /** Line in the list file, from 1. */
  readonly line?: number;
  /** Index of the list job that this one came from. */
  readonly parent?: number;
  /**
   * Set when the entry is not a link we may open: the job fails with this at once and no source is asked.
   */
  readonly invalid?: Failure;
  /** Transcribe it again, even if another batch of the folder has it. */
  readonly redo?: boolean;
}

/**
 * A note for the user that is not a failure: an incomplete list, entries left out, a line that was not
 * understood, cues that could not be read.
 */
export interface BatchNote {
  readonly text: string;
  /** The row it is about; absent: the list as a text. */
  readonly job?: number;
  /** Line in the list file, from 1; absent: the row's own. */
  readonly line?: number;
}

/** How a job ended, or why it waits for something other than its turn. */
export type Outcome =
  | {
      readonly status: 'completed';
      readonly source: SourceId;
      readonly language: string;
      readonly captions: CaptionKind;
      readonly meta: VideoMeta;
      /** Relative to the batch folder, `/` as separator. */
      readonly files: readonly string[];
      readonly seconds: number;
      /** Requests of the last attempt; those of earlier ones are in their `attempt` events. */
      readonly requests: number;
      readonly via: Via;
      /** The name of the machine that fetched it; absent: the one that writes the journal. */
      readonly viaMachine?: string;
      readonly cost?: number;
      readonly paidSeconds?: number;
      readonly requestId?: string;
    }
  | {
      readonly status: 'failed';
      readonly failure: Failure;
      readonly source?: SourceId;
      readonly seconds: number;
      readonly requests: number;
    }
  | { readonly status: 'skipped'; readonly reason: 'by-user' }
  | {
      readonly status: 'skipped';
      readonly reason: 'already-done';
      readonly file: string;
      readonly batch: string;
    }
  | { readonly status: 'cancelled' }
  | {
      readonly status: 'parked';
      readonly failure: Failure;
      readonly source?: SourceId;
      /** When the next probe goes out; absent: waits for the user. */
      readonly until?: number;
      /** Set when the job needs the user's OK for a paid step. */
      readonly consent?: Quote;
    }
  /** A list link that was expanded into its entries; it is not a video and is not counted. */
  | { readonly status: 'expanded'; readonly entries: number };

export type ControlAction = 'start' | 'pause' | 'resume' | 'stop' | 'finish';
/**
 * `retry` and `redo` make a job pending again; `release` frees a parked one; `next` puts it first. `allow`: the
 * user has confirmed the file or private address that the list names; a parked job is freed.
 */
export type JobAction = 'retry' | 'redo' | 'skip' | 'next' | 'release' | 'allow';

export type LastingEvent =
  | {
      readonly type: 'batch-created';
      readonly at: number;
      readonly id: string;
      readonly name: string;
      /**
       * Id of the machine and user that started it; a batch of another machine is never resumed without
       * asking.
       */
      readonly machine: string;
      readonly list?: string;
      /**
       * How many jobs come with it; fewer in the journal mean that the process ended while they were added.
       */
      readonly jobs?: number;
      /** The settings that differ from the defaults. */
      readonly settings: Partial<Settings>;
      /** Others are in the user's own record alone: endpoints, proxies, programs. */
      readonly private?: true;
    }
  | { readonly type: 'jobs-added'; readonly at: number; readonly jobs: readonly NewJob[] }
  | { readonly type: 'notes-added'; readonly at: number; readonly notes: readonly BatchNote[] }
  | { readonly type: 'job-learnt'; readonly at: number; readonly job: number; readonly meta: VideoMeta }
  | {
      /** A failed try that is not final: a retry, the next source or a hold follows. */
      readonly type: 'attempt';
      readonly at: number;
      readonly job: number;
      /** Absent for a list link, which no source of the chain reads. */
      readonly source?: SourceId;
      readonly failure: Failure;
      readonly seconds: number;
      readonly requests: number;
      /** False for throttled attempts, which do not count as tries. */
      readonly counts: boolean;
      /**
       * This source is not asked again, although its failure alone would allow it: the service is closed.
       */
      readonly passed?: true;
      /**
       * Sources that are not worth asking after this failure, before one with other access rights has seen
       * the video.
       */
      readonly skipped?: readonly SourceId[];
      /** The source has seen that there are no captions, although its failure says something else. */
      readonly noCaptions?: true;
    }
  | { readonly type: 'intent'; readonly at: number; readonly job: number; readonly quote: Quote }
  | {
      /**
       * The transcript is complete and is being written. If the outcome is lost and the files are found,
       * the job is completed with this outcome; `files` is empty in it.
       */
      readonly type: 'writing';
      readonly at: number;
      readonly job: number;
      readonly outcome: Extract<Outcome, { readonly status: 'completed' }>;
    }
  | {
      readonly type: 'request-id';
      readonly at: number;
      readonly job: number;
      readonly source: SourceId;
      readonly requestId: string;
    }
  | {
      /** Paid, but without a transcript: the service found no speech. */
      readonly type: 'charged';
      readonly at: number;
      readonly job: number;
      readonly source: SourceId;
      readonly cost: number;
      readonly paidSeconds?: number;
      readonly requestId?: string;
    }
  | { readonly type: 'outcome'; readonly at: number; readonly job: number; readonly outcome: Outcome }
  | {
      readonly type: 'control';
      readonly at: number;
      readonly action: ControlAction;
      readonly by: 'user' | 'engine';
      readonly why?: Failure;
    }
  | {
      readonly type: 'job-control';
      readonly at: number;
      readonly jobs: readonly number[];
      readonly action: JobAction;
      /** By the engine, once, after all others (`onError: retryAtEnd`). */
      readonly atEnd?: true;
    }
  | {
      /** The process that ran the batch before has died while these jobs were under way. */
      readonly type: 'process-died';
      readonly at: number;
      readonly jobs: readonly number[];
      /** Those of them that were reading a large text. */
      readonly reading?: readonly number[];
    }
  | {
      readonly type: 'consent';
      readonly at: number;
      readonly service: SourceId;
      readonly origin: string;
      readonly cost: number;
      /** Number of videos without a price. */
      readonly count?: number;
    }
  | {
      readonly type: 'settings';
      readonly at: number;
      readonly settings: Partial<Settings>;
      /** As in `batch-created`. */
      readonly private?: true;
    };

/** Why a job or worker waits, and until when if that is known. */
export interface Wait {
  readonly for: 'rate' | 'held' | 'retry' | 'first-answer' | 'breaker' | 'connection' | 'memory' | 'consent';
  readonly quota?: string;
  readonly until?: number;
}

/** A quota for display. */
export interface QuotaView {
  /** The limit of the settings, where the service's answers have lowered it. */
  readonly set?: number;
  readonly name: string;
  /** What the service is called, where that depends on the settings: `Groq`. */
  readonly service?: string;
  /** The service's limit in the window. 0: unlimited. */
  readonly limit: number;
  /** The part of it that we use at most (utilization). */
  readonly allowed: number;
  /** Starts inside the window now. */
  readonly used: number;
  readonly unit: 'minute' | 'hour' | 'day';
  readonly nextAt?: number;
  readonly heldUntil?: number;
  readonly blocked?: boolean;
  /** Its server has answered before and cannot be reached now. */
  readonly unreached?: boolean;
  /** Other machines start from it as well. */
  readonly shared?: QuotaSharing;
  /** 24 columns of use, oldest first, each a share of `limit` from 0 to 1; the last is now. */
  readonly history: readonly number[];
}

/** A quota that several machines share through Redis. */
export interface QuotaSharing {
  /** The name they share it by: of an internet address or a paid account. */
  readonly by: string;
  /** Machines that share it now, this one among them; 0: not known. */
  readonly machines: number;
  /** Redis is away, and this machine keeps to its equal part. */
  readonly away?: boolean;
}

/** A machine that runs attempts for this batch and others, for display. */
export interface HelperView {
  readonly name: string;
  /** The address it shares with others; absent: it has one of its own. */
  readonly egress?: string;
  /** The numbers of its lanes, above those of this process. */
  readonly workers: readonly number[];
  /** Its quotas; those of one egress are the same. */
  readonly quotas: readonly QuotaView[];
  /** Why it takes nothing at present. */
  readonly trouble?: string;
}

/** What delays the next start of a quota that is neither held nor blocked. */
export type QuotaBound =
  /** The minimum spacing between two starts, ms. */
  | { readonly by: 'spacing'; readonly everyMs: number }
  /** The limit is spread evenly over its window. */
  | { readonly by: 'spread' }
  /** Everything that may be used in the window, or of the day, is used. */
  | { readonly by: 'limit' | 'day' }
  /** The maximum number of requests is running. */
  | { readonly by: 'requests' }
  | { readonly by: 'first-answer' };

/** What limits the pace, how fast it is and when it ends. */
export interface Pace {
  readonly by:
    | { readonly kind: 'quota'; readonly quota: string; readonly bound?: QuotaBound }
    | { readonly kind: 'workers' }
    | { readonly kind: 'throttled'; readonly effective: number; readonly workers: number }
    | { readonly kind: 'memory' }
    | { readonly kind: 'held'; readonly quota: string; readonly until: number }
    | { readonly kind: 'blocked'; readonly quota: string; readonly until?: number }
    /** No connection to the service; a single request tries again then. `signIn`: the network wants one first. */
    | { readonly kind: 'unreached'; readonly quota: string; readonly until?: number; readonly signIn?: true }
    /** The service does not answer; so many videos wait while single ones are tried. */
    | { readonly kind: 'failing'; readonly quota: string; readonly waiting: number }
    | { readonly kind: 'expanding'; readonly found: number }
    | { readonly kind: 'finishing' }
    | { readonly kind: 'idle' };
  /** Finished jobs a minute over the recent past. */
  readonly perMinute: number;
  readonly endsAt?: number;
  /** Plus or minus, ms. */
  readonly endsWithinMs?: number;
  /** "15 workers would finish at 14:50." Only when no quota binds. */
  readonly advice?: { readonly workers: number; readonly endsAt: number };
  readonly lengthsUnknown: number;
  /** At the end: how long it took, and the shortest time in which these jobs could have been done. Ms. */
  readonly ideal?: { readonly tookMs: number; readonly leastMs: number };
}

export type PassingEvent =
  | {
      readonly type: 'job-started';
      readonly at: number;
      readonly job: number;
      readonly worker: number;
      readonly attempt: number;
    }
  | {
      readonly type: 'stage';
      readonly at: number;
      readonly job: number;
      readonly source?: SourceId;
      readonly stage: Stage;
      readonly percent?: number;
      readonly part?: StagePart;
    }
  | { readonly type: 'wait'; readonly at: number; readonly job: number; readonly wait: Wait | null }
  /** The job leaves its worker without an outcome: it returns to the queue. */
  | { readonly type: 'job-left'; readonly at: number; readonly job: number }
  | {
      readonly type: 'workers';
      readonly at: number;
      readonly configured: number;
      readonly effective: number;
      readonly parallel: boolean;
    }
  | { readonly type: 'quotas'; readonly at: number; readonly quotas: readonly QuotaView[] }
  | {
      /** The other machines; `trouble`: why none can be reached, or which ones cannot help. */
      readonly type: 'helpers';
      readonly at: number;
      readonly helpers: readonly HelperView[];
      readonly trouble?: string;
    }
  | { readonly type: 'pace'; readonly at: number; readonly pace: Pace }
  | { readonly type: 'machine'; readonly at: number; readonly memoryMB: number; readonly cpuPercent: number };

export type BatchEvent = LastingEvent | PassingEvent;

const lastingTypes: Readonly<Record<LastingEvent['type'], true>> = {
  'batch-created': true,
  'jobs-added': true,
  'notes-added': true,
  'job-learnt': true,
  attempt: true,
  intent: true,
  writing: true,
  'request-id': true,
  charged: true,
  outcome: true,
  control: true,
  'job-control': true,
  'process-died': true,
  consent: true,
  settings: true,
};
/** Whether this version has a lasting event of that name. */
export function isLastingType(type: unknown): type is LastingEvent['type'] {
  return typeof type === 'string' && Object.hasOwn(lastingTypes, type);
}

export function isLasting(event: BatchEvent): event is LastingEvent {
  return isLastingType(event.type);
}

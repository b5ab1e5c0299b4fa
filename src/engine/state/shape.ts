/**
 * The shape of a batch's state: built by the reducer in reducer.ts, read by journal, page, manifest, tree
 * and terminal.
 */
import type {
  BatchNote,
  BatchPhase,
  HelperView,
  JobStatus,
  Outcome,
  Pace,
  QuotaView,
  Wait,
} from '../../model/events';
import type { Failure, FailureCode } from '../../model/failure';
import type { Link, VideoMeta } from '../../model/link';
import type { Via } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Quote, Stage, StagePart } from '../../model/source';
import type { CaptionKind, SourceId } from '../../model/transcript';
import type { Deaths } from './deaths';
import type { JobMemory, PaidState } from './memory';

/** One failed or running try, for the row's details. */
export interface AttemptState {
  readonly at: number;
  /** Absent for a list link. */
  readonly source?: SourceId;
  readonly failure: Failure;
  readonly seconds: number;
  readonly requests: number;
}

/** A row of the table. The lifetime of each field is defined in fields.ts. */
export interface JobState {
  readonly index: number;
  link: Link;
  readonly count: number;
  readonly line?: number;
  readonly parent?: number;
  /** `expanded` list jobs keep the status `completed` and are marked here; they count in no total. */
  expandedInto?: number;
  status: JobStatus;
  meta: VideoMeta;
  /** Tries that count, the running one included. */
  tries: number;
  retries: number;
  /** What its sources have reported while it runs or is parked; absent means nothing yet. */
  memory?: JobMemory;
  /** It ran a second time at the end of the batch (`onError: retryAtEnd`), which happens once. */
  triedAtEnd?: true;
  /** It was under way when its process died; gone once the user retries it. */
  deaths?: Deaths;
  /** The entry is not a link we may open; no source is asked. */
  invalid?: Failure;
  attempts?: AttemptState[];
  failure?: Failure;
  source?: SourceId;
  language?: string;
  captions?: CaptionKind;
  files?: readonly string[];
  /** Seconds of work, once it has ended. */
  seconds?: number;
  endedAt?: number;
  via?: Via;
  /** The name of the machine that fetched it, where it was another one. */
  viaMachine?: string;
  skip?: { readonly reason: 'by-user' | 'already-done'; readonly file?: string; readonly batch?: string };
  parkedUntil?: number;
  consent?: Quote;
  paid?: PaidState;
  cost?: number;
  paidSeconds?: number;
  requestId?: string;
  redo?: boolean;
  /** The user wants it tried again although it may have been charged: it may be paid for once more (ends.ts). */
  paysAgain?: true;
  /** What the outcome will be once the files are written; identifies them when the outcome was lost. */
  writing?: Extract<Outcome, { readonly status: 'completed' }>;
  // Transient: gone after a restart.
  worker?: number;
  startedAt?: number;
  stage?: Stage;
  percent?: number;
  part?: StagePart;
  wait?: Wait;
}

/** A segment on a worker's lane. `kind` wait and held are drawn thin, stages thick. */
export interface LaneSegment {
  readonly job: number;
  readonly from: number;
  to?: number;
  readonly kind: Stage | 'wait' | 'held';
  /** Set on the last segment of a job. */
  end?: 'completed' | 'failed' | 'left';
}

export interface WorkerState {
  readonly number: number;
  job?: number;
  lane: LaneSegment[];
}

export interface BatchState {
  id: string;
  name: string;
  list?: string;
  /** Number of jobs in its list at the start; see `missingJobs`. */
  listed: number;
  machine: string;
  settings: Partial<Settings>;
  /** It has settings that are in the user's own record alone: endpoints, proxies, programs. */
  hasPrivate?: true;
  createdAt: number;
  updatedAt: number;
  phase: BatchPhase;
  /** Why the engine itself paused or stopped: disk full, folder gone, an error with `onError: stop`. */
  why?: Failure;
  /** Who caused the phase; a batch that the engine stopped was interrupted, not ended by the user. */
  phaseBy?: 'user' | 'engine';
  /** When the phase was last entered. */
  phaseAt: number;
  /** How often the batch was started or resumed by a process. */
  starts: number;
  /** Milliseconds of running time before the current stretch. */
  ranMs: number;
  jobs: JobState[];
  counts: Record<JobStatus, number>;
  /** Jobs that count: all but expanded list links. */
  total: number;
  requests: number;
  rateLimited: number;
  retries: number;
  cost: number;
  bySource: Partial<Record<SourceId, number>>;
  byError: Partial<Record<FailureCode, number>>;
  consents: { readonly service: SourceId; readonly origin: string; readonly cost: number }[];
  /** Notes for the user about the list and its rows, in order of arrival. */
  notes: BatchNote[];
  /** Jobs put first by the user, in order. */
  next: number[];
  // Transient.
  workers: WorkerState[];
  configuredWorkers: number;
  effectiveWorkers: number;
  parallel: boolean;
  quotas: readonly QuotaView[];
  /** Machines that run attempts for it. */
  helpers: readonly HelperView[];
  /** Why no other machine helps, although it was wanted. */
  helpersTrouble?: string;
  pace?: Pace;
  memoryMB?: number;
  cpuPercent?: number;
}

type DeepReadonly<T> = T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> } : T;

/** A batch's state and its rows as all but the reducer have them: what is read and never changed. */
export type ReadonlyState = DeepReadonly<BatchState>;
export type ReadonlyRow = DeepReadonly<JobState>;

export function emptyState(): BatchState {
  return {
    id: '',
    name: '',
    listed: 0,
    machine: '',
    settings: {},
    createdAt: 0,
    updatedAt: 0,
    phase: 'stopped',
    phaseAt: 0,
    starts: 0,
    ranMs: 0,
    jobs: [],
    counts: { pending: 0, running: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0, parked: 0 },
    total: 0,
    requests: 0,
    rateLimited: 0,
    retries: 0,
    cost: 0,
    bySource: {},
    byError: {},
    consents: [],
    notes: [],
    next: [],
    workers: [],
    configuredWorkers: 0,
    effectiveWorkers: 0,
    parallel: true,
    quotas: [],
    helpers: [],
  };
}

/** How many links of the list never became jobs, because the process ended while they were added. */
export function missingJobs({ listed, jobs }: ReadonlyState): number {
  let own = 0;
  for (const { parent } of jobs) if (parent === undefined) own += 1;
  return Math.max(0, listed - own);
}

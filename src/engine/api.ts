/** What the entry points and the editor see of the engine. Implemented by engine.ts and batch/run.ts. */
import type { BatchEvent, BatchNote, JobAction, NewJob } from '../model/events';
import type { Failure } from '../model/failure';
import type { Elsewhere } from '../model/elsewhere';
import type { TranscriptWriter } from '../model/output';
import type { Clock, Files, Log, Machine, Processes, Random } from '../model/ports';
import type { Settings } from '../model/settings';
import type { ExpandRequest, ListExpander, ListItem, Source } from '../model/source';
import type { Pacer } from './limits/pacer';
import type { SharedRecord, SharedRecordHost } from './limits/sharedRecordParts';
import type { ReadonlyState } from './state/reducer';

export interface EngineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly processes: Processes;
  readonly machine: Machine;
  readonly log: Log;
  /** Takes keys and passwords out of a text. */
  readonly redact?: (text: string) => string;
  readonly sources: readonly Source[];
  readonly expander: ListExpander;
  readonly writer: TranscriptWriter;
  /** Writes batch.json, report.md and failed.urls from the state (output/derived). */
  readonly derived: DerivedFiles;
  /**
   * Absolute path of the per-user folder that terminal and editor share: quota logs, archive, machine id.
   */
  readonly stateFolder: string;
  /** Absolute folders whose files the user works with: the workspace, or the terminal's folder. Absent: none. */
  readonly workspace?: () => readonly string[];
  /** Grants starts of quotas with a spacing; bottleneck, or a fake clock in tests. */
  readonly pacer?: Pacer;
  /** Adds the starts of other machines to the record of starts, where the settings name what they share. */
  readonly share?: ((host: SharedRecordHost) => SharedRecord) | undefined;
  /** Other machines that take attempts. Absent: all run here. */
  readonly elsewhere?: Elsewhere | undefined;
}

export interface DerivedFiles {
  /**
   * Called at start, pause, stop, end and from time to time; writes whole files. Throws FailureError
   * `disk`.
   */
  write(folder: string, state: ReadonlyState, final: boolean): Promise<void>;
  /** Sentences for the user about files that will not be written; asked when the batch begins. Absent: none. */
  warnings?(folder: string, state: ReadonlyState): Promise<readonly string[]>;
}

export interface StartRequest {
  readonly name: string;
  /** Absolute path of the folder that holds the batch folders. */
  readonly outputFolder: string;
  /** Name of the batch's folder, where it is not made from `name`. */
  readonly folderName?: string;
  /** Absolute path or link of the list; the same list continues its batch. */
  readonly list?: string;
  readonly jobs: readonly NewJob[];
  /** Entries that were not understood or were left out when the list was read. */
  readonly notes?: readonly BatchNote[];
  readonly settings: Settings;
  /** Over `settings`, for this batch alone: `changeSettings` takes back only what the user has changed since. */
  readonly forBatch?: Partial<Settings>;
  /** Transcribe videos again that are done already. */
  readonly redo?: boolean;
}

export type EntriesRequest = Pick<ExpandRequest, 'link' | 'settings' | 'signal' | 'note'>;

export interface Engine {
  /** Starts a batch, or continues the one that this list already has in the output folder. */
  start(request: StartRequest): Promise<BatchHandle>;
  /**
   * Opens a batch folder. `view` reads its state and starts nothing; `resume` becomes its owner and
   * continues it. A resumed batch runs with its own settings, overlaid by `overrides`; parked jobs are
   * freed. Throws FailureError when there is no journal, when another living process owns the batch
   * (`message` names it), or when the batch is foreign and `resumeForeign` is absent or returns false.
   */
  open(
    folder: string,
    mode: 'view' | 'resume',
    overrides?: Partial<Settings>,
    resumeForeign?: (batch: ReadonlyState) => Promise<boolean>,
  ): Promise<BatchHandle>;
  /**
   * The entries of a list, for somebody who only looks: no batch, but the limits that all requests keep to. Throws
   * FailureError.
   */
  entries(request: EntriesRequest): AsyncIterable<ListItem>;
  readonly batches: readonly BatchHandle[];
  /** The current settings: those of the batch that was started or resumed last, or the later changes. */
  readonly settings: Settings;
  onBatches(listener: () => void): () => void;
  /** New settings for everything that runs; take effect within a second and restart nothing. */
  changeSettings(settings: Settings): void;
  /**
   * Keys or programs have changed: every source is asked again whether it is ready, and one of the jobs that wait for
   * such a thing goes out at once; its failure lengthens no wait.
   */
  sourcesChanged(): void;
  /** Ends all runs and keeps their state; running jobs are aborted. */
  dispose(): Promise<void>;
}

export interface BatchHandle {
  readonly folder: string;
  /** The live fold, read-only: events alone change it. */
  readonly state: ReadonlyState;
  /** Number of the last event folded into `state`, counted from the opening of this handle. */
  readonly seq: number;
  /** Set when another process owns the batch: a description of that process. */
  readonly owner?: string | undefined;
  /** True when the batch was not started by this user on this machine: never resumed without asking. */
  readonly foreign?: boolean;
  /** What the user should know once of the whole batch, also what was found later; its notes have it too. */
  readonly news?: readonly string[];
  /** Events after they were folded; lasting ones are on disk by then. `first` is the seq of the first. */
  onEvents(listener: (events: readonly BatchEvent[], first: number) => void): () => void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * The user says that a block is over: one request goes out at once to each service that blocks jobs of this batch.
   * Its failure puts the hold back, no longer than before. `resume` does the same.
   */
  tryNow(): Promise<void>;
  /**
   * What waits for a service that blocks us goes on with the next source, as with `onBlocked: nextSource`, until that
   * service answers again. Means this batch and the blocks of this moment.
   */
  passBlocked(): Promise<void>;
  /** Running jobs are aborted; everything is kept. */
  stop(): Promise<void>;
  /** Skips final failures; returns how many of the failed jobs run again. */
  retryFailed(): Promise<{ readonly retried: number; readonly of: number }>;
  rows(jobs: readonly number[], action: JobAction): Promise<void>;
  /**
   * The user's OK for paid work of a service up to an amount (in its currency). Infinity: for the videos
   * that wait for it now, whatever they cost; later ones need a new OK. `count`: so many videos besides, whose price
   * is not known.
   */
  agree(service: string, origin: string, cost: number, count?: number): Promise<void>;
  /** What was agreed to so far by `agree`, also in earlier runs on this computer. Zeros for one that is only viewed. */
  agreedTo(service: string, origin: string): { readonly cost: number; readonly count: number };
  changeSettings(settings: Partial<Settings>): Promise<void>;
  /**
   * For a batch that is only viewed (`view`): reads what its owner has written since, and emits it as
   * events. Throws FailureError `disk`.
   */
  follow?(): Promise<void>;
  /**
   * For a batch that is only viewed: until the result is called, somebody looks at its workers. What passes in the
   * process that runs it is then followed as well, where it runs for this user on this machine.
   */
  watch?(): () => void;
  /**
   * Settles when nothing more will happen by itself: finished, stopped, paused by a failure, or only parked jobs left.
   */
  settled(): Promise<Failure | undefined>;
}

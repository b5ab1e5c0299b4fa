/** A source: a service, program or file that may have the transcript of a video. One file in `sources/` each. */
import type { Failure } from './failure';
import type { Link, VideoMeta } from './link';
import type { trustNeed } from './need';
import type { Plain } from './plain';
import type { Via } from './ports';
import type { QuotaName } from './quotaNames';
import type { Settings } from './settings';
import type { SourceId, Transcript } from './transcript';

/** What a job is doing, as shown to the user. */
export type Stage =
  'fetching' | 'downloading' | 'uploading' | 'transcribing' | 'noting' | 'writing' | 'expanding';

/** Which of several requests for one job is under way, from 1. */
export interface StagePart {
  readonly at: number;
  readonly of: number;
}

export type Readiness =
  | { readonly ready: true; readonly detail: string }
  | {
      readonly ready: false;
      readonly why: string;
      readonly nextStep: string;
      readonly code: 'auth' | 'tool-missing' | 'unsupported';
      /** What has to be mended, where it is not the program or key itself: the folder's trust. */
      readonly needs?: typeof trustNeed;
    };

/** What a paid step would cost; shown and agreed to before anything is submitted. */
export interface Quote {
  /** The service and the origin it runs at, for example `deapi` and `https://api.deapi.ai`. */
  readonly service: SourceId;
  readonly origin: string;
  /** Seconds of sound, where known. */
  readonly seconds?: number;
  /** The length comes from a feed and was not measured: the price may change once it is. */
  readonly estimate?: true;
  /** In the account's currency, where the service quotes it. */
  readonly cost?: number;
}

/** A paid request that was recorded before; the source polls it instead of submitting again. */
export interface PaidRequest {
  readonly source: SourceId;
  readonly requestId: string;
}

/**
 * Finished steps of a job's earlier attempts, also of a program that was killed; on disk until the video has its
 * transcript.
 */
export interface KeptSteps {
  /** In the order in which they were added. What they hold is to be checked. */
  read(): Promise<readonly Plain[]>;
  /** Resolves once the step is on disk; with false where the disk refuses: then it is known until the program ends. */
  add(step: Plain): Promise<boolean>;
}

/** What the engine gives a source for one attempt at one job. */
export interface SourceRequest {
  readonly link: Link;
  readonly settings: Settings;
  /** Known so far: from the list, an earlier source, the look-ahead. */
  readonly meta: VideoMeta;
  /** Seed of the proxy identity: another one for each try, the same for all requests of one. */
  readonly identity: string;
  readonly signal: AbortSignal;
  /**
   * Resolves when it is on disk that this job is under way; never rejects. A source that asks first
   * (`Source.asksFirst`) awaits it before it reads an answer. Absent: it is on disk already, or nobody asks.
   */
  readonly begun?: Promise<void> | undefined;
  readonly resume?: PaidRequest | undefined;
  /** Where this source finds no captions, the next one costs money. Absent: it does not, or nobody knows. */
  readonly paysNext?: boolean | undefined;
  /** Reports progress; transient, never stored. */
  stage(stage: Stage, percent?: number, part?: StagePart): void;
  /** About how much longer the attempt takes, ms, from a measured speed; transient. Absent: nobody asks. */
  left?(ms: number): void;
  /** Metadata of the video, kept for the row and for later sources. */
  learn(meta: VideoMeta): void;
  /** A note for the user about the transcript: 3 times could not be read, the encoding is a guess. */
  note?(text: string): void;
  /** Counts a request sent, for the report. */
  sent(via: Via): void;
  /**
   * A start from the named quotas, all at once or none. Needed for requests beyond the attempt's own permit
   * (polls, a second service). Throws FailureError on abort.
   */
  permit(quotas: readonly QuotaName[]): Promise<Permit>;
  /** The attempt's own permit for `Source.quotas`, already granted; pass it the service's answers. */
  readonly started: Permit;
  /**
   * Why this source is not asked any more, as another job has found out since this attempt began: to be looked at
   * before anything is sent or started. Undefined: it is asked.
   */
  outOfChain?(): Failure | undefined;
  /** Asks whether this paid step is agreed to; false: return `{ consent: quote }`. Reserves the amount. */
  consent(quote: Quote): Promise<boolean>;
  /** On disk before the submit is sent. */
  intent(quote: Quote): Promise<void>;
  /** On disk as soon as the service has returned an id. */
  requestId(id: string): Promise<void>;
  /**
   * Resolves when there is room for reading a text that takes about so many bytes of memory, with a function that gives
   * the room back. Throws FailureError `too-large` where more is needed than `maxMemoryMB` allows, unless it was paid
   * for, and `cancelled` on abort. Absent: nobody counts.
   */
  room?(bytes: number, paid: 'free' | 'paid'): Promise<() => void>;
  /**
   * The link's sound as a file that stays until the job ends, where another machine has brought it; undefined: it is to
   * be fetched here. Throws FailureError `cancelled` on abort. Absent: no other machine is asked.
   */
  soundElsewhere?(): Promise<string | undefined>;
  /** A folder for this job's temporary files, removed when the job leaves its worker. */
  tempFolder(): Promise<string>;
  /** Absent: nothing is kept from one attempt to the next. */
  readonly kept?: KeptSteps | undefined;
}

export interface Permit {
  /**
   * The request goes out now, some time after it was granted (a download or a price came first): its start
   * is counted from this moment, so that the service's own window is not exceeded.
   */
  going?(): void;
  /**
   * No request to this quota will follow (the user's OK is missing, the download failed): the start is
   * given back, so that asking for prices uses no limit. Its place is held until `release`. Does nothing
   * after `going`.
   */
  unused?(quota: QuotaName): void;
  /** Limits in the service's answer; holds or lowers the quota for everybody. */
  heard(answer: QuotaAnswer): void;
  /** The request is over; gives back a concurrency place. Safe to call twice. */
  release(): void;
}

/** What one answer says about a quota. */
export interface QuotaAnswer {
  /** The permit's quota that it is about; absent: the first. */
  readonly quota?: QuotaName;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the body asks us to wait, ms. */
  readonly waitMs?: number;
}

export type SourceResult =
  | { readonly transcript: Transcript; readonly paid?: PaidSummary }
  | { readonly failure: Failure; readonly noCaptions?: boolean; readonly paid?: PaidSummary }
  | { readonly consent: Quote };

export interface PaidSummary {
  readonly cost?: number;
  readonly seconds?: number;
  readonly requestId?: string;
}

export interface Source {
  readonly id: SourceId;
  /** True for speech-to-text that costs money or a slow computation: off until set up. */
  readonly paid: boolean;
  /**
   * True: it starts no program and reads nothing before its first answer, so that its request may go out while the disk
   * still records that the job is under way. Of 500 captions it saves 2 % of the time and 10 % of the CPU.
   */
  readonly asksFirst?: true;
  readiness(settings: Settings): Promise<Readiness>;
  /**
   * Whether this source can handle such a link; must not do I/O. `noCaptions`: an earlier source has seen
   * that the video has none, so that no start is used to find that out again.
   */
  accepts(link: Link, settings: Settings, noCaptions?: boolean): boolean;
  /**
   * Whether it uses the user's own rights at the site (the browser's cookies), so that it may see what is
   * private or age-restricted for others. Must not do I/O. Absent: it does not.
   */
  signedIn?(link: Link, settings: Settings): boolean;
  /**
   * Names of the quotas one attempt starts from; empty when it needs none. Must not do I/O. `resume`: a
   * submitted request is only polled, which takes no start from the quota for submitting.
   */
  quotas(link: Link, settings: Settings, resume?: PaidRequest): readonly QuotaName[];
  /**
   * What an hour of sound costs now, in the account's currency; requested from the service, which charges nothing for
   * the answer. Undefined where it is not known. Absent: the service names no price beforehand. Never throws.
   */
  hourPrice?(settings: Settings, signal: AbortSignal): Promise<number | undefined>;
  /** Never throws for outside errors: failures are values. */
  transcribe(request: SourceRequest): Promise<SourceResult>;
  /**
   * Asks for a video known to exist, after many in a row were reported unavailable: a blocking service may
   * answer the same. Undefined: the service answered normally.
   */
  probe?(request: SourceRequest): Promise<Failure | undefined>;
  /**
   * A cheap request for title and length, for the order of work and the estimate; undefined: not possible.
   * Its answer is kept for half an hour, so that the next attempt at the same video does not send it again:
   * that attempt takes no start of its own.
   */
  describe?(request: SourceRequest): Promise<VideoMeta | undefined>;
}

/** One entry of a list link. */
export interface ListItem {
  readonly link: Link;
  readonly meta: VideoMeta;
}

/** Turns a playlist, channel or feed into its entries, lazily, newest first. */
export interface ListExpander {
  /** Yields entries as they become known; throws FailureError. The list's filters are applied. */
  expand(request: ExpandRequest): AsyncIterable<ListItem>;
  /**
   * Whether a link that no source reads may turn out to be a list once it is asked for. Must not do I/O. Absent: none
   * may. `expand` then yields its entries, or throws when it is none.
   */
  mayBeList?(link: Link): boolean;
}

export interface ExpandRequest {
  readonly link: Link;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly identity: string;
  sent(via: Via): void;
  permit(quotas: readonly QuotaName[]): Promise<Permit>;
  /** A note for the user about the whole list: only its newest 15 are there, 3 were left out. */
  readonly note?: (text: string) => void;
}

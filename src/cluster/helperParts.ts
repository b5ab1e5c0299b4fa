/** What a helper is made of, and what it reports to whoever shows it. */
import type { RateLimiter } from '../engine/limits/rateLimiter';
import type { MemoryRoom } from '../engine/pool/memoryRoom';
import type { Clock, Files, Log, Random } from '../model/ports';
import type { Settings } from '../model/settings';
import type { QuotaName } from '../model/quotaNames';
import type { Link } from '../model/link';
import type { Source, SourceRequest } from '../model/source';
import type { OfferMessage } from './messages';
import type { Wire } from './wire';

/** Brings the sound of a link as one small file. */
export interface SoundBringer {
  readonly id: 'sound';
  isReady(settings: Settings): Promise<boolean>;
  accepts(link: Link, settings: Settings): boolean;
  quotas(link: Link, settings: Settings): readonly QuotaName[];
  /** The file, in the request's temporary folder. Throws FailureError. */
  bring(request: SourceRequest): Promise<string>;
}

/** What a helper can do for others. */
export type Doable = Source | SoundBringer;

export interface HelperParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly log: Log;
  readonly wire: Wire;
  readonly sources: readonly Source[];
  /** Absent: it brings no sound. */
  readonly sound?: SoundBringer | undefined;
  /** Loaded. */
  readonly limiter: RateLimiter;
  /** For large texts, of all its attempts together. */
  readonly memory: MemoryRoom;
  readonly settings: Settings;
  /** The name of this machine, as owners see it. */
  readonly machine: string;
  readonly egress?: string;
  /** The address of Redis, for sentences. */
  readonly place: string;
}

/** What a worker is doing, for display. */
export interface HelperWork {
  readonly worker: number;
  readonly from: string;
  readonly offer: OfferMessage;
  readonly since: number;
  readonly stage: string;
  readonly percent?: number;
}

export interface HelperEvents {
  began(work: HelperWork): void;
  /** `why`: it was not answered, and went back. */
  ended(work: HelperWork, how: 'transcript' | 'sound' | 'failure' | 'back' | 'lost', why?: string): void;
  /** Something that whoever watches should know. */
  said(text: string): void;
}

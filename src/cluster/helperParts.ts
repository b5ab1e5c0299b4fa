/** What a helper is made of, and what it reports to whoever shows it. */
import type { RateLimiter } from '../engine/limits/rateLimiter';
import type { MemoryRoom } from '../engine/pool/memoryRoom';
import type { Clock, Files, Log, Random } from '../model/ports';
import type { Settings } from '../model/settings';
import type { Source } from '../model/source';
import type { OfferMessage } from './messages';
import type { Wire } from './wire';

export interface HelperParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly log: Log;
  readonly wire: Wire;
  readonly sources: readonly Source[];
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
  ended(work: HelperWork, how: 'transcript' | 'failure' | 'back' | 'lost', why?: string): void;
  /** Something that whoever watches should know. */
  said(text: string): void;
}

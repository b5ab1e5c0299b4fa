/** What the rate limiter needs from outside. */
import type { Clock, Files, Log, Random } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Pacer } from './pacer';
import type { QuotaSpec } from './quotaSpecs';
import type { SharedRecord, SharedRecordHost } from './sharedRecordParts';

export interface RateLimiterParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  /** Absolute path of the folder that all processes of this user share. */
  readonly stateFolder: string;
  readonly log: Log;
  /** Grants starts of quotas with a spacing; bottleneck, or a fake clock in tests. */
  readonly pacer?: Pacer;
  /** Adds the starts of other machines to the record; absent: this user's processes alone share it. */
  readonly share?: ((host: SharedRecordHost) => SharedRecord) | undefined;
  /** The numbers of a quota; from the settings by default. */
  readonly specOf?: (name: string, settings: Settings) => QuotaSpec;
}

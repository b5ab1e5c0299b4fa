/** What a batch consists of when it is opened (opening.ts), for its run. */
import type { Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import type { AlreadyDone } from '../folder/alreadyDone';
import type { BatchKeptSteps } from '../folder/keptSteps';
import type { Ownership } from '../folder/owner';
import type { UnderWay } from '../folder/underWay';
import type { Shared } from '../job/context';
import type { LiveFile } from '../live/liveFile';
import type { Journal } from '../journal/journal';
import type { BatchState } from '../state/reducer';
import type { Agreed } from './rowActions';

export interface BatchRunParts {
  readonly shared: Shared;
  readonly folder: string;
  readonly state: BatchState;
  readonly journal: Journal;
  readonly ownership: Ownership;
  readonly settings: Settings;
  readonly done: AlreadyDone;
  readonly kept: BatchKeptSteps | undefined;
  readonly underWay: UnderWay;
  readonly live: LiveFile;
  /** It runs from now on. */
  readonly begun: () => void;
  readonly recordSettings: (settings: Partial<Settings>) => Promise<void>;
  /** As `PaidRecord` has them. */
  readonly recordIntent: (video: string) => Promise<void>;
  readonly recordRefused: (video: string) => Promise<void>;
  readonly recordPaid: (source: SourceId, requestId: string) => Promise<void>;
  readonly recordConsent: (agreed: Agreed) => Promise<void>;
}

/** What the ways of *Set Up Speech-to-Text…* work with, and what they come to. */
import type { Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import type { SetUpPart } from '../../sources/speechSetup/services';
import type { CoreAccess } from '../core';
import type { EditorSecrets } from '../secrets';
import type { EditorSettings } from '../settings';
import type { WaitingVideos } from './waiting';

export interface SpeechParts {
  readonly access: CoreAccess;
  readonly settings: EditorSettings;
  readonly secrets: EditorSecrets;
  readonly waiting: WaitingVideos;
}

/** Asks for one part of a set-up once more; undefined when the user has closed it. */
export type Change = () => Promise<SetUp | undefined>;

/** A way that was set up: the source that uses it, and the settings that are kept once it has been tried. */
export interface SetUp {
  readonly source: SourceId;
  readonly settings: Partial<Settings>;
  /** The parts that the user can set otherwise when the trial fails. */
  readonly change: Partial<Record<SetUpPart, Change>>;
  /** The same with another address. */
  readonly at?: (endpoint: string) => SetUp;
}

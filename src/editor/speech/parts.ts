/** What the ways of *Set Up Speech-to-Text…* work with, and what they come to. */
import type { Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
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

/** A way that was set up: the source that uses it, and the settings that are kept once it has been tried. */
export interface SetUp {
  readonly source: SourceId;
  readonly settings: Partial<Settings>;
}

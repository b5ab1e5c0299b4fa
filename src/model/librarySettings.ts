/** The settings of the library, a part of settingsTable.ts. */
import { flag } from './settingKinds';

export const librarySettings = {
  'library.page': flag(
    true,
    'resource',
    'output',
    'Keep a page of all batches and transcripts, `index.md`, in the output folder. It is rewritten when a batch ends; an `index.md` of yours stays as it is.',
  ),
};

/** The settings of the library, a part of settingsTable.ts. */
import { choice, flag } from './settingKinds';

export const librarySettings = {
  'library.page': flag(
    true,
    'resource',
    'output',
    'Keep a page of all batches and transcripts, `index.md`, in the output folder, and link notes with each other (`concepts.md`, `links.json`, "See also"). Written when a batch ends; files of yours with these names stay as they are.',
  ),
  'library.links': choice(
    'markdown',
    {
      markdown: 'Markdown links.',
      wiki: 'Wiki links, as Obsidian has them. A file name with brackets, which they cannot hold, is linked as Markdown: leave the brackets out of `output.fileName`.',
    },
    'resource',
    'output',
    'How notes and `concepts.md` link to other notes.',
  ),
};

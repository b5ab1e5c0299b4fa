/**
 * The format of a list by its file name. Separate from the reader, which is loaded only when a list is
 * read.
 */

/** VS Code's id of the language Link List. */
export const urlsLanguage = 'urls';

/** A hint: the content counts first. */
export type ListFormat = 'urls' | 'text' | 'csv';

/** The hint from a file's name. */
export function formatOf(fileName: string): ListFormat {
  if (/\.urls$/i.test(fileName)) return 'urls';
  return /\.(?:csv|tsv|tab)$/i.test(fileName) ? 'csv' : 'text';
}

/**
 * Extensions of files for which the menus offer to transcribe them as a list; others only through the
 * palette.
 */
export const listEndings = [
  'urls',
  'txt',
  'md',
  'csv',
  'tsv',
  'opml',
  'm3u',
  'm3u8',
  'webloc',
  'url',
] as const;

/** Whether a file's name is that of a list. */
export function isListName(path: string): boolean {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return listEndings.some((known) => known === ending);
}

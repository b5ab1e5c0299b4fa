/** What the name of a list's file says about it. Apart from the reader, which is loaded when a list is read. */

/** A hint: what the text itself shows counts first. */
export type ListFormat = 'urls' | 'text' | 'csv';

/** The hint a file's name gives. */
export function formatOf(fileName: string): ListFormat {
  if (/\.urls$/i.test(fileName)) return 'urls';
  return /\.(?:csv|tsv|tab)$/i.test(fileName) ? 'csv' : 'text';
}

/** Endings of files for which the menus offer to transcribe them as a list; others are for the palette. */
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

/** Whether a file is called like a list. */
export function isListName(path: string): boolean {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return listEndings.some((known) => known === ending);
}

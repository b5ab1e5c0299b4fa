/** How a list is written, by the name of its file. Apart from the reader, which is loaded when a list is read. */

/** `csv` differs from other free text in that commas end a cell. */
export type ListFormat = 'urls' | 'text' | 'csv';

/** The format a file is read in, by its name. */
export function formatOf(fileName: string): ListFormat {
  if (/\.urls$/i.test(fileName)) return 'urls';
  return /\.(?:csv|tsv)$/i.test(fileName) ? 'csv' : 'text';
}

/** Sound, video and subtitle files as a list, so that they take the way of every other link. Pure. */
import { basename, dirname } from 'node:path';
import { nameOfFile } from '../intake/batchName';
import { fileUrlOf } from '../intake/localPath';
import type { ListFormat } from '../intake/listFormat';

/** The files as a list: a name may hold a # or blanks at its ends, an address holds neither. */
export function mediaInput(paths: readonly string[]): {
  readonly content: string;
  readonly format: ListFormat;
  readonly name: string;
  readonly folder: string;
} {
  const [first = ''] = paths;
  const name = basename(first);
  const lines = paths.map((path) => fileUrlOf(path));
  if (paths.length === 1) lines.unshift(`# @name ${batchName(name)}`);
  return {
    content: lines.join('\n'),
    format: 'urls',
    name: paths.length === 1 ? name : `${paths.length} files`,
    folder: dirname(first),
  };
}

/** The file's name without its ending, as the value of a directive can hold it. */
function batchName(file: string): string {
  const stem = nameOfFile(file)
    .replace(/[\s#]+/g, ' ')
    .trim();
  return stem === '' ? 'file' : stem.slice(0, 100).trim();
}

/** README.md as it goes into a package, and what package.json says about the repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of package.json the packing scripts look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  /** An empty address: the owner has not filled it in yet. */
  readonly repository: { readonly type: string; readonly url: string };
  readonly [field: string]: unknown;
}

/** @param root absolute folder of the repository */
export function manifestOf(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}

/**
 * The text of README.md for the extension's page. Pictures and the pages of docs/ are files of the repository: while
 * nobody knows its address their links would be broken ones, so pictures are left out and links are plain words.
 */
export function pageReadme(root: string): string {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  if (manifestOf(root).repository.url !== '') return text;
  return text
    .replaceAll(/^!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, '')
    .replaceAll(/\[([^\]]+)\]\((?![a-z]+:)[^)]*\)/g, '$1');
}

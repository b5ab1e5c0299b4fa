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
 * The text of README.md for the extension's page. Pictures are files of the repository: while nobody knows its
 * address they would be broken ones, so they are left out.
 */
export function pageReadme(root: string): string {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  return manifestOf(root).repository.url === ''
    ? text.replaceAll(/^!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, '')
    : text;
}

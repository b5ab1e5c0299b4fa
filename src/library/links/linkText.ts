/** Links between files of an output folder, as Markdown or as the wiki links of Obsidian. */
import { markdownText, relativeTarget } from '../../output/escape';

export type LinkStyle = 'markdown' | 'wiki';

/** A file of the output folder. */
export interface Place {
  /** Name of its batch folder; empty: the output folder itself. */
  readonly folder: string;
  /** Relative to that, `/` as separator. */
  readonly file: string;
}

/** What a wiki link can hold; brackets, `|`, `#` and `^` end it or mean something else in it. */
const wikiPath = /^[\p{L}\p{M}\p{N} .,_()'&+!=/-]+$/u;
const notInAlias = /[[\]|#^`<>\\*_~$:@{}\p{Cc}\p{Cs}]/gu;

/**
 * A link from a file in the folder `from` to another one. A name that a wiki link cannot hold is linked as Markdown.
 */
export function linkText(style: LinkStyle, from: string, to: Place, title: string): string {
  const path = to.folder === '' ? to.file : `${to.folder}/${to.file}`;
  if (style === 'wiki' && wikiPath.test(path) && !/www\./i.test(path))
    return `[[${path.replace(/\.md$/, '')}|${title.replace(notInAlias, ' ').replace(/\s+/g, ' ').trim() || 'video'}]]`;
  const way =
    to.folder === from ? [] : [...(from === '' ? [] : ['..']), ...(to.folder === '' ? [] : [to.folder])];
  return `[${markdownText(title)}](${relativeTarget([...way, ...to.file.split('/')])})`;
}

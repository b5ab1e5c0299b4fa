/** The section "See also" at the end of notes. It begins with a comment, which no model's answer can hold. Pure. */
import { joinAnd } from '../../model/numberWords';
import { markdownText } from '../../output/escape';
import { isUnchanged, sealedAgain } from '../notes/seal';
import { linkText, type LinkStyle, type Place } from './linkText';

export interface SeeAlso {
  readonly to: Place;
  readonly title: string;
  /** The words that both videos share. */
  readonly words: readonly string[];
}

const beginning = '\n<!-- bulk-transcribe library 1: see also -->\n';

/** The notes with this section in place of the one before. Undefined: the user has changed them, so they stay. */
export function withSeeAlso(
  notes: string,
  links: readonly SeeAlso[],
  folder: string,
  style: LinkStyle,
): string | undefined {
  if (!isUnchanged(notes)) return undefined;
  const at = notes.lastIndexOf(beginning);
  const own = at < 0 ? notes : notes.slice(0, at);
  const section = links.length === 0 ? '' : sectionOf(links, folder, style);
  return own + section === notes ? notes : sealedAgain(own + section);
}

function sectionOf(links: readonly SeeAlso[], folder: string, style: LinkStyle): string {
  const lines = links.map(({ to, title, words }) => {
    const reason = joinAnd(words.map((word) => markdownText(word)));
    return `- ${linkText(style, folder, to, title)}: both speak of ${reason}`;
  });
  return [beginning, '## See also', '', ...lines, ''].join('\n');
}

/** `concepts.md`: each term that notes define, with the videos and times where it is explained. Pure. */
import { formatLength, plural } from '../../model/numberWords';
import { timeLink } from '../../output/document';
import { linkTarget, markdownText } from '../../output/escape';
import { wordsOf } from '../../search/words';
import { libraryHead } from '../page/pageText';
import type { Definition } from './definitions';
import { linkText, type LinkStyle, type Place } from './linkText';

/** One video and what its notes define. */
export interface Explained {
  readonly notes: Place;
  readonly title: string;
  readonly url: string | undefined;
  readonly definitions: readonly Definition[];
}

export interface Concept {
  readonly term: string;
  readonly at: readonly { readonly video: number; readonly times: readonly number[] }[];
}

/** The concepts in alphabetical order; spellings that differ in case and accents alone are one. */
export function conceptsOf(videos: readonly Explained[]): readonly Concept[] {
  const found = new Map<string, { spellings: Map<string, number>; at: Map<number, number[]> }>();
  for (const [video, { definitions }] of videos.entries())
    for (const { term, times } of definitions) {
      const key = wordsOf(term).join(' ');
      if (key === '') continue;
      const concept = found.get(key) ?? {
        spellings: new Map<string, number>(),
        at: new Map<number, number[]>(),
      };
      found.set(key, concept);
      concept.spellings.set(term, (concept.spellings.get(term) ?? 0) + 1);
      const known = concept.at.get(video);
      if (known === undefined) concept.at.set(video, [...times]);
      else for (const time of times) known.push(time);
    }
  const order = new Intl.Collator('en', { numeric: true });
  return [...found.values()]
    .map(({ spellings, at }) => ({
      term: mostUsed(spellings),
      at: [...at].map(([video, times]) => ({ video, times: [...new Set(times)].sort((a, b) => a - b) })),
    }))
    .sort((a, b) => order.compare(a.term, b.term) || (a.term < b.term ? -1 : 1));
}

/** The whole page; undefined where no notes define anything. */
export function conceptsPage(
  videos: readonly Explained[],
  concepts: readonly Concept[],
  style: LinkStyle,
): string | undefined {
  if (concepts.length === 0) return undefined;
  const used = new Set(concepts.flatMap(({ at }) => at.map(({ video }) => video)));
  const sections = concepts.map(({ term, at }) => {
    const lines = at.flatMap(({ video, times }) => {
      const one = videos[video];
      if (one === undefined) return [];
      return [
        `- ${[linkText(style, '', one.notes, one.title), ...times.map((time) => timeText(one.url, time))].join(' ')}`,
      ];
    });
    return `## ${markdownText(term)}\n\n${lines.join('\n')}\n`;
  });
  const sum = `${plural(concepts.length, 'concept')} from the notes of ${plural(used.size, 'video')}`;
  return `${libraryHead}\n\n# Concepts\n\n${sum}\n\n${sections.join('\n')}`;
}

function timeText(url: string | undefined, seconds: number): string {
  const target = url === undefined ? undefined : linkTarget(timeLink(url, seconds));
  const time = formatLength(seconds);
  return target === undefined ? time : `[${time}](${target})`;
}

function mostUsed(spellings: ReadonlyMap<string, number>): string {
  const [first] = [...spellings].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return first?.[0] ?? '';
}

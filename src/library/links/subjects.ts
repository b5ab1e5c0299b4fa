/**
 * Subjects for the videos of a library, as a model proposes them: what it is asked, and what of its answer can be
 * meant. A proposal moves nothing: see subjectFiles.ts. Pure.
 */
import type { ChatMessage } from '../notes/chatModel';
import { betweenMarks, dataRule, flat } from '../notes/outsideText';
import { estimateTokens } from '../notes/pieces';

/** A video that has notes and no subject yet. */
export interface Unsorted {
  readonly title: string;
  /** What its notes define. */
  readonly terms: readonly string[];
}

export interface Proposal {
  /** Subject → indexes into the videos, both in the order of the answers. */
  readonly subjects: readonly (readonly [subject: string, videos: readonly number[]])[];
  /** Videos that the answers name and nobody has asked about. */
  readonly unknown: number;
  /** Videos that the answers leave without a subject. */
  readonly left: number;
}

const mostTerms = 12;
const longestLine = 300;
const longestSubject = 60;
/** Share of the model's context for the list of videos; the rest is for the answer. */
const listShare = 0.4;
const leastTokens = 500;

/** The videos of each request: as many as fit, in order. */
export function subjectPieces(
  videos: readonly Unsorted[],
  contextTokens: number,
): readonly (readonly number[])[] {
  const budget = Math.max(leastTokens, Math.floor(contextTokens * listShare));
  const pieces: number[][] = [];
  let size = Infinity;
  for (const [at, video] of videos.entries()) {
    const tokens = estimateTokens(lineOf(at, video)) + 1;
    if (size + tokens > budget) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(at);
    size += tokens;
  }
  return pieces;
}

/** `known`: subjects that there are. `mark`: letters and digits that stand in no title by chance. */
export function subjectPrompt(
  videos: readonly Unsorted[],
  piece: readonly number[],
  known: readonly string[],
  mark: string,
): readonly ChatMessage[] {
  const lines = piece.flatMap((at) => {
    const video = videos[at];
    return video === undefined ? [] : [lineOf(at, video)];
  });
  return [
    {
      role: 'system',
      text: [
        'You sort recordings by subject for somebody who studies them.',
        'Answer with one line for each subject and nothing else: its name in a few words, a colon, the numbers of its recordings.',
        'Example: Photosynthesis: 3, 8, 12',
        'Give each recording one subject. Take few subjects that hold several recordings each. Use the language of the titles.',
        dataRule('The list of recordings', mark),
      ].join('\n'),
    },
    {
      role: 'user',
      text: [
        ...(known.length === 0
          ? []
          : [
              `Use these subjects where they fit: ${known.map((name) => flat(name).replaceAll(mark, '')).join('; ')}\n`,
            ]),
        betweenMarks(mark, lines),
      ].join('\n'),
    },
  ];
}

/**
 * Reads the answers; `asked`: the indexes that each was asked about. A video that is named twice stays where it was
 * first.
 */
export function readProposal(
  answers: readonly string[],
  asked: readonly (readonly number[])[],
  videos: number,
): Proposal {
  const subjects = new Map<string, { readonly name: string; readonly videos: number[] }>();
  const placed = new Set<number>();
  let unknown = 0;
  for (const [at, answer] of answers.entries()) {
    const known = new Set(asked[at]);
    for (const [name, numbers] of subjectLines(answer))
      for (const number of numbers) {
        const video = number - 1;
        if (!known.has(video)) unknown += 1;
        else if (!placed.has(video)) {
          placed.add(video);
          const key = name.toLowerCase();
          const subject = subjects.get(key) ?? { name, videos: [] };
          subjects.set(key, subject);
          subject.videos.push(video);
        }
      }
  }
  return {
    subjects: [...subjects.values()].map((subject) => [subject.name, subject.videos] as const),
    unknown,
    left: videos - placed.size,
  };
}

const mostInRange = 1000;

function* subjectLines(answer: string): Generator<readonly [name: string, numbers: readonly number[]]> {
  for (const line of answer.slice(0, 200_000).split('\n')) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const name = subjectName(line.slice(0, colon));
    const list = line
      .slice(colon + 1)
      .replace(/[*_`]/g, '')
      .trim();
    if (name === '' || !/^\d[\d\s,;.–-]*$/.test(list)) continue;
    yield [name, numbersIn(list)];
  }
}

/** `3, 8, 12-14`. */
function numbersIn(list: string): readonly number[] {
  return [...list.matchAll(/(\d{1,6})(?:\s*[–-]\s*(\d{1,6}))?/g)].flatMap(([, first, last = first]) => {
    const from = Number(first);
    const count = Number(last) - from + 1;
    return count >= 1 && count <= mostInRange ? Array.from({ length: count }, (_, at) => from + at) : [from];
  });
}

/** A name that can stand in front matter and as a heading: words, no marks of Markdown. */
function subjectName(text: string): string {
  return text
    .replace(/^\s*(?:[-*+#>]+|\d{1,3}[.)])\s+/, '')
    .replace(/[^\p{L}\p{M}\p{N} '’.,&/()+-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longestSubject)
    .trim();
}

function lineOf(at: number, { title, terms }: Unsorted): string {
  const about = terms.length === 0 ? '' : ` (${terms.slice(0, mostTerms).map(flat).join(', ')})`;
  return `${at + 1}. ${`${flat(title)}${about}`.slice(0, longestLine)}`;
}

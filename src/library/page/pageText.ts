/**
 * The text of `index.md`: what the output folder holds, batch by batch. Every text from outside is escaped, links are
 * relative, and nothing in it depends on when it is written, so that the same folder gives the same bytes.
 */
import { formatCount, formatLength, plural } from '../../model/numberWords';
import { serviceLabel } from '../../model/serviceNames';
import { toGoOf } from '../../engine/state/counts';
import { markdownText, relativeTarget } from '../../output/escape';
import type { LibraryBatch, LibraryVideo } from './batchFolder';

/** In the head of each file that the library writes; a file without it is the user's. */
export const libraryMark = '<!-- bulk-transcribe library 1';
/** The comment of which the mark is the beginning, and a line for readers of the file. */
export const libraryHead = `${libraryMark}: rewritten when a batch ends. Delete this line to keep the file as yours. -->`;

/** What the whole page adds up. */
export interface Totals {
  batches: number;
  transcripts: number;
  seconds: number;
  failed: number;
  notes: number;
  readonly languages: Map<string, number>;
  readonly sources: Map<string, number>;
}

export function emptyTotals(): Totals {
  return {
    batches: 0,
    transcripts: 0,
    seconds: 0,
    failed: 0,
    notes: 0,
    languages: new Map(),
    sources: new Map(),
  };
}

/** The totals of one batch. */
export function totalsOf({ head, videos }: LibraryBatch): Totals {
  const totals = emptyTotals();
  totals.batches = 1;
  totals.failed = head.counts.failed;
  totals.transcripts = videos.length;
  for (const { seconds = 0, language, source, notes } of videos) {
    totals.seconds += seconds;
    totals.notes += notes.length;
    countOne(totals.languages, language);
    countOne(totals.sources, source);
  }
  return totals;
}

/** Adds `one` to `sum`. */
export function addTotals(sum: Totals, one: Totals): void {
  sum.batches += one.batches;
  sum.transcripts += one.transcripts;
  sum.seconds += one.seconds;
  sum.failed += one.failed;
  sum.notes += one.notes;
  for (const kind of ['languages', 'sources'] as const)
    for (const [name, count] of one[kind]) sum[kind].set(name, (sum[kind].get(name) ?? 0) + count);
}

/** The text above the batches. `links`: Markdown of pages beside this one. */
export function pageHead(totals: Totals, links: readonly string[]): string {
  const sentence = [
    `${plural(totals.batches, 'batch', 'batches')} with ${plural(totals.transcripts, 'transcript')}`,
    ...figuresOf(totals),
  ].join(' · ');
  const parts = [
    libraryHead,
    '',
    '# Transcripts',
    '',
    sentence,
    ...(links.length === 0 ? [] : ['', links.join(' · ')]),
  ];
  return parts.map((line) => `${line}\n`).join('');
}

/** The section of one batch, line by line, each with its end. */
export function* batchSection(batch: LibraryBatch, totals: Totals): Generator<string, void, undefined> {
  const { folder, head, videos, hasReport } = batch;
  const { counts, total, phase } = head;
  const toGo = toGoOf(counts) + counts.parked;
  const facts = [
    `${formatCount(videos.length)} of ${plural(total, 'video')} transcribed`,
    ...(counts.skipped === 0 ? [] : [`${formatCount(counts.skipped)} skipped`]),
    ...(phase === 'finished' || toGo === 0 ? [] : [`${formatCount(toGo)} not done yet`]),
    ...figuresOf(totals),
    ...(hasReport ? [`[report](${relativeTarget([folder, 'report.md'])})`] : []),
  ];
  yield `## ${markdownText(head.name)}\n\n${facts.join(' · ')}\n`;
  if (videos.length > 0) yield '\n';
  for (const video of videos) yield `${videoLine(folder, video)}\n`;
}

function figuresOf({ seconds, failed, notes, languages, sources }: Totals): readonly string[] {
  return [
    ...(seconds === 0 ? [] : [hoursWords(seconds)]),
    ...(languages.size === 0 ? [] : [listed(languages, (name) => name)]),
    ...(sources.size === 0 ? [] : [listed(sources, serviceLabel)]),
    ...(failed === 0 ? [] : [`${formatCount(failed)} failed`]),
    ...(notes === 0 ? [] : [`${plural(notes, 'file')} of notes`]),
  ];
}

/** `de 12, en 3`: the most first. */
function listed(counts: ReadonlyMap<string, number>, nameOf: (name: string) => string): string {
  return [...counts]
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([name, count]) => `${markdownText(nameOf(name))} ${formatCount(count)}`)
    .join(', ');
}

/** `84 h 12 min`, `12 min`, `40 s`. */
function hoursWords(seconds: number): string {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [...(hours === 0 ? [] : [`${formatCount(hours)} h`]), ...(rest === 0 ? [] : [`${rest} min`])].join(
    ' ',
  );
}

function videoLine(folder: string, { title, file, seconds, language, source, notes }: LibraryVideo): string {
  const facts = [
    ...(seconds === undefined ? [] : [formatLength(seconds)]),
    ...(language === undefined ? [] : [markdownText(language)]),
    ...(source === undefined ? [] : [markdownText(serviceLabel(source))]),
    ...notes.map((name, at) => `[notes${at === 0 ? '' : ` ${at + 1}`}](${relativeTarget([folder, name])})`),
  ];
  const link = `[${markdownText(title)}](${relativeTarget([folder, ...file.split('/')])})`;
  return `- ${[link, ...facts].join(' · ')}`;
}

function countOne(counts: Map<string, number>, name: string | undefined): void {
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The words around the lines of a list: CodeLens titles, marks, hovers. */
import { doneOf, toGoOf } from '../../engine/state/counts';
import { directives } from '../../intake/directives';
import type { ListContent } from '../../intake/list';
import type { Link } from '../../model/link';
import { formatCount, formatLength, plural, rowWords, statusWords } from '../../model/words';
import { visible } from '../../output/escape';
import type { KnownBatch } from '../knownBatch';
import type { LineJob } from './progress';

export interface Lens {
  readonly title: string;
  readonly action: 'transcribe' | 'retry' | 'show';
}

/** The lenses on the first line: "Transcribe 42 links", or what the list's batch has come to. */
export function lensesOf(
  content: Pick<ListContent, 'jobs'>,
  batch: Pick<KnownBatch, 'phase' | 'counts' | 'total'> | undefined,
): readonly Lens[] {
  const links = content.jobs.filter((job) => job.invalid === undefined).length;
  const transcribe: Lens = { title: `Transcribe ${plural(links, 'link')}`, action: 'transcribe' };
  if (!batch || batch.total === 0) return links > 0 ? [transcribe] : [];
  const { failed, parked } = batch.counts;
  const done = doneOf(batch.counts);
  const parts = [`${formatCount(done)} done`];
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (parked > 0) parts.push(`${formatCount(parked)} parked`);
  if (batch.phase === 'running' && toGoOf(batch.counts) > 0) {
    const share = `${formatCount(done + failed)} of ${formatCount(batch.total)}`;
    return [{ title: failed > 0 ? `${share}, ${formatCount(failed)} failed` : share, action: 'show' }];
  }
  if (failed > 0) return [{ title: `${parts.join(', ')}: retry`, action: 'retry' }, transcribe];
  return [{ title: parts.join(', '), action: 'show' }, transcribe];
}

export type MarkColour = 'done' | 'failed' | 'running' | 'waiting' | 'quiet';
export interface Mark {
  readonly text: string;
  readonly colour: MarkColour;
}

/** The mark behind a link's line; undefined while there is nothing to say. */
export function markOf(job: LineJob, link: Link, now: number): Mark | undefined {
  if (job.expandedInto !== undefined)
    return { text: plural(job.expandedInto, 'entry', 'entries'), colour: 'quiet' };
  const words = statusWords(job, now);
  switch (job.status) {
    case 'completed':
      return { text: `✓ ${words}`, colour: 'done' };
    case 'failed':
      return {
        text: `✗ ${job.failure ? rowWords(job.failure, { link }).cause : words}`,
        colour: 'failed',
      };
    case 'running':
      return { text: `● ${words}`, colour: job.wait ? 'waiting' : 'running' };
    case 'parked':
      return { text: words, colour: 'waiting' };
    case 'pending':
      return job.wait ? { text: words, colour: 'waiting' } : undefined;
    case 'skipped':
    case 'cancelled':
      return { text: words, colour: 'quiet' };
  }
}

const kinds: Readonly<Record<Link['kind'], string>> = {
  youtube: 'YouTube video',
  list: 'List: becomes its entries, newest first',
  subtitle: 'Subtitle file',
  media: 'Sound or video file: transcribed by speech-to-text',
  page: 'Web page: needs yt-dlp',
  transcript: 'Transcript: notes are written about it',
};

/** Lines of Markdown for the hover over a link. */
export function hoverOf(link: Link, job: LineJob | undefined, now: number): readonly string[] {
  const lines: string[] = [];
  // Not drawn bold with a space at its end.
  const title = job?.meta.title?.trim() ?? '';
  const facts = [job?.meta.channel, formatLength(job?.meta.duration), job?.meta.published];
  if (title !== '') lines.push(`**${escapeMarkdown(title)}**`);
  const known = facts.filter((fact): fact is string => fact !== undefined && fact !== '');
  if (known.length > 0) lines.push(known.map(escapeMarkdown).join(' · '));
  lines.push(listKind(link));
  if (job?.expandedInto !== undefined) lines.push(plural(job.expandedInto, 'entry', 'entries'));
  else if (job) {
    const cause = job.failure && job.status !== 'completed' ? rowWords(job.failure, { link }) : undefined;
    const status = escapeMarkdown(statusWords(job, now));
    lines.push(cause ? `${status}: ${escapeMarkdown(cause.cause)}. ${escapeMarkdown(cause.next)}.` : status);
  }
  return lines;
}

function listKind(link: Link): string {
  if (link.list === 'youtube-playlist') return 'YouTube playlist: becomes its videos';
  if (link.list === 'youtube-channel') return 'YouTube channel: becomes its videos, newest first';
  if (link.list === 'feed') return 'Feed: becomes its entries, newest first';
  return kinds[link.kind];
}

/** Markdown for the hover over a directive; undefined for one that does not exist. */
export function directiveHover(name: string): string | undefined {
  const key = name.toLowerCase();
  const info = Object.hasOwn(directives, key) ? directives[key] : undefined;
  return info && `${info.description} Example: \`# @${key} ${info.example}\``;
}

/** Titles are somebody else's text: nothing in them may become a link, a picture or markup. */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!<>|~&$@]|:(?=\/\/)/g, '\\$&');
}

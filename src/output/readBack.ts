/**
 * Reads a video's transcript back from its files, for exports. The file with the most exact times is used;
 * the user's corrections in it are kept. No second copy is stored anywhere.
 */
import { join } from 'node:path';
import { decodeText } from '../captions/decode';
import { parseCaptions } from '../captions/parseCaptions';
import { Share, inSlices, linesOf, type Sliced } from '../captions/sliced';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isInsidePath } from '../model/insidePath';
import type { Chapter } from '../model/link';
import type { Files } from '../model/ports';
import type { Cue } from '../model/transcript';
import { hasTimes, type TranscriptDocument } from './document';
import { outputFormats, type OutputFormat } from '../model/settings';
import { fromMarkdownText } from './escape';

/** How exact the times of each format are, the best first: Markdown has paragraph starts, plain text has no times. */
const rank: Readonly<Record<OutputFormat, number>> = { json: 1, vtt: 2, srt: 3, md: 4, txt: 5 };
const exactness = [...outputFormats].sort((a, b) => rank[a] - rank[b]).map((format) => `.${format}` as const);
const maxBytes = 50 * 1024 * 1024;

/** The job's files that are inside the batch folder, links resolved; a journal may come from anywhere. */
export async function ownFiles(files: Files, folder: string, job: ReadonlyRow): Promise<readonly string[]> {
  const root = await files.realPath(folder);
  if (root === undefined) return [];
  const inside: string[] = [];
  for (const name of job.files ?? []) {
    if (!isInsidePath(name)) continue;
    if ((await files.realPath(join(folder, name))) === join(root, name)) inside.push(name);
  }
  return inside;
}

/** The transcript of a finished job; undefined when none of its files exists or is readable. */
export async function readBack(
  files: Files,
  folder: string,
  job: ReadonlyRow,
  batch: string,
): Promise<TranscriptDocument | undefined> {
  const names = await ownFiles(files, folder, job);
  for (const extension of exactness) {
    const name = names.find((one) => one.toLowerCase().endsWith(extension));
    if (name === undefined) continue;
    const bytes = await files.read(join(folder, name), maxBytes);
    const read =
      bytes === undefined ? undefined : await inSlices(cuesOf(bytes, extension, job.meta.duration));
    if (read === undefined) continue;
    return {
      link: job.link,
      transcript: {
        language: job.language ?? 'und',
        captions: job.captions ?? 'manual',
        ...(bytes !== undefined && saysDub(bytes) ? { dub: true } : {}),
        source: job.source ?? 'subtitleFile',
        cues: read.cues,
        meta: read.chapters.length === 0 ? job.meta : { ...job.meta, chapters: read.chapters },
      },
      batch,
      transcribed: new Date(job.endedAt ?? 0).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      timestamps: read.timed ? 'paragraph' : 'none',
    };
  }
  return undefined;
}

/** Our own Markdown and JSON have a line for that before the words. */
function saysDub(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 4096));
  const [before = ''] = head.split(/\n---\n|\n {2}"cues"/, 1);
  return /^(?: {2}"dub": true,|dub: true)$/m.test(before);
}

interface Read {
  readonly cues: readonly Cue[];
  readonly chapters: readonly Chapter[];
  readonly timed: boolean;
}

function* cuesOf(
  bytes: Uint8Array,
  extension: string,
  duration: number | undefined,
): Sliced<Read | undefined> {
  if (extension === '.md') return yield* readMarkdown(yield* decodeText(bytes), duration);
  if (extension === '.txt') return yield* readText(yield* decodeText(bytes), duration);
  const parsed = yield* parseCaptions(bytes, { automatic: false, isOwn: true });
  return 'cues' in parsed ? { cues: parsed.cues, chapters: [], timed: hasTimes(parsed.cues) } : undefined;
}

const timed = /^\[\d[\d:]*\]\(\S*[&#]t=(\d+)\) (.*)$/s;
const spoken = /^\*\*(.+?):\*\* (.*)$/s;

/** A paragraph of our own Markdown: the second of the video where it begins, who speaks, and the words as plain text. */
export function markdownParagraph(paragraph: string): {
  readonly seconds: number | undefined;
  readonly speaker: string | undefined;
  readonly text: string;
} {
  const [, seconds, rest = paragraph] = timed.exec(paragraph) ?? [];
  const [, speaker, words = rest] = spoken.exec(rest) ?? [];
  return {
    seconds: seconds === undefined ? undefined : Number(seconds),
    speaker: speaker === undefined ? undefined : fromMarkdownText(speaker),
    text: fromMarkdownText(words),
  };
}

/** Our own Markdown: without front matter and title, a cue for each paragraph, headings as chapters. */
export function* readMarkdown(markdown: string, duration: number | undefined): Sliced<Read> {
  const share = new Share();
  const end = markdown.startsWith('---\n') ? markdown.indexOf('\n---\n', 3) : -1;
  const body = markdown
    .slice(end < 0 ? 0 : end + 5)
    .trimStart()
    .replace(/^# .*\n/, '');
  const cues: { start: number; end: number; text: string; speaker?: string }[] = [];
  const titles: { title: string; at: number }[] = [];
  let hasTimes = false;
  for (const block of blocksOf(body)) {
    if (share.due(block.length)) yield;
    const paragraph = block.trim();
    if (paragraph === '') continue;
    const heading = /^#{1,6} (.*)$/.exec(paragraph)?.[1];
    if (heading !== undefined) {
      titles.push({ title: fromMarkdownText(heading), at: cues.length });
      continue;
    }
    const { seconds, text, speaker } = markdownParagraph(paragraph);
    hasTimes ||= seconds !== undefined;
    const start = seconds ?? cues.at(-1)?.start ?? 0;
    cues.push({ start, end: start, text, ...(speaker === undefined ? {} : { speaker }) });
  }
  for (const [at, cue] of cues.entries()) {
    if (share.due(0)) yield;
    cue.end = Math.max(cue.start, cues[at + 1]?.start ?? duration ?? cue.start);
  }
  const chapters = titles.flatMap(({ title, at }) => {
    const start = cues[at]?.start;
    return start === undefined ? [] : [{ start, title }];
  });
  return { cues, chapters: hasTimes ? chapters : [], timed: hasTimes };
}

/** Our own plain text: without title and link, a cue for each paragraph, over the whole length. */
function* readText(text: string, duration: number | undefined): Sliced<Read> {
  const share = new Share();
  let start = 0;
  for (let line = 0; line < 3 && start >= 0; line += 1) start = text.indexOf('\n', start) + 1 || text.length;
  const body = text.slice(start);
  const lines = yield* parseCaptions(body, { automatic: false, isOwn: true });
  if ('cues' in lines && lines.format === 'lines') return { cues: lines.cues, chapters: [], timed: true };
  const cues: Cue[] = [];
  for (const block of blocksOf(body)) {
    if (share.due(block.length)) yield;
    const paragraph = block.trim();
    if (paragraph !== '') cues.push({ start: 0, end: duration ?? 0, text: paragraph });
  }
  return { cues, chapters: [], timed: false };
}

/** The text between empty lines. */
function* blocksOf(text: string): Generator<string, void, undefined> {
  let block: string[] = [];
  for (const line of linesOf(text))
    if (line !== '') block.push(line);
    else if (block.length > 0) {
      yield block.join('\n');
      block = [];
    }
  if (block.length > 0) yield block.join('\n');
}

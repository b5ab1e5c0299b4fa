/**
 * A video's transcript for exports and notes: its kept words, or what its files say where they were corrected, or where
 * no words are kept. Of the files the one with the most exact times is used.
 */
import { join } from 'node:path';
import { decodeText } from '../captions/decode';
import { parseCaptions } from '../captions/parseCaptions';
import { Share, inSlices, linesOf, type Sliced } from '../captions/sliced';
import type { ReadonlyRow } from '../engine/state/reducer';
import { filesFolder } from '../model/filesFolder';
import { isInsidePath } from '../model/insidePath';
import type { Chapter, VideoMeta } from '../model/link';
import type { Files } from '../model/ports';
import type { Cue, Transcript } from '../model/transcript';
import { hasTimes, type TranscriptDocument } from './document';
import { outputFormats, type OutputFormat } from '../model/settings';
import { fromMarkdownText } from './escape';
import { stemOf } from './folderNames';
import { correctedFiles } from './kept/corrected';
import type { KeptFolder, KeptVideo } from './kept/folder';

/** How exact the times of each format are, the best first: Markdown has paragraph starts, plain text has no times. */
const rank: Readonly<Record<OutputFormat, number>> = { json: 1, vtt: 2, srt: 3, md: 4, txt: 5 };
const exactness = [...outputFormats].sort((a, b) => rank[a] - rank[b]).map((format) => `.${format}` as const);
/** Formats in which each cue has its own time. */
const withCueTimes = ['.json', '.vtt', '.srt'] as const;
const maxBytes = 50 * 1024 * 1024;

/** The files of a batch, and the words that it keeps. */
export interface BatchWords {
  readonly files: Files;
  readonly folder: string;
  readonly batch: string;
  /** Absent: none. */
  readonly kept?: KeptFolder | undefined;
}

/**
 * The job's files that are inside the batch folder, links resolved, also those that were rendered later. Journal and
 * kept words may come from anywhere.
 */
export async function ownFiles(
  words: BatchWords,
  job: Pick<ReadonlyRow, 'link' | 'files'>,
): Promise<readonly string[]> {
  const { files, folder, kept } = words;
  const root = await files.realPath(filesFolder(folder));
  if (root === undefined) return [];
  const rendered = [...(kept?.entryOf(job.link.id)?.files.keys() ?? [])].filter(
    (name) => stemOf(name) !== undefined,
  );
  const inside: string[] = [];
  for (const name of new Set([...(job.files ?? []), ...rendered])) {
    if (!isInsidePath(name)) continue;
    if ((await files.realPath(join(filesFolder(folder), name))) === join(root, name)) inside.push(name);
  }
  return inside;
}

/** What is known of a video beside its files. */
export type WrittenJob = Pick<ReadonlyRow, 'link' | 'meta' | 'files' | 'language' | 'captions' | 'source'>;

/** `timed`: whether the times of the cues are those of the video. */
export interface ReadTranscript {
  readonly transcript: Transcript;
  readonly timed: boolean;
}

/**
 * The transcript of a finished job: the kept words, which have the exact times, while its files are as they were
 * written; else the most exact of its files, a corrected one before all others. Undefined when none of its files
 * exists or is readable: what the user has deleted is not brought back.
 */
export async function mostExactWords(
  words: BatchWords,
  job: WrittenJob,
): Promise<ReadTranscript | undefined> {
  const { files, folder, kept } = words;
  const names = await ownFiles(words, job);
  const entry = kept?.entryOf(job.link.id);
  const corrected = entry === undefined ? [] : await correctedFiles(files, folder, entry, names);
  if (entry !== undefined && names.length > 0 && corrected.length === 0) {
    const video = await kept?.cuesOf(job.link.id);
    if (video !== undefined) {
      const meta = { ...job.meta, ...chaptersOf(video) };
      return { transcript: { ...video.transcript, meta }, timed: hasTimes(video.transcript.cues) };
    }
  }
  return fromFiles(words, job, corrected.length > 0 ? corrected : names, exactness);
}

/** The same as a document of its batch. */
export async function readBack(words: BatchWords, job: ReadonlyRow): Promise<TranscriptDocument | undefined> {
  const read = await mostExactWords(words, job);
  return read && documentOf(job, words.batch, read.transcript);
}

/**
 * The transcript of a finished job whose words are not kept, from a file that has the time of each cue. Undefined where
 * it has none that can be read.
 */
export async function fromExactFile(words: BatchWords, job: ReadonlyRow): Promise<Transcript | undefined> {
  if (!hasExactFile(job)) return undefined;
  return (await fromFiles(words, job, await ownFiles(words, job), withCueTimes))?.transcript;
}

/** Whether `fromExactFile` is worth a try, by the names alone. */
export function hasExactFile({ files = [] }: Pick<ReadonlyRow, 'files'>): boolean {
  return files.some((name) => withCueTimes.some((extension) => name.toLowerCase().endsWith(extension)));
}

/** From the first of the files, by their endings, that can be read. */
async function fromFiles(
  { files, folder }: BatchWords,
  job: WrittenJob,
  names: readonly string[],
  extensions: readonly string[],
): Promise<ReadTranscript | undefined> {
  for (const extension of extensions) {
    const name = names.find((one) => one.toLowerCase().endsWith(extension));
    if (name === undefined) continue;
    const file = join(filesFolder(folder), name);
    const bytes = await files.read(file, maxBytes);
    const read = bytes === undefined ? undefined : await wordsOf(bytes, file, job.meta.duration);
    if (read === undefined) continue;
    const transcript: Transcript = {
      language: job.language ?? (bytes && languageIn(bytes)) ?? 'und',
      captions: job.captions ?? 'manual',
      ...(bytes !== undefined && saysDub(bytes) ? { dub: true } : {}),
      source: job.source ?? 'subtitleFile',
      cues: read.cues,
      meta: read.chapters.length === 0 ? job.meta : { ...job.meta, chapters: read.chapters },
    };
    return { transcript, timed: read.timed };
  }
  return undefined;
}

function chaptersOf({ transcript: { meta } }: KeptVideo): Pick<VideoMeta, 'chapters'> {
  return meta.chapters === undefined ? {} : { chapters: meta.chapters };
}

function documentOf(job: ReadonlyRow, batch: string, transcript: Transcript): TranscriptDocument {
  return {
    link: job.link,
    transcript,
    batch,
    transcribed: new Date(job.endedAt ?? 0).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    timestamps: hasTimes(transcript.cues) ? 'paragraph' : 'none',
  };
}

/** The words in the bytes of one of our files, by its ending; undefined for another form. `duration`: seconds. */
export async function wordsOf(
  bytes: Uint8Array,
  name: string,
  duration: number | undefined,
): Promise<Read | undefined> {
  const extension = exactness.find((one) => name.toLowerCase().endsWith(one));
  return extension === undefined ? undefined : inSlices(cuesOf(bytes, extension, duration));
}

/** The most exact one of a video's files; undefined where none has a known ending. */
export function mostExact(names: readonly string[]): string | undefined {
  const known = (extension: string): string | undefined =>
    names.find((name) => name.toLowerCase().endsWith(extension));
  return exactness.map(known).find((name) => name !== undefined);
}

/** Our own Markdown and JSON have it in their head. */
function languageIn(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, 4096));
  return /^(?:language: "?| {2}"language": ")([A-Za-z0-9-]{2,35})"?,?$/m.exec(head)?.[1];
}

/** Our own Markdown and JSON have a line for that before the words. */
function saysDub(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 4096));
  const [before = ''] = head.split(/\n---\n|\n {2}"cues"/, 1);
  return /^(?: {2}"dub": true,|dub: true)$/m.test(before);
}

export interface Read {
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

/**
 * A paragraph of our own Markdown: the second of the video where it begins, who speaks, and the words as plain text.
 */
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

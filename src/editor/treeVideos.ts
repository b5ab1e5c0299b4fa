/**
 * The videos of a batch as lines of the activity view: with their state, what to open, and the files beside. Those that
 * failed or are parked are below their causes. Reads no journal: the state of an open batch, else its manifest.
 */
import { dirname, join } from 'node:path';
import type { ReadonlyRow } from '../engine/state/reducer';
import type { JobStatus } from '../model/events';
import { filesFolder } from '../model/filesFolder';
import { isInsidePath } from '../model/insidePath';
import { formatLength } from '../model/numberWords';
import type { Files } from '../model/ports';
import { manifestVideos } from '../output/manifestVideos';
import { notesByStem, stemOfFile } from '../output/videoFiles';
import type { KnownBatch } from './knownBatch';

export interface VideoLine {
  /** Tells the lines of a batch apart. */
  readonly key: string;
  readonly title: string;
  readonly status: JobStatus;
  /** How long it is and in which language, or what it waits for or came to. */
  readonly words: string;
  readonly url: string;
  /** Files in the batch folder that exist: what a click opens first, notes last. */
  readonly files: readonly string[];
  /** What the names of its files begin with. */
  readonly stem: string;
  /** Its row, where the batch is open in this window. */
  readonly index?: number;
}

export interface VideoLines {
  readonly lines: readonly VideoLine[];
  /** How many more there are. */
  readonly more: number;
}

interface Told {
  readonly title: string | undefined;
  readonly status: string;
  readonly url: string;
  readonly files: readonly string[];
  readonly duration: number | undefined;
  readonly language: string | undefined;
  readonly index?: number;
}

const statusWords: Readonly<Record<Exclude<JobStatus, 'completed' | 'failed' | 'parked'>, string>> = {
  pending: 'waiting',
  running: 'running',
  skipped: 'skipped',
  cancelled: 'cancelled',
};

/**
 * The first `most` lines, in the order of the list. `names`: of the files in the folder that holds the batch's files.
 */
export async function videoLines(
  files: Files,
  batch: KnownBatch,
  names: readonly string[],
  most: number,
): Promise<VideoLines> {
  const present = new Set(names);
  const notes = notesByStem(names);
  const lines: VideoLine[] = [];
  let more = 0;
  for (const video of batch.handle === undefined
    ? await toldBy(files, batch)
    : rowsOf(batch.handle.state.jobs)) {
    const { status } = video;
    if (!isShown(status)) continue;
    if (lines.length === most) {
      more += 1;
      continue;
    }
    const there = video.files.filter((file) => isInsidePath(file) && present.has(file)).sort(markdownFirst);
    const stem = there[0] === undefined ? '' : stemOfFile(there[0]);
    const own = notes.get(stem) ?? [];
    lines.push({
      key: video.index === undefined ? `${lines.length}` : `row ${video.index}`,
      title: video.title ?? video.url,
      status,
      words: status === 'completed' ? doneWords(video, own.length > 0) : statusWords[status],
      url: video.url,
      files: [...there, ...own],
      stem,
      ...(video.index === undefined ? {} : { index: video.index }),
    });
  }
  return { lines, more };
}

function isShown(status: string): status is keyof typeof statusWords | 'completed' {
  return status === 'completed' || Object.hasOwn(statusWords, status);
}

function doneWords({ duration, language }: Told, hasNotes: boolean): string {
  return [formatLength(duration), language === 'und' ? '' : (language ?? ''), hasNotes ? 'notes' : '']
    .filter((word) => word !== '')
    .join(' · ');
}

function markdownFirst(a: string, b: string): number {
  return Number(b.endsWith('.md')) - Number(a.endsWith('.md'));
}

function* rowsOf(jobs: readonly ReadonlyRow[]): Iterable<Told> {
  for (const { index, meta, status, link, files = [], language, expandedInto } of jobs)
    if (expandedInto === undefined)
      yield { index, title: meta.title, status, url: link.url, files, duration: meta.duration, language };
}

/** Manifests as they were read last, by folder. */
const read = new Map<string, { readonly mark: string; readonly told: Promise<readonly Told[]> }>();
const mostRead = 8;

async function toldBy(files: Files, { folder }: KnownBatch): Promise<readonly Told[]> {
  const path = join(folder, 'batch.json');
  const stat = await files.stat(path).catch(() => undefined);
  const mark = stat === undefined ? '' : `${stat.size} ${stat.modifiedMs}`;
  const known = read.get(folder);
  if (known?.mark === mark) return known.told;
  const told = readManifest(files, path);
  read.delete(folder);
  read.set(folder, { mark, told });
  for (const oldest of [...read.keys()].slice(0, -mostRead)) read.delete(oldest);
  return told;
}

async function readManifest(files: Files, path: string): Promise<readonly Told[]> {
  // A manifest of notes names the files beside their transcripts.
  const up = filesFolder(dirname(path)) === dirname(path) ? '' : '../';
  return manifestVideos(files, path, (video) => ({
    ...video,
    url: video.url ?? video.id ?? '',
    files: video.files.map((file) => (file.startsWith(up) ? file.slice(up.length) : file)),
  })).catch(() => []);
}

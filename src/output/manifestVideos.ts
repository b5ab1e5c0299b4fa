/**
 * The videos of a manifest as other rooms read them back. A manifest may come from anywhere: what does not fit is left
 * out. It is parsed as it is read: 100,000 videos are 28 MB of text, which is never in memory as a whole.
 */
import { JsonList } from '../captions/jsonParts';
import { inSlices } from '../captions/sliced';
import { isPlain } from '../model/plain';
import type { Files } from '../model/ports';

export interface ManifestVideo {
  readonly status: string;
  /** Files as written in the manifest; not checked. */
  readonly files: readonly string[];
  readonly id: string | undefined;
  readonly title: string | undefined;
  /** A web or file address. */
  readonly url: string | undefined;
  readonly source: string | undefined;
  readonly language: string | undefined;
  /** Seconds. */
  readonly duration: number | undefined;
  /** Why it was skipped, why it failed or waits: as written, not checked. */
  readonly skipReason: string | undefined;
  readonly errorCode: string | undefined;
  readonly error: string | undefined;
}

const longestText = 2000;
const maxManifest = 128 * 1024 * 1024;
/** Text before and after the videos; notes about thousands of rows come before them. */
const maxAround = 8 * 1024 * 1024;
/** Of the text that the videos begin with, where a piece may end within it. */
const longestBeginning = 64;

/**
 * What `keep` makes of each video of the manifest at `path`, in the order of the list, without those that it gives
 * undefined for; none where there is no manifest, or a damaged one. Throws FailureError `disk`.
 */
export async function manifestVideos<T>(
  files: Pick<Files, 'readPieces'>,
  path: string,
  keep: (video: ManifestVideo) => T | undefined,
): Promise<readonly T[]> {
  const decoder = new TextDecoder();
  const beginning = /"videos"\s*:\s*\[/g;
  const list = new JsonList();
  const videos: T[] = [];
  let around = '';
  let isBegun = false;
  let size = 0;
  for await (const bytes of files.readPieces(path)) {
    size += bytes.byteLength;
    if (size > maxManifest || around.length > maxAround) return [];
    let piece = decoder.decode(bytes, { stream: true });
    if (!isBegun) {
      beginning.lastIndex = Math.max(0, around.length - longestBeginning);
      around += piece;
      if (!beginning.test(around)) continue;
      isBegun = true;
      piece = around.slice(beginning.lastIndex);
      around = around.slice(0, beginning.lastIndex);
    }
    if (list.end !== undefined) {
      around += piece;
      continue;
    }
    for (const one of await inSlices(list.take(piece))) {
      const video = videoOf(one);
      const kept = video && keep(video);
      if (kept !== undefined) videos.push(kept);
    }
    if (list.isBroken) return [];
    around += textAfter(list, piece);
  }
  return list.end !== undefined && isObject(around) ? videos : [];
}

/** What follows the videos in the piece that has their end. */
function textAfter({ end }: JsonList, piece: string): string {
  return end === undefined ? '' : `]${piece.slice(end)}`;
}

function isObject(json: string): boolean {
  try {
    return isPlain(JSON.parse(json));
  } catch {
    return false;
  }
}

function videoOf(one: unknown): ManifestVideo | undefined {
  if (!isPlain(one)) return undefined;
  const { status, output_files: files, duration } = one;
  const url = textOf(one.url);
  const isLength = typeof duration === 'number' && duration >= 0 && Number.isFinite(duration);
  return {
    status: textOf(status) ?? '',
    files: Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [],
    id: textOf(one.id),
    title: textOf(one.title),
    url: url !== undefined && /^(?:https?|file):\/\//.test(url) ? url : undefined,
    source: textOf(one.source),
    language: textOf(one.language),
    duration: isLength ? duration : undefined,
    skipReason: textOf(one.skip_reason),
    errorCode: textOf(one.error_code),
    error: textOf(one.error),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longestText) : undefined;
}

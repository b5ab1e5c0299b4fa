/**
 * The words of one video as they are kept: lines of JSON, compressed. The first line says what the video is; each
 * other one holds up to 1,000 cues, column by column, times as whole milliseconds where they are. Read back, all of
 * it is checked: a batch folder may come from anywhere.
 */
import { promisify } from 'node:util';
import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
} from 'node:zlib';
import * as v from 'valibot';
import { Share, inSlices, linesOf, type Sliced } from '../../captions/sliced';
import { mostCues } from '../../captions/tooMuch';
import { fitMeta, longestSeconds } from '../../model/fit';
import { linkKinds, type Link } from '../../model/link';
import { sourceIds, type Cue, type Transcript } from '../../model/transcript';

/** What a video is known by. Where its address holds a token, `url` is the one that may be published. */
export type KeptLink = Pick<Link, 'url' | 'id' | 'kind' | 'list' | 'episode' | 'publicUrl'>;

export interface KeptVideo {
  readonly link: KeptLink;
  /** Exactly as the source gave it: cues in seconds, speakers, and in `meta` title, channel, length and chapters. */
  readonly transcript: Transcript;
}

/** Measured: twice the time of 4 for 3 % less, a tenth of the time of 9 for 1 % more. */
const quality = 5;
/** For ten minutes of speech: 0.05 ms instead of 0.11, for 1.4 KB instead of 1.2. */
const qualityOfSmall = 3;
const cuesInLine = 1000;
/** Unpacked bytes: 300 hours of speech. */
const mostBytes = 64 * 1024 * 1024;
/** Done at once: handing it to another thread takes longer. Packed at the most, and unpacked. */
const smallBytes = 16 * 1024;
const shortBytes = 256 * 1024;
/** Characters; what is longer is not ours, and parsing it would hold everything up. */
const longestLine = 4 * 1024 * 1024;

const deflate = promisify(brotliCompress);
const inflate = promisify(brotliDecompress);

const number = v.pipe(v.number(), v.finite());
const headForm = v.object({
  v: v.literal(1),
  url: v.pipe(v.string(), v.regex(/^(?:https?|file):\/\//i)),
  kind: v.picklist(linkKinds),
  list: v.optional(v.picklist(['youtube-playlist', 'youtube-channel', 'feed'])),
  episode: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\//i))),
  publicUrl: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\//i))),
  language: v.string(),
  captions: v.picklist(['manual', 'automatic', 'speech']),
  dub: v.optional(v.literal(true)),
  source: v.picklist(sourceIds),
  meta: v.object({
    title: v.optional(v.string()),
    channel: v.optional(v.string()),
    duration: v.optional(number),
    durationIsClaim: v.optional(v.boolean()),
    published: v.optional(v.string()),
    chapters: v.optional(v.array(v.object({ start: number, title: v.string() }))),
  }),
});

const numbers = v.custom<readonly number[]>((value) => isListOf(value, (one) => Number.isFinite(one)));
const texts = v.custom<readonly string[]>((value) => isListOf(value, (one) => typeof one === 'string'));
const cuesForm = v.object({
  /** Absent: times are seconds as they are. */
  ms: v.optional(v.literal(1)),
  /** Starts; in milliseconds each after the one before. */
  s: numbers,
  /** Ends; in milliseconds each after the next start, the last after its own. */
  e: numbers,
  t: texts,
  /** Speakers, and for each cue which of them, -1: none. */
  p: v.optional(texts),
  w: v.optional(numbers),
});
type CuesLine = v.InferOutput<typeof cuesForm>;

function isListOf(value: unknown, check: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= cuesInLine && value.every(check);
}

/** Compressed. A video without a token in its address is kept under the address that was asked for. */
export async function packed({ link, transcript }: KeptVideo): Promise<Uint8Array> {
  if (transcript.cues.length > mostCues) throw new RangeError('There are too many cues to be kept.');
  const text = await inSlices(linesFor(link, transcript));
  const bytes = Buffer.from(text);
  if (bytes.length > mostBytes) throw new RangeError('The cues are too long to be kept.');
  const isSmall = bytes.length <= smallBytes;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: isSmall ? qualityOfSmall : quality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    // The window that is made ready for each text: small texts need no large one.
    [constants.BROTLI_PARAM_LGWIN]: Math.min(22, Math.max(16, Math.ceil(Math.log2(bytes.length + 1)))),
  };
  return isSmall ? brotliCompressSync(bytes, { params }) : deflate(bytes, { params });
}

/** The video of this id; undefined where the bytes are not what we wrote. */
export async function unpacked(id: string, body: Uint8Array): Promise<KeptVideo | undefined> {
  try {
    return await inSlices(videoOf(id, new TextDecoder().decode(await inflated(body))));
  } catch {
    return undefined;
  }
}

async function inflated(body: Uint8Array): Promise<Uint8Array> {
  if (body.length <= smallBytes)
    try {
      return brotliDecompressSync(body, { maxOutputLength: shortBytes });
    } catch {
      // It is longer than ours are, or no such text: the other way decides.
    }
  return inflate(body, { maxOutputLength: mostBytes });
}

function* linesFor(link: KeptLink, transcript: Transcript): Sliced<string> {
  const { language, captions, dub, source, cues, meta } = transcript;
  const { publicUrl, kind, list, episode } = link;
  const { title, channel, duration, durationIsClaim, published, chapters } = meta;
  const head: v.InferInput<typeof headForm> = {
    v: 1,
    url: publicUrl ?? link.url,
    kind,
    ...(list === undefined ? {} : { list }),
    ...(episode === undefined || publicUrl !== undefined ? {} : { episode }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    language,
    captions,
    ...(dub === true ? { dub } : {}),
    source,
    meta: {
      title,
      channel,
      duration,
      durationIsClaim,
      published,
      ...(chapters === undefined ? {} : { chapters: chapters.map(({ start, title }) => ({ start, title })) }),
    },
  };
  const lines = [JSON.stringify(head)];
  const share = new Share();
  for (let at = 0; at < cues.length; at += cuesInLine) {
    const line = JSON.stringify(columnsOf(cues.slice(at, at + cuesInLine)));
    lines.push(line);
    if (share.due(line.length)) yield;
  }
  return lines.join('\n');
}

function columnsOf(cues: readonly Cue[]): CuesLine {
  const exact = cues.every(({ start, end }) => isWholeMs(start) && isWholeMs(end));
  const times = exact ? millisecondsOf(cues) : plainTimesOf(cues);
  const t = cues.map(({ text }) => text);
  const p = [...new Set(cues.flatMap(({ speaker }) => (speaker === undefined ? [] : [speaker])))];
  if (p.length === 0) return { ...times, t };
  const w = cues.map(({ speaker }) => (speaker === undefined ? -1 : p.indexOf(speaker)));
  return { ...times, t, p, w };
}

function plainTimesOf(cues: readonly Cue[]): Pick<CuesLine, 's' | 'e'> {
  return { s: cues.map(({ start }) => start), e: cues.map(({ end }) => end) };
}

function millisecondsOf(cues: readonly Cue[]): Pick<CuesLine, 'ms' | 's' | 'e'> {
  const starts = cues.map(({ start }) => Math.round(start * 1000));
  return {
    ms: 1,
    s: starts.map((start, at) => start - (starts[at - 1] ?? 0)),
    e: cues.map(({ end }, at) => Math.round(end * 1000) - (starts[at + 1] ?? starts[at] ?? 0)),
  };
}

function isWholeMs(seconds: number): boolean {
  const ms = Math.round(seconds * 1000);
  return Number.isSafeInteger(ms) && ms / 1000 === seconds;
}

function* videoOf(id: string, text: string): Sliced<KeptVideo | undefined> {
  const share = new Share();
  let head: v.InferOutput<typeof headForm> | undefined;
  const cues: Cue[] = [];
  for (const line of linesOf(text)) {
    if (line.length > longestLine) return undefined;
    const value: unknown = JSON.parse(line);
    if (head === undefined) {
      const read = v.safeParse(headForm, value);
      if (!read.success) return undefined;
      head = read.output;
    } else {
      const read = v.safeParse(cuesForm, value);
      if (!read.success || !addCues(cues, read.output)) return undefined;
    }
    if (share.due(line.length)) yield;
  }
  if (head === undefined) return undefined;
  const { url, kind, list, episode, publicUrl, language, captions, dub, source, meta } = head;
  return {
    link: {
      id,
      url,
      kind,
      ...(list === undefined ? {} : { list }),
      ...(episode === undefined ? {} : { episode }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    },
    transcript: {
      language,
      captions,
      ...(dub === true ? { dub } : {}),
      source,
      cues,
      meta: fitMeta(metaOf(meta)),
    },
  };
}

function metaOf({
  title,
  channel,
  duration,
  durationIsClaim,
  published,
  chapters,
}: Head['meta']): Transcript['meta'] {
  return {
    ...(title === undefined ? {} : { title }),
    ...(channel === undefined ? {} : { channel }),
    ...(duration === undefined ? {} : { duration }),
    ...(durationIsClaim === undefined ? {} : { durationIsClaim }),
    ...(published === undefined ? {} : { published }),
    ...(chapters === undefined ? {} : { chapters }),
  };
}
type Head = v.InferOutput<typeof headForm>;

/** False where the columns do not fit each other, and for more than any transcript has. */
function addCues(cues: Cue[], { ms, s, e, t, p, w }: CuesLine): boolean {
  if (e.length !== s.length || t.length !== s.length || (w !== undefined && w.length !== s.length))
    return false;
  if (cues.length + s.length > mostCues) return false;
  let start = 0;
  for (const [at, step] of s.entries()) {
    start = ms === 1 ? start + step : step;
    const ends = e[at] ?? 0;
    const end = ms === 1 ? start + (s[at + 1] ?? 0) + ends : ends;
    const speaker = p?.[w?.[at] ?? -1];
    const scale = ms === 1 ? 1000 : 1;
    if (!(Math.max(start, end) / scale <= longestSeconds)) return false;
    cues.push({
      start: Math.max(0, start / scale),
      end: Math.max(0, start, end) / scale,
      text: t[at] ?? '',
      ...(speaker === undefined ? {} : { speaker }),
    });
  }
  return true;
}

/** What yt-dlp prints about a video, validated once: metadata and caption tracks. */
import * as v from 'valibot';
import type { CaptionTrack } from '../captions/chooseTrack';
import { languageFit, languageOf } from '../model/languageTags';
import { failure, type Failure } from '../model/failure';
import type { Chapter, VideoMeta } from '../model/link';
import { urlOf } from '../model/webUrl';
import { endWaitMs } from './youtube/playability';

const text = v.fallback(v.optional(v.nullable(v.string())), undefined);
const number = v.fallback(v.optional(v.nullable(v.number())), undefined);
const entry = v.object({ url: text, ext: text, data: text, protocol: text, name: text, filepath: text });
type YtDlpEntry = v.InferOutput<typeof entry>;
const tracks = v.fallback(
  v.optional(v.nullable(v.record(v.string(), v.fallback(v.array(v.fallback(entry, {})), [])))),
  undefined,
);
const schema = v.object({
  id: text,
  title: text,
  channel: text,
  uploader: text,
  duration: number,
  upload_date: text,
  release_date: text,
  timestamp: number,
  release_timestamp: number,
  live_status: text,
  language: text,
  extractor_key: text,
  chapters: v.fallback(
    v.optional(v.nullable(v.array(v.object({ start_time: v.number(), title: text })))),
    undefined,
  ),
  subtitles: tracks,
  automatic_captions: tracks,
  requested_subtitles: v.fallback(
    v.optional(v.nullable(v.record(v.string(), v.fallback(entry, {})))),
    undefined,
  ),
});

export type YtDlpInfo = v.InferOutput<typeof schema>;

/** The fields asked for by `--print`; a whole info document of YouTube has megabytes of formats. */
export const infoFields = Object.keys(schema.entries).join(',');

/** yt-dlp's output about a video, as far as it has the fields' types; undefined for anything else. */
export function readInfo(value: unknown): YtDlpInfo | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}

export interface YtDlpTrack extends CaptionTrack {
  /** yt-dlp's own name of the track, as `--sub-langs` takes it. */
  readonly key: string;
  /** Other names of the same track: a file under one of them is this track's. */
  readonly twins: readonly string[];
  readonly ext: string;
  /** The whole text, where the page itself contained it. */
  readonly data?: string;
  /** False for anything but a plain download (a playlist of segments). */
  readonly plain: boolean;
}

/** Lists under "subtitles" that are not captions. */
const noCaptions = /^(?:live_chat|rechat|danmaku|comments|chat)$/i;
/** Keys come from pages: only a plausible language ever reaches an option or a file name. */
const plausible = /^[A-Za-z0-9][A-Za-z0-9._-]{0,42}$/;
/** The best we read, first. */
const wantedForms = ['json3', 'srv3', 'vtt', 'ttml', 'srt', 'srv1', 'json', 'dfxp', 'xml', 'unknown_video'];

/**
 * The available tracks, one for each language and kind, without live chats and machine translations. yt-dlp
 * lists the automatic captions of a YouTube video twice, as `en-orig` and as `en`; with dubbed audio there
 * are several such pairs, and `spoken` (the languages of the recorded audio) shows which is not a dub.
 */
export function tracksOf(info: YtDlpInfo, spoken: readonly string[] = []): readonly YtDlpTrack[] {
  const found = new Map<string, YtDlpTrack>();
  const originals = Object.keys(info.automatic_captions ?? {}).filter((key) => key.endsWith('-orig'));
  const isRecorded = (language: string): boolean =>
    spoken.some((one) => languageFit(one, language) !== undefined);
  // Without information on the audio, a single one is the original; of several, the one that has manual
  // captions too.
  const told = originals.some((key) => isRecorded(key));
  const written = originals.filter((key) =>
    Object.keys(info.subtitles ?? {}).some((other) => languageFit(key, other) !== undefined),
  );
  const isLikely = (key: string): boolean =>
    told ? isRecorded(key) : written.length === 1 ? key === written[0] : true;
  for (const [kind, table] of [
    ['manual', info.subtitles],
    ['automatic', info.automatic_captions],
  ] as const) {
    for (const [key, entries] of Object.entries(table ?? {})) {
      if (noCaptions.test(key) || !plausible.test(key)) continue;
      const best = bestEntry(entries);
      if (best === undefined) continue;
      const url = best.url ?? '';
      const languageCode = languageAt(url) ?? languageOf(key);
      const isHeard = key.endsWith('-orig');
      const track: YtDlpTrack = {
        key,
        twins: [],
        languageCode,
        kind,
        url,
        name: best.name ?? '',
        ext: best.ext ?? '',
        plain: /^https?:\/\//i.test(url) && !(best.protocol ?? '').startsWith('m3u8'),
        ...(isHeard && originals.length > 1 && told
          ? { sound: isRecorded(languageCode) ? 'original' : 'dub' }
          : isHeard && originals.length === 1
            ? { sound: 'original' }
            : {}),
        ...((isHeard && isLikely(key)) || languageCode === info.language ? { isDefaultAudio: true } : {}),
        ...(/-[A-Za-z0-9_-]{11}$/.test(key) && languageAt(url) !== undefined ? { isNamed: true } : {}),
        ...(best.data === undefined || best.data === null ? {} : { data: best.data }),
      };
      const id = kind === 'manual' ? `manual ${key}` : `automatic ${key.replace(/-orig$/, '')}`;
      const twin = found.get(id);
      if (twin === undefined) found.set(id, track);
      else
        found.set(
          id,
          isHeard ? { ...track, twins: [...twin.twins, twin.key] } : { ...twin, twins: [...twin.twins, key] },
        );
    }
  }
  return [...found.values()];
}

function bestEntry(entries: readonly YtDlpEntry[]): YtDlpEntry | undefined {
  // A machine translation is never used.
  const original = entries.filter(({ url }) => !/[?&]tlang=/.test(url ?? ''));
  return wantedForms
    .map((form) => original.find(({ ext }) => ext?.toLowerCase() === form))
    .find((entry) => entry !== undefined);
}

/** YouTube's addresses name the language; a key may have the track's own name appended. */
function languageAt(url: string): string | undefined {
  const read = urlOf(url);
  if (read?.pathname !== '/api/timedtext') return undefined;
  const language = languageOf(read.searchParams.get('lang') ?? '');
  return language === 'und' ? undefined : language;
}

/** A format's audio, as far as it shows what was spoken. */
const soundSchema = v.array(
  v.fallback(v.object({ language: text, language_preference: number, acodec: text }), {}),
);

/** The fields requested of the formats: small, where all of their fields would be megabytes. */
export const soundFields = 'language,language_preference,acodec';
/** yt-dlp's mark of the recorded audio among dubs. */
const recorded = 10;

/** Whether the site gave the video itself: then it refused nothing. */
export function hasFormats(formats: unknown): boolean {
  return Array.isArray(formats) && formats.length > 0;
}

/** The languages of the recorded audio, from yt-dlp's list of formats; none where it does not say. */
export function spokenIn(formats: unknown, info: YtDlpInfo): readonly string[] {
  const read = v.safeParse(soundSchema, formats);
  const marked = read.success
    ? read.output.flatMap(({ language, language_preference }) =>
        filled(language) && (language_preference ?? 0) >= recorded ? [language] : [],
      )
    : [];
  if (marked.length > 0) return [...new Set(marked)];
  return filled(info.language) ? info.language.split('+') : [];
}

/**
 * Why a stream has no captions yet, or no whole sound: it is still to come or on air; without captions, it has only
 * just ended. `now`: epoch ms.
 */
export function liveFailure(info: YtDlpInfo, hasTracks: boolean, now: number): Failure | undefined {
  switch (info.live_status) {
    case 'is_upcoming': {
      const start = info.release_timestamp;
      return failure('not-started', 'It has not been broadcast yet.', {
        ...(typeof start === 'number' && start > 0 ? { notBefore: start * 1000 } : {}),
      });
    }
    case 'is_live':
      return failure('not-started', 'It is on air; captions come after its end.', { subject: 'live' });
    case 'post_live':
    case 'was_live': {
      const end = ((info.release_timestamp ?? NaN) + (info.duration ?? 0)) * 1000;
      const isFresh = info.live_status === 'post_live' || now - end < endWaitMs;
      if (hasTracks || !isFresh) return undefined;
      return failure('not-started', 'It has just ended; captions come later.', { subject: 'ended' });
    }
    default:
      return undefined;
  }
}

/** Title, channel, date and length for rows and files. */
export function metaOf(info: YtDlpInfo): VideoMeta {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(info.release_date ?? info.upload_date ?? '');
  const date =
    day === null
      ? typeof info.timestamp === 'number' && Math.abs(info.timestamp) < 1e11
        ? new Date(info.timestamp * 1000).toISOString().slice(0, 10)
        : undefined
      : `${day[1] ?? ''}-${day[2] ?? ''}-${day[3] ?? ''}`;
  const channel = info.channel ?? info.uploader;
  const chapters = (info.chapters ?? []).flatMap((chapter): Chapter[] =>
    chapter.title === undefined || chapter.title === null
      ? []
      : [{ start: chapter.start_time, title: chapter.title }],
  );
  return {
    ...(filled(info.title) && !isPlaceholder(info) ? { title: titleOf(info, info.title) } : {}),
    ...(filled(channel) ? { channel } : {}),
    ...(typeof info.duration === 'number' && info.duration > 0 ? { duration: info.duration } : {}),
    ...(date === undefined ? {} : { published: date }),
    ...(chapters.length === 0 ? {} : { chapters }),
  };
}

/** yt-dlp's name for a video without any data: "youtube video #ID". */
export function isPlaceholder(info: YtDlpInfo): boolean {
  return /^\S+ video #\S+$/.test(info.title ?? '') && (info.title ?? '').endsWith(`#${info.id ?? ''}`);
}

/** A page's first video is numbered by yt-dlp even when it is the only one. */
function titleOf(info: YtDlpInfo, title: string): string {
  return info.extractor_key === 'HTML5MediaEmbed' ? title.replace(/ \(1\)$/, '') : title;
}

function filled(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value.trim() !== '';
}

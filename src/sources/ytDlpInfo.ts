/** What yt-dlp says about a video, read once at the door: metadata and caption tracks. */
import * as v from 'valibot';
import type { CaptionTrack } from '../captions/chooseTrack';
import type { Chapter, VideoMeta } from '../model/link';

const text = v.fallback(v.optional(v.nullable(v.string())), undefined);
const number = v.fallback(v.optional(v.nullable(v.number())), undefined);
const entry = v.object({ url: text, ext: text, data: text, protocol: text, name: text, filepath: text });
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

/** What yt-dlp printed of a video, as far as it has the fields' types; undefined for anything else. */
export function readInfo(value: unknown): YtDlpInfo | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}

export interface YtDlpTrack extends CaptionTrack {
  /** yt-dlp's own name of the track, as `--sub-langs` takes it. */
  readonly key: string;
  readonly ext: string;
  /** The whole text, where the page itself held it. */
  readonly data?: string;
  /** False for what is no plain download (a playlist of pieces). */
  readonly plain: boolean;
}

/** Lists under "subtitles" that are no captions. */
const noCaptions = /^(?:live_chat|rechat|danmaku|comments|chat)$/i;
/** Keys come from pages: only what is a plausible language ever reaches an option or a file name. */
const plausible = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,40}[A-Za-z0-9])?$/;
/** The best we read, first. */
const wantedForms = ['json3', 'srv3', 'vtt', 'ttml', 'srt', 'srv1', 'json', 'dfxp', 'xml', 'unknown_video'];

/** The tracks there are, one a language and kind, without live chats and machine translations. */
export function tracksOf(info: YtDlpInfo): readonly YtDlpTrack[] {
  const found: YtDlpTrack[] = [];
  for (const [kind, table] of [
    ['manual', info.subtitles],
    ['automatic', info.automatic_captions],
  ] as const) {
    for (const [key, entries] of Object.entries(table ?? {})) {
      if (noCaptions.test(key) || !plausible.test(key)) continue;
      const original = entries.filter(({ url }) => !/[?&]tlang=/.test(url ?? ''));
      const best = wantedForms
        .map((form) => original.find(({ ext }) => ext?.toLowerCase() === form))
        .find((entry) => entry !== undefined);
      if (best === undefined) continue;
      const languageCode = key.replace(/-orig$/, '');
      const isOriginal = languageCode !== key || languageCode === info.language;
      found.push({
        key,
        languageCode,
        kind,
        url: best.url ?? '',
        name: best.name ?? '',
        ext: best.ext ?? '',
        plain: /^https?:\/\//i.test(best.url ?? '') && !(best.protocol ?? '').startsWith('m3u8'),
        ...(isOriginal ? { isDefaultAudio: true } : {}),
        ...(best.data === undefined || best.data === null ? {} : { data: best.data }),
      });
    }
  }
  return found;
}

/** Title, channel, date and length as rows and files have them. */
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
    ...(filled(info.title) ? { title: titleOf(info, info.title) } : {}),
    ...(filled(channel) ? { channel } : {}),
    ...(typeof info.duration === 'number' && info.duration > 0 ? { duration: info.duration } : {}),
    ...(date === undefined ? {} : { published: date }),
    ...(chapters.length === 0 ? {} : { chapters }),
  };
}

/** A page's first video is numbered by yt-dlp even when it is the only one. */
function titleOf(info: YtDlpInfo, title: string): string {
  return info.extractor_key === 'HTML5MediaEmbed' ? title.replace(/ \(1\)$/, '') : title;
}

function filled(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value.trim() !== '';
}

/**
 * JSON and JSON Lines: exports of Takeout, FreeTube, NewPipe, Invidious, Piped, yt-dlp and chat programs.
 * An object that names a video and its channel means the video; yt-dlp's info of a page means the page.
 */
import type { ListBuilder } from '../listBuilder';
import { isFailure, readLink } from '../link';
import { isPlaylistId, isYouTubeChannelId, isYouTubeId } from '../youtubeLink';
import { walkJson, type JsonHandler } from './jsonWalk';
import {
  areIds,
  candidatesIn,
  channelCandidate,
  entryOf,
  idCandidate,
  isVideo,
  meant,
  playlistCandidate,
  writtenCandidate,
  type Candidate,
} from './row';

/** Keys of one video's id, and of lists of ids. */
const idKey = /^(?:video_?ids?|youtube_?ids?|yt_?ids?)$/i;
const idListKey = /^(?:videos?|video_?ids?|watch_?history|history|favou?rites|liked?|watch_?later|entries)$/i;
const subscriptionKey = /^(?:subscriptions?|channels?)$/i;
/** Keys of data that repeats the same video: parts of streams, subtitles, pictures. */
const skippedKey =
  /^(?:formats|requested_\w+|thumbnails?|subtitles|automatic_captions|_format_sort_fields|http_headers|fragments|heatmap|avatars?|images?|icons?|embeds_thumbnail)$/i;

/** Our own batch.json, transcripts and JSON Lines: a video's `url` is the entry, whatever its title and words name. */
const ownBeginning =
  /^\s*\{\s*"schema":\s*1,\s*"(?:batch_id"|url":\s*"[^"]*",\s*"id":\s*"[^"]*",\s*"title":)/;
const ownSkipped: ReadonlySet<string> = new Set(['cues', 'notes', 'stats']);

interface Frame {
  readonly kind: 'object' | 'array';
  readonly key: string | undefined;
  readonly skipped: boolean;
  /** Found in the object itself. */
  readonly own: Candidate[];
  /** Found in the values within it. */
  readonly below: Candidate[];
  /** Strings of an array, or the texts of an object by key. */
  readonly texts: { readonly key: string; readonly value: string; readonly line: number }[];
  /** Of an array: its objects, and the ids of those that name no video or page otherwise. */
  objects: number;
  readonly ids: { readonly value: string; readonly line: number }[];
}

/** A program that gives the data a name: `window.YTD.tweets.part0 = [` of X's archive, `var data = {`. */
const assignment =
  /^[\s\ufeff]{0,99}(?:(?:var|let|const)\s{1,9})?[\w$][\w.$"'[\]]{0,99}\s{0,9}=\s{0,9}(?=[[{])/;

/** Whether a text is JSON, by its beginning. */
export function looksLikeJson(text: string): boolean {
  const start =
    (assignment.exec(text.slice(0, 1000)) ?? /^[\s\ufeff]*/.exec(text.slice(0, 1000)))?.[0].length ?? 0;
  if (!/[[{]/.test(text[start] ?? '')) return false;
  const quiet: JsonHandler = {
    open: () => undefined,
    close: () => undefined,
    key: () => undefined,
    text: () => undefined,
  };
  // In one step, because only a little is read.
  const look = walkJson(text, quiet, Math.min(text.length, start + 20_000), start);
  return look.next().value === true;
}

export function* readJson(text: string, list: ListBuilder): Generator<undefined, void> {
  const reader = new JsonReader(text, list);
  const start = assignment.exec(text.slice(0, 1000))?.[0].length ?? 0;
  yield* walkJson(text, reader, text.length, start);
  const found = reader.end();
  list.asksForLists = !reader.isOwn && found.some(isVideo);
  let added = 0;
  for (const { link, line } of found) {
    list.add(link, { line });
    added += 1;
    if (added % 500 === 0) yield;
  }
}

class JsonReader implements JsonHandler {
  private readonly frames: Frame[] = [frame('array', undefined, false)];
  private line = 1;
  private nextEnd: number;
  readonly isOwn: boolean;
  /** Short addresses (t.co) that the data also has in full. */
  private readonly short = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly list: ListBuilder,
  ) {
    this.nextEnd = source.indexOf('\n');
    this.isOwn = ownBeginning.test(source.slice(0, 9000));
  }

  open(kind: 'object' | 'array', key: string | undefined): void {
    const parent = this.top;
    const passed = (name: string): boolean => (this.isOwn ? ownSkipped.has(name) : skippedKey.test(name));
    const skipped = parent.skipped || (key !== undefined && passed(key));
    // A nested list has the same key as the outer one.
    this.frames.push(frame(kind, key ?? parent.key, skipped));
  }

  close(): void {
    const done = this.frames.pop();
    if (!done) return;
    const { below } = this.top;
    const found = done.kind === 'object' ? this.ofObject(done) : this.ofArray(done);
    // An object in an array is one entry; what its description names is judged here for good.
    const whole = done.kind === 'object' && this.top.kind === 'array';
    if (whole) this.countId(done, found);
    for (const candidate of whole ? entryOf(found, this.list) : found)
      below.push(whole && candidate.described ? { ...candidate, described: undefined } : candidate);
  }

  private countId({ texts }: Frame, found: readonly Candidate[]): void {
    const id = texts.find(({ key, value }) => key === 'id' && isYouTubeId(value));
    this.top.objects += 1;
    if (id !== undefined && found.every(({ link }) => link.kind === 'list')) this.top.ids.push(id);
  }

  key(value: string, at: number): void {
    if (!this.isOwn && !this.top.skipped && /^https?:/i.test(value))
      this.top.own.push(...candidatesIn(value, '', this.lineOf(at), this.list));
  }

  text(value: string, key: string | undefined, at: number): void {
    const { top } = this;
    if (top.skipped) return;
    const name = key ?? top.key ?? '';
    const line = this.lineOf(at);
    if (this.isOwn) {
      if (name === 'url') top.own.push(...writtenCandidate(value, line, this.list));
      return;
    }
    top.texts.push({ key: name, value, line });
    if (top.kind === 'object' && idKey.test(name) && isYouTubeId(value))
      top.own.push(idCandidate(value, line));
    else if (value.length > 10) top.own.push(...candidatesIn(value, name, line, this.list));
  }

  /** Everything found, including values that never ended. */
  end(): readonly Candidate[] {
    while (this.frames.length > 1) this.close();
    const [root] = this.frames;
    const found = root ? this.ofArray(root) : [];
    return found.filter(({ link }) => !this.short.has(link.url)).toSorted((a, b) => a.line - b.line);
  }

  private ofObject(done: Frame): readonly Candidate[] {
    const text = (key: string): string | undefined => done.texts.find((one) => one.key === key)?.value;
    const line = done.texts[0]?.line ?? this.line;
    const full = text('expanded_url');
    const short = full === undefined ? undefined : readLink(text('url') ?? '');
    if (short !== undefined && !isFailure(short) && short.url !== full) this.short.add(short.url);
    const page = text('webpage_url') ?? full;
    // yt-dlp's info of a page: all addresses in it belong to the same video, except a list's entries.
    const own = page === undefined ? [...done.own] : candidatesIn(page, '', line, this.list);
    const id = text('id') ?? '';
    const site = text('ie_key') ?? text('extractor_key') ?? text('extractor') ?? text('kind') ?? '';
    if (page === undefined && isYouTubeId(id) && /^youtube(?:#video)?$/i.test(site))
      own.unshift(idCandidate(id, line));
    if (own.length === 0 && isYouTubeChannelId(id) && subscriptionKey.test(done.key ?? ''))
      own.push(...channelCandidate(id, line));
    // As YouTube's interface names what a subscription or a search result is.
    const channel = text('channelId') ?? id;
    if (site === 'youtube#channel' && isYouTubeChannelId(channel))
      own.push(...channelCandidate(channel, line));
    const playlist = text('playlistId') ?? id;
    if (site === 'youtube#playlist' && isPlaylistId(playlist)) own.push(...playlistCandidate(playlist, line));
    const kept = meant(own, this.list);
    const { below } = done;
    if (kept.some(isVideo) && page === undefined) return meant([...kept, ...below], this.list);
    if (kept.some(isVideo)) return kept;
    if (!below.some(isVideo)) return [...kept, ...below];
    // "channel: …, videos: […]": the videos are meant.
    for (const { line } of kept) this.list.note('beside', line);
    return below;
  }

  private ofArray(done: Frame): readonly Candidate[] {
    const texts = done.texts.map((one) => one.value);
    const named = idListKey.test(done.key ?? '') && texts.every(isYouTubeId);
    if (texts.length > 0 && (named || (texts.length >= 3 && areIds(texts))))
      return done.texts.map(({ value, line }) => idCandidate(value, line));
    const { ids } = done;
    if (ids.length >= 3 && ids.length === done.objects && areIds(ids.map(({ value }) => value)))
      return ids.map(({ value, line }) => idCandidate(value, line));
    if (texts.length > 0 && texts.every(isYouTubeChannelId))
      return done.texts.flatMap(({ value, line }) => channelCandidate(value, line));
    return [...done.own, ...done.below];
  }

  private get top(): Frame {
    return this.frames.at(-1) ?? frame('array', undefined, false);
  }

  private lineOf(at: number): number {
    while (this.nextEnd !== -1 && this.nextEnd < at) {
      this.line += 1;
      this.nextEnd = this.source.indexOf('\n', this.nextEnd + 1);
    }
    return this.line;
  }
}

function frame(kind: 'object' | 'array', key: string | undefined, skipped: boolean): Frame {
  return { kind, key, skipped, own: [], below: [], texts: [], objects: 0, ids: [] };
}

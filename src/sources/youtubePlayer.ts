/**
 * What YouTube's player answer says: may this video be had, what is it called, which captions are there.
 * Pure reading; the reasons are English because the request asks for `hl: en`.
 */
import type { CaptionTrack } from '../captions/chooseTrack';
import { failure } from '../model/failure';
import type { Failure, FailureCode } from '../model/failure';
import type { VideoMeta } from '../model/link';
import { asList, asNumber, asRecord, asText, at } from './loose';
import type { Loose } from './loose';
import { chaptersIn } from './youtubeChapters';

export interface PlayerAnswer {
  readonly meta: VideoMeta;
  readonly tracks: readonly CaptionTrack[];
  readonly isLive: boolean;
  /** Of the session; sent back with later requests of the same attempt. */
  readonly visitor?: string;
}

/** `otherClient`: another client may get a different answer. */
export interface Refusal {
  readonly failure: Failure;
  readonly otherClient: boolean;
  readonly visitor?: string;
}

/** Reads a player answer for the video `id`. */
export function readPlayer(answer: Loose, id: string): PlayerAnswer | Refusal {
  const visitorText = asText(at(answer, 'responseContext', 'visitorData'));
  const visitor =
    visitorText !== undefined && /^[\x21-\x7e]{1,2000}$/.test(visitorText) ? { visitor: visitorText } : {};
  const details = asRecord(answer.videoDetails);
  const answered = asText(details.videoId);
  if (answered !== undefined && answered !== id) {
    // How some blocked networks are answered.
    const message = 'YouTube answered with another video.';
    return { failure: failure('blocked', message, { subject: 'YouTube' }), otherClient: true, ...visitor };
  }
  const refusal = readPlayability(asRecord(answer.playabilityStatus), answered !== undefined);
  if (refusal) return { ...refusal, ...visitor };
  const tracks = readTracks(asRecord(at(answer, 'captions', 'playerCaptionsTracklistRenderer')));
  return { meta: readMeta(answer), tracks, isLive: details.isLive === true, ...visitor };
}

export function isRefusal(read: PlayerAnswer | Refusal): read is Refusal {
  return 'failure' in read;
}

/** In this order: the first that fits decides. Reasons are compared with straight apostrophes. */
const reasons: readonly (readonly [pattern: RegExp, code: FailureCode])[] = [
  [/not a bot|unusual traffic/i, 'blocked'],
  // The session is throttled for up to an hour; the words look like those of a missing video.
  [/try again later/i, 'blocked'],
  [/inappropriate for some users|confirm your age|age[- ]restricted|age limit/i, 'age-restricted'],
  [/\bprivate\b/i, 'private'],
  [
    /\bmembers?\b|\bmembership|join this channel|premium|requires payment|purchase|\brent(?:al)?\b/i,
    'members-only',
  ],
  [/(?:in|from) your (?:country|region|location)|not available in your/i, 'geo-blocked'],
  [/premieres? in|will begin|starts? in|scheduled for/i, 'not-started'],
  [
    /unavailable|removed|terminated|deleted|no longer available|does(?:n't| not) exist|not available\b.*copyright/i,
    'unavailable',
  ],
];

function readPlayability(playability: Loose, hasDetails: boolean): Refusal | undefined {
  const status = asText(playability.status);
  if (status === 'OK') return undefined;
  const screen = asRecord(playability.errorScreen);
  const renderer = asRecord(screen.playerErrorMessageRenderer);
  const texts = [
    asText(playability.reason),
    asText(playability.reasonTitle),
    readText(renderer.reason),
    readText(renderer.subreason),
    ...asList(playability.messages).map(asText),
  ].filter((text) => text !== undefined);
  const words = [...new Set(texts)]
    .join(' ')
    .replace(/[\u2018\u2019]/g, "'")
    .slice(0, 300);
  const refuse = (code: FailureCode, otherClient = false, more: { notBefore?: number } = {}): Refusal => ({
    failure: failure(code, words === '' ? `YouTube's status: ${status ?? 'none'}` : words, {
      ...(code === 'blocked' ? { subject: 'YouTube' } : {}),
      ...more,
    }),
    otherClient,
  });
  if (screen.playerCaptchaViewModel !== undefined) return refuse('blocked');
  if (status === undefined && words === '') {
    if (hasDetails) return undefined;
    return {
      failure: failure('bad-response', 'YouTube said neither yes nor no.'),
      otherClient: true,
    };
  }
  const start = asNumber(
    at(
      playability,
      'liveStreamability',
      'liveStreamabilityRenderer',
      'offlineSlate',
      'liveStreamOfflineSlateRenderer',
      'scheduledStartTime',
    ),
  );
  const notBefore = start === undefined || start <= 0 ? {} : { notBefore: start * 1000 };
  const found = reasons.find(([pattern]) => pattern.test(words))?.[1];
  if (found === 'blocked') return refuse('blocked');
  if (status === 'LIVE_STREAM_OFFLINE')
    return found === 'unavailable' || found === 'private'
      ? refuse(found)
      : refuse('not-started', false, notBefore);
  if (status?.startsWith('AGE_') || asNumber(playability.desktopLegacyAgeGateReason))
    return refuse('age-restricted');
  if (found === 'not-started') return refuse('not-started', false, notBefore);
  if (found) return refuse(found);
  // What no rule knows may be this client's trouble alone.
  if (status === 'LOGIN_REQUIRED' || status === 'CONTENT_CHECK_REQUIRED')
    return refuse('age-restricted', true);
  return refuse('unavailable', true);
}

/** YouTube writes a text plainly, as `simpleText`, or in `runs`. */
function readText(value: unknown): string | undefined {
  const plain = asText(value) ?? asText(at(value, 'simpleText'));
  if (plain !== undefined) return plain;
  const runs = asList(at(value, 'runs')).map((run) => asText(at(run, 'text')) ?? '');
  return asText(runs.join(''));
}

function readMeta(answer: Loose): VideoMeta {
  const details = asRecord(answer.videoDetails);
  const title = asText(details.title);
  const channel = asText(details.author);
  const seconds = asNumber(details.lengthSeconds);
  // A live stream has length 0.
  const duration = seconds !== undefined && seconds > 0 ? seconds : undefined;
  const micro = asRecord(at(answer, 'microformat', 'playerMicroformatRenderer'));
  const date = /^\d{4}-\d{2}-\d{2}/.exec(asText(micro.publishDate) ?? asText(micro.uploadDate) ?? '')?.[0];
  const chapters = chaptersIn(asText(details.shortDescription) ?? '', duration);
  return {
    ...(title === undefined ? {} : { title }),
    ...(channel === undefined ? {} : { channel }),
    ...(duration === undefined ? {} : { duration }),
    ...(date === undefined ? {} : { published: date }),
    ...(chapters.length === 0 ? {} : { chapters }),
  };
}

/** Most videos have under 50; a hostile answer shall not fill the memory. */
const maxTracks = 1000;

function readTracks(renderer: Loose): readonly CaptionTrack[] {
  const audio = asList(renderer.audioTracks);
  const main = asRecord(audio[asNumber(renderer.defaultAudioTrackIndex) ?? 0]);
  const ofMain = new Set(asList(main.captionTrackIndices).map(asNumber));
  const preferred = asNumber(main.defaultCaptionTrackIndex);
  const all = asList(renderer.captionTracks).slice(0, maxTracks).map(asRecord);
  const isAutomatic = (track: Loose): boolean =>
    track.kind === 'asr' || (asText(track.vssId)?.startsWith('a.') ?? false);
  const someAutomatic = all.some(isAutomatic);
  const read = all.map((track, index) => ({
    forced: track.kind === 'forced' || track.kind === 'frc',
    track: {
      languageCode: languageOf(asText(track.languageCode)),
      kind: isAutomatic(track) ? 'automatic' : 'manual',
      url: asText(track.baseUrl) ?? '',
      name: readText(track.name) ?? asText(track.trackName) ?? '',
      // Without an automatic track the one that YouTube shows first tells the language that is spoken.
      isDefaultAudio: !someAutomatic && preferred !== undefined ? index === preferred : ofMain.has(index),
    } satisfies CaptionTrack,
  }));
  const usable = read.filter(({ track }) => track.url !== '');
  // Forced tracks hold only what is foreign to the film's own language.
  const whole = usable.filter(({ forced }) => !forced);
  return (whole.length > 0 ? whole : usable).map(({ track }) => track);
}

function languageOf(code: string | undefined): string {
  return code !== undefined && /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(code) ? code : 'und';
}

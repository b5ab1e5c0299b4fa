/**
 * Whether YouTube gives a video to this client, and if not, why: every text of the player's answer, in
 * whatever renderer, judged by the table of reasons. The texts are English because the request sets `hl:
 * en`.
 */
import { failure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { asList, asNumber, asRecord, asText, at } from '../loose';
import type { Loose } from '../loose';
import { shortWords } from '../parts';
import type { YouTubeClient } from './clients';
import type { Proof, ReasonEntry } from './knowledge';
import { judge } from './reasons';

/**
 * Why a client did not get the video. `unknown`: a message or status that no entry of the table has;
 * `answer`: no answer of YouTube's player at all, or an unreadable one.
 */
export interface Refusal {
  readonly failure: Failure;
  readonly proves: Proof | 'unknown' | 'answer';
  /** Another client may get another answer. */
  readonly otherClient: boolean;
  readonly visitor?: string;
}

export interface Heard {
  readonly client: Pick<YouTubeClient, 'limits'>;
  readonly reasons: readonly ReasonEntry[];
  /** Epoch ms. */
  readonly now: number;
}

export const endWaitMs = 3_600_000;
/** After this time the recording certainly exists. */
const processedMs = 24 * endWaitMs;

/** The refusal in an answer whose status is not OK, or which says with OK why there are no captions. */
export function refusalIn(
  answer: Loose,
  hasTracks: boolean,
  { client, reasons, now }: Heard,
): Refusal | undefined {
  const playability = asRecord(answer.playabilityStatus);
  const status = asText(playability.status);
  const isOk = status === 'OK';
  if (isOk && hasTracks) return undefined;
  const { texts, renderers } = screenOf(playability);
  if (status === undefined && texts.length === 0 && renderers.length === 0) {
    if (answer.videoDetails !== undefined) return undefined;
    const silent = failure('bad-response', 'YouTube said neither yes nor no.');
    return { failure: silent, proves: 'answer', otherClient: true };
  }
  const said = { texts, renderers, ...(isOk ? {} : { status }) };
  const reason = judge(said, reasons);
  // With OK only a fact counts: other texts there are decoration.
  if (isOk && reason?.proves !== 'video' && reason?.proves !== 'block') return undefined;
  const words = shortWords([...new Set(texts)].join(' ')) || `YouTube's status: ${status ?? 'none'}`;
  const age = asNumber(playability.desktopLegacyAgeGateReason);
  if (age !== undefined && age > 0 && reason?.proves !== 'video' && reason?.proves !== 'block')
    return { failure: failure('age-restricted', words), proves: 'video', otherClient: false };
  if (reason === undefined)
    return {
      failure: failure('bad-response', words, { subject: 'YouTube' }),
      proves: 'unknown',
      otherClient: true,
    };
  const { proves } = reason;
  const end = endOf(answer);
  // Hours after its end a recording would exist.
  const isOver = reason.detail === 'ended' && end !== undefined && now - end > processedMs;
  const { code, detail } = isOver ? ({ code: 'unavailable', detail: 'no-recording' } as const) : reason;
  const subject = detail ?? (code === 'blocked' ? 'YouTube' : undefined);
  const notBefore = code === 'not-started' ? startOf(answer, detail, now) : undefined;
  return {
    failure: failure(code, words, {
      ...(subject === undefined ? {} : { subject }),
      ...(notBefore === undefined ? {} : { notBefore }),
    }),
    proves,
    otherClient: asksOn(proves, status, client),
  };
}

/** Whether the next client may get another answer. */
function asksOn(
  proves: Proof,
  status: string | undefined,
  { limits = [] }: Pick<YouTubeClient, 'limits'>,
): boolean {
  if (proves === 'session' || proves === 'client' || proves === 'turn') return true;
  // "Video unavailable" as an ERROR is reliable; as UNPLAYABLE it may concern only this client, as for some
  // clients with videos made for children.
  return proves === 'hint' && (status !== 'ERROR' || limits.includes('kids'));
}

/** When a stream can have captions at the earliest: after its start, or an hour after its end. */
function startOf(answer: Loose, detail: string | undefined, now: number): number | undefined {
  if (detail === 'ended') return (endOf(answer) ?? now) + endWaitMs;
  const slate = offlineSlate(asRecord(answer.playabilityStatus));
  const start = asNumber(slate.scheduledStartTime);
  if (start !== undefined && start > 0) return start * 1000;
  const said = broadcastOf(answer).startTimestamp;
  const date = Date.parse(asText(said) ?? '');
  return Number.isNaN(date) || date <= now ? undefined : date;
}

function endOf(answer: Loose): number | undefined {
  const date = Date.parse(asText(broadcastOf(answer).endTimestamp) ?? '');
  return Number.isNaN(date) ? undefined : date;
}

function broadcastOf(answer: Loose): Loose {
  return asRecord(at(answer, 'microformat', 'playerMicroformatRenderer', 'liveBroadcastDetails'));
}

function offlineSlate(playability: Loose): Loose {
  const renderer = asRecord(at(playability, 'liveStreamability', 'liveStreamabilityRenderer'));
  return asRecord(at(renderer, 'offlineSlate', 'liveStreamOfflineSlateRenderer'));
}

/**
 * The failure of a stream whose answer is OK: on air (half a stream is not its transcript), still to come,
 * or ended so recently that its captions are being made.
 */
export function liveFailure(answer: Loose, hasTracks: boolean, now: number): Failure | undefined {
  const details = asRecord(answer.videoDetails);
  const broadcast = broadcastOf(answer);
  if (details.isUpcoming === true) {
    const start = startOf(answer, undefined, now);
    return failure('not-started', 'It has not been broadcast yet.', {
      ...(start === undefined ? {} : { notBefore: start }),
    });
  }
  if (details.isLive === true || broadcast.isLiveNow === true)
    return failure('not-started', 'It is on air now; captions of the whole come after it has ended.', {
      subject: 'live',
    });
  if (hasTracks) return undefined;
  const end = endOf(answer);
  const isFresh = end !== undefined && now - end < endWaitMs;
  const noLength = details.isLiveContent === true && (asNumber(details.lengthSeconds) ?? 0) === 0;
  if (details.isPostLiveDvr !== true && !isFresh && !noLength) return undefined;
  return failure('not-started', 'It has just ended; its captions are not there yet.', {
    subject: 'ended',
    notBefore: (end ?? now) + endWaitMs,
  });
}

const mostTexts = 40;
const mostDepth = 12;
/** Elements of a screen besides its message: buttons say "Sign in" or "Retry" whatever is wrong. */
const beside = /button|endpoint|command|accessib|icon|thumb|image|tracking|menu|link|logging|toast|offer/i;

interface Screen {
  readonly texts: string[];
  readonly renderers: string[];
}

/**
 * Every text with a reason, the classic fields first, and the names of the renderers on the error screen.
 */
function screenOf(playability: Loose): Screen {
  const found: Screen = { texts: [], renderers: Object.keys(asRecord(playability.errorScreen)) };
  const classic = asRecord(at(playability, 'errorScreen', 'playerErrorMessageRenderer'));
  for (const value of [
    playability.reason,
    playability.reasonTitle,
    classic.reason,
    classic.subreason,
    ...asList(playability.messages),
  ])
    keep(found, readText(value));
  gather(playability.errorScreen, found, 0);
  const slate = offlineSlate(playability);
  for (const value of [slate.mainText, slate.subtitleText]) keep(found, readText(value));
  return found;
}

function keep(found: Screen, text: string | undefined): void {
  if (text === undefined || found.texts.includes(text) || found.texts.length >= mostTexts) return;
  found.texts.push(text);
}

function gather(value: unknown, found: Screen, depth: number): void {
  if (depth > mostDepth || found.texts.length >= mostTexts) return;
  if (Array.isArray(value)) {
    for (const one of value.slice(0, mostTexts)) gather(one, found, depth + 1);
    return;
  }
  const record = asRecord(value);
  const text = readText(record);
  if (text !== undefined) keep(found, text);
  for (const [key, inner] of Object.entries(record).slice(0, 100)) {
    if (beside.test(key) || key === 'runs') continue;
    if (typeof inner === 'object') gather(inner, found, depth + 1);
  }
}

/** YouTube writes a text as a plain string, as `simpleText`, `content`, or in `runs`. */
export function readText(value: unknown): string | undefined {
  const plain = asText(value) ?? asText(at(value, 'simpleText')) ?? asText(at(value, 'content'));
  if (plain !== undefined) return plain;
  const runs = asList(at(value, 'runs')).map((run) => asText(at(run, 'text')) ?? '');
  return asText(runs.join(''));
}

/**
 * What follows a failure: the next move, which sources are skipped, which failure tells most, which paid
 * request is kept, what a parked job needs. Pure. The running job, list links and the reducer all use these
 * functions, so that a job that is read back from its journal continues as if the process had never died.
 */
import { accessCodes, failure, nextMoveOf } from './failure';
import type { Failure, FailureCode } from './failure';
import { agreed, mended, unblocked } from './need';
import type { Need } from './need';
import type { PaidSummary, Quote } from './source';
import type { SourceId } from './transcript';

// ------------------------------------------------------------------------------------------------ next move

/** A source that may be asked later. `signedIn`: it uses the user's cookies. */
export interface LaterSource {
  readonly id: SourceId;
  readonly signedIn: boolean;
}

/** One failed try, and what is left. A list link has no later source. */
export interface FailedTry {
  readonly failure: Failure;
  readonly signedIn: boolean;
  /** The sources that may still be asked, in order, without the one that failed. */
  readonly later: readonly LaterSource[];
  /** Tries of this source that count, this one included. */
  readonly tries: number;
  /** How often in a row this source has throttled us, this time included. */
  readonly throttled: number;
  /** The setting `retries`. */
  readonly retries: number;
}

export type Decision =
  /**
   * `again`: the same source after a delay. `hold`: as soon as its quota is free. `chainEnd`: no source is
   * left.
   */
  | { readonly move: 'again' | 'hold' | 'breaker' | 'park' | 'final' | 'chainEnd' }
  | { readonly move: 'nextSource'; readonly skipped: readonly SourceId[] };

/** A service that throttles this many times in a row is left alone for hours. */
const mostThrottles = 50;

/** The next move after a failed try. */
export function nextMove({ failure: fail, signedIn, later, tries, throttled, retries }: FailedTry): Decision {
  if (accessCodes.has(fail.code)) {
    // Only a source with other access rights sees more.
    const skipped = later.filter((source) => signedIn || !source.signedIn).map(({ id }) => id);
    return skipped.length === later.length ? { move: 'final' } : { move: 'nextSource', skipped };
  }
  switch (nextMoveOf[fail.code]) {
    case 'retry':
      if (fail.paidAnew === true) return later.length > 0 ? onwards : { move: 'final' };
      return { move: tries <= retries ? 'again' : 'final' };
    case 'hold':
      // It may still pass with time, as a block does.
      return { move: throttled >= mostThrottles ? 'park' : 'hold' };
    case 'nextSource':
      return later.length > 0 ? onwards : { move: 'chainEnd' };
    case 'breaker':
      return { move: 'breaker' };
    case 'park':
      return { move: 'park' };
    case 'final':
      return { move: 'final' };
  }
}

const onwards: Decision = { move: 'nextSource', skipped: [] };

/** What a block means for one job. `verdict` is the breaker's, for all; `later`: whether another source is left. */
export function moveWhenBlocked(
  verdict: 'hold' | 'nextSource' | 'park',
  later: boolean,
): 'hold' | 'nextSource' | 'park' {
  return verdict === 'nextSource' && !later ? 'park' : verdict;
}

// ------------------------------------------------------------------------------- what is known of the sources

/** Whether another source is needed after this failure: its own source is not asked again. */
export function passesOn(fail: Failure): boolean {
  return nextMoveOf[fail.code] === 'nextSource' || accessCodes.has(fail.code) || fail.paidAnew === true;
}

/**
 * What every other job of the batch gets instead of asking the source: what it said about one job holds for all, so it
 * leaves the chain. Undefined where it does not hold for all. Where that one may have been paid for, the others were
 * not sent. The source is asked again when settings change, the batch is resumed or the user retries.
 */
export function failureOfAll(fail: Failure): Failure | undefined {
  if (fail.forAll !== true) return undefined;
  if (fail.code === 'maybe-charged') return { ...fail, code: 'tool-missing' };
  return nextMoveOf[fail.code] === 'nextSource' ? fail : undefined;
}

/** The source has seen the video itself: the access problem of earlier sources is solved. */
const insideCodes: ReadonlySet<FailureCode> = new Set(['no-captions', 'no-language', 'too-large']);

export function gotIn({ code }: Failure): boolean {
  return insideCodes.has(code);
}

/** The words of these say that the video is there, though it was not given. */
const thereCodes: ReadonlySet<FailureCode> = new Set([...insideCodes, ...accessCodes, 'po-token']);

/**
 * What a source's word that a video is gone is worth after another source has seen it (`earlier`): nothing. Some
 * players get "Video unavailable" for videos that are there. So it says only that this source does not have it, which
 * neither ends the job nor hides what the other has said. `site`: whose answer it is.
 */
export function believed(fail: Failure, earlier: Failure | undefined, site: string): Failure {
  if (fail.code !== 'unavailable' || earlier === undefined) return fail;
  // A variant of "has changed" is a reason: made for children, behind a warning.
  const isThere =
    thereCodes.has(earlier.code) || (earlier.code === 'client-outdated' && earlier.subject !== undefined);
  return isThere ? { ...fail, code: 'unsupported', subject: site } : fail;
}

/** A failure with the source that it came from. */
export interface Telling {
  readonly failure: Failure;
  readonly source: SourceId;
}

const longestMessage = 500;

/**
 * Which of two failures tells more: the later one, unless it only says `unsupported`. A service's refusal
 * is kept beside the earlier message: a setting may be the cause of all refusals.
 */
export function tellingOf(earlier: Telling | undefined, later: Telling): Telling {
  if (earlier === undefined || later.failure.code !== 'unsupported') return later;
  const { subject } = later.failure;
  if (subject === undefined) return earlier;
  const { failure: before, source } = earlier;
  return {
    source,
    failure: {
      ...before,
      message: joined(before.message, later.failure.message),
      ...(before.code === 'no-captions' ? { subject } : {}),
    },
  };
}

/** Both messages, each once. */
function joined(earlier: string, later: string): string {
  const known = ` ${earlier} `.includes(` ${later.trim()} `);
  return known ? earlier : `${earlier} ${later}`.trim().slice(0, longestMessage);
}

/** A source that was not asked, and what it lacks. */
export interface NotAsked {
  readonly id: SourceId;
  readonly why: string;
  readonly needs?: string;
}

/**
 * The failure a job ends with when no source is left; `out` are those that were not asked. Where none was asked at all,
 * it needs what the first of them needs.
 */
export function chainFailure(last: Failure | undefined, out: readonly NotAsked[]): Failure {
  const lacking = last ? undefined : out.find(({ needs }) => needs !== undefined);
  const end =
    last ??
    failure('unsupported', 'No source that is set up reads this link.', {
      ...(lacking?.needs === undefined ? {} : { needs: lacking.needs, subject: lacking.id }),
    });
  if (out.length === 0) return end;
  const reasons = out.map(({ id, why }) => `${id}: ${why}`).join('; ');
  return { ...end, message: `${end.message} Not asked: ${reasons}`.slice(0, longestMessage) };
}

// --------------------------------------------------------------------------------------------------- money

/**
 * What `network` failures say by their subject of this computer's own network: it wants a sign-in first (a hotel, a
 * train, a company), it is not there, or something in it answers with a certificate of its own. Any other subject is a
 * listed proxy.
 */
export type NetworkState = 'sign-in' | 'offline' | 'certificate';
const networkStates: ReadonlySet<string | undefined> = new Set<NetworkState>([
  'sign-in',
  'offline',
  'certificate',
]);

/**
 * Whether the request never left this computer's network. A listed proxy that fails (the failure's subject) is not
 * that: it does not come back with the connection, and the user has to change it.
 */
export function neverArrived({ code, unsent, subject }: Failure): boolean {
  const ofProxy = subject !== undefined && !networkStates.has(subject);
  return unsent === true && (code === 'timeout' || (code === 'network' && !ofProxy));
}

/** Whether it says that no server at all can be reached now. A certificate may be wrong for good. */
export function isNetworkGone(fail: Failure): boolean {
  return neverArrived(fail) && fail.code === 'network' && (isSignIn(fail) || fail.subject === 'offline');
}

/** Whether the network answered in the server's place, because it wants a sign-in first. */
export function isSignIn({ code, subject }: Failure): boolean {
  return code === 'network' && subject === ('sign-in' satisfies NetworkState);
}

/** After these the fate of the request is unknown. */
const fateUnknown: ReadonlySet<FailureCode> = new Set(['cancelled', 'maybe-charged', 'internal']);

/**
 * Whether a paid request stays recorded after a failure of its source: one whose fate is unknown, and one
 * that has an id and may still return its transcript. Any other is settled: another try submits again.
 */
export function keepsPaid(paid: { readonly requestId?: string | undefined }, fail: Failure): boolean {
  if (fateUnknown.has(fail.code)) return true;
  if (paid.requestId === undefined || fail.paidAnew === true) return false;
  const move = nextMoveOf[fail.code];
  return move === 'retry' || move === 'hold' || move === 'park' || move === 'breaker';
}

/** The service has processed the audio and found no speech. */
const silentCodes: ReadonlySet<FailureCode> = new Set(['no-captions', 'no-speech']);

/**
 * What was paid for an answer. A request that was resumed after a restart may not repeat its price: then it
 * is the agreed one. A failure costs only what the service reports, except for audio without speech.
 */
export function billed(
  paid: PaidSummary | undefined,
  quote: Quote | undefined,
  fail?: Failure,
): PaidSummary | undefined {
  if (paid === undefined || paid.cost !== undefined || quote?.cost === undefined) return paid;
  return fail === undefined || silentCodes.has(fail.code) ? { ...paid, cost: quote.cost } : paid;
}

// ------------------------------------------------------------------------------------------- waiting, trying again

/** The quota whose service gave this answer: the source's own, or that of the host its audio came from. */
export function quotaOf<Name extends string>(
  fail: Failure | undefined,
  quotas: readonly Name[],
): Name | undefined {
  const named = fail?.quota;
  return (named === undefined ? undefined : quotas.find((name) => name === named)) ?? quotas[0];
}

/** What has to be mended before jobs with this failure can work; they park and are freed together. */
export function needOf(
  fail: Failure,
  source: SourceId | undefined,
  quotas: readonly string[],
  consent?: Quote,
): Need {
  if (consent) return agreed(consent.service, consent.origin);
  if (fail.code === 'blocked') return unblocked(quotaOf(fail, quotas) ?? source ?? '');
  return mended(fail, source);
}

/**
 * Whether time alone may solve it, without a second payment: `onError: retryAtEnd` tries these once more.
 */
export function canPass(fail: Failure): boolean {
  return nextMoveOf[fail.code] === 'retry' && fail.paidAnew !== true;
}

/** A broadcast that was on air, or has just ended, gets its captions some time later. */
const afterBroadcastMs = 3_600_000;

/**
 * Whether *Retry Failed* includes a job with this failure. Final codes are left out; a video that had not
 * started is included once its time has come, or an hour after it failed where that time is unknown. Times:
 * epoch ms.
 */
export function canRetry(fail: Failure, endedAt: number | undefined, now: number): boolean {
  if (fail.code === 'not-started')
    return now >= (fail.notBefore ?? (endedAt === undefined ? now : endedAt + afterBroadcastMs));
  return nextMoveOf[fail.code] !== 'final';
}

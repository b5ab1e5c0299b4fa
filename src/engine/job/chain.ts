/**
 * Which source a job asks next, and what follows from what it answered. Pure: the table of failure codes
 * (model/failure.ts) with the chain's rules.
 */
import { accessCodes, failure, nextMoveOf } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Link } from '../../model/link';
import type { Settings } from '../../model/settings';
import type { Readiness, Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';

export interface ReadySource {
  readonly source: Source;
  readonly readiness: Readiness;
}

export interface ChainQuestion {
  readonly link: Link;
  readonly settings: Settings;
  /** All sources by id, with whether they are ready. */
  readonly sources: ReadonlyMap<SourceId, ReadySource>;
  /** Those that cannot help with this job. */
  readonly passed: ReadonlySet<SourceId>;
  /** An earlier source has seen that the video has no captions. */
  readonly noCaptions?: boolean;
  /** The source that holds a paid request of this job; it alone is asked, ready or not. */
  readonly paid?: SourceId;
}

/** The sources that may still be asked, in order. */
export function remaining(question: ChainQuestion): readonly Source[] {
  const { link, settings, sources, passed, noCaptions, paid } = question;
  // Also when its key has gone: it then says what it needs, and nobody else is paid for the same video.
  const holder = paid === undefined ? undefined : sources.get(paid)?.source;
  if (holder) return [holder];
  const chain: Source[] = [];
  for (const id of settings.sources) {
    const entry = sources.get(id);
    if (!entry?.readiness.ready || passed.has(id) || chain.includes(entry.source)) continue;
    if (entry.source.accepts(link, settings, noCaptions)) chain.push(entry.source);
  }
  return chain;
}

/** Sources that would be asked if they were ready, each with the reason that they are not. */
export function leftOut(question: ChainQuestion): readonly string[] {
  const { link, settings, sources, noCaptions } = question;
  return settings.sources.flatMap((id) => {
    const entry = sources.get(id);
    if (!entry || entry.readiness.ready || !entry.source.accepts(link, settings, noCaptions)) return [];
    // Off until set up: that nobody set it up is no news, unless it could have been the answer.
    return [`${id}: ${entry.readiness.why}`];
  });
}

/**
 * The failure a job ends with when no source is left. The last source's code stands, but `unsupported`
 * never hides an earlier one; sources that were left out are named.
 */
export function chainFailure(last: Failure | undefined, out: readonly string[]): Failure {
  const end = last ?? failure('unsupported', 'No source that is set up reads this link.');
  if (out.length === 0) return end;
  return { ...end, message: `${end.message} Not asked: ${out.join('; ')}`.slice(0, 500) };
}

/**
 * Which of two failures tells more: the later one, unless it only says `unsupported`. What a service said when it
 * refused is kept beside the earlier words: it may be a setting that refuses all of them.
 */
export function tellingFailure(earlier: Failure | undefined, later: Failure): Failure {
  if (earlier === undefined || later.code !== 'unsupported') return later;
  if (later.subject === undefined) return earlier;
  const message = `${earlier.message} ${later.message}`.trim().slice(0, 500);
  return { ...earlier, message, ...(earlier.code === 'no-captions' ? { subject: later.subject } : {}) };
}

/** Whether a later source reaches videos that an earlier one may not see: with the user's cookies. */
function hasOtherAccess(source: Source, settings: Settings): boolean {
  return source.id === 'yt-dlp' && settings['ytDlp.cookiesFromBrowser'] !== '';
}

/** What follows a source's failure: `again` is a retry of the same source. */
export type Move = 'again' | 'hold' | 'nextSource' | 'breaker' | 'park' | 'final';

/** The next move. `later` are the sources after the one that failed; `tries` are its tries that count, this one included. */
export function moveAfter(fail: Failure, later: readonly Source[], tries: number, settings: Settings): Move {
  const move = nextMoveOf[fail.code];
  if (accessCodes.has(fail.code))
    return later.some((source) => hasOtherAccess(source, settings)) ? 'nextSource' : 'final';
  if (move !== 'retry') return move;
  if (fail.paidAnew === true) return later.length > 0 ? 'nextSource' : 'final';
  return tries <= settings.retries ? 'again' : 'final';
}

/** For an access code: of the later sources only those with other access are worth asking. */
export function worthAsking(fail: Failure, later: readonly Source[], settings: Settings): readonly Source[] {
  return accessCodes.has(fail.code) ? later.filter((source) => hasOtherAccess(source, settings)) : later;
}

/** The quota whose service gave this answer: the source's own, or that of the host its sound came from. */
export function quotaOf(fail: Failure | undefined, quotas: readonly string[]): string | undefined {
  const named = fail?.quota;
  return named !== undefined && quotas.includes(named) ? named : quotas[0];
}

/** What has to be mended before jobs that failed like this can work; they park and are freed together. */
export function needOf(fail: Failure, source: SourceId | undefined, quotas: readonly string[]): string {
  if (fail.code === 'blocked') return `blocked:${quotaOf(fail, quotas) ?? source ?? ''}`;
  return fail.needs ?? `${fail.code}:${source ?? ''}`;
}

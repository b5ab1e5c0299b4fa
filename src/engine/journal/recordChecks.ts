/**
 * Checks for what is read from disk: journals come from shared folders and repositories, so every value is
 * checked before it is trusted. Checks do not copy, so fields of later versions are kept. Each names all
 * fields of its type: forgetting one does not compile.
 */
import { isLastingType } from '../../model/events';
import type { BatchNote, LastingEvent, NewJob, Outcome } from '../../model/events';
import { isFailureCode, type Failure } from '../../model/failure';
import type { Telling } from '../../model/failureRules';
import { isInsidePath } from '../../model/insidePath';
import { linkKinds, type Chapter, type Link, type VideoMeta } from '../../model/link';
import { isPlain, type Plain } from '../../model/plain';
import type { Quote } from '../../model/source';
import { isSourceId } from '../../model/transcript';
import type { Deaths } from '../state/deaths';
import type { LastingRow } from '../state/fields';
import type { JobMemory, PaidState, Tries } from '../state/memory';
import type { AttemptState, JobState } from '../state/reducer';
import { every, isAmount, isFlag, isIndex, isNumber, isOneOf, isText, isTime, isTrue } from './checks';
import { listOf, optional, type Verdict } from './checks';

const isKind = isOneOf(...linkKinds);
const isListKind = isOneOf('youtube-playlist', 'youtube-channel', 'feed');
const isReach = isOneOf('public-only', 'unconfirmed');
const isCaptions = isOneOf('manual', 'automatic', 'speech');
export const isVia = isOneOf('direct', 'proxy', 'tor');
const isLastingStatus = isOneOf('pending', 'completed', 'failed', 'skipped', 'cancelled', 'parked');

const isWebAddress = (value: unknown): value is string => isText(value) && /^https?:\/\//i.test(value);

/** A name relative to the batch folder that cannot point outside it. */
const isOwnFile = (value: unknown): value is string => isText(value) && isInsidePath(value);
const areOwnFiles = listOf(isOwnFile);
const areSources = listOf(isSourceId);

/** The id of a batch, which becomes part of file names. */
export function isBatchId(value: unknown): value is string {
  return isText(value) && /^[\w-]{1,80}$/.test(value);
}

export function isLink(value: unknown): value is Link {
  if (!isPlain(value) || !isText(value.url)) return false;
  // Only a file: link has a local path; a web link with a path could smuggle one in.
  const isLocal = /^file:\/\/\//i.test(value.url);
  return every<Link>({
    kind: isKind(value.kind),
    url: isLocal || /^https?:\/\//i.test(value.url),
    id: isText(value.id) && /^[\w-]{1,64}$/.test(value.id),
    list: optional(value.list, isListKind),
    path: isLocal ? isText(value.path) : value.path === undefined,
    outside: optional(value.outside, isFlag),
    reach: optional(value.reach, isReach),
    episode: optional(value.episode, isWebAddress),
    publicUrl: optional(value.publicUrl, isWebAddress),
    prose: optional(value.prose, isFlag),
  });
}

/** An entry that is not a link may contain anything; it is never opened. */
function isInvalidLink(value: unknown): boolean {
  return isPlain(value) && isKind(value.kind) && isText(value.url) && isText(value.id);
}

/** A job's link must be one that may be opened, unless the job is marked as not a link. */
const hasItsLink = ({ invalid, link }: Plain): boolean =>
  invalid === undefined ? isLink(link) : isInvalidLink(link);

export function isMeta(value: unknown): value is VideoMeta {
  if (!isPlain(value)) return false;
  return every<VideoMeta>({
    title: optional(value.title, isText),
    channel: optional(value.channel, isText),
    duration: optional(value.duration, isAmount),
    durationIsClaim: optional(value.durationIsClaim, isFlag),
    published: optional(value.published, isText),
    chapters: optional(value.chapters, areChapters),
  });
}

const areChapters = listOf(
  (value) => isPlain(value) && every<Chapter>({ start: isAmount(value.start), title: isText(value.title) }),
);

export function isFailure(value: unknown): value is Failure {
  return (
    isPlain(value) &&
    every<Failure>({
      code: isFailureCode(value.code),
      message: isText(value.message),
      status: optional(value.status, isNumber),
      retryAfterMs: optional(value.retryAfterMs, isAmount),
      notBefore: optional(value.notBefore, isTime),
      needs: optional(value.needs, isText),
      quota: optional(value.quota, isText),
      paidAnew: optional(value.paidAnew, isFlag),
      forAll: optional(value.forAll, isFlag),
      unsent: optional(value.unsent, isFlag),
      subject: optional(value.subject, isText),
    })
  );
}

function isQuote(value: unknown): value is Quote {
  return (
    isPlain(value) &&
    every<Quote>({
      service: isSourceId(value.service),
      origin: isText(value.origin),
      seconds: optional(value.seconds, isAmount),
      estimate: optional(value.estimate, isTrue),
      cost: optional(value.cost, isAmount),
    })
  );
}

export function isNote(value: unknown): value is BatchNote {
  return (
    isPlain(value) &&
    every<BatchNote>({
      text: isText(value.text),
      job: optional(value.job, isIndex),
      line: optional(value.line, isIndex),
    })
  );
}

function isNewJob(value: unknown): value is NewJob {
  return (
    isPlain(value) &&
    every<NewJob>({
      link: hasItsLink(value),
      invalid: optional(value.invalid, isFailure),
      meta: optional(value.meta, isMeta),
      count: optional(value.count, isIndex),
      line: optional(value.line, isIndex),
      parent: optional(value.parent, isIndex),
      redo: optional(value.redo, isFlag),
    })
  );
}
const areNewJobs = listOf(isNewJob);

type OutcomeOf<S extends Outcome['status']> = Omit<Extract<Outcome, { readonly status: S }>, 'status'>;

/** By status, the discriminant. */
const outcomeChecks: Readonly<Record<Outcome['status'], (value: Plain) => boolean>> = {
  completed: (value) =>
    every<OutcomeOf<'completed'>>({
      source: isSourceId(value.source),
      language: isText(value.language),
      captions: isCaptions(value.captions),
      meta: isMeta(value.meta),
      files: areOwnFiles(value.files),
      seconds: isAmount(value.seconds),
      requests: isIndex(value.requests),
      via: isVia(value.via),
      viaMachine: optional(value.viaMachine, isText),
      cost: optional(value.cost, isAmount),
      paidSeconds: optional(value.paidSeconds, isAmount),
      requestId: optional(value.requestId, isText),
    }),
  failed: (value) =>
    every<OutcomeOf<'failed'>>({
      failure: isFailure(value.failure),
      source: optional(value.source, isSourceId),
      seconds: isAmount(value.seconds),
      requests: isIndex(value.requests),
    }),
  skipped: (value) =>
    value.reason === 'by-user' ||
    (value.reason === 'already-done' && isOwnFile(value.file) && isText(value.batch)),
  cancelled: () => true,
  parked: (value) =>
    every<OutcomeOf<'parked'>>({
      failure: isFailure(value.failure),
      source: optional(value.source, isSourceId),
      until: optional(value.until, isTime),
      consent: optional(value.consent, isQuote),
    }),
  expanded: (value) => every<OutcomeOf<'expanded'>>({ entries: isIndex(value.entries) }),
};

function isOutcomeStatus(value: unknown): value is Outcome['status'] {
  return typeof value === 'string' && Object.hasOwn(outcomeChecks, value);
}

function isOutcome(value: unknown): value is Outcome {
  return isPlain(value) && isOutcomeStatus(value.status) && outcomeChecks[value.status](value);
}

const isCompleted = (value: unknown): boolean => isOutcome(value) && value.status === 'completed';

type EventOf<T extends LastingEvent['type']> = Extract<LastingEvent, { readonly type: T }>;
const isControl = isOneOf('start', 'pause', 'resume', 'stop', 'finish');
const isJobAction = isOneOf('retry', 'redo', 'skip', 'next', 'release', 'allow');
const isAuthor = isOneOf('user', 'engine');
const areIndices = listOf(isIndex);

/** The fields of each event besides its type and time, which are checked for all events. */
const eventFields: {
  readonly [T in LastingEvent['type']]: (value: Plain) => Verdict<Omit<EventOf<T>, 'type' | 'at'>>;
} = {
  'batch-created': (value) => ({
    id: isBatchId(value.id),
    name: isText(value.name),
    machine: isText(value.machine),
    list: optional(value.list, isText),
    jobs: optional(value.jobs, isIndex),
    settings: isPlain(value.settings),
    private: optional(value.private, isTrue),
  }),
  'jobs-added': (value) => ({ jobs: areNewJobs(value.jobs) }),
  'notes-added': (value) => ({ notes: listOf(isNote)(value.notes) }),
  'job-learnt': (value) => ({ job: isIndex(value.job), meta: isMeta(value.meta) }),
  attempt: (value) => ({
    job: isIndex(value.job),
    ...attempt(value),
    counts: isFlag(value.counts),
    passed: optional(value.passed, isTrue),
    skipped: optional(value.skipped, areSources),
    noCaptions: optional(value.noCaptions, isTrue),
  }),
  intent: (value) => ({ job: isIndex(value.job), quote: isQuote(value.quote) }),
  writing: (value) => ({ job: isIndex(value.job), outcome: isCompleted(value.outcome) }),
  'request-id': (value) => ({
    job: isIndex(value.job),
    source: isSourceId(value.source),
    requestId: isText(value.requestId),
  }),
  charged: (value) => ({
    job: isIndex(value.job),
    source: isSourceId(value.source),
    cost: isAmount(value.cost),
    paidSeconds: optional(value.paidSeconds, isAmount),
    requestId: optional(value.requestId, isText),
  }),
  outcome: (value) => ({ job: isIndex(value.job), outcome: isOutcome(value.outcome) }),
  control: (value) => ({
    action: isControl(value.action),
    by: isAuthor(value.by),
    why: optional(value.why, isFailure),
  }),
  'job-control': (value) => ({
    jobs: areIndices(value.jobs),
    action: isJobAction(value.action),
    atEnd: optional(value.atEnd, isTrue),
  }),
  'process-died': (value) => ({
    jobs: areIndices(value.jobs),
    reading: optional(value.reading, areIndices),
  }),
  consent: (value) => ({
    service: isSourceId(value.service),
    origin: isText(value.origin),
    cost: isAmount(value.cost),
    count: optional(value.count, isIndex),
  }),
  settings: (value) => ({
    settings: isPlain(value.settings),
    private: optional(value.private, isTrue),
  }),
};

/** A lasting event in the form this version knows. */
export function isLastingEvent(value: unknown): value is LastingEvent {
  if (!isPlain(value) || !isTime(value.at) || !isLastingType(value.type)) return false;
  return every<object>(eventFields[value.type](value));
}

function attempt(value: Plain): Verdict<Omit<AttemptState, 'at'>> {
  return {
    source: optional(value.source, isSourceId),
    failure: isFailure(value.failure),
    seconds: isAmount(value.seconds),
    requests: isIndex(value.requests),
  };
}

function isAttemptState(value: unknown): value is AttemptState {
  return isPlain(value) && every<AttemptState>({ at: isTime(value.at), ...attempt(value) });
}

/** Tries as a row keeps them. */
const areAttempts = (value: unknown): value is readonly AttemptState[] =>
  Array.isArray(value) && value.every(isAttemptState);

function isMemory(value: unknown): boolean {
  return (
    isPlain(value) &&
    every<JobMemory>({
      passed: areSources(value.passed),
      shut: optional(value.shut, areSources),
      skipped: areSources(value.skipped),
      noCaptions: isFlag(value.noCaptions),
      telling: optional(value.telling, isTelling),
      last: optional(value.last, areTries),
      failedTries: isIndex(value.failedTries),
    })
  );
}

function isTelling(value: unknown): boolean {
  return (
    isPlain(value) && every<Telling>({ failure: isFailure(value.failure), source: isSourceId(value.source) })
  );
}

function areTries(value: unknown): boolean {
  return (
    isPlain(value) &&
    every<Tries>({
      source: optional(value.source, isSourceId),
      counted: isIndex(value.counted),
      throttled: isIndex(value.throttled),
      all: isIndex(value.all),
    })
  );
}

function isSkip(value: unknown): boolean {
  return (
    isPlain(value) &&
    every<NonNullable<JobState['skip']>>({
      reason: value.reason === 'by-user' || value.reason === 'already-done',
      file: optional(value.file, isOwnFile),
      batch: optional(value.batch, isText),
    })
  );
}

function isPaid(value: unknown): boolean {
  return (
    isPlain(value) &&
    every<PaidState>({
      source: isSourceId(value.source),
      quote: isQuote(value.quote),
      requestId: optional(value.requestId, isText),
    })
  );
}

function areDeaths(value: unknown): boolean {
  return (
    isPlain(value) &&
    every<Deaths>({
      times: isIndex(value.times),
      alone: isIndex(value.alone),
      reading: optional(value.reading, isIndex),
    })
  );
}

/** A job as a snapshot holds it: without transient fields. */
export function isJobState(value: unknown): value is JobState {
  if (!isPlain(value)) return false;
  return every<LastingRow>({
    index: isIndex(value.index),
    link: hasItsLink(value),
    invalid: optional(value.invalid, isFailure),
    count: isIndex(value.count),
    status: isLastingStatus(value.status),
    meta: isMeta(value.meta),
    tries: isIndex(value.tries),
    retries: isIndex(value.retries),
    memory: optional(value.memory, isMemory),
    triedAtEnd: optional(value.triedAtEnd, isTrue),
    deaths: optional(value.deaths, areDeaths),
    line: optional(value.line, isIndex),
    parent: optional(value.parent, isIndex),
    expandedInto: optional(value.expandedInto, isIndex),
    writing: optional(value.writing, isCompleted),
    attempts: optional(value.attempts, areAttempts),
    failure: optional(value.failure, isFailure),
    source: optional(value.source, isSourceId),
    language: optional(value.language, isText),
    captions: optional(value.captions, isCaptions),
    files: optional(value.files, areOwnFiles),
    seconds: optional(value.seconds, isAmount),
    endedAt: optional(value.endedAt, isTime),
    via: optional(value.via, isVia),
    viaMachine: optional(value.viaMachine, isText),
    skip: optional(value.skip, isSkip),
    parkedUntil: optional(value.parkedUntil, isTime),
    consent: optional(value.consent, isQuote),
    paid: optional(value.paid, isPaid),
    cost: optional(value.cost, isAmount),
    paidSeconds: optional(value.paidSeconds, isAmount),
    requestId: optional(value.requestId, isText),
    redo: optional(value.redo, isFlag),
    paysAgain: optional(value.paysAgain, isTrue),
  });
}

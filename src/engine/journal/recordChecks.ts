/**
 * The door for what is read from disk: journals come from shared folders and repositories, so every value
 * is checked before it is believed. Guards do not copy, so fields of later versions survive.
 */
import type { LastingEvent, NewJob, Outcome } from '../../model/events';
import { isFailureCode } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { isInsidePath } from '../../model/insidePath';
import type { Link, VideoMeta } from '../../model/link';
import { isPlain, type Plain } from '../../model/plain';
import { isSettingName, settingProblem, settingsSchema } from '../../model/settings';
import type { Settings } from '../../model/settings';
import type { Quote } from '../../model/source';
import { isSourceId } from '../../model/transcript';
import type { AttemptState, JobState } from '../state/reducer';

/** Longest text believed; titles and messages are far shorter. */
const longest = 20_000;
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longest;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
export const isAmount = (value: unknown): value is number => isNumber(value) && value >= 0;
export const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isTrue = (value: unknown): value is true => value === true;
const optional = (value: unknown, guard: (value: unknown) => boolean): boolean =>
  value === undefined || guard(value);
const isOneOf =
  (...allowed: readonly string[]) =>
  (value: unknown): value is string =>
    typeof value === 'string' && allowed.includes(value);
const listOf =
  (guard: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(guard);

const isKind = isOneOf('youtube', 'list', 'subtitle', 'media', 'page');
const isListKind = isOneOf('youtube-playlist', 'youtube-channel', 'feed');
const isCaptions = isOneOf('manual', 'automatic', 'speech');
const isVia = isOneOf('direct', 'proxy', 'tor');
const isStatus = isOneOf('pending', 'completed', 'failed', 'skipped', 'cancelled', 'parked');

/** A name relative to the batch folder that cannot lead out of it. */
const isOwnFile = (value: unknown): value is string => isText(value) && isInsidePath(value);

function isLink(value: unknown): value is Link {
  if (!isPlain(value) || !isKind(value.kind) || !isText(value.url) || !isText(value.id)) return false;
  if (!/^[\w-]{1,64}$/.test(value.id)) return false;
  if (!optional(value.list, isListKind) || !optional(value.path, isText)) return false;
  if (value.outside !== undefined && typeof value.outside !== 'boolean') return false;
  // A local path stands behind a file: link only; a web link with a path would smuggle one in.
  return /^file:\/\/\//i.test(value.url)
    ? value.path !== undefined
    : value.path === undefined && /^https?:\/\//i.test(value.url);
}

/** An entry that is no link carries whatever stood in the list; nobody follows it. */
function isInvalidLink(value: unknown): boolean {
  return isPlain(value) && isKind(value.kind) && isText(value.url) && isText(value.id);
}

function isMeta(value: unknown): value is VideoMeta {
  return (
    isPlain(value) &&
    optional(value.title, isText) &&
    optional(value.channel, isText) &&
    optional(value.duration, isAmount) &&
    optional(value.published, isText) &&
    optional(
      value.chapters,
      listOf((chapter) => isPlain(chapter) && isAmount(chapter.start) && isText(chapter.title)),
    )
  );
}

export function isFailure(value: unknown): value is Failure {
  return (
    isPlain(value) &&
    isFailureCode(value.code) &&
    isText(value.message) &&
    optional(value.status, isNumber) &&
    optional(value.retryAfterMs, isAmount) &&
    optional(value.notBefore, isNumber) &&
    optional(value.needs, isText) &&
    optional(value.quota, isText) &&
    optional(value.paidAnew, isFlag) &&
    optional(value.unsent, isFlag) &&
    optional(value.subject, isText)
  );
}

function isQuote(value: unknown): value is Quote {
  return (
    isPlain(value) &&
    isSourceId(value.service) &&
    isText(value.origin) &&
    optional(value.seconds, isAmount) &&
    optional(value.cost, isAmount)
  );
}

function isNewJob(value: unknown): value is NewJob {
  return (
    isPlain(value) &&
    (value.invalid === undefined
      ? isLink(value.link)
      : isFailure(value.invalid) && isInvalidLink(value.link)) &&
    optional(value.meta, isMeta) &&
    optional(value.count, isIndex) &&
    optional(value.line, isIndex) &&
    optional(value.parent, isIndex) &&
    optional(value.redo, (redo) => typeof redo === 'boolean')
  );
}

function isOutcome(value: unknown): value is Outcome {
  if (!isPlain(value)) return false;
  switch (value.status) {
    case 'completed':
      return (
        isSourceId(value.source) &&
        isText(value.language) &&
        isCaptions(value.captions) &&
        isMeta(value.meta) &&
        listOf(isOwnFile)(value.files) &&
        isAmount(value.seconds) &&
        isIndex(value.requests) &&
        isVia(value.via) &&
        optional(value.cost, isAmount) &&
        optional(value.paidSeconds, isAmount) &&
        optional(value.requestId, isText)
      );
    case 'failed':
      return (
        isFailure(value.failure) &&
        optional(value.source, isSourceId) &&
        isAmount(value.seconds) &&
        isIndex(value.requests)
      );
    case 'skipped':
      return (
        value.reason === 'by-user' ||
        (value.reason === 'already-done' && isOwnFile(value.file) && isText(value.batch))
      );
    case 'cancelled':
      return true;
    case 'parked':
      return (
        isFailure(value.failure) &&
        optional(value.source, isSourceId) &&
        optional(value.until, isNumber) &&
        optional(value.consent, isQuote)
      );
    case 'expanded':
      return isIndex(value.entries);
    default:
      return false;
  }
}

const isCompleted = (value: unknown): boolean => isOutcome(value) && value.status === 'completed';

/** Settings that a journal may carry: where keys go, what runs and what it may cost are the user's alone. */
export function journalSettings(value: unknown): Partial<Settings> {
  return settingsWhere(value, (scope) => scope === 'window' || scope === 'resource');
}

/** Settings of the user alone, from the user's own folder. */
export function privateSettings(value: unknown): Partial<Settings> {
  return settingsWhere(value, (scope) => scope === 'machine' || scope === 'application');
}

function settingsWhere(value: unknown, allowed: (scope: string) => boolean): Partial<Settings> {
  if (!isPlain(value)) return {};
  const kept = Object.entries(value).filter(
    ([name, setting]) =>
      isSettingName(name) &&
      allowed(settingsSchema[name].scope) &&
      settingProblem(name, setting) === undefined,
  );
  const settings: Partial<Settings> = Object.fromEntries(kept);
  return settings;
}

const known = new Set<unknown>([
  'batch-created',
  'jobs-added',
  'job-learnt',
  'attempt',
  'intent',
  'writing',
  'request-id',
  'charged',
  'outcome',
  'control',
  'job-control',
  'consent',
  'settings',
]);
/** Whether this version knows the event's type; others are kept on disk and skipped. */
export const isKnownType = (type: unknown): boolean => known.has(type);

/** A lasting event in the form this version knows. */
export function isLastingEvent(value: unknown): value is LastingEvent {
  if (!isPlain(value) || !isNumber(value.at)) return false;
  switch (value.type) {
    case 'batch-created':
      return (
        isText(value.id) &&
        /^[\w-]{1,80}$/.test(value.id) &&
        isText(value.name) &&
        isText(value.machine) &&
        optional(value.list, isText) &&
        optional(value.jobs, isIndex) &&
        isPlain(value.settings)
      );
    case 'jobs-added':
      return listOf(isNewJob)(value.jobs);
    case 'job-learnt':
      return isIndex(value.job) && isMeta(value.meta);
    case 'attempt':
      return (
        isIndex(value.job) &&
        isAttempt(value) &&
        isFlag(value.counts) &&
        optional(value.passed, isTrue) &&
        optional(value.skipped, listOf(isSourceId)) &&
        optional(value.noCaptions, isTrue)
      );
    case 'intent':
      return isIndex(value.job) && isQuote(value.quote);
    case 'writing':
      return isIndex(value.job) && isCompleted(value.outcome);
    case 'request-id':
      return isIndex(value.job) && isSourceId(value.source) && isText(value.requestId);
    case 'charged':
      return (
        isIndex(value.job) &&
        isSourceId(value.source) &&
        isAmount(value.cost) &&
        optional(value.paidSeconds, isAmount) &&
        optional(value.requestId, isText)
      );
    case 'outcome':
      return isIndex(value.job) && isOutcome(value.outcome);
    case 'control':
      return (
        isOneOf('start', 'pause', 'resume', 'stop', 'finish')(value.action) &&
        isOneOf('user', 'engine')(value.by) &&
        optional(value.why, isFailure)
      );
    case 'job-control':
      return (
        listOf(isIndex)(value.jobs) &&
        isOneOf('retry', 'redo', 'skip', 'next', 'release')(value.action) &&
        optional(value.atEnd, isTrue)
      );
    case 'consent':
      return (
        isSourceId(value.service) &&
        isText(value.origin) &&
        isAmount(value.cost) &&
        optional(value.count, isIndex)
      );
    case 'settings':
      return isPlain(value.settings);
    default:
      return false;
  }
}

function isAttempt(value: Plain): boolean {
  return (
    isNumber(value.at) &&
    optional(value.source, isSourceId) &&
    isFailure(value.failure) &&
    isAmount(value.seconds) &&
    isIndex(value.requests)
  );
}

function isMemory(value: unknown): boolean {
  if (!isPlain(value)) return false;
  const { telling, last } = value;
  return (
    listOf(isSourceId)(value.passed) &&
    listOf(isSourceId)(value.skipped) &&
    isFlag(value.noCaptions) &&
    isIndex(value.failedTries) &&
    (telling === undefined ||
      (isPlain(telling) && isFailure(telling.failure) && isSourceId(telling.source))) &&
    (last === undefined ||
      (isPlain(last) &&
        optional(last.source, isSourceId) &&
        isIndex(last.counted) &&
        isIndex(last.throttled) &&
        isIndex(last.all)))
  );
}

const isAttemptState = (value: unknown): value is AttemptState => isPlain(value) && isAttempt(value);

/** A job as a snapshot holds it: without what passes. */
export function isJobState(value: unknown): value is JobState {
  if (!isPlain(value)) return false;
  const { paid, skip } = value;
  return (
    isIndex(value.index) &&
    (value.invalid === undefined
      ? isLink(value.link)
      : isFailure(value.invalid) && isInvalidLink(value.link)) &&
    isIndex(value.count) &&
    isStatus(value.status) &&
    isMeta(value.meta) &&
    isIndex(value.tries) &&
    isIndex(value.retries) &&
    optional(value.memory, isMemory) &&
    optional(value.triedAtEnd, isTrue) &&
    optional(value.failedTries, isIndex) &&
    optional(value.line, isIndex) &&
    optional(value.parent, isIndex) &&
    optional(value.expandedInto, isIndex) &&
    optional(value.writing, isCompleted) &&
    optional(value.passed, listOf(isSourceId)) &&
    optional(value.attempts, listOf(isAttemptState)) &&
    optional(value.failure, isFailure) &&
    optional(value.source, isSourceId) &&
    optional(value.language, isText) &&
    optional(value.captions, isCaptions) &&
    optional(value.files, listOf(isOwnFile)) &&
    optional(value.seconds, isAmount) &&
    optional(value.endedAt, isNumber) &&
    optional(value.via, isVia) &&
    optional(value.parkedUntil, isNumber) &&
    optional(value.consent, isQuote) &&
    optional(value.cost, isAmount) &&
    optional(value.paidSeconds, isAmount) &&
    optional(value.requestId, isText) &&
    optional(value.redo, isFlag) &&
    (skip === undefined ||
      (isPlain(skip) &&
        isOneOf('by-user', 'already-done')(skip.reason) &&
        optional(skip.file, isOwnFile) &&
        optional(skip.batch, isText))) &&
    (paid === undefined ||
      (isPlain(paid) && isSourceId(paid.source) && isQuote(paid.quote) && optional(paid.requestId, isText)))
  );
}

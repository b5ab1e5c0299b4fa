/**
 * Checks for what a window reads of a batch that runs elsewhere, as `journal/recordChecks.ts` has them for journals:
 * every value is checked, and lists have limits, because the page makes a lane of each worker.
 */
import type { HelperView, Pace, PassingEvent, QuotaSharing, QuotaView, Wait } from '../../model/events';
import { isPlain, type Plain } from '../../model/plain';
import type { StagePart } from '../../model/source';
import { isSourceId } from '../../model/transcript';
import { every, isAmount, isFlag, isIndex, isNumber, isOneOf, listOf, optional } from '../journal/checks';
import type { Check } from '../journal/checks';
import type { Passing, PassingJob } from '../state/passing';
import type { LaneSegment, WorkerState } from '../state/reducer';

/** 20 workers here, 2,000 on other machines. */
const mostLanes = 2_020;
const mostHelpers = 500;
const mostQuotas = 200;
const mostJobs = 10_000;
const mostEvents = 100_000;

const isShort: Check = (value) => typeof value === 'string' && value.length <= 500;
const isUnit = isOneOf('minute', 'hour', 'day');
const stages = ['fetching', 'downloading', 'uploading', 'transcribing', 'noting', 'writing', 'expanding'];
const isStage = isOneOf(...stages);
const isLaneKind = isOneOf(...stages, 'wait', 'held');
const isLaneNumber: Check = (value) => isIndex(value) && value >= 1 && value <= mostLanes;
const most =
  (count: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= count && listOf(check)(value);

const isPart: Check = (value) =>
  isPlain(value) && every<StagePart>({ at: isIndex(value.at), of: isIndex(value.of) });

const isWait: Check = (value) =>
  isPlain(value) &&
  every<Wait>({
    for: isOneOf(
      'rate',
      'held',
      'retry',
      'first-answer',
      'breaker',
      'connection',
      'memory',
      'consent',
    )(value.for),
    quota: optional(value.quota, isShort),
    until: optional(value.until, isNumber),
  });

const isSharing: Check = (value) =>
  isPlain(value) &&
  every<QuotaSharing>({
    by: isShort(value.by),
    machines: isIndex(value.machines),
    away: optional(value.away, isFlag),
  });

const isQuota: Check = (value) =>
  isPlain(value) &&
  every<QuotaView>({
    set: optional(value.set, isAmount),
    name: isShort(value.name),
    service: optional(value.service, isShort),
    limit: isAmount(value.limit),
    allowed: isAmount(value.allowed),
    used: isAmount(value.used),
    unit: isUnit(value.unit),
    nextAt: optional(value.nextAt, isNumber),
    heldUntil: optional(value.heldUntil, isNumber),
    blocked: optional(value.blocked, isFlag),
    unreached: optional(value.unreached, isFlag),
    shared: optional(value.shared, isSharing),
    history: most(24, isNumber)(value.history),
  });
const areQuotas = most(mostQuotas, isQuota);

const isHelper: Check = (value) =>
  isPlain(value) &&
  every<HelperView>({
    name: isShort(value.name),
    egress: optional(value.egress, isShort),
    workers: most(mostLanes, isLaneNumber)(value.workers),
    quotas: areQuotas(value.quotas),
    trouble: optional(value.trouble, isShort),
  });
const areHelpers = most(mostHelpers, isHelper);

const isPlainBound = isOneOf('spread', 'limit', 'day', 'requests', 'first-answer');
const isBound: Check = (value) =>
  isPlain(value) && (value.by === 'spacing' ? isAmount(value.everyMs) : isPlainBound(value.by));

const isPaceCause: Check = (value) => {
  if (!isPlain(value)) return false;
  const { kind, quota } = value;
  switch (kind) {
    case 'quota':
      return isShort(quota) && optional(value.bound, isBound);
    case 'throttled':
      return isIndex(value.effective) && isIndex(value.workers);
    case 'held':
      return isShort(quota) && isNumber(value.until);
    case 'unreached':
      return isShort(quota) && optional(value.until, isNumber) && optional(value.signIn, isFlag);
    case 'blocked':
      return isShort(quota) && optional(value.until, isNumber);
    case 'failing':
      return isShort(quota) && isIndex(value.waiting);
    case 'expanding':
      return isIndex(value.found);
    default:
      return isOneOf('workers', 'memory', 'finishing', 'idle')(kind);
  }
};

const isPace: Check = (value) =>
  isPlain(value) &&
  every<Pace>({
    by: isPaceCause(value.by),
    perMinute: isAmount(value.perMinute),
    endsAt: optional(value.endsAt, isNumber),
    endsWithinMs: optional(value.endsWithinMs, isAmount),
    advice: optional(
      value.advice,
      (advice) => isPlain(advice) && isIndex(advice.workers) && isNumber(advice.endsAt),
    ),
    lengthsUnknown: isIndex(value.lengthsUnknown),
    ideal: optional(
      value.ideal,
      (ideal) => isPlain(ideal) && isAmount(ideal.tookMs) && isAmount(ideal.leastMs),
    ),
  });

const isSegment: Check = (value) =>
  isPlain(value) &&
  every<LaneSegment>({
    job: isIndex(value.job),
    from: isNumber(value.from),
    to: optional(value.to, isNumber),
    kind: isLaneKind(value.kind),
    end: optional(value.end, isOneOf('completed', 'failed', 'left')),
  });

const isWorker: Check = (value) =>
  isPlain(value) &&
  every<WorkerState>({
    number: isLaneNumber(value.number),
    job: optional(value.job, isIndex),
    lane: most(mostEvents, isSegment)(value.lane),
  });

/** The lanes are found by their number. */
const areWorkers: Check = (value) =>
  most(mostLanes, isWorker)(value) &&
  Array.isArray(value) &&
  value.every((slot: unknown, at) => isPlain(slot) && slot.number === at + 1);

const isJob: Check = (value) =>
  isPlain(value) &&
  every<PassingJob>({
    index: isIndex(value.index),
    tries: isIndex(value.tries),
    source: optional(value.source, isSourceId),
    worker: optional(value.worker, isLaneNumber),
    startedAt: optional(value.startedAt, isNumber),
    stage: optional(value.stage, isStage),
    percent: optional(value.percent, isNumber),
    part: optional(value.part, isPart),
    wait: optional(value.wait, isWait),
  });

const isHead = (value: unknown): value is Passing['head'] =>
  isPlain(value) &&
  every<Passing['head']>({
    workers: areWorkers(value.workers),
    configuredWorkers: isIndex(value.configuredWorkers),
    effectiveWorkers: isIndex(value.effectiveWorkers),
    parallel: isFlag(value.parallel),
    quotas: areQuotas(value.quotas),
    helpers: areHelpers(value.helpers),
    helpersTrouble: optional(value.helpersTrouble, isShort),
    pace: optional(value.pace, isPace),
    memoryMB: optional(value.memoryMB, isAmount),
    cpuPercent: optional(value.cpuPercent, isAmount),
  });

const areJobs = (value: unknown): value is Passing['jobs'] => most(mostJobs, isJob)(value);

/** Whether each kind of passing event has what it needs, besides its time. */
const verdicts: Readonly<Record<PassingEvent['type'], (event: Plain) => boolean>> = {
  'job-started': ({ job, worker, attempt }) => isIndex(job) && isLaneNumber(worker) && isIndex(attempt),
  stage: ({ job, source, stage, percent, part }) =>
    isIndex(job) &&
    optional(source, isSourceId) &&
    isStage(stage) &&
    optional(percent, isNumber) &&
    optional(part, isPart),
  wait: ({ job, wait }) => isIndex(job) && (wait === null || isWait(wait)),
  'job-left': ({ job }) => isIndex(job),
  workers: ({ configured, effective, parallel }) =>
    isIndex(configured) && isIndex(effective) && isFlag(parallel),
  quotas: ({ quotas }) => areQuotas(quotas),
  helpers: ({ helpers, trouble }) => areHelpers(helpers) && optional(trouble, isShort),
  pace: ({ pace }) => isPace(pace),
  machine: ({ memoryMB, cpuPercent }) => isAmount(memoryMB) && isAmount(cpuPercent),
};

const isPassingType = (value: unknown): value is PassingEvent['type'] =>
  typeof value === 'string' && Object.hasOwn(verdicts, value);

const isPassingEvent = (value: unknown): value is PassingEvent =>
  isPlain(value) && isNumber(value.at) && isPassingType(value.type) && verdicts[value.type](value);

/** All that passes, as the first line of the file has it; undefined: it is not that. */
export function passingIn({
  type,
  owner,
  head,
  jobs,
  at,
}: Plain): (Passing & { readonly owner: string; readonly at: number }) | undefined {
  if (type !== 'passing' || typeof owner !== 'string' || !isNumber(at)) return undefined;
  return isHead(head) && areJobs(jobs) ? { owner, head, jobs, at } : undefined;
}

export interface Passed {
  /** Time of the newest event by then, lasting ones among them. */
  readonly upTo: number;
  readonly events: readonly PassingEvent[];
  /** They are in the first line as well. */
  readonly inAll: boolean;
}

/** What has passed, as the other lines have it; events of a later version are left out. Undefined: it is not that. */
export function passedIn({ type, upTo, events, inAll }: Plain): Passed | undefined {
  if (type !== 'passed' || !isNumber(upTo) || !Array.isArray(events) || events.length > mostEvents)
    return undefined;
  return { upTo, events: events.filter(isPassingEvent), inAll: inAll === true };
}

/**
 * The log's lines about batches: one for each event that lasts, in the words of the event. Failures carry
 * the service's own words, which are safe to show; links are named by their id, because a private feed's
 * address is a key.
 */
import type { Engine } from '../engine/api';
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import type { BatchEvent, Outcome } from '../model/events';
import type { Failure } from '../model/failure';
import type { LogLevel } from '../model/ports';
import { serviceNameAt } from '../model/serviceNames';
import { formatCount, formatElapsed, plural } from '../model/words';

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  /** Index of the video it is about. */
  readonly job?: number;
}

/** Where the lines go: the log channel. */
interface LineLog {
  writeOf(batch: Pick<ReadonlyState, 'id' | 'name'>, line: LogLine): void;
}

/** Writes down what happens to every batch that runs in this window. */
export function logBatches(engine: Pick<Engine, 'batches' | 'onBatches'>, log: LineLog): void {
  const followed = new WeakSet<object>();
  const followAll = (): void => {
    for (const handle of engine.batches) {
      if (handle.owner !== undefined || followed.has(handle)) continue;
      followed.add(handle);
      handle.onEvents((events) => {
        for (const event of events) {
          const line = logLine(handle.state, event);
          if (line) log.writeOf(handle.state, line);
        }
      });
    }
  };
  engine.onBatches(followAll);
  followAll();
}

/** The line of one event, after it was folded into `state`; undefined for what passes or says nothing new. */
function logLine(state: ReadonlyState, event: BatchEvent): LogLine | undefined {
  switch (event.type) {
    case 'batch-created':
      return { level: 'info', text: 'Created.' };
    case 'jobs-added':
      return { level: 'info', text: `${plural(event.jobs.length, 'entry', 'entries')} added.` };
    case 'control':
      return {
        level: event.why ? 'warn' : 'info',
        text: `${controls[event.action]}${event.why ? `: ${reason(event.why)}` : '.'}`,
      };
    case 'job-control': {
      const [only] = event.jobs;
      const one = event.jobs.length === 1 && only !== undefined;
      return one
        ? { level: 'info', job: only, text: `By the user: ${event.action}.` }
        : { level: 'info', text: `By the user: ${event.action}, ${formatCount(event.jobs.length)} videos.` };
    }
    case 'consent': {
      const { service, origin, cost, count = 0 } = event;
      const amount = cost > 0 || count === 0 ? ` up to ${cost}` : '';
      const unpriced = count === 0 ? '' : ` for ${plural(count, 'video')} without a price`;
      return {
        level: 'info',
        text: `Agreed to ${serviceNameAt(service, origin)} at ${origin}${amount}${unpriced}.`,
      };
    }
    case 'attempt':
      return {
        level: 'warn',
        job: event.job,
        text: `${event.source}: ${reason(event.failure)} ${effort(event.seconds, event.requests)}`,
      };
    case 'intent':
      return {
        level: 'info',
        job: event.job,
        text: `${event.quote.service}: submits, which may cost money.`,
      };
    case 'request-id':
      return { level: 'info', job: event.job, text: `${event.source}: request ${event.requestId}.` };
    case 'charged':
      return {
        level: 'warn',
        job: event.job,
        text: `${event.source}: charged ${event.cost}, and no transcript came of it.`,
      };
    case 'outcome':
      return outcomeLine(state.jobs[event.job], event.job, event.outcome);
    default:
      return undefined;
  }
}

const controls = {
  start: 'Started',
  pause: 'Paused',
  resume: 'Resumed',
  stop: 'Stopped',
  finish: 'Finished',
} as const;

function outcomeLine(state: ReadonlyRow | undefined, job: number, outcome: Outcome): LogLine {
  const title = state?.meta.title ?? state?.link.id ?? '';
  const of = title === '' ? '' : ` (${title})`;
  switch (outcome.status) {
    case 'completed':
      return {
        level: 'info',
        job,
        text: `Done${of}: ${outcome.source}, ${outcome.language}, ${outcome.captions} ${effort(outcome.seconds, outcome.requests)}`,
      };
    case 'failed': {
      const from = outcome.source === undefined ? '' : `${outcome.source}: `;
      return {
        level: 'error',
        job,
        text: `Failed${of}: ${from}${reason(outcome.failure)} ${effort(outcome.seconds, outcome.requests)}`,
      };
    }
    case 'parked':
      return {
        level: 'warn',
        job,
        text: outcome.consent
          ? `Needs your OK${of}: ${serviceNameAt(outcome.consent.service, outcome.consent.origin)} at ${outcome.consent.origin}.`
          : `Parked${of}: ${reason(outcome.failure)}`,
      };
    case 'skipped':
      return {
        level: 'info',
        job,
        text: outcome.reason === 'by-user' ? `Skipped${of}.` : `Done already${of}: ${outcome.file}`,
      };
    case 'cancelled':
      return { level: 'info', job, text: `Cancelled${of}.` };
    case 'expanded':
      return { level: 'info', job, text: `A list of ${plural(outcome.entries, 'entry', 'entries')}.` };
  }
}

/** The code, the status where there was one, and the service's own words. */
function reason({ code, status, message }: Failure): string {
  return `${code}${status === undefined ? '' : ` (status ${status})`}: ${message}`;
}

const effort = (seconds: number, requests: number): string =>
  `[${formatElapsed(seconds)}, ${plural(requests, 'request')}]`;

/** What the batch itself remembers of a video, for when the lines are gone: a reload, another window. */
export function rememberedLines(job: ReadonlyRow): string[] {
  const at = (ms: number): string => new Date(ms).toISOString();
  const lines = (job.attempts ?? []).map(
    (attempt) =>
      `${at(attempt.at)} warn ${attempt.source ?? 'list'}: ${reason(attempt.failure)} ${effort(attempt.seconds, attempt.requests)}`,
  );
  if (job.endedAt !== undefined) {
    const why = job.failure ? `: ${reason(job.failure)}` : '';
    lines.push(`${at(job.endedAt)} ${job.failure ? 'error' : 'info'} ${job.status}${why}`);
  }
  return lines;
}

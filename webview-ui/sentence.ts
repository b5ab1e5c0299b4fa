/**
 * The one sentence under the bar: what sets the pace, or what is wrong and what the user can do. Pure words
 * over the state; design and codes are those of the panel's design.
 */
import type { BatchState } from '../src/engine/state';
import { nextMoveOf, type Failure, type FailureCode } from '../src/model/failure';
import type { Quote } from '../src/model/source';
import {
  codeWords,
  formatCount,
  formatDuration,
  formatTime,
  plural,
  rowWords,
  serviceName,
  thinSpace,
} from '../src/model/words';
import type { BatchAction, NextStep, ResumedNote } from '../src/protocol';
import type { SettingName } from '../src/model/settings';
import { fromStep } from './steps';

/** What a link in the sentence, a row or a group does. */
export type Deed =
  | { readonly do: 'step'; readonly step: NextStep; readonly setting?: SettingName }
  | { readonly do: 'batch'; readonly action: BatchAction }
  | { readonly do: 'agree'; readonly consent: Pick<Quote, 'service' | 'origin' | 'cost'> }
  | { readonly do: 'workers'; readonly workers: number }
  | { readonly do: 'retry' }
  | { readonly do: 'dismiss' };

export interface Say {
  readonly icon: string;
  readonly tone: 'run' | 'dim' | 'wait' | 'ok';
  /** The user must act: the line is tinted. */
  readonly need?: boolean;
  readonly text: string;
  /** Left out where the panel is narrow. */
  readonly tail?: string;
  readonly actions: readonly { readonly words: string; readonly deed: Deed }[];
}

export interface SayContext {
  readonly now: number;
  readonly owner?: string | undefined;
  readonly problem?: string | undefined;
  readonly resumed?: ResumedNote | undefined;
  readonly parked: Iterable<number>;
}

/** How long "Resumed where it stopped" stands before the pace takes its place. */
const resumedNoteMs = 120_000;

export function sentence(state: BatchState, context: SayContext): Say {
  const { now } = context;
  if (context.problem !== undefined)
    return warn(context.problem, [
      { words: 'Show log', deed: { do: 'step', step: 'showLog' } },
      { words: 'Dismiss', deed: { do: 'dismiss' } },
    ]);
  if (context.owner !== undefined)
    return {
      icon: 'multiple-windows',
      tone: 'dim',
      text: 'This batch runs in another window.',
      tail: ` ${context.owner}`,
      actions: [],
    };
  if (state.why && state.phase !== 'finished') return failed(state.why, state, now);
  switch (state.phase) {
    case 'paused':
      return plain('debug-pause', `Paused by you at ${formatTime(state.phaseAt, now)}. ${finishing(state)}`);
    case 'stopped':
      return plain(
        'debug-stop',
        state.phaseAt === 0 || state.starts === 0
          ? 'Not started yet.'
          : `Stopped at ${formatTime(state.phaseAt, now)}. Resume continues where it was.`,
      );
    case 'finished':
      return finished(state);
    case 'running':
      return needs(state, context) ?? running(state, context);
  }
}

const plain = (icon: string, text: string): Say => ({ icon, tone: 'dim', text, actions: [] });
const warn = (text: string, actions: Say['actions'], tail?: string): Say => ({
  icon: 'warning',
  tone: 'wait',
  need: true,
  text,
  actions,
  ...(tail === undefined ? {} : { tail }),
});

const small = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
];

function finishing(state: BatchState): string {
  const { running } = state.counts;
  if (running === 0) return 'Nothing new starts.';
  const count = small[running] ?? formatCount(running);
  return `${count} ${running === 1 ? 'video is' : 'videos are'} finishing; nothing new starts.`;
}

function failed(why: Failure, state: BatchState, now: number): Say {
  const words = rowWords(why, { now });
  const step = words.step && fromStep(words.step);
  const stopped = state.phase === 'stopped' ? 'Stopped' : 'Paused';
  return warn(
    `${stopped} at ${formatTime(state.phaseAt, now)}. ${words.sentence}`,
    step ? [{ words: words.next, deed: step }] : [],
  );
}

function finished(state: BatchState): Say {
  const { counts, total } = state;
  const open = { words: 'Open report', deed: { do: 'batch', action: 'openReport' } } as const;
  const base = { icon: 'check', tone: 'ok' } as const;
  if (counts.failed > 0) {
    const reasons = Object.keys(state.byError).length;
    const text =
      counts.failed === 1
        ? 'Finished. 1 video failed; its reason has its next step below.'
        : reasons <= 1
          ? `Finished. ${plural(counts.failed, 'video')} failed for one reason; its next step is below.`
          : `Finished. ${plural(counts.failed, 'video')} failed for ${reasons} reasons; each reason has its next step below.`;
    return { ...base, text, actions: [open] };
  }
  if (total === 0) return { ...base, text: 'Finished. There was nothing to do.', actions: [] };
  const kept = counts.skipped + counts.cancelled;
  if (kept === total)
    return { ...base, text: `Finished. All ${formatCount(total)} were done before.`, actions: [] };
  if (counts.cancelled === 0 && kept === 0)
    return {
      ...base,
      text: total === 1 ? 'Finished. The video is done.' : `Finished. All ${formatCount(total)} are done.`,
      actions: [open],
    };
  return {
    ...base,
    text: `Finished. ${formatCount(counts.completed)} done, ${formatCount(kept)} skipped.`,
    actions: [open],
  };
}

/** What waits for the user: paid work to agree to, then whatever else parks videos. */
function needs(state: BatchState, context: SayContext): Say | undefined {
  let asked = 0;
  let cost = 0;
  let seconds = 0;
  let priced = true;
  let quote: Quote | undefined;
  const byCode = new Map<FailureCode, number>();
  let sample: { failure: Failure; source?: string } | undefined;
  let until: number | undefined;
  let waits = 0;
  for (const index of context.parked) {
    const job = state.jobs[index];
    if (!job) continue;
    if (job.consent) {
      if (quote && (quote.service !== job.consent.service || quote.origin !== job.consent.origin)) continue;
      quote = job.consent;
      asked += 1;
      seconds += job.consent.seconds ?? 0;
      if (job.consent.cost === undefined) priced = false;
      else cost += job.consent.cost;
      continue;
    }
    if (!job.failure) continue;
    waits += 1;
    const { code } = job.failure;
    byCode.set(code, (byCode.get(code) ?? 0) + 1);
    if (!sample || (byCode.get(code) ?? 0) > (byCode.get(sample.failure.code) ?? 0))
      sample = { failure: job.failure, ...(job.source ? { source: job.source } : {}) };
    if (job.parkedUntil !== undefined) until = Math.min(until ?? Infinity, job.parkedUntil);
  }
  if (quote) {
    const parts = [
      seconds > 0 ? `${formatDuration(seconds * 1000)} of sound` : '',
      priced ? `about ${cost.toFixed(2)}` : 'price not quoted',
    ].filter((part) => part !== '');
    const name = serviceName(quote.service);
    const verb = asked === 1 ? 'needs' : 'need';
    return warn(
      `${plural(asked, 'video')} ${verb} your OK: speech-to-text by ${name}, ${parts.join(', ')}.`,
      [
        {
          words: priced ? `Agree to ${cost.toFixed(2)}` : `Agree to ${name}`,
          deed: {
            do: 'agree',
            consent: { service: quote.service, origin: quote.origin, ...(priced ? { cost } : {}) },
          },
        },
      ],
    );
  }
  return sample && parkedSay(state, sample, waits, until, context.now);
}

function parkedSay(
  state: BatchState,
  sample: { failure: Failure; source?: string },
  waits: number,
  until: number | undefined,
  now: number,
): Say {
  const words = rowWords(sample.failure, { now, ...(sample.source ? { source: sample.source } : {}) });
  const { code } = sample.failure;
  const are = waits === 1 ? 'is' : 'are';
  const start = `${words.cause}. ${plural(waits, 'video')} ${are} parked`;
  const step = words.step && fromStep(words.step);
  const first = step && step.do !== 'batch' ? [{ words: words.next, deed: step }] : [];
  const blocked = nextMoveOf[code] === 'breaker';
  const actions = blocked
    ? [
        { words: 'Add a proxy…', deed: { do: 'step', step: 'addProxy' } } as const,
        { words: 'Use the next source', deed: { do: 'step', step: 'useNextSource' } } as const,
      ]
    : first;
  if (until !== undefined && state.counts.running + state.counts.pending > 0)
    return {
      icon: 'clockface',
      tone: 'wait',
      text: start,
      tail: `; tries again ${formatTime(until, now)}.`,
      actions,
    };
  const later = until === undefined ? 'resume in an hour' : `tries again ${formatTime(until, now)}`;
  return warn(start, actions, blocked ? `; ${later}, or:` : until === undefined ? '.' : `; ${later}.`);
}

function running(state: BatchState, { now, resumed }: SayContext): Say {
  const { pace } = state;
  const run = (text: string, actions: Say['actions'] = []): Say => ({
    icon: 'circle-filled',
    tone: 'run',
    text,
    actions,
  });
  if (pace?.by.kind === 'held' || pace?.by.kind === 'blocked') return held(state, now);
  if (resumed && now - state.phaseAt < resumedNoteMs) {
    const picked =
      resumed.pickedUp === 0
        ? ''
        : `; ${plural(resumed.pickedUp, 'paid request')} picked up, none sent twice`;
    return {
      icon: 'history',
      tone: 'run',
      text: `Resumed where it stopped. ${plural(resumed.kept, 'finished video')} kept${picked}.`,
      actions: [],
    };
  }
  if (!pace) return run('Running.');
  const { by } = pace;
  switch (by.kind) {
    case 'quota': {
      const unit = state.quotas.find((quota) => quota.name === by.quota)?.unit;
      const limit = unit === 'day' ? 'daily limit' : unit === 'minute' ? 'limit a minute' : 'hourly limit';
      return run(
        `Running. ${possessive(serviceName(by.quota))} ${limit} sets the pace; more workers would not make it faster.`,
      );
    }
    case 'workers': {
      const count = state.parallel ? state.configuredWorkers : 1;
      const busy = count === 1 ? 'One at a time' : `All ${count} workers are busy`;
      if (!pace.advice) return run(`Running. ${busy}; more would make it faster.`);
      const { workers, endsAt } = pace.advice;
      return run(`Running. ${busy}; ${workers} workers would finish at ${formatTime(endsAt, now)}.`, [
        { words: `Use ${workers}`, deed: { do: 'workers', workers } },
      ]);
    }
    case 'throttled':
      return run(`Running. Slowed to ${by.effective} of ${by.workers} workers after throttling.`);
    case 'memory':
      return run('Running. Memory is near its limit, so fewer start.');
    case 'expanding':
      return run(`Reading the playlist: ${formatCount(by.found)} found so far.`);
    case 'finishing':
      return run('Running. The last videos are finishing.');
    default:
      return run('Running.');
  }
}

function held(state: BatchState, now: number): Say {
  const by = state.pace?.by;
  if (by?.kind !== 'held' && by?.kind !== 'blocked') return plain('circle-filled', 'Running.');
  const name = serviceName(by.quota);
  const others = [
    ...new Set(
      state.quotas
        .filter(
          (quota) => serviceName(quota.name) !== name && quota.heldUntil === undefined && !quota.blocked,
        )
        .map((quota) => serviceName(quota.name)),
    ),
  ];
  const goesOn =
    others.length === 0 || state.counts.running === 0
      ? ''
      : ` ${others.slice(0, 2).join(' and ')} ${others.length === 1 ? 'goes' : 'go'} on.`;
  const text =
    by.kind === 'held'
      ? `${name} asked to wait until ${formatTime(by.until, now)}.`
      : `${name} blocks this network${by.until === undefined ? '.' : `; it is tried again at ${formatTime(by.until, now)}.`}`;
  const steps = [{ words: 'Use the next source', deed: { do: 'step', step: 'useNextSource' } } as const];
  if (by.kind === 'blocked')
    steps.unshift({ words: 'Add a proxy…', deed: { do: 'step', step: 'addProxy' } } as never);
  return { icon: 'clockface', tone: 'wait', text: text + goesOn, actions: steps };
}

const possessive = (name: string): string => `${name}’s`;

/** The two big answers: how far, and how long. */
export interface Answers {
  readonly seen: number;
  readonly side: string;
  readonly big: string;
}

export function answers(state: BatchState, now: number): Answers {
  const { counts } = state;
  const seen = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  const endsAt = state.pace?.endsAt;
  const left = endsAt === undefined ? undefined : Math.max(0, endsAt - now);
  const leftWords = left === undefined ? '' : bigDuration(left);
  switch (state.phase) {
    case 'finished':
      return {
        seen,
        side: `done at ${formatTime(state.phaseAt, now)}`,
        big: bigDuration(state.ranMs, true),
      };
    case 'paused':
    case 'stopped':
      return {
        seen,
        side: left === undefined || state.counts.pending === 0 ? '' : `${bigDuration(left)} of work left`,
        big: state.phase,
      };
    case 'running':
      if (counts.parked > 0 && counts.pending === 0 && counts.running <= 1)
        return { seen, side: 'waits for you', big: `${formatCount(counts.parked)} parked` };
      return {
        seen,
        side: endsAt === undefined ? '' : `about ${dayTime(endsAt, now)}`,
        big: leftWords === '' ? '' : `${leftWords} left`,
      };
  }
}

/** As `formatDuration`, but with plain spaces, which stand better in 20 px, and seconds only where they count. */
function bigDuration(ms: number, exact = false): string {
  if (ms < 60_000 && !exact) return 'under a minute';
  return formatDuration(ms).replaceAll(thinSpace, ' ');
}

function dayTime(at: number, now: number): string {
  if (at - now < 20 * 3_600_000) return formatTime(at, now);
  return new Date(at).toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' });
}

export { codeWords };

/**
 * The sentences on what limits a batch's pace, the same in the panel and in the terminal. They state only
 * what is true now: a limit is called reached when it is used up, not when its starts are spread over the
 * hour.
 */
import type { HelperView, Pace, QuotaBound, QuotaSharing, QuotaView } from './events';
import { addressesWords } from './helperWords';
import { formatCount, formatDuration, formatSoon, formatTime, plural, untilWords } from './numberWords';
import { quotaRow } from './quotaNames';
import { settingsSchema } from './settingsTable';
import { capitalised, serviceName } from './serviceNames';

/** What the sentences need besides the pace. */
export interface PaceContext {
  /** Epoch ms. */
  readonly now: number;
  readonly quotas: readonly QuotaView[];
  /** Workers that may run at once; 1 when videos are done one at a time. */
  readonly workers: number;
  /** Other machines that help. Absent: none. */
  readonly helpers?: readonly HelperView[];
}

export interface PaceWords {
  readonly text: string;
  /** The rest of the sentence, with its conjunction; omitted where there is no room. */
  readonly tail?: string;
}

const windowMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const noFaster = '; more workers would not make it faster.';

/** Undefined: nothing in particular limits the pace. */
export function paceWords(pace: Pace | undefined, context: PaceContext): PaceWords | undefined {
  const by = pace?.by;
  switch (by?.kind) {
    case undefined:
    case 'idle':
      return undefined;
    case 'quota':
      return quotaWords(by.quota, by.bound, context);
    case 'held':
      return {
        text: `${capitalised(quotaService(by.quota, context.quotas))} asked to wait ${untilWords(by.until, context.now)}.`,
      };
    case 'blocked': {
      const name = capitalised(quotaService(by.quota, context.quotas));
      const again = by.until === undefined ? '' : `; tries again ${whenWords(by.until, context.now)}`;
      return { text: `${name} blocks this network${again}.` };
    }
    case 'unreached': {
      const name = quotaService(by.quota, context.quotas);
      const next = by.until === undefined ? '' : `, next try ${whenWords(by.until, context.now)}`;
      const what =
        by.signIn === true
          ? 'This network wants a sign-in first (open any page in a browser)'
          : `No connection to ${name}`;
      return { text: `${what}${next}`, tail: '; it goes on by itself.' };
    }
    case 'workers':
      return workersWords(pace?.advice, context);
    case 'throttled':
      return { text: `Slowed to ${by.effective} of ${by.workers} workers after throttling.` };
    case 'memory':
      return { text: 'Memory or processor is near its limit, so fewer start.' };
    case 'failing':
      return {
        text: `${capitalised(quotaService(by.quota, context.quotas))} keeps failing, so single videos try whether it works again`,
        tail: `; ${plural(by.waiting, 'video waits', 'videos wait')} until it does.`,
      };
    case 'expanding':
      return { text: `Reading the playlist: ${formatCount(by.found)} found so far.` };
    case 'finishing':
      return { text: 'The last videos are finishing.' };
  }
}

/** The name of the service behind a quota, as the batch's settings have it. */
export function quotaService(quota: string, quotas: readonly QuotaView[]): string {
  return quotas.find(({ name }) => name === quota)?.service ?? serviceName(quota);
}

/** "at 00:43", "in 8 s" */
function whenWords(until: number, now: number): string {
  return until - now > 60_000 ? `at ${formatSoon(until, now)}` : `in ${untilWords(until, now)}`;
}

function workersWords(advice: Pace['advice'], { workers, now }: PaceContext): PaceWords {
  const busy = workers === 1 ? 'One at a time' : `All ${workers} workers are busy`;
  if (advice)
    return {
      text: busy,
      tail: `; ${advice.workers} workers would finish at ${formatTime(advice.endsAt, now)}.`,
    };
  return workers < settingsSchema.workers.max
    ? { text: busy, tail: '; more would make it faster.' }
    : { text: `${busy}.` };
}

/**
 * What other machines have to do with a quota: `3 machines share it`, `Redis is away, so this machine keeps to 1/3 of
 * it`. Undefined: nothing.
 */
export function sharingWords(shared: QuotaSharing | undefined): string | undefined {
  if (shared === undefined) return undefined;
  const { machines, away } = shared;
  if (away !== true) return machines > 1 ? `${formatCount(machines)} machines share it` : undefined;
  return machines === 0
    ? 'Redis has not answered yet, and how many machines share it is not known, so nothing starts'
    : `Redis is away, so this machine keeps to ${machines === 1 ? 'it alone' : `1/${machines} of it`}`;
}

function quotaWords(quota: string, bound: QuotaBound | undefined, context: PaceContext): PaceWords {
  const view = context.quotas.find((one) => one.name === quota);
  const words = limitWords(quota, view, bound, context);
  const shared = sharingWords(view?.shared);
  if (shared === undefined) return words;
  const ended = words.text.endsWith('.');
  return { ...words, text: `${ended ? words.text.slice(0, -1) : words.text}; ${shared}${ended ? '.' : ''}` };
}

function limitWords(
  quota: string,
  view: QuotaView | undefined,
  bound: QuotaBound | undefined,
  context: PaceContext,
): PaceWords {
  const name = quotaService(quota, context.quotas);
  const together = addressesWords(quota, view, context.helpers ?? []);
  if (together !== undefined) return { text: together, tail: '; another address would make it faster.' };
  const limit = view && view.limit > 0 ? `${formatCount(view.limit)} ${perUnit[view.unit]}` : undefined;
  switch (bound?.by ?? boundOf(view)) {
    case 'spacing': {
      // Without a limit only the spacing counts.
      const atFirst = limit === undefined ? '' : ' at first';
      return {
        text: `${every(spacingMsOf(bound), thing(quota))}${atFirst}, ${purpose(quota, name)}`,
        tail: noFaster,
      };
    }
    case 'spread':
      if (!view || limit === undefined) break;
      return {
        text: `${every(windowMs[view.unit] / view.limit, thing(quota))}, ${limit}, ${purpose(quota, name)}`,
        tail: noFaster,
      };
    case 'limit':
      return {
        text: `${capitalised(possessive(name))} limit${limit === undefined ? '' : ` of ${limit}`} is reached`,
        tail: noFaster,
      };
    case 'day': {
      const at = view?.nextAt;
      const next = at === undefined ? '' : `; the next start at ${formatTime(at, context.now)}`;
      return { text: `${capitalised(possessive(name))} limit for today is reached${next}.` };
    }
    case 'requests':
      return { text: `As many requests to ${name} are under way as are allowed at a time`, tail: noFaster };
    case 'first-answer':
      return { text: `Waiting for the first answer of ${name}, which says its limits.` };
  }
  return { text: `${capitalised(name)} sets the pace`, tail: noFaster };
}

/** Without the engine's reason: used up, or spread over its window. */
const boundOf = (view: QuotaView | undefined): QuotaBound['by'] =>
  view && view.used >= view.allowed ? 'limit' : 'spread';

const spacingMsOf = (bound: QuotaBound | undefined): number => (bound?.by === 'spacing' ? bound.everyMs : 0);

/**
 * "one every 12 s, so that YouTube does not block you": the steady pace that a quota's limit allows, or its spacing
 * where it has no limit. Undefined: nothing slows its starts.
 */
export function steadyPaceWords(
  quota: string,
  limit: { readonly starts: number; readonly windowMs: number; readonly spacingMs: number },
): string | undefined {
  const everyMs = limit.starts > 0 ? limit.windowMs / limit.starts : limit.spacingMs;
  if (everyMs <= 0) return undefined;
  return `${pacing(everyMs)}, ${purpose(quota, serviceName(quota))}`;
}

const perUnit = { minute: 'a minute', hour: 'an hour', day: 'a day' } as const;

/** What one start of the quota is. */
const thing = (quota: string): string => quotaRow(quota)?.unit ?? 'request';

/** Services with an account report their limit; others would block the network. */
function purpose(quota: string, name: string): string {
  return quotaRow(quota)?.account === true
    ? `which is what ${name} allows`
    : `so that ${name} does not block you`;
}

/** "One video a second", "One video every 12 s", "5 requests a second". */
function every(ms: number, what: string): string {
  const [count, ...rest] = pacing(ms).split(' ');
  return count === 'one' ? `One ${what} ${rest.join(' ')}` : `${count} ${what}s ${rest.join(' ')}`;
}

/** "one a second", "one every 12 s", "5 a second": never "1 a second". */
function pacing(ms: number): string {
  const aSecond = Math.round(1000 / Math.max(1, ms));
  if (aSecond > 1) return `${formatCount(aSecond)} a second`;
  return ms < 1050 ? 'one a second' : `one every ${formatDuration(ms)}`;
}

const possessive = (name: string): string => `${name}’s`;

/** The sentence's words for what waits for the user: paid work to agree to, and whatever else parks videos. */
import type { BatchState } from '../../src/engine/state/reducer';
import { formatMoney } from '../../src/model/costWords';
import { nextMoveOf } from '../../src/model/failure';
import {
  formatCount,
  formatDuration,
  formatSoon,
  plural,
  rowWords,
  serviceNameAt,
} from '../../src/model/words';
import type { Asked } from '../../src/engine/state/asked';
import type { Cause } from '../store/parkedJobs';
import { otherSource } from './otherSource';
import { tryNow, warn, type Say, type SayContext } from './say';
import { fromStep } from '../store/steps';

/** What waits for the user: paid work to agree to, then whatever else parks videos. */
export function needs(state: BatchState, context: SayContext): Say | undefined {
  const { asked, mainCause } = context.parked;
  if (asked.length > 0) return okSay(asked);
  return mainCause && parkedSay(state, mainCause, context);
}

/** What all that waits for an OK comes to, service by service: "deAPI about $2.10, openai price not quoted". */
export function prices(asked: readonly Asked[]): string {
  return asked.map((one) => `${serviceNameAt(one.service, one.origin)} ${price(one)}`).join(', ');
}

function price({ cost, count, unpriced }: Asked): string {
  if (unpriced === count) return 'price not quoted';
  const known = `about ${formatMoney(cost)}`;
  return unpriced === 0 ? known : `${known} and ${formatCount(unpriced)} without a price`;
}

function okSay(asked: readonly Asked[]): Say {
  const count = asked.reduce((sum, one) => sum + one.count, 0);
  const seconds = asked.reduce((sum, one) => sum + one.seconds, 0);
  const sound = seconds > 0 ? `, ${formatDuration(seconds * 1000)} of sound` : '';
  const [first] = asked;
  const what =
    first && asked.length === 1
      ? `speech-to-text by ${serviceNameAt(first.service, first.origin)}${sound}, ${price(first)}.`
      : `speech-to-text${sound}: ${prices(asked)}.`;
  return warn(
    `${plural(count, 'video')} ${count === 1 ? 'needs' : 'need'} your OK: ${what}`,
    asked.map((one) => {
      const { service, origin, cost, unpriced } = one;
      const amount = unpriced === 0 ? formatMoney(cost) : '';
      const name = serviceNameAt(service, origin);
      const words =
        amount === '' ? `Agree to ${name}` : `Agree to ${amount}${asked.length > 1 ? ` for ${name}` : ''}`;
      return {
        words,
        deed: { do: 'agree', consent: { service, origin, ...(unpriced === 0 ? { cost } : {}) } },
      };
    }),
  );
}

function parkedSay(state: BatchState, cause: Cause, { now, parked, next }: SayContext): Say {
  const { until, waiting } = parked;
  const words = rowWords(cause.failure, {
    now,
    link: cause.link,
    ...(cause.source ? { source: cause.source } : {}),
    ...(state.settings.languages ? { languages: state.settings.languages } : {}),
  });
  const are = waiting === 1 ? 'is' : 'are';
  const start = `${words.cause}. ${plural(waiting, 'video')} ${are} parked`;
  const step = words.step && fromStep(words.step, cause.source);
  const first = step && step.do !== 'batch' ? [{ words: words.next, deed: step }] : [];
  const blocked = nextMoveOf[cause.code] === 'breaker';
  const actions = blocked
    ? [tryNow, { words: 'Add a proxy…', deed: { do: 'step', step: 'addProxy' } } as const, otherSource(next)]
    : first;
  if (until !== undefined && state.counts.running + state.counts.pending > 0)
    return {
      icon: 'clockface',
      tone: 'wait',
      text: start,
      tail: `; tries again ${formatSoon(until, now)}.`,
      actions,
    };
  const later = until === undefined ? 'resume in an hour' : `tries again ${formatSoon(until, now)}`;
  return warn(start, actions, blocked ? `; ${later}, or:` : until === undefined ? '.' : `; ${later}.`);
}

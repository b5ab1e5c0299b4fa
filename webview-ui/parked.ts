/** The sentence's words for what waits for the user: paid work to agree to, and whatever else parks videos. */
import type { BatchState } from '../src/engine/state';
import { nextMoveOf, type Failure, type FailureCode } from '../src/model/failure';
import type { Quote } from '../src/model/source';
import { formatDuration, formatTime, plural, rowWords, serviceName } from '../src/model/words';
import { warn, type Say, type SayContext } from './say';
import { fromStep } from './steps';

/** What waits for the user: paid work to agree to, then whatever else parks videos. */
export function needs(state: BatchState, context: SayContext): Say | undefined {
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

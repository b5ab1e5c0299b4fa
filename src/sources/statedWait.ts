/** How long a service asks us to wait, in its headers or in its words. Pure. */
import { resetMs, retryAfterMs, sensibleWait } from '../model/retryAfter';

/**
 * Milliseconds; undefined where nothing is said. Where headers and words differ the longer one counts, because asking
 * too early costs another refusal. `x-ratelimit-reset-*` counts where nothing else is said. `now`: epoch ms.
 */
export function statedWaitMs(
  headers: Readonly<Record<string, string>>,
  words: string,
  now: number,
): number | undefined {
  const said = [retryAfterMs(headers, now), waitInWords(words)].filter((wait) => wait !== undefined);
  if (said.length > 0) return Math.max(...said);
  return usedUpMs(headers, now);
}

/** The reset of what is used up; of all that are given where none says so. */
function usedUpMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const resets = ['requests', 'tokens', 'audio-seconds'].flatMap((what) => {
    const ms = resetMs(headers, headers[`x-ratelimit-reset-${what}`], now);
    return ms === undefined
      ? []
      : [{ ms, isUsedUp: Number(headers[`x-ratelimit-remaining-${what}`] ?? NaN) <= 0 }];
  });
  const used = resets.filter(({ isUsedUp }) => isUsedUp);
  const [first] = resets;
  if (used.length > 0) return Math.max(...used.map(({ ms }) => ms));
  return first?.ms;
}

const duration = String.raw`((?:\d+(?:\.\d+)?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|ms|milliseconds?|m|seconds?|secs?|s)?\s*(?:and\s+|,\s*)?)+)`;
/** "Please try again in 1m26.4s", "retry after 20", "wait 3 seconds before". */
const patterns = [
  new RegExp(
    String.raw`(?:try again|retry|retrying|available|reset[s]?|wait(?:ing)?)\W+(?:\w+\W+){0,3}?(?:in|after|for)\s+(?:about\s+)?${duration}`,
    'i',
  ),
  new RegExp(String.raw`\bwait\s+(?:at least\s+)?${duration}`, 'i'),
  new RegExp(String.raw`retry[ _-]?(?:after|delay|in)(?:[ _-]?seconds)?\W{1,5}${duration}`, 'i'),
];
/** A field that says that its number is milliseconds: `"retry_after_ms": 1500`. */
const inMs = /retry_?(?:after|delay)_?ms\W{1,5}(\d{1,9})\b/i;

function waitInWords(words: string): number | undefined {
  const ms = sensibleWait(Number(inMs.exec(words)?.[1] ?? Number.NaN));
  if (ms !== undefined) return ms;
  for (const pattern of patterns) {
    const found = pattern.exec(words)?.[1];
    const wait = found === undefined ? undefined : sensibleWait(durationMs(found));
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/** A duration as people and programs write it; a bare number is seconds. */
function durationMs(text: string): number | undefined {
  let total = 0;
  let found = false;
  for (const [, digits = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)) {
    found = true;
    total += Number(digits) * (unitMs(unit.toLowerCase()) ?? 1000);
  }
  return found ? Math.round(total) : undefined;
}

function unitMs(unit: string): number | undefined {
  if (unit === 'ms' || unit.startsWith('milli')) return 1;
  if (unit.startsWith('d')) return 24 * 3_600_000;
  if (unit.startsWith('h')) return 3_600_000;
  if (unit === 'm' || unit.startsWith('min')) return 60_000;
  return undefined;
}

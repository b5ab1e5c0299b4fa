/** What a batch has cost, as report, terminal and panel say it. */
import { plural } from './numberWords';

/**
 * `$0.85`, `$0.85, up to $0.09 more`, `up to $0.09`, `$0.85, perhaps more for 2 videos`; empty where nothing was or may
 * have been paid. `maybe`: what was submitted without an answer.
 */
export function costWords(cost: number, maybe: { readonly cost: number; readonly unpriced: number }): string {
  const more = cost > 0 || maybe.cost > 0 ? ' more' : '';
  const parts = [
    cost > 0 ? rounded(cost) : '',
    maybe.cost > 0 ? `up to ${rounded(maybe.cost)}${cost > 0 ? ' more' : ''}` : '',
    maybe.unpriced > 0 ? `perhaps${more} for ${plural(maybe.unpriced, 'video')}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const rounded = (cost: number): string => `$${Math.round(cost * 10_000) / 10_000}`;

/** `$2.10`, `$0.0052`. The one service that quotes prices, deAPI, does so in US dollars. */
export function formatMoney(cost: number): string {
  return `$${cost.toFixed(cost > 0 && cost < 0.01 ? 4 : 2)}`;
}

/** The link beside a block: go on with another source where one is ready and not blocked, else set one up. */
import type { NextSource } from '../../src/protocol';
import type { Say } from './say';

/** A service that costs money says how much; its price is asked about before anything is sent. */
export function otherSource(next: NextSource | undefined): Say['actions'][number] {
  if (!next) return { words: 'Set up another source…', deed: { do: 'step', step: 'setUpSpeech' } };
  return {
    words: `Use ${next.name}${price(next.charge)}`,
    deed: { do: 'batch', action: 'passBlocked' },
  };
}

function price(charge: NextSource['charge']): string {
  if (!charge) return '';
  const { hour, waiting } = charge;
  if (waiting !== undefined) return `, about ${amount(waiting)}`;
  return hour === undefined ? ', price not quoted' : `, about ${amount(hour)} an hour of sound`;
}

/** Two places, and more where the first two would be zeros. */
function amount(cost: number): string {
  return cost > 0 && cost < 0.01 ? cost.toPrecision(1) : cost.toFixed(2);
}

/** The link beside a block or hold: go on with another source where one is ready, else set one up. */
import { splitQuota } from '../../src/model/quotaNames';
import { serviceName } from '../../src/model/words';
import type { SourceView } from '../../src/protocol';
import type { Say } from './say';

const paid: ReadonlySet<string> = new Set(['deapi', 'openai']);

/**
 * Only a source after the blocked one can take over, and only a ready one: else every waiting video would fail.
 * A service that costs money says so; its price is asked about before anything is sent.
 */
export function otherSource(quota: string, sources: readonly SourceView[]): Say['actions'][number] {
  const at = sources.findIndex(({ id }) => id === splitQuota(quota).service);
  const next = sources.slice(at + 1).find(({ id, ready }) => ready && id !== 'subtitleFile');
  if (!next) return { words: 'Set up another source…', deed: { do: 'step', step: 'setUpSpeech' } };
  const name = serviceName(next.id);
  return {
    words: paid.has(next.id) ? `Use ${name} (paid)` : `Use ${name}`,
    deed: { do: 'step', step: 'useNextSource' },
  };
}

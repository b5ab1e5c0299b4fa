/** What a plan says besides its one sentence. */
import assert from 'node:assert/strict';
import { planLines } from '../../../src/editor/planLines';
import { defaultSettings, type Settings } from '../../../src/model/settings';

const linesOf = (settings: Partial<Settings>): string =>
  planLines(
    { videos: 1, lists: 0, ms: 1_000, by: { kind: 'workers' } },
    { settings: { ...defaultSettings, ...settings }, ready: new Set(), where: 'transcripts', now: 0 },
  ).join('\n');

describe('a plan in VS Code', () => {
  it('says that no other machine helps, to whoever has named a Redis', () => {
    assert.match(
      linesOf({ 'cluster.redisUrl': 'redis://10.0.0.5:6379' }),
      /on this computer alone.*terminal program: bulk-transcribe … --redis redis:\/\/10\.0\.0\.5:6379/,
    );
    assert.doesNotMatch(linesOf({}), /redis|alone/i);
  });
});

/** Which batches wait for the user, and what badge and status bar say of them. */
import assert from 'node:assert/strict';
import { attentionOf } from '../../../src/editor/attention';
import { batchStateWords } from '../../../src/editor/batchWords';
import type { KnownBatch } from '../../../src/editor/knownBatch';
import { emptyState } from '../../../src/engine/state/reducer';

type Batch = Omit<KnownBatch, 'handle'> & { readonly handle?: unknown };

const batch = (
  name: string,
  counts: Partial<KnownBatch['counts']>,
  more: Partial<Omit<Batch, 'counts'>> = {},
): Batch => {
  const all = { ...emptyState().counts, ...counts };
  const total = Object.values(all).reduce((sum, count) => sum + count, 0);
  return {
    id: name,
    name,
    folder: `/out/${name}`,
    phase: 'running',
    updatedAt: 0,
    total,
    counts: all,
    handle: {},
    ...more,
  };
};

describe('what waits for the user', () => {
  it('is a paid step, a pause, an interruption, and a batch of which only parked videos are left', () => {
    const waiting = [
      batch('asks', { parked: 2, pending: 5 }, { asks: 2 }),
      batch('paused', { pending: 5 }, { phase: 'paused' }),
      batch('cut', { completed: 1, pending: 5 }, { handle: undefined }),
      batch('parked', { completed: 1, parked: 5 }),
    ];
    const others = [
      batch('runs', { pending: 5 }),
      batch('stopped', { pending: 5 }, { phase: 'stopped' }),
      batch('lost', { pending: 5 }, { phase: 'paused', lost: true }),
      batch('done', { completed: 5 }, { phase: 'finished' }),
      batch('elsewhere', { parked: 5 }, { owner: 'in another window', handle: undefined }),
    ];
    const found = attentionOf([...others, ...waiting]);
    assert.equal(found?.count, 4);
    assert.equal(found.text, '$(bell-dot) 4 batches wait for you');
    assert.deepEqual(found.batch, { id: 'asks', folder: '/out/asks' });
    for (const { name } of waiting) assert.ok(found.tooltip.includes(`\n${name}: `), name);
    assert.equal(attentionOf(others), undefined);
  });

  it('is named with its reason where it is one', () => {
    const say = (one: Batch): string | undefined => attentionOf([one])?.text;
    assert.equal(say(batch('a', { parked: 1 }, { asks: 1 })), '$(bell-dot) a: 1 needs your OK');
    assert.equal(say(batch('a', { pending: 3 }, { phase: 'paused' })), '$(bell-dot) a: paused');
    assert.equal(say(batch('a', { pending: 3 }, { handle: undefined })), '$(bell-dot) a: interrupted');
    assert.equal(say(batch('a', { parked: 3, completed: 1 })), '$(bell-dot) a: 3 parked');
  });

  it('lets no name become an icon or fill the status bar', () => {
    const text = attentionOf([batch(`$(error)${'x'.repeat(100)}`, {}, { phase: 'paused' })])?.text ?? '';
    assert.ok(text.length < 60 && !text.includes('$(error)'), text);
  });
});

describe('the line of a batch in the view', () => {
  it('begins with the state, because a narrow view cuts the end, and counts what is done', () => {
    const words = (one: Batch): string => batchStateWords(one).words;
    const counts = { completed: 2, failed: 13, pending: 2 };
    assert.equal(words(batch('a', counts, { phase: 'stopped' })), 'stopped · 2 of 17 done · 13 failed');
    assert.equal(words(batch('a', counts, { phase: 'paused' })), 'paused · 2 of 17 done · 13 failed');
    assert.equal(words(batch('a', counts, { handle: undefined })), 'interrupted · 2 of 17 done · 13 failed');
    assert.match(words(batch('a', counts, { owner: 'x' })), /^in another window · /);
    assert.equal(words(batch('a', { completed: 3 }, { phase: 'finished' })), '3 done');
  });
});

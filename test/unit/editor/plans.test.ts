/** What waits for the user's word: nothing happens before it, and nothing is left of what was closed. */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../src/engine/api';
import { isPlanId, named, Plans, type Plan } from '../../../src/editor/plans';

const plan = (start: Plan['start'], more: Partial<Plan> = {}): Plan => ({
  name: 'lectures',
  text: '200 videos, about 40 min.',
  lines: [],
  questions: [],
  yes: 'Start',
  start,
  ...more,
});
const nothing = (): Promise<BatchHandle | undefined> => Promise.resolve(undefined);

describe('plans', () => {
  it('shows a plan when it is opened, and starts nothing by itself', () => {
    const plans = new Plans();
    const shown: string[] = [];
    plans.opened = (id) => shown.push(id);
    let starts = 0;
    plans.open(plan(() => ((starts += 1), nothing())));
    assert.equal(shown.length, 1);
    assert.ok(isPlanId(shown[0] ?? ''));
    assert.equal(plans.all[0]?.name, 'lectures');
    assert.equal(starts, 0);
  });

  it('takes what must be agreed to for agreed by the start, and of the rest what is checked', async () => {
    const plans = new Plans();
    const question = { words: '', details: [], agreed: false };
    let agreed: ReadonlySet<string> = new Set();
    plans.open(
      plan((ids) => ((agreed = ids), nothing()), {
        questions: [
          { ...question, id: 'foreign', kind: 'must' },
          { ...question, id: 'outside', kind: 'ok' },
          { ...question, id: 'lists', kind: 'ok' },
        ],
      }),
    );
    await plans.start(plans.all[0]?.id ?? '', ['lists', 'unknown']);
    assert.deepEqual([...agreed].sort(), ['foreign', 'lists']);
    assert.equal(plans.all.length, 0);
  });

  it('starts once, however often the button is pressed', async () => {
    const plans = new Plans();
    let starts = 0;
    plans.open(plan(() => ((starts += 1), nothing())));
    const id = plans.all[0]?.id ?? '';
    await Promise.all([plans.start(id, []), plans.start(id, [])]);
    await plans.start(id, []);
    assert.equal(starts, 1);
  });

  it('keeps a plan whose start has failed, so that it can be started again', async () => {
    const plans = new Plans();
    let full = true;
    plans.open(plan(() => (full ? Promise.reject(new Error('The disk is full.')) : nothing())));
    const id = plans.all[0]?.id ?? '';
    await assert.rejects(plans.start(id, []), /full/);
    assert.ok(plans.byId(id));
    full = false;
    await plans.start(id, []);
    assert.equal(plans.byId(id), undefined);
  });

  it('forgets all when the page is closed', async () => {
    const plans = new Plans();
    let starts = 0;
    plans.open(plan(() => ((starts += 1), nothing())));
    const id = plans.all[0]?.id ?? '';
    plans.forgetAll();
    await plans.start(id, []);
    assert.equal(starts, 0);
    assert.deepEqual(plans.all, []);
  });

  it('names as much as can be read, and counts the rest', () => {
    const names = named(Array.from({ length: 1200 }, (_, at) => `file ${at}`));
    assert.equal(names.length, 101);
    assert.equal(names.at(-1), 'and 1\u2009100 more');
  });
});

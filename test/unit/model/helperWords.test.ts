/** What is said of machines that help. */
import assert from 'node:assert/strict';
import type { HelperView, QuotaView } from '../../../src/model/events';
import { addressesWords, byAddress, helpsWords, laneName, summed } from '../../../src/model/helperWords';

const youtube: QuotaView = { name: 'youtube', limit: 300, allowed: 285, used: 3, unit: 'hour', history: [] };
const helper = (name: string, workers: readonly number[], more: Partial<HelperView> = {}): HelperView => ({
  name,
  workers,
  quotas: [youtube],
  ...more,
});

describe('the words on machines that help', () => {
  it('add up what their addresses allow', () => {
    const helpers = [helper('a', [21]), helper('b', [22, 23])];
    assert.equal(addressesWords('youtube', youtube, helpers), 'Three addresses: 855 an hour');
  });

  it('count one address once, also that of this computer', () => {
    const behind = { egress: 'office' };
    const helpers = [helper('a', [21], behind), helper('b', [22], behind)];
    assert.equal(addressesWords('youtube', youtube, helpers), 'Two addresses: 570 an hour');
    const own: QuotaView = { ...youtube, shared: { by: 'office', machines: 3 } };
    assert.equal(addressesWords('youtube', own, helpers), undefined);
  });

  it('say nothing where nobody helps, or nothing limits', () => {
    assert.equal(addressesWords('youtube', youtube, []), undefined);
    assert.equal(addressesWords('youtube', { ...youtube, limit: 0 }, [helper('a', [21])]), undefined);
    assert.equal(addressesWords('youtube', youtube, [helper('a', [21], { quotas: [] })]), undefined);
  });

  it('name each quota by its address, and of machines behind one address once', () => {
    const helpers = [
      helper('a', [21]),
      helper('b', [22], { egress: 'office' }),
      helper('c', [23], { egress: 'office' }),
    ];
    assert.deepEqual(
      byAddress([youtube], helpers).map(({ at }) => at),
      [undefined, 'a', 'office'],
    );
    const behind: QuotaView = { ...youtube, shared: { by: 'office', machines: 3 } };
    assert.deepEqual(
      byAddress([behind], helpers).map(({ at }) => at),
      [undefined, 'a'],
    );
  });

  it('add up many addresses, which are held together only when all are', () => {
    const held: QuotaView = { ...youtube, used: 7, heldUntil: 500, history: [1] };
    const two = [{ view: { ...youtube, nextAt: 9 } }, { view: held, at: 'a' }];
    const [sum, ...others] = summed(two);
    assert.deepEqual(others, []);
    assert.deepEqual(sum, {
      at: '2 addresses',
      view: {
        name: 'youtube',
        unit: 'hour',
        limit: 600,
        allowed: 570,
        used: 10,
        nextAt: 9,
        history: [0.5],
      },
    });
    assert.equal(summed([{ view: held }, { view: { ...held, heldUntil: 400 } }])[0]?.view.heldUntil, 400);
    const blocked: QuotaView = { ...youtube, blocked: true };
    assert.equal(summed([{ view: blocked }, { view: blocked }])[0]?.view.blocked, true);
    assert.equal(summed([{ view: blocked }, { view: youtube }])[0]?.view.blocked, undefined);
  });

  it('name a lane by its machine', () => {
    const helpers = [helper('gpu-box', [21]), helper('desk', [22, 23])];
    assert.equal(laneName(helpers, 21), 'gpu-box');
    assert.equal(laneName(helpers, 23), 'desk 2');
    assert.equal(laneName(helpers, 5), undefined);
  });

  it('say who has come, and behind which address', () => {
    assert.equal(helpsWords(helper('gpu-box', [21])), 'gpu-box helps with 1 worker.');
    assert.equal(
      helpsWords(helper('desk', [22, 23], { egress: 'office' })),
      'desk helps with 2 workers, behind office.',
    );
  });
});

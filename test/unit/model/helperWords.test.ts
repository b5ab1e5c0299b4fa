/** What is said of machines that help. */
import assert from 'node:assert/strict';
import type { HelperView, QuotaView } from '../../../src/model/events';
import { addressesWords, helpsWords, laneName } from '../../../src/model/helperWords';

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

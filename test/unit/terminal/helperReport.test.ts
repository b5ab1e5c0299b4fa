/** What `worker` shows: its own quotas in words, and nothing that moves once it hands back what it has. */
import assert from 'node:assert/strict';
import type { ClusterHelper } from '../../../src/cluster/helper';
import type { HelperWork } from '../../../src/cluster/helperParts';
import { HelperReport } from '../../../src/terminal/helperReport';
import { FakeClock } from '../../helpers/fakeClock';

const clock = new FakeClock();
const work = {
  offer: { batch: 'b', row: 0, source: 'youtube', link: { kind: 'youtube', url: 'u', id: 'abc' }, meta: {} },
  worker: 1,
  from: 'owner',
  stage: 'fetching',
  since: clock.now(),
} as unknown as HelperWork;
const helper = {
  work: [work],
  trouble: undefined,
  quotas: () => [
    {
      name: 'youtube',
      limit: 300,
      allowed: 285,
      used: 60,
      unit: 'hour',
      nextAt: clock.now() + 8_000,
      history: [],
    },
  ],
} as unknown as ClusterHelper;

describe('the screen of a helper', () => {
  it('shows where it is, how far its quotas are used, and nothing that moves after Ctrl-C', () => {
    const words: string[] = [];
    let moving = '';
    const report = new HelperReport(
      {
        words: (line) => words.push(line),
        problem: (line) => words.push(line),
        redraw: (text) => (moving = text),
        columns: () => 100,
        onInterrupt: () => () => undefined,
      },
      clock,
    );
    report.begin(helper, { place: 'redis://r:6379', machine: 'gpu-box', workers: 3, egress: 'office' }, [
      'youtube',
    ]);
    assert.match(
      words.join('\n'),
      /^Helping through redis:\/\/r:6379 as gpu-box, behind office: 3 workers, youtube\./,
    );
    assert.match(moving, /YouTube 60 of 300 this hour, next in 8.s$/m);
    report.closing();
    report.ended(work, 'back', 'stopped');
    assert.equal(moving, '');
    assert.match(words.join('\n'), /Handing back 1 attempt\.\n↩ abc \(youtube, for owner\): stopped$/);
  });
});

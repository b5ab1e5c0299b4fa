/** A batch that was not started here names its hosts and files before anything of it is asked for. */
import assert from 'node:assert/strict';
import { foreignPlan } from '../../../src/editor/foreignPlan';
import { emptyState, reduce } from '../../../src/engine/state/reducer';
import { videos } from '../../helpers/fakeEngine';

describe('a batch that was not started here', () => {
  it('names the hosts that would be asked, the most first, and the files that it names', () => {
    const state = emptyState();
    const page = (host: string) => ({
      link: { kind: 'page' as const, url: `http://${host}/x`, id: `${host}000000`.slice(0, 11) },
    });
    reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'theirs', machine: 'm', settings: {} });
    reduce(state, {
      type: 'jobs-added',
      at: 1,
      jobs: [
        page('192.168.1.1'),
        ...videos(2),
        { link: { kind: 'media', url: 'file:///etc/passwd', id: 'passwd00000', path: '/etc/passwd' } },
      ],
    });
    const plan = foreignPlan(state);
    assert.equal(plan.text, 'theirs was not started on this computer.');
    assert.deepEqual(
      plan.questions.map(({ kind, words, details }) => [kind, words, details]),
      [
        [
          'must',
          '4 links of it are asked for from here',
          ['www.youtube.com: 2 links', '192.168.1.1: 1 link'],
        ],
        ['must', 'It names 1 file of a computer; it fails unread', ['/etc/passwd']],
      ],
    );
  });
});

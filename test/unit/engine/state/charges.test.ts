/** What may have been charged: counted for the user, in no sum of what was paid. */
import assert from 'node:assert/strict';
import { maybeCharged } from '../../../../src/engine/state/charges';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import { costWords } from '../../../../src/model/costWords';
import { failure } from '../../../../src/model/failure';
import { closing } from '../../../../src/terminal/screen';
import { renderReport } from '../../../../src/output/report';
import { manifestPieces } from '../../../../src/output/manifest';
import { videos } from '../../../helpers/fakeEngine';
import { completed } from '../../../helpers/outcomes';

/** One paid for, two of three more submitted without an answer at 0.045 each, one without a price. */
function charged(): ReturnType<typeof emptyState> {
  const state = emptyState();
  reduce(state, { type: 'jobs-added', at: 0, jobs: videos(4) });
  const outcome = completed({ source: 'deapi', cost: 0.846 });
  reduce(state, { type: 'outcome', at: 1, job: 0, outcome });
  for (const job of [1, 2, 3]) {
    const cost = job === 3 ? {} : { cost: 0.045 };
    const quote = { service: 'deapi', origin: 'https://x', ...cost } as const;
    reduce(state, { type: 'intent', at: 1, job, quote });
    const fail = failure('maybe-charged', 'No answer.');
    reduce(state, {
      type: 'outcome',
      at: 2,
      job,
      outcome: { status: 'failed', failure: fail, source: 'deapi', seconds: 0, requests: 1 },
    });
  }
  return state;
}

describe('What may have been charged', () => {
  it('is summed by the quotes, and what had none is counted', () => {
    assert.deepEqual(maybeCharged(charged()), { count: 3, cost: 0.09, unpriced: 1 });
    assert.deepEqual(maybeCharged(emptyState()), { count: 0, cost: 0, unpriced: 0 });
  });

  it('is said beside the cost, in terminal, report and manifest', async () => {
    const words = '$0.846, up to $0.09 more, perhaps more for 1 video';
    assert.ok(closing(charged(), '/out/a', 1).includes(`Cost         ${words}`));
    assert.ok(renderReport(charged(), 9).includes(`| Cost | ${words} |`));
    const pieces = await manifestPieces(charged(), 9, () => Promise.resolve());
    const { stats } = JSON.parse(Buffer.concat(pieces).toString()) as { stats: Record<string, unknown> };
    assert.deepEqual([stats.cost, stats.maybe_charged, stats.maybe_cost], [0.846, 3, 0.09]);
  });

  it('is said by itself where nothing was paid, and nothing where nothing was submitted', () => {
    assert.equal(costWords(0, { cost: 0.09, unpriced: 0 }), 'up to $0.09');
    assert.equal(costWords(0, { cost: 0, unpriced: 2 }), 'perhaps for 2 videos');
    assert.equal(costWords(1.25, { cost: 0, unpriced: 0 }), '$1.25');
    assert.equal(costWords(0, { cost: 0, unpriced: 0 }), '');
  });
});

/** Rows that wait for different things are told apart, also where their failure has one code. */
import assert from 'node:assert/strict';
import { emptyState, reduce } from '../../../src/engine/state/reducer';
import type { BatchEvent } from '../../../src/model/events';
import { failure } from '../../../src/model/failure';
import { unconfirmedPlace } from '../../../src/model/need';
import { byCause, groupWords } from '../../../src/output/causes';

describe('The causes of a batch', () => {
  it('never name a key for places that wait for the OK', () => {
    const state = emptyState();
    const why = [unconfirmedPlace('router.lan'), unconfirmedPlace('nas.lan'), failure('auth', 'no key')];
    const jobs = why.map((_, at) => ({
      link: { kind: 'media', url: `http://host${at}.lan/a.mp3`, id: `id${at}` } as const,
    }));
    const events: readonly BatchEvent[] = [
      { type: 'batch-created', at: 0, id: 'b', name: 'talks', machine: 'm', settings: {} },
      { type: 'jobs-added', at: 0, jobs },
      ...why.map(
        (one, job) => ({ type: 'outcome', at: 0, job, outcome: { status: 'parked', failure: one } }) as const,
      ),
    ];
    for (const event of events) reduce(state, event);
    const [places, key, ...others] = byCause(state, 'parked');
    assert(places && key);
    assert.equal(others.length, 0);
    assert.equal(places.jobs.length, 2);
    assert.equal(groupWords(places, state, 0).cause, 'Needs your OK');
    assert.notEqual(groupWords(key, state, 0).cause, 'Needs your OK');
  });
});

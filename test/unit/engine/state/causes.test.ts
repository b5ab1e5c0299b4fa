/** Rows that wait for different things are told apart, also where their failure has one code. */
import assert from 'node:assert/strict';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import type { BatchState } from '../../../../src/engine/state/reducer';
import type { BatchEvent } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import { unconfirmedPlace } from '../../../../src/model/need';
import { byCause, groupWords, onlyCause } from '../../../../src/engine/state/causes';

const video = (at: number): Link => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=video00000${at}`,
  id: `video00000${at}`,
});
const file: Link = { kind: 'media', url: 'file:///talks/gone.mp3', path: '/talks/gone.mp3', id: 'gone' };

function failedWith(...why: readonly (Failure | readonly [Failure, Link])[]): BatchState {
  const state = emptyState();
  const all = why.map((one, at) => ('code' in one ? ([one, video(at)] as const) : one));
  reduce(state, { type: 'batch-created', at: 0, id: 'b', name: 'talks', machine: 'm', settings: {} });
  reduce(state, { type: 'jobs-added', at: 0, jobs: all.map(([, link]) => ({ link })) });
  all.forEach(([one], job) => {
    const outcome = { status: 'failed', failure: one, source: 'youtube', seconds: 1, requests: 1 } as const;
    reduce(state, { type: 'outcome', at: 0, job, outcome });
  });
  return state;
}

const heads = (state: BatchState): readonly string[] =>
  byCause(state, 'failed', 0).map((group) => `${group.jobs.length} ${groupWords(group, state, 0).cause}`);

describe('The causes of a batch', () => {
  it('are one where only the words of the service differ', () => {
    const state = failedWith(
      failure('bad-response', 'YouTube answered 500: backend 17.', { status: 500 }),
      failure('bad-response', 'YouTube answered 500: backend 18.', { status: 500 }),
    );
    assert.deepEqual(heads(state), ['2 YouTube has a fault (status 500)']);
    assert.equal(onlyCause(state, 0), 'YouTube has a fault (status 500)');
  });

  it('are two where one code has two next steps', () => {
    const gone = failure('unavailable', 'gone');
    assert.deepEqual(heads(failedWith(gone, gone, [gone, file])), ['2 Removed', '1 File not found']);
    const password = failure('auth', 'The feed wants a password.', { subject: 'feed-password' });
    const key = failure('auth', 'no');
    assert.deepEqual(heads(failedWith(password, password, key)), [
      '2 Feed wants a password',
      '1 Key refused',
    ]);
    assert.equal(onlyCause(failedWith(password, key), 0), undefined);
  });

  it('have the words of a video where they are those of all', () => {
    const french = failure('no-language', 'fr', { subject: 'fr' });
    const [same] = byCause(failedWith(french, french), 'failed', 0);
    assert.equal(same && groupWords(same, failedWith(), 0).next, 'Add fr');
    const spanish = failure('no-language', 'es', { subject: 'es' });
    const mixed = byCause(failedWith(french, spanish), 'failed', 0);
    assert.deepEqual(
      mixed.map((group) => groupWords(group, failedWith(), 0).next),
      ['Add a language'],
    );
  });

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
    const [places, key, ...others] = byCause(state, 'parked', 0);
    assert(places && key);
    assert.equal(others.length, 0);
    assert.equal(places.jobs.length, 2);
    assert.equal(groupWords(places, state, 0).cause, 'Needs your OK');
    assert.notEqual(groupWords(key, state, 0).cause, 'Needs your OK');
  });
});

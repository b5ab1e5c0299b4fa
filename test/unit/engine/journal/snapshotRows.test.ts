import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isPlain } from '../../../../src/model/plain';
import { addSnapshotJobs } from '../../../../src/engine/journal/snapshot';
import { jobsOf, packed } from '../../../../src/engine/journal/snapshotRows';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import type { BatchState, JobState } from '../../../../src/engine/state/reducer';
import { failure } from '../../../../src/model/failure';
import { videos } from '../../../helpers/fakeEngine';
import { completedEvent } from '../../../helpers/outcomes';

const onDisk = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function record(value: unknown): Readonly<Record<string, unknown>> {
  const read = onDisk(value);
  assert.ok(isPlain(read));
  return read;
}

function stateOf(count: number): BatchState {
  const state = emptyState();
  return reduce(state, { type: 'jobs-added', at: 1, jobs: videos(count) });
}

/** Jobs of several shapes, in no order. */
function mixed(): readonly JobState[] {
  const state = stateOf(40);
  for (const { index } of state.jobs)
    if (index % 3 === 0)
      reduce(state, completedEvent(index, { meta: { title: `„${index}“`, duration: 60 } }, index));
    else if (index % 7 === 0)
      reduce(state, {
        type: 'outcome',
        at: index,
        job: index,
        outcome: { status: 'failed', failure: failure('private', 'Private.'), seconds: 1, requests: 1 },
      });
  return state.jobs;
}

/** A line of this many jobs in the packed form, with some columns changed. */
function forged(rows: number, change: (shape: Record<string, Record<string, unknown>>) => void): unknown {
  const [shape] = packed(stateOf(rows).jobs).shapes;
  const copy = onDisk(shape) as Record<string, Record<string, unknown>>;
  change(copy);
  return { shapes: [copy] };
}

describe('Jobs in a snapshot’s line', () => {
  it('come back as they were, whatever their shapes, and in their order', () => {
    const jobs = mixed();
    assert.deepEqual(jobsOf(record(packed(jobs))), onDisk(jobs));
    const state = emptyState();
    assert.ok(addSnapshotJobs(state, record(packed(jobs))));
    assert.equal(state.total, 40);
    assert.equal(state.counts.completed, 14);
  });

  it('keep fields that a later version has added, on the job, its link and what is known of it', () => {
    const jobs = mixed().map((job) => ({
      ...job,
      mood: job.index % 2 === 0 ? 'merry' : { much: job.index },
      link: { ...job.link, colour: null },
      meta: { ...job.meta, stars: [job.index] },
    }));
    assert.deepEqual(jobsOf(record(packed(jobs))), onDisk(jobs));
  });

  it('come back without what is there but says nothing', () => {
    const jobs = mixed().map((job) => ({
      ...job,
      ...(job.index % 2 === 0 ? { line: undefined } : {}),
      meta: { ...job.meta, title: job.index % 3 === 0 ? undefined : 'A title' },
    }));
    // As a value of unchecked origin may have it; the types forbid it.
    const unchecked: unknown = jobs;
    const state = emptyState();
    assert.ok(addSnapshotJobs(state, record(packed(unchecked as readonly JobState[]))));
    assert.deepEqual(onDisk(state.jobs), onDisk(jobs));
  });

  it('come back also where the same video occurs several times', () => {
    const { jobs } = stateOf(1);
    const again = [0, 1, 2].flatMap((index) => jobs.map((job) => ({ ...job, index })));
    assert.deepEqual(jobsOf(record(packed(again))), onDisk(again));
  });

  it('are read as they were written at first, one object a job', () => {
    const state = emptyState();
    assert.ok(addSnapshotJobs(state, record({ jobs: mixed() })));
    assert.deepEqual(onDisk(state.jobs), onDisk(mixed()));
  });

  it('say once what all of them share', () => {
    const text = JSON.stringify(packed(stateOf(500).jobs));
    assert.equal(text.split('"pending"').length, 2);
    assert.ok(text.length < JSON.stringify(stateOf(500).jobs).length / 2);
  });

  const refused: Readonly<Record<string, unknown>> = {
    'no shapes': { shapes: 7 },
    'a shape that is none': { shapes: [null] },
    'more rows than are there': forged(5, (shape) => Object.assign(shape, { rows: 1_000_000_000 })),
    'a column that is too short': forged(5, ({ link }) => Object.assign(link ?? {}, { id: ['a', 'b'] })),
    'a column that is none': forged(5, ({ job }) => Object.assign(job ?? {}, { count: 'many' })),
    'one number for all': forged(5, ({ job }) => Object.assign(job ?? {}, { index: [0] })),
    'one address for all': forged(5, ({ link }) => Object.assign(link ?? {}, { url: ['https://a.example'] })),
    'one list that many would share': forged(5, ({ job }) => Object.assign(job ?? {}, { attempts: [[]] })),
    'no columns for the link': forged(5, (shape) => Object.assign(shape, { link: [] })),
    'a short line that makes much': forged(500, ({ job }) =>
      Object.assign(job ?? {}, Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`x${at}`, [0]]))),
    ),
  };
  for (const [what, value] of Object.entries(refused))
    it(`are refused as a whole: ${what}`, () => {
      assert.equal(jobsOf(record(value)), undefined);
      const state = emptyState();
      assert.equal(addSnapshotJobs(state, record(value)), false);
      assert.equal(state.jobs.length, 0);
    });

  it('never change what every object has', () => {
    const text = JSON.stringify(forged(2, () => undefined)).replace(
      '"index"',
      '"__proto__":[{"a":1},{"b":2}],"index"',
    );
    assert.equal(jobsOf(record(JSON.parse(text))), undefined);
  });

  it('never throw, whatever is in the columns', () => {
    const cell = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, 2, 'https://a.example', 'pending'));
    const part = fc.dictionary(
      fc.constantFrom('index', 'url', 'id', 'kind', 'status', 'count'),
      fc.array(cell),
    );
    const shape = fc.record({ rows: fc.nat(3), job: part, link: part, meta: part });
    fc.assert(
      fc.property(fc.array(fc.oneof(shape, fc.jsonValue()), { maxLength: 3 }), (shapes) => {
        const state = emptyState();
        addSnapshotJobs(state, record({ shapes }));
        assert.deepEqual(
          [...state.jobs.keys()],
          state.jobs.map(({ index }) => index),
        );
      }),
    );
  });
});

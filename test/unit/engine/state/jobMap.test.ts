// Values for some of a batch's jobs are those of a Map, whatever is set and deleted in whatever order.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { JobMap } from '../../../../src/engine/state/jobMap';

describe('Values by job', () => {
  it('are those of a Map in the order of the jobs, after any changes', () => {
    const job = fc.oneof(fc.nat(5), fc.nat(5_000), fc.constantFrom(1023, 1024, 2047, 2048));
    const change = fc.record({ job, isSet: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const own = new JobMap<{ readonly at: number }>();
        const known = new Map<number, { readonly at: number }>();
        for (const [at, { job: index, isSet }] of changes.entries()) {
          if (isSet) {
            own.set(index, { at });
            known.set(index, { at });
          } else assert.equal(own.delete(index), known.delete(index));
          assert.equal(own.size, known.size);
          assert.equal(own.has(index), known.has(index));
        }
        const inOrder = [...known].sort(([a], [b]) => a - b);
        assert.deepEqual(
          [...own.keys()],
          inOrder.map(([index]) => index),
        );
        assert.deepEqual(
          [...own.values()],
          inOrder.map(([, item]) => item),
        );
        for (const [index, item] of known) assert.deepEqual(own.get(index), item);
      }),
    );
  });

  it('are none for a job that no batch has', () => {
    const own = new JobMap<object>();
    own.set(0, {});
    assert.equal(own.get(-1), undefined);
    assert.equal(own.has(1_000_000), false);
    assert.equal(own.delete(-1), false);
  });
});

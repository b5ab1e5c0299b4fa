import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Heap } from '../../../../src/engine/pool/heap';
import { JobQueue, Rank } from '../../../../src/engine/pool/queue';
import type { Subqueue, Order } from '../../../../src/engine/pool/queue';

const any = (): boolean => true;

function drained(queue: JobQueue, ready: (subqueue: Subqueue) => boolean = any): number[] {
  const jobs: number[] = [];
  for (let job = queue.first(ready); job !== undefined; job = queue.first(ready)) {
    jobs.push(job);
    queue.remove(job);
  }
  return jobs;
}

function filled(order: Order, lengths: readonly (number | undefined)[]): JobQueue {
  const queue = new JobQueue(order, (job) => lengths[job]);
  lengths.forEach((_length, job) => queue.add(job, []));
  return queue;
}

const all = (): boolean => true;

describe('The heap', () => {
  it('gives what was pushed in order, whatever is taken between', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.constant(undefined))), (steps) => {
        const heap = new Heap<number>((a, b) => a < b);
        let model: number[] = [];
        for (const step of steps) {
          if (step === undefined) assert.equal(heap.pop(), model.shift());
          else {
            heap.push(step);
            model = [...model, step].sort((a, b) => a - b);
          }
          assert.equal(heap.peek(), model[0]);
          assert.equal(heap.size, model.length);
        }
      }),
    );
  });
});

describe('The queue', () => {
  const lengths = [50, undefined, 10, 90];

  it('goes by the list, by the shortest or by the longest first; unknown lengths last or first', () => {
    assert.deepEqual(drained(filled('list', lengths)), [0, 1, 2, 3]);
    assert.deepEqual(drained(filled('shortestFirst', lengths)), [2, 0, 3, 1]);
    assert.deepEqual(drained(filled('longestFirst', lengths)), [3, 0, 2, 1]);
  });

  it('takes a new order, and keeps first what is first', () => {
    const queue = filled('list', lengths);
    queue.add(1, [], Rank.next);
    queue.add(0, [], Rank.front);
    queue.reorder('longestFirst');
    assert.deepEqual(drained(queue), [1, 0, 3, 2]);
  });

  it('puts what the user wants next in the order in which it was wanted', () => {
    const queue = filled('shortestFirst', lengths);
    queue.add(3, [], Rank.next);
    queue.add(1, [], Rank.next);
    assert.deepEqual(drained(queue), [3, 1, 2, 0]);
  });

  it('moves a job whose length became known to its place', () => {
    const known: (number | undefined)[] = [50, undefined, 10];
    const queue = new JobQueue('shortestFirst', (job) => known[job]);
    known.forEach((_length, job) => queue.add(job, []));
    known[1] = 20;
    queue.weigh(1);
    assert.deepEqual(drained(queue), [2, 1, 0]);
  });

  it('hides no job behind one that waits for another quota', () => {
    const queue = new JobQueue('list', () => undefined);
    queue.add(0, ['youtube']);
    queue.add(1, ['deapi']);
    queue.add(2, ['youtube']);
    assert.equal(
      queue.first((subqueue) => subqueue.key === 'deapi'),
      1,
    );
    assert.equal(
      queue.first(() => false),
      undefined,
    );
    queue.move(0, ['deapi']);
    assert.deepEqual(
      drained(queue, (subqueue) => subqueue.key === 'deapi'),
      [0, 1],
    );
    assert.deepEqual(
      queue.activeSubqueues().map((subqueue) => [subqueue.key, queue.countIn(subqueue)]),
      [['youtube', 1]],
    );
  });

  it('shows first those that can start earliest, and keeps them', () => {
    const queue = new JobQueue('list', () => undefined);
    queue.add(0, ['host:late']);
    queue.add(1, ['host:soon']);
    queue.add(2, ['host:soon']);
    for (const subqueue of queue.activeSubqueues()) subqueue.readyAt = subqueue.key === 'host:late' ? 9 : 3;
    assert.deepEqual(
      queue.heads(3).map(({ job }) => job),
      [1, 2, 0],
    );
    assert.deepEqual(
      queue.heads(1).map(({ job }) => job),
      [1],
    );
    assert.equal(queue.waiting, 3);
  });

  it('gives back a job that waits for a time when it has come, also when the clock was put back', () => {
    const queue = new JobQueue('list', () => undefined);
    queue.add(0, []);
    queue.delay(0, 100);
    queue.delay(1, 50);
    assert.deepEqual([queue.waiting, queue.delayedCount, queue.nextDue], [0, 2, 50]);
    assert.deepEqual(queue.takeDue(49, all), []);
    assert.deepEqual(queue.takeDue(50, all), [1]);
    queue.putBack(60);
    assert.deepEqual(queue.takeDue(40, all), [0]);
    assert.deepEqual([queue.delayedCount, queue.nextDue, queue.has(0)], [0, Infinity, false]);
  });

  it('holds back retries whose time has come as their service lets them, the oldest first', () => {
    const queue = new JobQueue('list', () => undefined);
    [4, 2, 3].forEach((job, at) => queue.delay(job, 10 * at, 'youtube'));
    queue.delay(1, 0, 'openai');
    queue.delay(5, 90);
    const none = (): boolean => false;
    assert.deepEqual(queue.takeDue(50, none), []);
    assert.deepEqual(queue.heldBack(), [
      { service: 'openai', jobs: 1 },
      { service: 'youtube', jobs: 3 },
    ]);
    assert.deepEqual([queue.delayedCount, queue.nextDue], [5, 90]);
    let budget = 1;
    assert.deepEqual(
      queue.takeDue(50, (service) => service === 'youtube' && budget-- > 0),
      [4],
    );
    queue.remove(2);
    // A clock that was set back neither frees nor forgets them.
    queue.putBack(1000);
    assert.deepEqual(queue.takeDue(50, none), [5]);
    assert.deepEqual([...queue.takeDue(50, all)].sort(), [1, 3]);
    assert.deepEqual([queue.delayedCount, queue.heldBack()], [0, []]);
  });

  it('contains each job once, and loses none, whatever is done with it', () => {
    const step = fc.tuple(
      fc.constantFrom('add', 'front', 'next', 'delay', 'retry', 'move', 'remove', 'due', 'held'),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 20 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new JobQueue('shortestFirst', (job) => job % 3);
        const model = new Map<number, 'waits' | number>();
        for (const [what, job, at] of steps) {
          const subqueue = [`host:subqueue${at % 2}` as const];
          if (what === 'add') queue.add(job, subqueue);
          else if (what === 'front') queue.add(job, subqueue, Rank.front);
          else if (what === 'next') queue.add(job, subqueue, Rank.next);
          else if (what === 'delay') queue.delay(job, at);
          else if (what === 'retry') queue.delay(job, at, `service${at % 2}`);
          else if (what === 'move') queue.move(job, subqueue);
          else if (what === 'remove') assert.equal(queue.remove(job), model.has(job));
          else
            for (const due of queue.takeDue(at, () => what === 'due')) {
              const time = model.get(due);
              assert.ok(typeof time === 'number' && time <= at);
              model.delete(due);
            }
          if (what === 'remove') model.delete(job);
          else if (what === 'delay' || what === 'retry') model.set(job, at);
          else if (what === 'add' || what === 'front' || what === 'next') model.set(job, 'waits');
          const waiting = [...model].filter(([, state]) => state === 'waits').map(([each]) => each);
          assert.deepEqual(
            [queue.waiting, queue.delayedCount],
            [waiting.length, model.size - waiting.length],
          );
          assert.deepEqual([...queue.jobs()].sort(), waiting.sort());
        }
        const left = [...model].filter(([, state]) => state === 'waits').map(([job]) => job);
        assert.deepEqual(drained(queue).sort(), left.sort());
      }),
    );
  });
});

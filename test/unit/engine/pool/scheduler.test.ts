import assert from 'node:assert/strict';
import { Scheduler } from '../../../../src/engine/pool/scheduler';
import type { Runnable } from '../../../../src/engine/pool/scheduler';
import { WorkerPool } from '../../../../src/engine/pool/workerPool';
import { FakeClock } from '../../../helpers/fakeClock';

/** A batch of this many jobs that each take a while; those after `ready` wait for a quota. */
class Batch implements Runnable {
  readonly started: number[] = [];
  readonly shown = new Map<number, number>();
  ready: number;
  /** When the next one may start, epoch ms. */
  at = Infinity;
  private readonly ends = new Map<number, () => void>();

  constructor(private readonly jobs: number) {
    this.ready = jobs;
  }

  get running(): number {
    return this.ends.size;
  }

  readyJob(): number | undefined {
    return this.started.length < Math.min(this.ready, this.jobs) ? this.started.length : undefined;
  }

  take(job: number): void {
    this.shown.delete(job);
    this.started.push(job);
  }

  run(job: number): Promise<void> {
    return new Promise((resolve) => this.ends.set(job, resolve));
  }

  waitingJobs(count: number): readonly number[] {
    const first = this.started.length;
    return Array.from({ length: Math.min(count, this.jobs - first) }, (_, at) => first + at);
  }

  show(job: number, worker: number): boolean {
    this.shown.set(job, worker);
    return true;
  }

  unshow(job: number): void {
    this.shown.delete(job);
  }

  nextAt(): number {
    return this.at;
  }

  endAll(): void {
    for (const end of this.ends.values()) end();
    this.ends.clear();
  }
}

function pool(workers: number): {
  readonly clock: FakeClock;
  readonly pool: WorkerPool;
  readonly scheduler: Scheduler;
} {
  const clock = new FakeClock();
  const workerPool = new WorkerPool();
  workerPool.capacity = workers;
  return { clock, pool: workerPool, scheduler: new Scheduler(clock, workerPool) };
}

describe('The scheduler', () => {
  it('starts as many as there are workers, and the next when one is free', async () => {
    const { clock, scheduler } = pool(3);
    const batch = new Batch(7);
    scheduler.add(batch);
    await clock.advance(0);
    assert.deepEqual(batch.started, [0, 1, 2]);
    batch.endAll();
    await clock.advance(0);
    assert.deepEqual(batch.started, [0, 1, 2, 3, 4, 5]);
  });

  it('shares the workers: the batch with the least service goes first, and a new one has no claim to the past', async () => {
    const { clock, scheduler } = pool(4);
    const first = new Batch(100);
    scheduler.add(first);
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(0);
      first.endAll();
    }
    await clock.advance(0);
    const before = first.started.length;
    const second = new Batch(100);
    scheduler.add(second);
    for (let round = 0; round < 10; round += 1) {
      first.endAll();
      second.endAll();
      await clock.advance(0);
    }
    const shares = [first.started.length - before, second.started.length];
    assert.equal(shares[0], shares[1]);
  });

  it('shows on a free place a job that waits for a quota, and starts it there', async () => {
    const { clock, scheduler } = pool(2);
    const batch = new Batch(5);
    batch.ready = 1;
    scheduler.add(batch);
    await clock.advance(0);
    assert.deepEqual([batch.started, [...batch.shown]], [[0], [[1, 2]]]);
    batch.ready = 2;
    scheduler.wake();
    await clock.advance(0);
    assert.deepEqual([batch.started, [...batch.shown]], [[0, 1], []]);
  });

  it('gives the place of a shown job to one that can start', async () => {
    const { clock, scheduler } = pool(1);
    const waiting = new Batch(1);
    waiting.ready = 0;
    scheduler.add(waiting);
    await clock.advance(0);
    assert.equal(waiting.shown.size, 1);
    const other = new Batch(1);
    scheduler.add(other);
    await clock.advance(0);
    assert.deepEqual([other.started, waiting.shown.size], [[0], 0]);
  });

  it('asks again at the time that a batch has named', async () => {
    const { clock, scheduler } = pool(1);
    const batch = new Batch(1);
    batch.ready = 0;
    batch.at = clock.now() + 5_000;
    scheduler.add(batch);
    await clock.advance(4_999);
    batch.ready = 1;
    assert.deepEqual(batch.started, []);
    await clock.advance(1);
    assert.deepEqual(batch.started, [0]);
  });

  it('ends nothing that runs when workers are taken away, and starts nothing before there are fewer', async () => {
    const { clock, pool: workers, scheduler } = pool(3);
    const batch = new Batch(10);
    scheduler.add(batch);
    await clock.advance(0);
    workers.capacity = 1;
    scheduler.wake();
    await clock.advance(0);
    assert.equal(batch.running, 3);
    batch.endAll();
    await clock.advance(0);
    assert.equal(batch.started.length, 4);
  });

  it('gives a batch that has left no more turns', async () => {
    const { clock, scheduler } = pool(1);
    const batch = new Batch(3);
    scheduler.add(batch);
    await clock.advance(0);
    scheduler.remove(batch);
    batch.endAll();
    await clock.advance(0);
    assert.deepEqual(batch.started, [0]);
  });
});

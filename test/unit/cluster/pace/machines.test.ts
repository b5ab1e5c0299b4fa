/** What machines share beside the window, and what each does while it cannot reach Redis. */
import assert from 'node:assert/strict';
import type { QuotaSpec } from '../../../../src/engine/limits/quotaSpecs';
import { RedisServer } from '../../../servers/redis';
import { mostWithin } from '../../engine/limits/rig';
import { Machines, type Machine } from './rig';

const windowMs = 60_000;
const limit = 60;
const allowed = 57;
const usual: Partial<QuotaSpec> = {
  limit,
  windowMs,
  burst: 3,
  spacingMs: 0,
  concurrency: 0,
  perDay: 0,
  learns: false,
};

describe('a quota that machines share', () => {
  let server: RedisServer;
  let world: Machines;
  let spec: Partial<QuotaSpec>;

  before(async () => (server = await RedisServer.start()));
  after(() => server.end());
  beforeEach(() => {
    spec = usual;
    world = new Machines(server.port, () => spec);
  });
  afterEach(() => world.close());

  async function machines(...offsets: readonly number[]): Promise<readonly Machine[]> {
    const all: Machine[] = [];
    for (const offset of offsets) all.push(await world.add(offset));
    return all;
  }

  const pass = (ms: number): Promise<void> => world.redis.clock.advance(ms);
  const waitsMs = ({ limiter, clock }: Machine): number => limiter.readyAt(['openai']) - clock.now();
  const viewOf = ({ limiter }: Machine): ReturnType<typeof limiter.views>[number] | undefined =>
    limiter.views().find(({ name }) => name === 'openai');

  async function settled(...offsets: readonly number[]): Promise<readonly [Machine, Machine]> {
    const [a, b] = await machines(...offsets);
    assert.ok(a && b);
    a.limiter.readyAt(['openai']);
    b.limiter.readyAt(['openai']);
    await pass(5_000);
    return [a, b];
  }

  it('is held for all by what one of them was answered, whatever their clocks say', async () => {
    const [a, b] = await settled(0, 7_200_000);
    const permit = await world.start(a, 'openai');
    permit.heard({ status: 429, headers: { 'retry-after': '30' } });
    await pass(1_500);
    assert.ok(waitsMs(b) > 25_000 && waitsMs(b) <= 30_000, `${waitsMs(b)} ms`);
  });

  it('is blocked for all by the block of one', async () => {
    const [a, b] = await settled(0, 0);
    const block = `breaker:${a.limiter.keyOf('openai')}`;
    a.limiter.note(block, '{"failures":3}');
    a.limiter.note('something', 'else');
    await pass(1_500);
    assert.equal(b.limiter.noted(block), '{"failures":3}');
    assert.equal(b.limiter.noted('something'), undefined);
  });

  it('has the limit that its service named to one of them', async () => {
    const [a, b] = await settled(0, 0);
    const permit = await world.start(a, 'openai');
    permit.heard({
      status: 200,
      headers: { 'x-ratelimit-limit-requests': '20', 'x-ratelimit-reset-requests': '60s' },
    });
    await pass(1_500);
    assert.equal(viewOf(a)?.limit, viewOf(b)?.limit);
  });

  it('has its places once, and gives those of a killed machine back', async () => {
    spec = { ...usual, limit: 0, concurrency: 2, learns: true };
    const [a, b] = await settled(0, 0);
    const first = await world.start(a, 'openai');
    first.heard({ status: 200, headers: {} });
    await world.start(a, 'openai');
    let got = false;
    void b.limiter.acquire(['openai'], new AbortController().signal).then(() => (got = true));
    await pass(3_000);
    assert.equal(got, false);
    first.release();
    await pass(1_500);
    assert.equal(got, true);
    const [, , third] = [a, b, await world.add()];
    let late = false;
    void third.limiter.acquire(['openai'], new AbortController().signal).then(() => (late = true));
    await pass(20_000);
    assert.equal(late, false);
    await a.kill();
    await pass(20_000);
    assert.equal(late, true);
  });

  it('keeps its spacing between all starts', async () => {
    spec = { ...usual, limit: 0, spacingMs: 1_000 };
    const [a, b] = await settled(0, 5_000);
    a.work(2, ['openai']);
    b.work(2, ['openai']);
    await pass(30_000);
    const { times } = world;
    assert.ok(times.length > 20, `${times.length} starts`);
    times.forEach((at, i) => {
      const before = times[i - 1];
      assert.ok(before === undefined || at - before >= 990, `${at - (before ?? 0)} ms`);
    });
  });

  it('has its day once', async () => {
    spec = { ...usual, perDay: 10 };
    const [a, b] = await settled(0, 0);
    a.work(2, ['openai']);
    b.work(2, ['openai']);
    await pass(60_000);
    assert.equal(world.times.length, 10);
    await world.redis.restart(100, false);
    await pass(60_000);
    assert.equal(world.times.length, 10);
  });

  it('counts a start once where processes of one machine share it as well', async () => {
    const a = await world.add();
    const b = await world.add(0, a.files);
    a.work(3, ['openai']);
    b.work(3, ['openai']);
    await pass(4 * windowMs);
    assert.ok(mostWithin(world.times, windowMs) <= allowed);
    assert.ok(world.times.length >= 0.95 * 4 * allowed, `${world.times.length} starts`);
  });

  it('is kept to an equal part while Redis is away, which is said, and wholly again within 5 s', async () => {
    const three = await machines(0, 0, 0);
    for (const machine of three) machine.work(3, ['openai']);
    await pass(2 * windowMs);
    const [first] = three;
    assert.ok(first);
    assert.deepEqual(viewOf(first)?.shared, { by: 'lab', machines: 3 });
    await world.redis.restart(3 * windowMs, false);
    await pass(2 * windowMs);
    assert.deepEqual(viewOf(first)?.shared, { by: 'lab', machines: 3, away: true });
    const from = world.redis.clock.monotonic() - windowMs;
    for (const machine of three) {
      const own = world.starts.filter(({ at, machine: by }) => by === machine && at > from).length;
      assert.ok(own <= allowed / 3 && own >= 15, `${own} starts of one`);
    }
    assert.match(first.logged.join('\n'), /Redis is away .*1\/3 of it/);
    await pass(windowMs + 5_000);
    assert.deepEqual(viewOf(first)?.shared, { by: 'lab', machines: 3 });
    assert.ok(mostWithin(world.times, windowMs) <= allowed);
  });

  it('starts nothing before it is known how many share it, and says so', async () => {
    world.redis.up = false;
    const machine = await world.add();
    machine.work(2, ['openai']);
    await pass(30_000);
    assert.deepEqual(world.times, []);
    assert.deepEqual(viewOf(machine)?.shared, { by: 'lab', machines: 0, away: true });
    world.redis.up = true;
    await pass(5_000);
    assert.ok(world.times.length > 0);
  });

  it('is kept to the part that an earlier run knew of', async () => {
    const [a] = await machines(0, 0, 0);
    assert.ok(a);
    for (const machine of world.machines) machine.work(1, ['openai']);
    await pass(windowMs);
    for (const machine of world.machines) await machine.kill();
    world.redis.up = false;
    const again = await world.add(0, a.files);
    again.work(3, ['openai']);
    await pass(2 * windowMs);
    const own = world.starts.filter(({ machine }) => machine === again).length;
    assert.ok(own > 0 && own <= (2 * allowed) / 3 + 1, `${own} starts`);
  });

  it('is this machine’s alone where the settings name nothing', async () => {
    const machine = await world.add(0, undefined, { 'cluster.account': '' });
    machine.work(2, ['openai']);
    await pass(5_000);
    assert.ok(world.times.length > 0);
    assert.equal(viewOf(machine)?.shared, undefined);
    assert.equal(world.redis.calls, 0);
  });
});

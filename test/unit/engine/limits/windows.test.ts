/** The promise of the limiter under everything that can happen to it: no window is ever passed. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allowedOf } from '../../../../src/engine/limits/quotaSpecs';
import type { RateLimiter } from '../../../../src/engine/limits/rateLimiter';
import { mostWithin, Rig } from './rig';

const minute = 60_000;
const hour = 60 * minute;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('limit' as const), perMinute: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('share' as const), utilization: fc.integer({ min: 1, max: 10 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 7_200_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clockBack' as const),
      ms: fc.integer({ min: 1, max: 7_200_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restart' as const), which: fc.integer({ min: 0, max: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), seconds: fc.integer({ min: 0, max: 90 }) }),
  },
);

/** One more start, which the service refuses. */
async function refuse(rig: Rig, limiter: RateLimiter, seconds: number): Promise<void> {
  try {
    const permit = await rig.start(limiter, 'deapi.poll');
    permit.heard({ status: 429, headers: { 'retry-after': String(seconds), 'x-ratelimit-limit': '1000' } });
    permit.release();
  } catch {
    // The process was killed while it waited.
  }
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Found by chance, and tried each time since. */
const found: readonly Step[][] = [
  // Ahead over two hours, and back behind the first, between two looks of one of them.
  [
    { do: 'refuse', seconds: 37 },
    { do: 'sleep', ms: 2_775_748 },
    { do: 'pass', ms: 10_346 },
    { do: 'sleep', ms: 3_487_502 },
    { do: 'pass', ms: 26_404 },
    { do: 'clockBack', ms: 3_621_001 },
    { do: 'refuse', seconds: 0 },
    { do: 'pass', ms: 21_000 },
    { do: 'sleep', ms: 1 },
  ],
  // Ahead to a full hour while one of them looks.
  [
    { do: 'sleep', ms: 6_300_000 },
    { do: 'pass', ms: 1 },
    { do: 'pass', ms: 1 },
    { do: 'restart', which: 0 },
  ],
];

describe('the windows', () => {
  it('hold for two processes together over limits changed live, sleeps, corrected clocks, refusals and kills', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        let numbers = { 'rate.deapi.perMinute': 60, 'rate.utilization': 1, 'rate.deapi.burst': 5 };
        const rig = new Rig(numbers);
        let slept = false;
        // What a window may hold: judged by the numbers that counted when the start was made.
        const allowed: number[] = [];
        const judge = (): void => {
          while (allowed.length < rig.starts.length)
            allowed.push(allowedOf(numbers['rate.deapi.perMinute'], numbers['rate.utilization']));
        };
        const processes: RateLimiter[] = [];
        const begin = async (at: number): Promise<void> => {
          const limiter = await rig.limiter();
          processes[at] = limiter;
          rig.work(limiter, 3, ['deapi.poll']);
        };
        await begin(0);
        await begin(1);
        for (const each of steps) {
          // The engine looks at what is ready all the time.
          for (const limiter of processes) limiter.readyAt(['deapi.poll']);
          if (each.do === 'pass') await rig.clock.advance(each.ms);
          else if (each.do === 'limit' || each.do === 'share') {
            // A start that was granted a moment ago is still told of: the numbers until now count for it.
            await rig.clock.settle();
            judge();
            numbers =
              each.do === 'limit'
                ? { ...numbers, 'rate.deapi.perMinute': each.perMinute }
                : { ...numbers, 'rate.utilization': each.utilization / 10 };
            rig.settings = rig.read(numbers);
            for (const limiter of processes) limiter.changeSettings(rig.settings);
          } else if (each.do === 'sleep') {
            rig.clock.jump(each.ms);
            slept = true;
          } else if (each.do === 'clockBack') rig.clock.jump(-each.ms);
          else if (each.do === 'refuse') {
            const [first] = processes;
            if (first) void refuse(rig, first, each.seconds);
            await rig.clock.settle();
          } else if (!slept) {
            // A process that begins after the clock was put forward cannot know how old the record is.
            const limiter = processes[each.which];
            if (limiter) rig.kill(limiter);
            await begin(each.which);
          }
        }
        await rig.clock.advance(2 * minute);
        judge();
        for (const limiter of processes) rig.kill(limiter);
        rig.starts.forEach((start, i) => {
          const inWindow = rig.starts.slice(0, i + 1).filter((other) => other.at > start.at - minute).length;
          assert.ok(
            inWindow <= (allowed[i] ?? 0),
            `start ${i} is number ${inWindow} of a window that holds ${allowed[i] ?? 0}`,
          );
        });
      }),
      { numRuns: 60, examples: found.map((steps) => [steps]) },
    );
  }).timeout(60_000);

  it('hold for a process that last looked before the clock was ahead, or back, by hours', async () => {
    for (const hours of [2, 3, -2, -3]) {
      const rig = new Rig({ 'rate.deapi.perMinute': 20, 'rate.utilization': 1, 'rate.deapi.burst': 20 });
      const [one, other] = [await rig.limiter(), await rig.limiter()];
      await rig.start(one, 'deapi.poll').then((permit) => permit.heard({ status: 200, headers: {} }));
      rig.clock.jump(hours * hour);
      one.readyAt(['deapi.poll']);
      rig.work(other, 3, ['deapi.poll']);
      await rig.clock.advance(5_000);
      rig.kill(other);
      rig.clock.jump(-hours * hour);
      rig.work(one, 3, ['deapi.poll']);
      await rig.clock.advance(2 * minute);
      const times = rig.starts.map((start) => start.at);
      assert.equal(mostWithin(times, minute), 20, `${hours} hours`);
      assert.ok(times.length > 40, `${hours} hours: ${times.length} starts`);
    }
  });

  it('count what a clock that was ahead has recorded once, with a word, and not anew at every start', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 20, 'rate.utilization': 1, 'rate.deapi.burst': 20 });
    rig.clock.jump(26 * hour);
    const ahead = await rig.limiter();
    rig.work(ahead, 3, ['deapi.poll']);
    await rig.clock.advance(1_000);
    ahead.hold('youtube', 90_000);
    await rig.clock.advance(1);
    rig.kill(ahead);
    rig.clock.jump(-26 * hour);
    // They may have been made just now: the windows hold.
    const first = await rig.limiter();
    assert.match(first.news().join(), /^The clock of this computer was ahead: 20 requests are recorded/);
    assert.deepEqual(first.news(), []);
    const wait = first.readyAt(['deapi.poll']) - rig.clock.now();
    assert.ok(wait > 50_000 && wait <= minute + 1_000, `${wait}`);
    assert.ok(first.readyAt(['youtube']) - rig.clock.now() <= 90_000);
    await rig.clock.advance(2 * minute);
    rig.kill(first);
    const second = await rig.limiter();
    assert.deepEqual(second.news(), []);
    assert.ok(second.readyAt(['deapi.poll']) <= rig.clock.now());
    assert.ok(second.readyAt(['youtube']) <= rig.clock.now());
    // A third, once the time of the records has come: they are old.
    rig.kill(second);
    await rig.clock.advance(26 * hour - minute);
    const third = await rig.limiter();
    assert.ok(third.readyAt(['deapi.poll']) <= rig.clock.now());
  });

  it('take no notice of old records when the clock is put back to their hour', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 20, 'rate.utilization': 1, 'rate.deapi.burst': 20 });
    const earlier = await rig.limiter();
    rig.work(earlier, 3, ['deapi.poll']);
    await rig.clock.advance(10_000);
    rig.kill(earlier);
    // The clock that is right shows ten hours later.
    await rig.clock.advance(10 * hour);
    const limiter = await rig.limiter();
    const before = rig.starts.length;
    rig.clock.jump(-10 * hour);
    rig.work(limiter, 3, ['deapi.poll']);
    await rig.clock.advance(1_000);
    assert.ok(rig.starts.length - before >= 20);
  });

  it('are filled when nothing disturbs, whatever the limit, burst and number of workers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        async (perMinute, burst, workers, tenths) => {
          const numbers = {
            'rate.deapi.perMinute': perMinute,
            'rate.utilization': tenths / 10,
            'rate.deapi.burst': burst,
          };
          const rig = new Rig(numbers);
          rig.work(await rig.limiter(), workers, ['deapi.poll']);
          const minutes = 6;
          await rig.clock.advance(minutes * minute);
          const allowed = allowedOf(perMinute, tenths / 10);
          const times = rig.starts.map((start) => start.at);
          assert.ok(mostWithin(times, minute) <= allowed);
          // One may be due just after the end.
          assert.ok(
            times.length >= Math.floor(minutes * allowed * 0.995) - 1,
            `${times.length} of ${minutes * allowed}`,
          );
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('are filled by two processes together', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 300 });
    for (let i = 0; i < 2; i++) rig.work(await rig.limiter(), 5, ['deapi.poll']);
    await rig.clock.advance(5 * minute);
    const times = rig.starts.map((start) => start.at);
    assert.ok(mostWithin(times, minute) <= 285);
    assert.ok(times.length >= 5 * 285 * 0.98, `${times.length} of ${5 * 285}`);
  });

  it('are filled again after a sleep, without a burst', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 300 });
    rig.work(await rig.limiter(), 3, ['deapi.poll']);
    await rig.clock.advance(3 * minute);
    rig.clock.jump(8 * 3_600_000);
    const before = rig.starts.length;
    await rig.clock.advance(3 * minute);
    assert.ok(rig.starts.length - before >= 3 * 285 * 0.99);
    assert.ok(
      mostWithin(
        rig.starts.map((start) => start.at),
        minute,
      ) <= 285,
    );
  });

  it('hold in memory when the record cannot be written, and say so once', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 60 });
    const limiter = await rig.limiter();
    rig.files.fail = (operation) => (operation === 'append' ? 'no space left' : undefined);
    rig.work(limiter, 3, ['deapi.poll']);
    await rig.clock.advance(3 * minute);
    const times = rig.starts.map((start) => start.at);
    assert.equal(mostWithin(times, minute), 57);
    assert.ok(times.length >= 3 * 57 - 1);
    const warnings = rig.logged.filter((line) => line.startsWith('warn'));
    assert.ok(warnings.length > 0 && warnings.length <= 4, warnings.join('\n'));
    assert.match(warnings[0] ?? '', /no space left/);
  });

  it('hold over a record that was cut at any byte by a kill', async () => {
    const numbers = { 'rate.deapi.perMinute': 10, 'rate.utilization': 1, 'rate.deapi.burst': 10 };
    const rig = new Rig(numbers);
    const first = await rig.limiter();
    for (let i = 0; i < 5; i++) (await rig.start(first, 'deapi.poll')).heard({ status: 200, headers: {} });
    rig.kill(first);
    const [path] = [...rig.files.files.keys()].filter((name) => /\d\.log$/.test(name));
    assert.ok(path);
    const whole = rig.files.text(path) ?? '';
    const complete = (text: string): number =>
      text.split('\n').filter((line) => /^\+ .* \.$/.test(line)).length;
    for (let cut = 0; cut <= whole.length; cut++) {
      const own = new Rig(numbers);
      await own.files.makeFolder('/state/quotas');
      await own.files.writeWhole(path, whole.slice(0, cut));
      const limiter = await own.limiter();
      // The next record must be read whole although a torn one precedes it.
      const permit = await own.start(limiter, 'deapi.poll');
      permit.heard({ status: 200, headers: {} });
      const again = await own.limiter();
      again.readyAt(['deapi.poll']);
      assert.equal(again.views()[0]?.used, complete(whole.slice(0, cut)) + 1, `cut at ${cut}`);
    }
  });
});

/**
 * What servers see of our starts when the network delays each by 20 to 120 ms: servers count in fixed
 * windows, in a sliding log or by token bucket. None may refuse a single request. The margin is the unused
 * share (`rate.utilization`) and a window 0.2 % longer than the service's; with 0.95 there was no excess in
 * 100 runs of ten minutes, and with 1 none either on these three.
 */
import assert from 'node:assert/strict';
import { SeededRandom } from '../../../helpers/seededRandom';
import { Rig } from './rig';

const minute = 60_000;
const limit = 300;

type Rule = (at: number) => boolean;
const rules: Readonly<Record<string, (offset: number) => Rule>> = {
  'in fixed windows': (offset) => {
    let window = -1;
    let count = 0;
    return (at) => {
      const now = Math.floor((at + offset) / minute);
      if (now !== window) count = 0;
      window = now;
      return ++count <= limit;
    };
  },
  'in a sliding log': () => {
    const log: number[] = [];
    return (at) => {
      while ((log[0] ?? Infinity) <= at - minute) log.shift();
      return log.push(at) <= limit;
    };
  },
  'by token bucket': () => {
    const size = limit / 10;
    let tokens = size;
    let last = 0;
    return (at) => {
      tokens = Math.min(size, tokens + ((at - last) * limit) / minute);
      last = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    };
  },
};

describe('a server behind a network with delays', () => {
  let starts: readonly number[] = [];
  const random = new SeededRandom(7);

  before(async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': limit });
    rig.work(await rig.limiter(), 5, ['deapi.poll']);
    await rig.clock.advance(10 * minute);
    starts = rig.starts.map((start) => start.at);
  });

  for (const [name, rule] of Object.entries(rules))
    it(`that counts ${name} refuses nothing`, () => {
      assert.ok(starts.length >= 10 * 285 * 0.995);
      for (let run = 0; run < 20; run++) {
        const fits = rule(random.next() * minute);
        const arrivals = starts.map((at) => at + 20 + 100 * random.next()).sort((a, b) => a - b);
        assert.equal(arrivals.filter((at) => !fits(at)).length, 0, `run ${run}`);
      }
    });
});

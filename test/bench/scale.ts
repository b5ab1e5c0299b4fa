/**
 * A simulation of 1,000,000 links, 50 helpers and 10 addresses, on a fake clock and without sockets, with the quota of
 * the rate limiter itself for each address: how long it takes, how evenly helpers are used, and which part would be
 * the first to be full. docs/scale.md has the reasoning. Run: npm run bench -- scale
 */
import { Quota } from '../../src/engine/limits/quota';
import { QuotaTime } from '../../src/engine/limits/quotaClock';
import { quotaSpec } from '../../src/engine/limits/quotaSpecs';
import type { Clock } from '../../src/model/ports';
import { defaultSettings } from '../../src/model/settings';
import { SeededRandom } from '../helpers/seededRandom';

const links = 1_000_000;
const helpers = 50;
const addresses = 10;
const hourMs = 3_600_000;
/** Seconds that captions of a video take, median; a tenth of the videos takes four times as long. */
const jobMs = 1_500;
/** What an attempt costs the owner at most (the figure of the contract), and what one Redis answers (bench sharing). */
const ownerMs = 1;
/**
 * The lines of one job in the journal, before they are put into a snapshot (a fifth of it); measured with 20,000 jobs.
 */
const journalBytes = 615;
/** What a job takes in the owner's memory (npm run bench -- engine: 110 to 175 MB for 100,000). */
const memoryBytes = 1_500;

class StepClock implements Clock {
  at = 1_800_000_000_000;
  now(): number {
    return this.at;
  }
  monotonic(): number {
    return this.at;
  }
  after(): () => void {
    return () => undefined;
  }
}

/** One address with its quota and the requests that are under way from it. */
class Address {
  readonly starts: number[] = [];
  readonly byHelper: number[];
  private readonly quota: Quota;
  private readonly ends: number[] = [];
  private most = 0;
  private from = 0;

  constructor(
    clock: Clock,
    private readonly random: SeededRandom,
    helpersHere: number,
  ) {
    this.quota = new Quota(quotaSpec('youtube', defaultSettings), new QuotaTime(clock), random);
    this.byHelper = Array.from({ length: helpersHere }, () => 0);
  }

  /** When the next start can be made, ms; what has ended by `now` is over. */
  next(now: number): number {
    let [first] = this.ends;
    while (first !== undefined && first <= now) {
      this.ends.shift();
      this.quota.release(false);
      [first] = this.ends;
    }
    const ready = this.quota.readyAt();
    return Math.max(now, ready === Infinity ? (first ?? now) : ready);
  }

  start(now: number): void {
    this.quota.take(now);
    const slow = this.random.next() < 0.1 ? 4 : 1;
    const end = now + jobMs * slow * (0.5 + this.random.next());
    let place = this.ends.length;
    while (place > 0 && (this.ends[place - 1] ?? 0) > end) place--;
    this.ends.splice(place, 0, end);
    this.starts.push(now);
    while (now - (this.starts[this.from] ?? now) >= hourMs) this.from++;
    this.most = Math.max(this.most, this.starts.length - this.from);
    // The helper whose limiter is asked first has it: by chance.
    const helper = Math.floor(this.random.next() * this.byHelper.length);
    this.byHelper[helper] = (this.byHelper[helper] ?? 0) + 1;
  }

  get mostInAnHour(): number {
    return this.most;
  }
}

function simulate(count: number): { hours: number; most: number; spread: number; busiestSecond: number } {
  const clock = new StepClock();
  const begin = clock.at;
  const all = Array.from(
    { length: count },
    (_, i) => new Address(clock, new SeededRandom(i + 1), Math.max(1, Math.round(helpers / count))),
  );
  const due = all.map(() => clock.at);
  const bySecond = new Map<number, number>();
  for (let left = links; left > 0;) {
    let first = 0;
    for (let i = 1; i < due.length; i++) if ((due[i] ?? 0) < (due[first] ?? 0)) first = i;
    const address = all[first];
    if (!address) break;
    clock.at = Math.max(clock.at, due[first] ?? clock.at);
    const ready = address.next(clock.at);
    if (ready <= clock.at) {
      address.start(clock.at);
      left--;
      const second = Math.floor(clock.at / 1000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
      due[first] = address.next(clock.at + 0.001);
    } else due[first] = ready;
  }
  const used = all.flatMap(({ byHelper }) => byHelper);
  return {
    hours: (clock.at - begin) / hourMs,
    most: Math.max(...all.map(({ mostInAnHour }) => mostInAnHour)),
    spread: Math.max(...used) / Math.min(...used),
    busiestSecond: [...bySecond.values()].reduce((most, value) => Math.max(most, value), 0),
  };
}

function report(name: string, value: number, unit: string, goal: object = {}): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 1000) / 1000, unit, ...goal }));
}

function main(): void {
  const ten = simulate(addresses);
  report('1,000,000 links, 50 helpers, 10 addresses', ten.hours / 24, 'days');
  report('of the pace that 10 addresses allow', (100 * links) / (ten.hours * addresses * 285), '%', {
    atLeast: 98,
    aim: 99.5,
    better: 'higher',
  });
  report('starts over an address’s share in any hour', Math.max(0, ten.most - 285), 'starts', {
    atLeast: 0,
    aim: 0,
  });
  report('busiest helper over the idlest one', ten.spread, '×');
  report('busiest second of the owner', ten.busiestSecond, 'jobs');
  report('owner’s CPU at that pace', (100 * ownerMs * links) / (ten.hours * hourMs), '%');
  report('memory of the owner for all of them as one batch', (memoryBytes * links) / 1e9, 'GB');
  report('journal', (journalBytes * links) / 1e6, 'MB');
  report('3 addresses', links / simulate(3).hours, 'videos/h');
  report('addresses that fill one core of the owner', hourMs / ownerMs / 285, 'addresses');
}

main();

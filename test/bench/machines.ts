/**
 * Several machines on one list, as processes of the built program: how long it takes against what the rates of their
 * addresses allow, while one is killed, one freezes and one comes late; and how soon they help again after Redis was
 * killed, or a network cut. 2,000 links by default and a freeze of 6 s; LINKS=10000 freezes for 30 s and takes five
 * minutes. The rates are low enough that processors are not what limits. Run: npm run bench -- machines
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLine } from '../../src/engine/journal/journal';
import { ClusterRig, type Machine, type MachineOptions } from '../helpers/clusterRig';
import { Relay } from '../servers/relay';

const links = Number(process.env.LINKS ?? 2_000);
const frozenS = (30 * links) / 10_000;
/** Of one address; 95 % of it are used: 9.5 a second. */
const perHour = 36_000;
const perSecond = (perHour * 0.95) / 3_600;
const burst = 10;
const pace: MachineOptions = { spacing: 0, perHour, burst };
const workers = ['--workers', '5'];

type Line = Readonly<Record<string, unknown>>;

const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1_000));

function report(name: string, value: number, unit: string, atLeast: number, aim: number): void {
  const rounded = Math.round(value * 1_000) / 1_000;
  console.log(JSON.stringify({ name, value: rounded, unit, atLeast, aim, better: 'lower' }));
}

/** When a machine may start videos, seconds from the beginning. */
type Times = readonly (readonly [from: number, to: number])[];

/** Seconds until the machines have started so many videos, each at the pace of its address and with a burst. */
function ideal(count: number, machines: readonly Times[]): number {
  const startedBy = (at: number): number =>
    machines
      .flat()
      .reduce((sum, [from, to]) => sum + (at > from ? burst + (Math.min(at, to) - from) * perSecond : 0), 0);
  let [low, high] = [0, count / perSecond];
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (startedBy(middle) < count) low = middle;
    else high = middle;
  }
  return high;
}

/** Videos without a transcript, and those with two outcomes or a file too many. */
function counted(rig: ClusterRig, name: string, count: number): { lost: number; twice: number } {
  const folder = join(rig.output, name);
  const rows = readFileSync(join(folder, '.journal.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const event = parseLine(line);
      return event?.type === 'outcome' ? [event.job] : [];
    });
  const files = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'report.md').length;
  const completed = rig.videos(name).filter(({ status }) => status === 'completed').length;
  return { lost: count - completed, twice: rows.length - new Set(rows).size + Math.max(0, files - count) };
}

async function wall(): Promise<void> {
  const rig = await ClusterRig.start();
  const [killed, frozen] = [await rig.helper('a', workers, pace), await rig.helper('b', workers, pace)];
  const owner = rig.run(rig.list('links', links), workers, pace);
  await rig.site.until(1);
  const begun = performance.now();
  const now = (): number => (performance.now() - begun) / 1_000;
  const about = links / (3.2 * perSecond);
  await wait(about * 0.25 - now());
  killed.kill('SIGKILL');
  const killedAt = now();
  await wait(about * 0.35 - now());
  frozen.kill('SIGSTOP');
  const frozenAt = now();
  const [, lateAt] = await Promise.all([
    wait(frozenS).then(() => frozen.kill('SIGCONT')),
    wait(about * 0.5 - now())
      .then(() => rig.helper('c', workers, pace))
      .then(now),
  ]);
  await owner.ended;
  const took = now();
  const times: readonly Times[] = [
    [[0, Infinity]],
    [[0, killedAt]],
    [
      [0, frozenAt],
      [frozenAt + frozenS, Infinity],
    ],
    [[lateAt, Infinity]],
  ];
  const allowed = ideal(links, times);
  const what = `${links} links, one of three helpers killed, one frozen ${frozenS} s, one late`;
  report(`wall over what the rates allow: ${what}`, took / allowed, '×', 1.05, 1.02);
  const { lost, twice } = counted(rig, 'links', links);
  report(`lost: ${what}`, lost, 'videos', 0, 0);
  report(`written twice: ${what}`, twice, 'videos', 0, 0);
  const again = [...rig.asked().values()].reduce((sum, times) => sum + times - 1, 0);
  // What the killed and the frozen one had under way.
  report(`asked for again: ${what}`, again, 'videos', 10, 10);
  await rig.close();
}

const isRunning = ({ type, status }: Line): boolean => type === 'attempt' && status === 'running';

/** Seconds until all of them have begun another attempt. */
async function untilAllHelp(helpers: readonly Machine[]): Promise<number> {
  const from = Date.now();
  await Promise.all(
    helpers.map((helper) =>
      helper.until((line) => isRunning(line) && Date.parse(String(line.time)) > from, 'that it helps again'),
    ),
  );
  return (Date.now() - from) / 1_000;
}

/** Redis is away for 5 s, then the network of one helper for 20 s. */
async function outages(keeps: boolean): Promise<void> {
  const rig = await ClusterRig.start({}, { keeps });
  const relay = await Relay.start(rig.server.port);
  const helpers = [
    await rig.helper('a', workers, pace),
    await rig.helper('b', workers, { ...pace, redis: `redis://127.0.0.1:${relay.port}` }),
  ];
  const count = 1_300;
  const owner = rig.run(rig.list('breaks', count), workers, pace);
  await rig.site.until(60);
  await rig.server.kill();
  await wait(5);
  await rig.server.begin();
  const name = keeps ? 'with its data' : 'without its data';
  report(`until all help again, Redis killed ${name}`, await untilAllHelp(helpers), 's', 5, 2);
  relay.stop();
  await wait(20);
  relay.mend();
  report(`until it helps again, network cut for 20 s`, await untilAllHelp(helpers.slice(1)), 's', 5, 2);
  await owner.ended;
  const { lost, twice } = counted(rig, 'breaks', count);
  report(`lost: Redis killed ${name}, then a network cut`, lost, 'videos', 0, 0);
  report(`written twice: Redis killed ${name}, then a network cut`, twice, 'videos', 0, 0);
  await rig.close();
  await relay.end();
}

async function main(): Promise<void> {
  await wall();
  await outages(true);
  await outages(false);
}

void main();

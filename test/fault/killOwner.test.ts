/**
 * The owner of a batch killed at random moments while other machines work for it: what is finished is neither lost nor
 * asked for again, wherever its answer was on its way, and no file is written twice.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseLine } from '../../src/engine/journal/journal';
import { ClusterRig, type Machine } from '../helpers/clusterRig';
import { SeededRandom } from '../helpers/seededRandom';

/** Kills in a run: a few with every test run, `KILLS=200` for the long one. */
const kills = Number(process.env.KILLS ?? 3);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const videosAKill = 25;
/** The last moment of a kill, ms: of some after the process began, of most after it said that the batch runs. */
const latestMs = 1_500;
const whileItStarts = 0.3;

interface Done {
  /** The row's outcome is in the journal, or a helper's answer is in the queue, at this time, epoch ms. */
  readonly at: number;
  readonly where: 'journal' | 'queue';
}

describe('kill -9 of an owner that others help', function () {
  this.timeout(60_000 + kills * 10_000);
  const random = new SeededRandom(seed);
  const name = 'owner';
  let rig: ClusterRig;
  let folder: string;
  const helpers: Machine[] = [];

  before(async () => {
    rig = await ClusterRig.start({ delays: { minMs: 50, maxMs: 500 } });
    folder = join(rig.output, name);
    for (const helper of ['a', 'b']) helpers.push(await rig.helper(helper));
  });
  after(() => rig.close());

  const journal = (): readonly string[] => {
    const path = join(folder, '.journal.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  };
  const outcomes = (): readonly { readonly job: number; readonly at: number }[] =>
    journal().flatMap((line) => {
      const event = parseLine(line);
      return event?.type === 'outcome' ? [{ job: Number(event.job), at: Number(event.at) }] : [];
    });
  const files = (): readonly string[] =>
    existsSync(folder)
      ? readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'report.md')
      : [];

  /** Ends by itself, or is killed at a random moment. */
  async function run(list: string, isKilled: boolean): Promise<Machine> {
    const owner = existsSync(join(folder, '.journal.jsonl')) ? rig.resume(name) : rig.run(list);
    if (isKilled) {
      if (random.next() > whileItStarts)
        await owner.until(({ type }) => type === 'batch', 'that it runs').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, random.next() * latestMs));
      owner.kill('SIGKILL');
    }
    await owner.ended;
    return owner;
  }

  /** When each video was finished first, by its place in the list. */
  function finished(): ReadonlyMap<number, Done> {
    const found = new Map<number, Done>();
    const note = (row: number, done: Done): void => {
      if (done.at < (found.get(row)?.at ?? Infinity)) found.set(row, done);
    };
    for (const { job, at } of outcomes()) note(job, { at, where: 'journal' });
    for (const { lines } of helpers)
      for (const { type, status, row, time } of lines)
        if (type === 'attempt' && status === 'transcript')
          note(Number(row), { at: Date.parse(String(time)), where: 'queue' });
    return found;
  }

  it(`loses nothing, asks again for nothing that is finished, and writes nothing twice (${kills} kills, seed ${seed})`, async () => {
    const count = kills * videosAKill;
    const list = rig.list(name, count);
    const written = new Map<string, number>();
    let rewritten = 0;
    const look = (): void => {
      for (const file of files()) {
        const { ino } = statSync(join(folder, file));
        if ((written.get(file) ?? ino) !== ino) rewritten += 1;
        written.set(file, ino);
      }
    };
    let killed = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const owner = await run(list, true);
      if (owner.child.signalCode === 'SIGKILL') killed += 1;
      look();
    }
    const last = await run(list, false);
    look();
    const found = finished();
    const redone = rig.site.seen.filter(({ kind, video, at }) => {
      const done = found.get(Number(video.slice(name.length)));
      return kind === 'player' && done !== undefined && at > done.at;
    });
    const rows = outcomes().map(({ job }) => job);
    assert.equal(found.size, count, 'the journal tells of each');
    const twice = rows.length - new Set(rows).size + rewritten;
    const lost = count - rig.videos(name).filter(({ status }) => status === 'completed').length;
    const machines = rig.videos(name).filter(({ via_machine: machine }) => machine !== undefined).length;
    console.log(
      `      ${killed} kills, ${count} videos: ${lost} lost, ${redone.length} redone, ${twice} written twice; ` +
        `${machines} through helpers, seed ${seed}`,
    );
    assert.equal(lost, 0, `lost: ${last.said}`);
    assert.equal(redone.length, 0, JSON.stringify(redone.map(({ video, at }) => ({ video, at }))));
    assert.equal(twice, 0, 'written twice');
    assert.equal(files().length, count);
    assert.ok(machines > count / 2, `${machines} of ${count} came through helpers`);
  });
});

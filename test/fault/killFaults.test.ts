/**
 * Kills of a paid batch while its world goes wrong: another host name, an empty machine id, a lost or damaged record,
 * a damaged journal, a state folder that is full or read-only. Counted by the stand-in's own bills.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../helpers/seededRandom';
import { DeapiServer } from '../servers/deapi';
import { standInVideo } from '../servers/youtubeVideos';
import { program } from '../programs/find';
import { ids, Rig, type Call } from './rig';

/** Kills in a run: a few with every test run, `KILLS=200` for the long one. */
const kills = Number(process.env.KILLS ?? 10);
const count = kills * 6;
/** The order of the faults, their places and the moments of the kills; printed, and `SEED=` repeats a run's. */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Of the kill that comes next: what one does does not change the dice of the others. */
let random = new SeededRandom(seed);
const name = 'faults';
/** A kill earlier than this may come before the program could say anything, ms. */
const timeToSpeakMs = 300;
const isRoot = userInfo().uid === 0 && process.platform === 'linux' && canMount();

function canMount(): boolean {
  try {
    execFileSync(program('unshare'), ['--uts', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What goes wrong before a start; `says` is what the program has to say about it, `after` mends it. */
interface Fault {
  readonly what: string;
  readonly host?: string;
  readonly says?: RegExp;
  readonly after?: () => void;
}

describe('kill -9 of a paid batch whose identity, record, journal and disk go wrong', function () {
  this.timeout(180_000 + kills * 20_000);
  const isPaid = (id: string): boolean => Number(id.slice(-5)) % 3 === 0;
  const deapi = new DeapiServer({ tier: 'premium', perMinute: 1_000_000, polls: 0, balance: 100_000 });
  let redone = 0;
  let rig: Rig;
  let state = '';

  before(async () => {
    await deapi.start();
    rig = await Rig.start(60, {
      videos: (id) => ({ ...standInVideo(id), ...(isPaid(id) ? { tracks: [] } : {}) }),
      routes: (_request, _response, url) => {
        const id = url.searchParams.get('v');
        if (id !== null && written().has(id)) redone += 1;
        return false;
      },
    });
    rig.keys = { DEAPI_API_KEY: 'test-key' };
    state = join(rig.root, 'state');
    mkdirSync(state);
    if (isRoot) execFileSync(program('mount'), ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', state]);
  });
  after(async () => {
    if (isRoot) execFileSync(program('umount'), ['-l', state]);
    await rig.close();
    await deapi.close();
  });

  const folders = (): readonly string[] =>
    existsSync(rig.output)
      ? readdirSync(rig.output, { withFileTypes: true }).flatMap((one) =>
          one.isDirectory() ? [one.name] : [],
        )
      : [];
  const written = (): ReadonlySet<string> => new Set(folders().flatMap((folder) => [...rig.written(folder)]));
  const recordBytes = (): number => {
    const path = join(state, 'ledger.jsonl');
    return existsSync(path) ? statSync(path).size : 0;
  };
  const oneOf = <T>(of: readonly T[]): T | undefined => of[Math.floor(random.next() * of.length)];

  function flipJournal(): Fault {
    const folder = oneOf(folders().filter((one) => existsSync(rig.journal(one))));
    if (folder !== undefined) {
      const bytes = readFileSync(rig.journal(folder));
      const at = Math.floor(random.next() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
      writeFileSync(rig.journal(folder), bytes);
    }
    return { what: 'journal byte flipped' };
  }

  function fillState(): Fault {
    const ballast = join(state, 'ballast');
    const { bavail, bsize } = statfsSync(state);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    return { what: 'state full', says: /ENOSPC|Payments cannot be recorded/, after: () => rmSync(ballast) };
  }

  function lockState(): Fault {
    const remount = (how: string): void => {
      execFileSync(program('mount'), ['-o', `remount,${how}`, state]);
    };
    remount('ro');
    return { what: 'state read-only', says: /EROFS/, after: () => remount('rw') };
  }

  function empty(...names: readonly string[]): void {
    for (const file of names) writeFileSync(join(state, file), '');
  }

  function changeLedger(how: (path: string) => void, what: string): Fault {
    const path = join(state, 'ledger.jsonl');
    if (existsSync(path)) how(path);
    return { what };
  }

  /** By weight; faults that need a mount or a host name of their own need root. */
  const faults: readonly (() => Fault)[] = [
    () => ({ what: 'none' }),
    () => ({ what: 'none' }),
    () => changeLedger((path) => rmSync(path), 'record deleted'),
    () => changeLedger((path) => truncateSync(path, readFileSync(path).length >> 1), 'record truncated'),
    () => changeLedger((path) => writeFileSync(path, Buffer.alloc(4_000, 9)), 'record damaged'),
    flipJournal,
    flipJournal,
    flipJournal,
    () => {
      empty('machine-id');
      return { what: 'machine id empty' };
    },
    () => {
      empty('machine-id', 'machine-id.copy');
      return { what: 'machine id and copy empty' };
    },
    () => {
      empty('secret', 'secret.copy');
      return { what: 'secret and copy empty' };
    },
    ...(isRoot ? [fillState, fillState, lockState, lockState] : []),
    ...(isRoot ? [(): Fault => ({ what: 'host renamed', host: `box-${Date.now() % 1000}` })] : []),
  ];

  const start = (list: string, host?: string): Call =>
    rig.call(
      [
        ...[list, '--out', rig.output, '--sources', 'youtube,deapi', '--yes', '--workers', '8'],
        ...['--set', `deapi.endpoint=${deapi.origin}`, '--set', 'rate.deapi.perMinute=0'],
        ...['--set', 'rate.deapi.burst=1000', '--set', 'rate.utilization=1'],
      ],
      host,
      host === undefined ? [] : ['/etc/machine-id'],
    );

  /** A journal that was refused by name is put aside, as the program says. */
  function putAside(words: string): boolean {
    const [, folder] = /The journal of (faults(?: \d+)?) is damaged/.exec(words) ?? [];
    if (folder === undefined) return false;
    renameSync(rig.journal(folder), `${rig.journal(folder)}.old${Date.now()}`);
    return true;
  }

  it(`loses nothing, redoes nothing, bills nothing twice and is silent about nothing (${kills} kills, SEED=${seed})`, async () => {
    const list = rig.list(name, count);
    const met = new Map<string, number>();
    const silent: string[] = [];
    const batches = new Set<string>();
    let refused = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      random = new SeededRandom(seed + kill);
      const fault = kill === 0 ? { what: 'none' } : (oneOf(faults) ?? (() => ({ what: 'none' })))();
      met.set(fault.what, (met.get(fault.what) ?? 0) + 1);
      const before = recordBytes();
      const call = start(list, fault.host);
      const begun = await call.until(({ type }) => type === 'batch').catch(() => undefined);
      const ms = begun === undefined ? 0 : random.next() * 700;
      const timer = setTimeout(() => call.child.kill('SIGKILL'), ms);
      await call.ended;
      clearTimeout(timer);
      const wasRefused = recordBytes() <= before;
      fault.after?.();
      const folder = String(begun?.batch_dir);
      const isNew = begun !== undefined && batches.size > 0 && !batches.has(folder);
      if (begun !== undefined) batches.add(folder);
      const mayBeHeard = begun === undefined || ms > timeToSpeakMs;
      if (isNew && mayBeHeard && !/has the same list|begun again/.test(call.words()))
        silent.push(`${fault.what}: ${folder}`);
      // A full disk may have room for a few more lines of a file: then nothing went wrong.
      if (mayBeHeard && wasRefused && fault.says?.test(call.words()) === false)
        silent.push(`${fault.what}: ${call.words().slice(-300)}`);
      if (begun !== undefined || fault.says?.test(call.words()) === true) continue;
      refused += 1;
      assert.ok(putAside(call.words()), `${fault.what}: ${call.words()}`);
    }
    let last = start(list);
    await last.ended;
    for (let times = 0; times < 3 && putAside(last.words()); times += 1) {
      refused += 1;
      last = start(list);
      await last.ended;
    }
    const summary = last.lines.at(-1);
    const bills = new Map<string, number>();
    for (const { what } of deapi.billed) bills.set(what, (bills.get(what) ?? 0) + 1);
    const twice = [...bills].filter(([, times]) => times > 1);
    const there = Number(summary?.completed) + Number(summary?.skipped);
    const doubtful = Number(summary?.failed);
    const lost = count - there - doubtful;
    console.log(
      `      ${kills} kills (${[...met].map(([what, times]) => `${times} ${what}`).join(', ')}), ${count} videos: ` +
        `${lost} lost, ${redone} redone, ${twice.length} billed twice, ${silent.length} silent; ${there} done, ` +
        `${doubtful} maybe charged, ${deapi.billed.length} billed, ${batches.size} folders, ${refused} refused by name`,
    );
    for (const one of silent) console.log(`      silent: ${one}`);
    assert.deepEqual(twice, [], 'billed twice');
    assert.equal(redone, 0, 'asked again after its file was there');
    assert.deepEqual(silent, []);
    assert.equal(summary?.total, count, last.words());
    assert.equal(lost, 0, last.words());
    assert.ok(ids(name, count).filter((id) => written().has(id)).length >= there);
    const others = last.lines.filter(
      (line) => line.status === 'failed' && line.error_code !== 'maybe-charged',
    );
    assert.deepEqual(others, [], 'failed for another cause than a doubtful payment');
  });
});

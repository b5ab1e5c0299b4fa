/**
 * A paid batch is killed in mid-run, and what proves whose it is has changed when it is started again: another host
 * name, no machine id, no record, a damaged journal. The paid stand-in counts its bills.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { DeapiServer } from '../servers/deapi';
import { standInVideo } from '../servers/youtubeVideos';
import { program } from '../programs/find';
import { ids, Rig, type Call } from './rig';

const count = 12;
const mayRename = userInfo().uid === 0 && process.platform === 'linux' && canRename();

function canRename(): boolean {
  try {
    execFileSync(program('unshare'), ['--uts', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a paid batch that was killed, when it is started again', function () {
  this.timeout(120_000);
  const deapi = new DeapiServer({ tier: 'premium', perMinute: 100_000, polls: 0, balance: 10_000 });
  let rig: Rig;

  before(async () => {
    await deapi.start();
    rig = await Rig.start(20, { videos: (id) => ({ ...standInVideo(id), tracks: [] }) });
    rig.keys = { DEAPI_API_KEY: 'test-key' };
  });
  after(async () => {
    await rig.close();
    await deapi.close();
  });

  const options = (): readonly string[] => [
    ...['--sources', 'youtube,deapi', '--yes', '--workers', '6'],
    ...['--set', `deapi.endpoint=${deapi.origin}`, '--set', 'rate.deapi.perMinute=0'],
    ...['--set', 'rate.deapi.burst=1000', '--set', 'rate.utilization=1'],
  ];
  const state = (name: string): string => join(rig.root, 'state', name);
  const start = (list: string, host?: string): Call =>
    rig.call([list, '--out', rig.output, ...options()], host, ['/etc/machine-id']);

  /** Starts it and kills it while requests are under way. */
  async function killed(name: string, host?: string): Promise<string> {
    const list = rig.list(name, count);
    const before = deapi.billed.length;
    const call = start(list, host);
    await new Promise<void>((resolve) => {
      const watch = setInterval(() => {
        if (deapi.billed.length < before + 4) return;
        clearInterval(watch);
        resolve();
      }, 2);
    });
    call.child.kill('SIGKILL');
    await call.ended;
    return list;
  }

  /** How often each video of the list was billed. */
  const bills = (name: string): readonly number[] =>
    ids(name, count).map((id) => deapi.billed.filter(({ what }) => what.includes(id)).length);

  function flipFirstLine(name: string): void {
    const bytes = readFileSync(rig.journal(name));
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(rig.journal(name), bytes);
  }

  const faults: Readonly<Record<string, (name: string) => void>> = {
    'with an empty machine id and copy': () => {
      for (const file of ['machine-id', 'machine-id.copy']) writeFileSync(state(file), '');
    },
    'with its record deleted': () => rmSync(state('ledger.jsonl')),
    'with its record damaged': () => writeFileSync(state('ledger.jsonl'), Buffer.alloc(5_000, 7)),
    'without its whole state folder': () => rmSync(state(''), { recursive: true }),
    'with one byte of its journal’s first line damaged': flipFirstLine,
  };
  for (const [at, [what, fault]] of Object.entries(faults).entries())
    it(`${what}: bills nothing twice, and is silent about nothing`, async () => {
      const name = `fault${at}`;
      const list = await killed(name);
      fault(name);
      const again = start(list);
      await again.ended;
      assert.ok(Math.max(...bills(name)) <= 1, `${bills(name).join(' ')}: ${again.words()}`);
      const summary = again.lines.at(-1);
      const there = Number(summary?.completed) + Number(summary?.skipped);
      const doubtful = again.lines.filter(({ error_code: code }) => code === 'maybe-charged');
      assert.equal(there + new Set(doubtful.map(({ id }) => id)).size, count, again.words());
      if (what.includes('first line')) assert.match(again.words(), /journal could not be read/);
      else if (summary?.batch_dir !== rig.folder(name)) assert.match(again.words(), /has the same list/);
    });

  (mayRename ? it : it.skip)(
    'in a container under another host name: goes on in its folder, and bills nothing twice',
    async () => {
      const list = await killed('renamed', 'box-one');
      const again = start(list, 'box-two');
      await again.ended;
      assert.ok(Math.max(...bills('renamed')) <= 1, again.words());
      const summary = again.lines.at(-1);
      assert.equal(Number(summary?.total), count);
      assert.equal(summary?.batch_dir, rig.folder('renamed'), again.words());
      const there = Number(summary.completed) + Number(summary.skipped);
      const failed = again.lines.filter(({ error_code: code }) => code === 'maybe-charged');
      assert.equal(there + new Set(failed.map(({ id }) => id)).size, count, again.words());
    },
  );

  it('with a byte of the first line damaged after it was finished: bills nothing at all', async () => {
    const list = rig.list('whole', count);
    await start(list).ended;
    assert.deepEqual(
      bills('whole'),
      ids('whole', count).map(() => 1),
    );
    flipFirstLine('whole');
    const again = start(list);
    assert.equal(await again.ended, 0, again.words());
    assert.equal(Math.max(...bills('whole')), 1);
    assert.equal(again.lines.at(-1)?.total, count);
  });
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { DeapiServer } from '../servers/deapi';
import { standInVideo } from '../servers/youtubeVideos';
import { ids, Rig } from './rig';

/** Kills in a run: a few with every test run, `KILLS=200` for the long one. */
const kills = Number(process.env.KILLS ?? 6);
const count = kills * 4;

describe('kill -9 of the terminal program while videos without captions go to a paid service', function () {
  this.timeout(120_000 + kills * 10_000);
  const name = 'paid';
  const isPaid = (id: string): boolean => Number(id.slice(-5)) % 4 === 0;
  const deapi = new DeapiServer({ polls: 0, balance: 10_000, minuteMs: 10 });
  let redone = 0;
  let rig: Rig;

  before(async () => {
    await deapi.start();
    rig = await Rig.start(30, {
      videos: (id) => ({ ...standInVideo(id), ...(isPaid(id) ? { tracks: [] } : {}) }),
      routes: (_request, _response, url) => {
        const id = url.searchParams.get('v');
        if (id !== null && existsSync(rig.folder(name)) && rig.written(name).includes(id)) redone += 1;
        return false;
      },
    });
  });
  after(async () => {
    await rig.close();
    await deapi.close();
  });

  it(`loses nothing, asks for nothing that was done and submits nothing twice (${kills} kills)`, async () => {
    const options = [
      ...['--sources', 'youtube,deapi', '--yes', '--set', `deapi.endpoint=${deapi.origin}`],
      ...['--set', 'rate.deapi.perMinute=0', '--workers', '8'],
    ];
    rig.keys = { DEAPI_API_KEY: 'test-key' };
    const list = rig.list(name, count);
    for (let kill = 0; kill < kills; kill += 1) {
      const call = rig.run(list, ...options);
      await call.until(({ type }) => type === 'batch');
      const timer = setTimeout(() => call.child.kill('SIGKILL'), Math.random() * 600);
      await call.ended;
      clearTimeout(timer);
    }
    const last = rig.run(list, ...options);
    await last.ended;
    const summary = last.lines.at(-1);
    const journal = readFileSync(rig.journal(name), 'utf8');
    const uncertain = new Set(
      last.lines.filter(({ error_code: code }) => code === 'maybe-charged').map(({ id }) => id),
    );
    const times = new Map<string, number>();
    for (const { what } of deapi.billed) times.set(what, (times.get(what) ?? 0) + 1);
    const twice = [...times.values()].filter((billed) => billed > 1).length;
    const lost = ids(name, count).filter((id) => !rig.written(name).includes(id) && !journal.includes(id));
    const there = Number(summary?.completed) + Number(summary?.skipped);
    console.log(
      `      ${kills} kills, ${count} videos: ${lost.length} lost, ${redone} redone, ${twice} submitted twice; ` +
        `${there} done, ${String(summary?.failed)} maybe charged, ${deapi.billed.length} billed, ${rig.torn(name)} torn lines`,
    );
    assert.equal(twice, 0, 'submitted twice');
    assert.equal(redone, 0, 'asked again after its file was there');
    assert.equal(there + Number(summary?.failed), count, last.words());
    assert.equal(rig.written(name).length, there);
    assert.ok(uncertain.size <= Number(summary?.failed));
  });
});

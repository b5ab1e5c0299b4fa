import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ids, isOutcome, Rig } from './rig';

const root = userInfo().uid === 0 && process.platform === 'linux';

describe('two owners of one batch, as real processes', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start(60);
  });
  after(() => rig.close());

  it('names the owner to the second terminal, and lets the first continue', async () => {
    const list = rig.list('twice', 40);
    const first = rig.run(list);
    await first.until(isOutcome);
    // However long the others take to start, the first one is not done before.
    const release = rig.site.hold();
    const again = rig.run(list);
    const resumed = rig.resume('twice');
    for (const second of [again, resumed]) {
      assert.equal(await second.ended, 4, second.words());
      assert.match(
        second.words(),
        new RegExp(`runs in another window or terminal \\(process ${first.child.pid}\\)`),
      );
      assert.equal(second.lines.filter(isOutcome).length, 0);
    }
    release();
    assert.equal(await first.ended, 0, first.words());
    assert.deepEqual([...rig.written('twice')].sort(), ids('twice', 40));
    assert.equal(new Set(rig.asked()).size, rig.asked().length, 'asked twice');
  });

  it('gives each list a folder of its own when several of one name are started together', async () => {
    const lists = Array.from({ length: 5 }, (_, index) => {
      const own = rig.list(`${index}-list`, 3 + index);
      const folder = join(rig.root, String(index));
      mkdirSync(folder);
      renameSync(own, join(folder, 'talks.urls'));
      return join(folder, 'talks.urls');
    });
    const all = lists.map((list) => rig.run(list));
    for (const one of all) assert.equal(await one.ended, 0, one.words());
    const counts = ['', ' 2', ' 3', ' 4', ' 5'].map((number) => rig.written(`talks${number}`).length);
    assert.deepEqual(counts.sort(), [3, 4, 5, 6, 7]);
  });

  it('goes on at once after an owner that was killed', async () => {
    const first = rig.run(rig.list('killed', 40));
    await first.until(isOutcome);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = rig.resume('killed');
    assert.equal(await second.ended, 0, second.words());
    assert.equal(rig.written('killed').length, 40);
  });

  it('refuses while a frozen owner on this machine may wake up, which then goes on', async () => {
    const first = rig.run(rig.list('frozen', 40));
    await first.until(isOutcome);
    first.child.kill('SIGSTOP');
    const second = rig.resume('frozen');
    assert.equal(await second.ended, 4, second.words());
    assert.match(second.words(), /another window or terminal/);
    first.child.kill('SIGCONT');
    assert.equal(await first.ended, 0, first.words());
    assert.equal(rig.written('frozen').length, 40);
    assert.equal(rig.torn('frozen'), 0);
  });

  (root ? it : it.skip)(
    `takes over from another computer whose owner is frozen for 20 s; that one never writes again${root ? '' : ' (needs root: gives a process a host name of its own)'}`,
    async () => {
      rig.site.reset();
      const list = rig.list('sleepy', 250);
      const first = rig.call([list, '--out', rig.output], 'elsewhere');
      await first.until(isOutcome);
      first.child.kill('SIGSTOP');
      const asleep = Date.now();
      const second = rig.resume('sleepy');
      // Another computer's process cannot be looked at: only its heart, for 16 s.
      await second.until(isOutcome);
      await pause(Math.max(0, asleep + 20_000 - Date.now()));
      const before = readFileSync(rig.journal('sleepy'), 'utf8').length;
      first.child.kill('SIGCONT');
      const code = await first.ended;
      assert.equal(code, 1, 'the frozen one did not notice');
      assert.match(first.words(), /Ended here: this batch runs on another computer/);
      assert.equal(first.lines.at(-1)?.type, 'summary');
      assert.equal(await second.ended, 0, second.words());
      assert.ok(before > 0);
      assert.deepEqual([...rig.written('sleepy')].sort(), ids('sleepy', 250));
      assert.equal(rig.torn('sleepy'), 0, 'two wrote into one journal');
      // Records are numbered: two writers would have used a number twice. Some lines are written twice.
      const lines = new Set(readFileSync(rig.journal('sleepy'), 'utf8').split('\n'));
      const numbers = [...lines].flatMap((line) => /"n":(\d+)/.exec(line)?.[1] ?? []);
      assert.equal(new Set(numbers).size, numbers.length, 'two records of one number');
    },
  );
});

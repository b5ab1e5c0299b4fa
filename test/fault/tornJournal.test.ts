import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { ids, isOutcome, Rig } from './rig';

/** Cuts in a run: a few with every test run, `CUTS=50` for the long one. */
const cuts = Number(process.env.CUTS ?? 5);
const count = 24;

describe('a journal cut at random places', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start(10);
  });
  after(() => rig.close());

  it(`is resumed by the program: every video is there, no finished one is asked for again (${cuts} cuts)`, async function () {
    this.timeout(60_000 + cuts * 5_000);
    const first = rig.run(rig.list('whole', count));
    for (let seen = 0; seen < count / 2; seen += 1)
      await first.until((line) => isOutcome(line) && first.lines.filter(isOutcome).length > seen);
    first.child.kill('SIGKILL');
    await first.ended;
    const name = 'whole';
    const whole = rig.folder(name);
    const kept = join(rig.root, 'kept');
    cpSync(whole, kept, { recursive: true });
    const done = new Set(rig.written(name));
    const size = statSync(rig.journal(name)).size;
    const [head = ''] = /^\n.*\n.*\n/.exec(readFileSync(rig.journal(name), 'utf8')) ?? [];
    for (let cut = 0; cut < cuts; cut += 1) {
      // In its own place: a copy elsewhere would not count as started here.
      rmSync(whole, { recursive: true });
      cpSync(kept, whole, { recursive: true });
      // Behind the two records that say what the batch is: without them there is nothing to resume.
      const at = head.length + Math.floor(Math.random() * (size - head.length));
      truncateSync(rig.journal(name), at);
      rig.site.reset();
      const again = rig.resume(name);
      assert.equal(await again.ended, 0, `cut at ${at}: ${again.words()}`);
      assert.deepEqual([...rig.written(name)].sort(), ids('whole', count), `cut at ${at}`);
      const asked = rig.asked().filter((id) => done.has(id));
      assert.deepEqual(asked, [], `cut at ${at}: finished ones asked for again`);
      assert.ok(rig.torn(name) <= 1, `cut at ${at}: a torn line took others with it`);
      assert.equal(again.lines.at(-1)?.total, count);
    }
  });
});

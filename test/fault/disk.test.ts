import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { program } from '../programs/find';
import { ids, isOutcome, isPaused, isRunning, Rig } from './rig';

const mounts = userInfo().uid === 0 && process.platform === 'linux' && canMount();
const count = 40;

function canMount(): boolean {
  try {
    execFileSync(program('unshare'), ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a batch folder that vanishes in mid-run', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start(40);
  });
  after(() => rig.close());

  it('pauses with the reason while the disk is away, and goes on when it is back', async () => {
    const call = rig.run(rig.list('away', count));
    await call.until(isOutcome);
    call.still(() => {
      renameSync(rig.output, `${rig.output}-away`);
      // A file in its place: the batch cannot create the folder again.
      writeFileSync(rig.output, '');
    });
    const paused = await call.until(isPaused);
    assert.equal(paused.error_code, 'disk');
    assert.match(String(paused.error), /ENOENT|ENOTDIR|EEXIST/);
    call.still(() => {
      rmSync(rig.output);
      renameSync(`${rig.output}-away`, rig.output);
    });
    assert.equal(await call.ended, 0, call.words());
    assert.deepEqual([...rig.written('away')].sort(), ids('away', count));
    assert.equal(new Set(rig.asked()).size, rig.asked().length, 'what was got was asked for again');
  });

  it('creates the folder again when it was deleted, and does the rest', async () => {
    rig.site.reset();
    const call = rig.run(rig.list('deleted', count));
    await call.until(isOutcome);
    call.still(() => rmSync(rig.folder('deleted'), { recursive: true, maxRetries: 10 }));
    assert.equal(await call.ended, 0, call.words());
    assert.equal(call.lines.at(-1)?.completed, count);
    assert.ok(rig.written('deleted').length > count / 2);
    assert.equal(new Set(rig.asked()).size, rig.asked().length);
    assert.equal(rig.torn('deleted'), 0);
  });
});

(mounts ? describe : describe.skip)(
  `a disk that refuses${mounts ? '' : ' (needs root: mounts a tmpfs)'}`,
  () => {
    let rig: Rig;
    let disk: string;
    before(async () => {
      rig = await Rig.start(40);
      disk = join(rig.root, 'disk');
      mkdirSync(disk);
      execFileSync(program('mount'), ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      rig.output = join(disk, 'out');
    });
    after(async () => {
      execFileSync(program('umount'), ['-l', disk]);
      await rig.close();
    });

    it('pauses when the disk is full, and goes on when there is room: nothing is lost or asked for twice', async () => {
      const ballast = join(disk, 'ballast');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc((bavail - 40) * bsize));
      const call = rig.run(rig.list('full', count));
      const paused = await call.until(isPaused);
      assert.equal(paused.error_code, 'disk');
      assert.match(String(paused.error), /The disk is full \(ENOSPC\)/);
      assert.ok(call.lines.filter(isOutcome).length < count);
      rmSync(ballast);
      await call.until((line) => isRunning(line) && Number(line.seq) > Number(paused.seq));
      assert.equal(await call.ended, 0, call.words());
      assert.deepEqual([...rig.written('full')].sort(), ids('full', count));
      assert.equal(new Set(rig.asked()).size, rig.asked().length, 'what was got was asked for again');
      assert.ok(rig.torn('full') <= 1, 'a line half written took others with it');
    });

    it('ends with 130 at Ctrl-C while the disk is full, and goes on later without losing anything', async () => {
      rig.site.reset();
      const ballast = join(disk, 'ballast');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc((bavail - 40) * bsize));
      const call = rig.run(rig.list('stop', count));
      await call.until(isPaused);
      call.child.kill('SIGINT');
      assert.equal(await call.ended, 130, call.words());
      assert.match(call.words(), /bulk-transcribe resume/);
      assert.equal(call.lines.at(-1)?.type, 'summary');
      rmSync(ballast);
      const again = rig.resume('stop');
      assert.equal(await again.ended, 0, again.words());
      assert.deepEqual([...rig.written('stop')].sort(), ids('stop', count));
    });

    it('says so when the folder is read-only, sends nothing, and works once it is not', async () => {
      rig.site.reset();
      const list = rig.list('rofull', 20);
      const first = rig.run(list);
      await first.until(isOutcome);
      first.child.kill('SIGKILL');
      await first.ended;
      rig.site.reset();
      execFileSync(program('mount'), ['-o', 'remount,ro', disk]);
      for (const call of [rig.resume('rofull'), rig.run(list), rig.run(rig.list('newone', 3))]) {
        assert.equal(await call.ended, 6, call.words());
        assert.match(call.words(), /The disk is read-only \(EROFS\)/);
        assert.match(call.words(), /choose another folder/i);
      }
      assert.equal(rig.site.seen.length, 0);
      execFileSync(program('mount'), ['-o', 'remount,rw', disk]);
      const again = rig.resume('rofull');
      assert.equal(await again.ended, 0, again.words());
      assert.deepEqual([...rig.written('rofull')].sort(), ids('rofull', 20));
    });
  },
);

// A program that says nothing is alive while it takes processor time.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ticksOf, watchBusy } from '../../../src/platform/busy';

describe('a program that says nothing', () => {
  let child: ChildProcess;
  const start = async (code: string): Promise<number> => {
    child = spawn(process.execPath, ['-e', `process.stdout.write('x'); ${code}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout!, 'data');
    return child.pid!;
  };
  afterEach(() => child.kill('SIGKILL'));

  it('is busy again and again while it computes', async () => {
    const pid = await start('for (;;);');
    let unwatch = (): void => undefined;
    await new Promise<void>((resolve) => {
      let seen = 0;
      unwatch = watchBusy(pid, () => (seen += 1) === 3 && resolve(), process.platform, 30);
    });
    unwatch();
  });

  it('is not busy once it has gone', async () => {
    const pid = await start('for (;;);');
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(await ticksOf(pid), undefined);
  });
});

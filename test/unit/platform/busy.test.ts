// A program that says nothing is alive while it, or what it has started, takes processor time.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { watchBusy } from '../../../src/platform/busy';
import { program } from '../../programs/find';

const computes = "process.stdout.write('x'); for (;;);";

describe('a program that says nothing', () => {
  let child: ChildProcess;
  /** In a group of its own, which ends as a whole. */
  const options: SpawnOptions = { stdio: ['ignore', 'pipe', 'ignore'], detached: true };
  const started = async (): Promise<number> => {
    await once(child.stdout!, 'data');
    return child.pid!;
  };
  afterEach(() => process.kill(-child.pid!, 'SIGKILL'));

  const busyThrice = async (pid: number): Promise<void> => {
    let unwatch = (): void => undefined;
    await new Promise<void>((resolve) => {
      let seen = 0;
      unwatch = watchBusy(pid, () => (seen += 1) === 3 && resolve(), process.platform, 30);
    });
    unwatch();
  };

  it('is busy again and again while it computes', async () => {
    child = spawn(process.execPath, ['-e', computes], options);
    await busyThrice(await started());
  });

  it('is busy while what it has started computes: a script around the engine', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'busy-'));
    const script = path.join(folder, 'whisper-cli');
    try {
      await writeFile(script, `"$1" -e "$2"\necho ended\n`);
      child = spawn(program('sh'), [script, process.execPath, computes], options);
      await busyThrice(await started());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Real processes, a real folder, real kills: the limit is the user's, not the process's. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BottleneckPacer } from '../../../../src/engine/limits/pacer';
import { systemClock } from '../../../../src/platform/clock';
import { mostWithin } from './rig';

const limit = 60;
const windowMs = 2000;

describe('several processes of one user', () => {
  let folder = '';
  const children = new Set<ChildProcess>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-quota-'));
  });
  afterEach(async () => {
    await Promise.all([...children].map(kill));
    await rm(folder, { recursive: true });
  });

  function kill(child: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      children.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve()).kill('SIGKILL');
    });
  }

  function begin(onStart: (at: number, child: ChildProcess) => void): void {
    const args = ['--import', 'tsx', join(__dirname, 'starter.ts'), folder, String(limit), String(windowMs)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    createInterface({ input: child.stdout }).on('line', (line) => onStart(Number(line), child));
  }

  it('stay within the limit of the service although they are killed at any moment', async () => {
    const starts: number[] = [];
    let killed = 0;
    await new Promise<void>((resolve) => {
      const onStart = (at: number, child: ChildProcess): void => {
        starts.push(at);
        if (starts.length >= 160) resolve();
        // Whoever makes every thirtieth start dies of it, and another takes its place.
        else if (starts.length % 30 === 0 && children.has(child)) {
          killed++;
          void kill(child);
          begin(onStart);
        }
      };
      for (let i = 0; i < 3; i++) begin(onStart);
    });
    assert.ok(killed >= 3, `${killed} kills`);
    const most = mostWithin(
      starts.sort((a, b) => a - b),
      windowMs,
    );
    assert.ok(most <= limit, `${most} starts in a window that holds ${limit}`);
  }).timeout(60_000);
});

describe('the pacer', () => {
  it('lets bottleneck keep the spacing of one quota and leaves others alone', async () => {
    const pacer = new BottleneckPacer(systemClock);
    const order: string[] = [];
    const pass = async (quota: string, name: string): Promise<void> => {
      await pacer.pass(quota, 40);
      order.push(name);
    };
    const at = performance.now();
    await Promise.all([pass('a', 'first of a'), pass('a', 'second of a'), pass('b', 'first of b')]);
    assert.equal(order.at(-1), 'second of a');
    assert.ok(performance.now() - at >= 39, 'the spacing is a lower bound');
  });

  it('does not wait for a clock that was put back', async () => {
    let behind = 0;
    const pacer = new BottleneckPacer({ ...systemClock, monotonic: () => systemClock.monotonic() + behind });
    await pacer.pass('a', 3_600_000);
    behind = 3_600_000;
    await pacer.pass('a', 3_600_000);
  });

  it('does not wait for a spacing that was shorter in between: the start is due', async () => {
    const pacer = new BottleneckPacer(systemClock);
    // Set to 0, no start passes here; then it is as long as before.
    await pacer.pass('a', 180_000);
    await pacer.pass('a', 180_000);
  });
});

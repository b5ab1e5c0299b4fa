// The processor time of a program and of all it has started, as Linux and macOS tell it.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workInProc, workInTable, workOf } from '../../../src/platform/processWork';

describe('the processor time of a process tree', () => {
  let proc: string;
  beforeEach(async () => (proc = await mkdtemp(path.join(tmpdir(), 'proc-'))));
  afterEach(() => rm(proc, { recursive: true, force: true }));

  interface Fake {
    readonly name: string;
    /** utime, stime, and those of children that have ended. */
    readonly ticks: readonly [number, number, number, number];
    /** By thread. */
    readonly children?: readonly (readonly number[])[];
  }
  const place = async (pid: number, { name, ticks, children }: Fake): Promise<void> => {
    const folder = path.join(proc, String(pid));
    await mkdir(path.join(folder, 'task'), { recursive: true });
    const before = ['S', 1, pid, pid, 0, -1, 0, 0, 0, 0, 0];
    const stat = `${pid} (${name}) ${[...before, ...ticks, 20, 0, 1].join(' ')}\n`;
    await writeFile(path.join(folder, 'stat'), stat);
    for (const [at, ids] of (children ?? []).entries()) {
      const thread = path.join(folder, 'task', String(pid + at));
      await mkdir(thread, { recursive: true });
      await writeFile(path.join(thread, 'children'), ids.map((id) => `${id} `).join(''));
    }
  };

  it('is that of the program, of its children and of theirs, and of children that have ended', async () => {
    await place(10, { name: 'whisper-cli.sh', ticks: [1, 2, 30, 40], children: [[11], [12]] });
    await place(11, { name: 'conda (env) run', ticks: [100, 0, 0, 0], children: [[13]] });
    await place(12, { name: 'sleep', ticks: [0, 0, 0, 0], children: [[]] });
    await place(13, { name: 'whisper-cli', ticks: [1000, 200, 0, 0], children: [[]] });
    assert.equal(await workInProc(10, proc), 1373);
  });

  it('leaves out a child that ends while it is looked at, and is none when the program has gone', async () => {
    await place(10, { name: 'sh', ticks: [1, 0, 0, 0], children: [[11]] });
    assert.equal(await workInProc(10, proc), 1);
    assert.equal(await workInProc(99, proc), undefined);
  });

  it('is not seen where another process tree or computer does the work', async () => {
    await place(10, { name: 'sh', ticks: [1, 0, 0, 0], children: [[11]] });
    await place(11, { name: 'docker', ticks: [1, 0, 0, 0], children: [[]] });
    assert.equal(await workInProc(10, proc), 'unseen');
  });

  it('is not seen where the kernel does not name children', async () => {
    await place(10, { name: 'sh', ticks: [1, 0, 0, 0] });
    assert.equal(await workInProc(10, proc), 'unseen');
  });

  it('is read from the table that ps writes on macOS', () => {
    const table = [
      '    1     0 1-02:03:04 /sbin/launchd',
      '  500     1   0:00.25 /bin/sh',
      '  501   500   1:03.50 /opt/My Tools/bin/whisper-cli',
      '  502   501   0:01.00 (whisper)',
      '  600     1   9:00.00 /usr/bin/other',
    ].join('\n');
    assert.equal(workInTable(500, table), 64.75);
    assert.equal(workInTable(1, table), 93_784 + 64.75 + 540);
    assert.equal(workInTable(7, table), undefined);
    assert.equal(workInTable(500, undefined), 'unseen');
    assert.equal(workInTable(8, '  8 1 0:00.10 /bin/sh\n  9 8 0:00.00 /usr/local/bin/podman'), 'unseen');
  });

  it('is not looked at on Windows', async () => {
    assert.equal(await workOf(1, 'win32'), 'unseen');
  });
});

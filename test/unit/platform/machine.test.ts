import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { createMachine, stateFolder } from '../../../src/platform/machine';
import { systemRandom } from '../../../src/platform/random';

describe('the machine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'machine-test-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const idIn = async (state: string): Promise<string> =>
    (await createMachine(new NodeFiles(folder), systemRandom, state)).id;

  it('keeps its id, also when two programs make it at once', async () => {
    const state = join(folder, 'a', 'b');
    const ids = await Promise.all([idIn(state), idIn(state), idIn(state)]);
    assert.equal(new Set(ids).size, 1);
    assert.match(ids[0], /^[0-9a-f]{16}$/);
    assert.equal(await idIn(state), ids[0]);
    assert.notEqual(await idIn(join(folder, 'other')), ids[0]);
  });

  it('does not show in its id what is kept on disk, which would let a repository claim it', async () => {
    const id = await idIn(folder);
    assert.ok(!(await readFile(join(folder, 'machine-id'), 'utf8')).includes(id));
  });

  it('is restored from its copy when a crash has emptied or damaged it, and says so', async () => {
    const id = await idIn(folder);
    for (const damage of ['', '\u0000 nonsense']) {
      await writeFile(join(folder, 'machine-id'), damage);
      const said: string[] = [];
      const machine = await createMachine(new NodeFiles(folder), systemRandom, folder, (text) =>
        said.push(text),
      );
      assert.equal(machine.id, id);
      assert.match(said.join(), /restored from its copy/);
    }
  });

  it('is made again once where no copy is left, also by several programs, and stays', async () => {
    await writeFile(join(folder, 'machine-id'), '');
    const said: string[] = [];
    const make = () => createMachine(new NodeFiles(folder), systemRandom, folder, (text) => said.push(text));
    const ids = (await Promise.all([make(), make(), make()])).map((machine) => machine.id);
    assert.equal(new Set(ids).size, 1);
    assert.match(said.join(), /made again/);
    said.length = 0;
    assert.equal((await make()).id, ids[0]);
    assert.deepEqual(said, []);
  });

  it('closes its folder to other users', async function () {
    if (process.platform === 'win32') return;
    await idIn(join(folder, 'state'));
    assert.equal((await stat(join(folder, 'state'))).mode & 0o777, 0o700);
  });

  it('names BULK_TRANSCRIBE_STATE where no place is known or may be written to', async () => {
    assert.throws(() => stateFolder({}, 'linux', () => undefined), /BULK_TRANSCRIBE_STATE/);
    assert.equal(
      stateFolder({ XDG_STATE_HOME: '/s' }, 'linux', () => undefined),
      join('/s', 'bulk-transcribe'),
    );
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(idIn(join(folder, 'file', 'state')), /BULK_TRANSCRIBE_STATE/);
  });

  it('knows where each system keeps state', () => {
    assert.equal(stateFolder({ BULK_TRANSCRIBE_STATE: '/x' }), '/x');
    assert.equal(stateFolder({ XDG_STATE_HOME: '/s' }, 'linux'), join('/s', 'bulk-transcribe'));
    assert.match(stateFolder({}, 'linux'), /\.local.state.bulk-transcribe$/);
    assert.match(stateFolder({}, 'darwin'), /Application Support.bulk-transcribe$/);
    assert.equal(stateFolder({ LOCALAPPDATA: '/l' }, 'win32'), join('/l', 'bulk-transcribe'));
  });

  it('tells memory, CPU time and cores', async () => {
    const machine = await createMachine(new NodeFiles(folder), systemRandom, folder);
    assert.ok(machine.memory() > 1_000_000 && machine.cpuMs() > 0 && machine.cores >= 1);
  });
});

describe('the clock', () => {
  it('calls once, in order, and not after it was cancelled', async () => {
    const calls: string[] = [];
    const cancel = systemClock.after(1, () => calls.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(2, () => {
        calls.push('late');
        resolve();
      });
      systemClock.after(-5, () => calls.push('at once'));
    });
    assert.deepEqual(calls, ['at once', 'late']);
  });

  it('waits longer than a timer can hold instead of calling at once', async () => {
    let called = false;
    const cancel = systemClock.after(2 ** 31 + 5, () => (called = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(called, false);
    cancel();
  });

  it('never goes back', () => {
    const first = systemClock.monotonic();
    assert.ok(systemClock.monotonic() >= first);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000);
  });
});

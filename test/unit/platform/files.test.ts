import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FailureError } from '../../../src/model/failure';
import type { ContentWithHead } from '../../../src/model/ports';
import { NodeFiles, diskFailure } from '../../../src/platform/files';
import { program } from '../../programs/find';

describe('files', () => {
  let folder: string;
  let files: NodeFiles;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-test-'));
    files = new NodeFiles(folder);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'fine';
    } catch (error) {
      assert.ok(error instanceof FailureError);
      return error.failure.code;
    }
  };

  it('writes a file whole, over an older one, and leaves nothing beside it', async () => {
    const path = join(folder, 'a.md');
    await files.writeWhole(path, 'one');
    await files.writeWhole(path, 'two ä');
    assert.equal(await readFile(path, 'utf8'), 'two ä');
    assert.deepEqual(await readdir(folder), ['a.md']);
  });

  it('keeps the older file when the new one cannot be written', async () => {
    const path = join(folder, 'a.md');
    await mkdir(path);
    await writeFile(join(path, 'inside'), 'kept');
    assert.equal(await codeOf(files.writeWhole(path, 'new')), 'disk');
    assert.deepEqual(await readdir(folder), ['a.md']);
    assert.equal(await readFile(join(path, 'inside'), 'utf8'), 'kept');
  });

  it('puts a head that is known last before its pieces, and keeps the older file when these break off', async () => {
    const path = join(folder, 'a.json');
    const content = (pieces: AsyncIterable<Uint8Array>): ContentWithHead => ({
      headBytes: 5,
      pieces,
      head: () => Buffer.from('head\n'),
    });
    async function* good(): AsyncIterable<Uint8Array> {
      yield await Promise.resolve(Buffer.from('one '));
      yield Buffer.from('two', 'utf8');
    }
    async function* broken(): AsyncIterable<Uint8Array> {
      yield await Promise.resolve(Buffer.from('three'));
      throw new Error('broken off');
    }
    await files.writeWhole(path, content(good()));
    assert.equal(await readFile(path, 'utf8'), 'head\none two');
    await assert.rejects(files.writeWhole(path, content(broken())));
    assert.equal(await readFile(path, 'utf8'), 'head\none two');
    assert.deepEqual(await readdir(folder), ['a.json']);
  });

  it('replaces a link instead of writing through it', async () => {
    const outside = join(folder, 'outside.txt');
    await writeFile(outside, 'untouched');
    await symlink(outside, join(folder, 'a.md'));
    await files.writeWhole(join(folder, 'a.md'), 'mine');
    assert.equal(await readFile(outside, 'utf8'), 'untouched');
    assert.equal(await readFile(join(folder, 'a.md'), 'utf8'), 'mine');
  });

  it('lets many write to one folder at once', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => files.writeWhole(join(folder, `${index}.md`), String(index))),
    );
    assert.equal((await readdir(folder)).length, 60);
  });

  it('sweeps what a dead process left, and only that', async () => {
    await files.writeWhole(join(folder, 'a.md'), 'x');
    const spare = new NodeFiles(folder);
    const temporary = await spare.tempFolder('job 7/../x');
    const own = temporary.split(/[\\/]/).at(-1) ?? '';
    const { pid } = spawnSync(process.execPath, ['--version']);
    const deadName = own.replace(/^([0-9a-f]{6})-\d+-/, `$1-${pid}-`);
    const root = join(temporary, '..');
    await mkdir(join(root, deadName));
    await writeFile(join(root, deadName, 'audio.mp3'), 'x');
    await writeFile(join(folder, `.${deadName.slice(0, 6)}-${pid}-0123456789ab.tmp`), 'half');
    await writeFile(
      join(folder, `.${deadName.slice(0, 6)}-${process.ppid}-0123456789ab.tmp`),
      'of a living one',
    );
    await writeFile(join(folder, 'notes.tmp'), "the user's own");
    const next = new NodeFiles(folder);
    await next.tempFolder('');
    await next.writeWhole(join(folder, 'b.md'), 'y');
    assert.ok((await readdir(root)).includes(own));
    assert.ok(!(await readdir(root)).includes(deadName));
    const left = await readdir(folder);
    assert.equal(left.filter((name) => name.endsWith('.tmp')).length, 2);
    assert.ok(left.includes('notes.tmp'));
  });

  it('uses a folder with a random name where the usual temporary folder is not ours', async function () {
    if (process.platform === 'win32') return;
    const usual = join(folder, `bulk-transcribe-${String(process.getuid?.())}`);
    await mkdir(join(folder, 'of-somebody-else'));
    await symlink(join(folder, 'of-somebody-else'), usual);
    const made = await new NodeFiles(folder).tempFolder('job');
    assert.ok(!made.startsWith(`${usual}/`), made);
    assert.deepEqual(await readdir(join(folder, 'of-somebody-else')), []);
    await rm(usual);
    await mkdir(usual);
    await chmod(usual, 0o777);
    assert.ok(!(await new NodeFiles(folder).tempFolder('job')).startsWith(`${usual}/`));
    await chmod(usual, 0o700);
    assert.ok((await new NodeFiles(folder).tempFolder('job')).startsWith(`${usual}/`));
  });

  it('leaves no empty file where the disk refuses what is created for one owner', async () => {
    assert.equal(await files.createExclusive(join(folder, 'lock'), 'a'), true);
    assert.equal(await files.createExclusive(join(folder, 'lock'), 'b'), false);
    assert.equal(await readFile(join(folder, 'lock'), 'utf8'), 'a');
    assert.deepEqual(await readdir(folder), ['lock']);
  });

  it('says nothing is there instead of failing, and reads no more than asked', async () => {
    const path = join(folder, 'a.txt');
    assert.equal(await files.read(path), undefined);
    assert.equal(await files.stat(path), undefined);
    assert.equal(await files.realPath(path), undefined);
    assert.deepEqual(await files.list(path), []);
    for await (const piece of files.readPieces(path)) assert.fail(String(piece));
    await writeFile(path, 'x'.repeat(100));
    assert.equal((await files.read(path, 100))?.byteLength, 100);
    assert.equal(await codeOf(files.read(path, 99)), 'too-large');
    assert.equal(await codeOf(files.read(folder)), 'disk');
  });

  it('makes a folder with all above it, at once from many, and says why where it cannot', async function () {
    const deep = join(folder, 'a', 'b', 'c');
    await Promise.all([files.makeFolder(deep), files.makeFolder(join(deep, 'd')), files.makeFolder(deep)]);
    await files.makeFolder(deep);
    assert.deepEqual(await readdir(deep), ['d']);
    await writeFile(join(folder, 'file'), '');
    assert.equal(await codeOf(files.makeFolder(join(folder, 'file'))), 'disk');
    assert.equal(await codeOf(files.makeFolder(join(folder, 'file', 'below'))), 'disk');
    await files.makeFolder('/');
    if (process.platform !== 'linux') this.skip();
    // Takes no folders, and says of each that it is not there.
    assert.equal(await codeOf(files.makeFolder('/proc/none/below')), 'disk');
  });

  it('never waits on a pipe', async function () {
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'pipe.vtt');
    spawnSync(program('mkfifo'), [pipe]);
    assert.equal(await codeOf(files.read(pipe)), 'disk');
    assert.equal((await files.readPart(pipe, 0, 100))?.byteLength, 0);
    assert.equal(await codeOf(files.openAppend(pipe)), 'disk');
  });

  it('appends, flushes and knows the size', async () => {
    const path = join(folder, 'journal');
    await writeFile(path, 'abc\n');
    const journal = await files.openAppend(path);
    assert.equal(journal.size, 4);
    await journal.append('ä\n');
    await journal.flush();
    assert.equal(journal.size, 7);
    await journal.append(new Uint8Array([0, 0xff]).subarray(1));
    await journal.close();
    assert.deepEqual(await readFile(path), Buffer.concat([Buffer.from('abc\nä\n'), Buffer.of(0xff)]));
    await writeFile(path, 'abc\nä\n');
    const pieces: string[] = [];
    for await (const piece of files.readPieces(path)) pieces.push(Buffer.from(piece).toString());
    assert.equal(pieces.join(''), 'abc\nä\n');
  });

  it('creates a file for one owner only', async () => {
    const path = join(folder, 'owner');
    const won = await Promise.all(['a', 'b', 'c'].map((who) => files.createExclusive(path, who)));
    assert.equal(won.filter(Boolean).length, 1);
  });

  it('names the reason and the place of a failure, and never the temporary name', async () => {
    if (process.getuid?.() !== 0) {
      await chmod(folder, 0o500);
      assert.equal(await codeOf(files.writeWhole(join(folder, 'a.md'), 'x')), 'disk');
      await chmod(folder, 0o700);
    }
    const gone = join(folder, 'gone', 'a.md');
    await assert.rejects(files.writeWhole(gone, 'x'), (error: unknown) => {
      assert.ok(error instanceof FailureError);
      assert.match(error.failure.message, /^The folder is not there \(ENOENT\): .*a\.md$/);
      assert.equal(error.failure.needs, 'disk');
      return true;
    });
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    assert.match(diskFailure(full, '/x/y').failure.message, /^The disk is full \(ENOSPC\): /);
  });

  it('names what the system says where Node has no name for it', () => {
    for (const [name, words] of [
      ['EDQUOT', 'The disk quota is used up (EDQUOT): /a'],
      ['ESTALE', 'The network folder has gone (ESTALE): /a'],
    ] as const) {
      const errno = -constants.errno[name];
      const thrown = Object.assign(new Error('write'), { errno, code: `Unknown system error ${errno}` });
      assert.equal(diskFailure(thrown, '/a').failure.message, words);
    }
  });

  it('tells folders from files, and counts a link as a folder that may be one', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'b.md'), '');
    await symlink(join(folder, 'a'), join(folder, 'c'));
    assert.deepEqual([...(await files.listFolders(folder))].sort(), ['a', 'c']);
    assert.deepEqual(await files.listFolders(join(folder, 'none')), []);
  });

  it('waits for a file to close where too many are open', function () {
    if (process.platform === 'win32') return;
    this.timeout(30_000);
    // In a process of its own: the limit cannot be raised again.
    const script = `
      const { NodeFiles } = require(${JSON.stringify(join(__dirname, '../../../src/platform/files.ts'))});
      const { openSync, closeSync } = require('node:fs');
      const files = new NodeFiles(process.argv[1]);
      const path = process.argv[1] + '/a.md';
      (async () => {
        await files.writeWhole(path, 'x');
        const open = [];
        try { for (;;) open.push(openSync(path)); } catch (error) { if (error.code !== 'EMFILE') throw error; }
        setTimeout(() => open.forEach((one) => closeSync(one)), 200);
        const append = files.openAppend(path).then(async (file) => { await file.append('y'); await file.close(); });
        await Promise.all([append, files.writeWhole(path + '2', 'z'), files.createExclusive(path + '3', 'z')]);
        const pieces = [];
        for await (const piece of files.readPieces(path)) pieces.push(piece);
        console.log(Buffer.concat(pieces).toString(), (await files.list(process.argv[1])).join());
      })();`;
    const limited = 'ulimit -n 200 && exec "$@"';
    const node = [process.execPath, '--import', 'tsx', '--input-type=commonjs', '--eval', script, folder];
    const { stdout, stderr } = spawnSync(program('sh'), ['-c', limited, 'sh', ...node], { encoding: 'utf8' });
    assert.equal(stdout, 'xy a.md,a.md2,a.md3\n', stderr);
  });

  it('reports a device that is really full', async function () {
    if (process.platform !== 'linux') return;
    const device = await files.openAppend('/dev/full');
    await assert.rejects(device.append('x'), /disk: The disk is full \(ENOSPC\)/);
    await device.close();
  });
});

import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confineLocalFiles } from '../../../src/intake/confine';
import { isListFailure, readList } from '../../../src/intake/list';
import { readLink } from '../../../src/intake/link';
import { isInside } from '../../../src/intake/localPath';
import type { NewJob } from '../../../src/model/events';

describe('Local files of a list', () => {
  let root: string;
  const files = {
    realPath: (path: string) => realpath(path).catch(() => undefined),
    list: (folder: string) => readdir(folder),
  };

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'bt-confine-')));
    await mkdir(join(root, 'workspace', 'lists'), { recursive: true });
    await mkdir(join(root, 'secret'));
    await writeFile(join(root, 'workspace', 'in.mp4'), '');
    await writeFile(join(root, 'secret', 'out.mp4'), '');
    await symlink(join(root, 'secret', 'out.mp4'), join(root, 'workspace', 'lists', 'innocent.mp4'));
    await symlink(join(root, 'secret'), join(root, 'workspace', 'lists', 'folder'));
  });
  after(() => rm(root, { recursive: true }));

  async function confined(line: string, folders = ['workspace']): Promise<NewJob> {
    const folder = join(root, 'workspace', 'lists');
    const list = await readList(line, { format: 'urls', folder }, () => Promise.resolve());
    assert(!isListFailure(list));
    const jobs = await confineLocalFiles(
      list.jobs,
      folders.map((folder) => join(root, folder)),
      files,
    );
    const [job] = jobs;
    assert(job);
    return job;
  }

  it('are fine inside the workspace', async () => {
    const job = await confined('../in.mp4');
    assert.deepEqual([job.link.path, job.link.outside], [join(root, 'workspace', 'in.mp4'), undefined]);
  });

  for (const line of ['../../secret/out.mp4', './innocent.mp4', './folder/out.mp4'])
    it(`lie outside when ${line} really does, and the real path is what will be opened`, async () => {
      const job = await confined(line);
      assert.deepEqual([job.link.path, job.link.outside], [join(root, 'secret', 'out.mp4'), true]);
    });

  it('fail with their row when they are not there, before anyone opens them', async () => {
    assert.equal((await confined('./gone.mp4')).invalid?.code, 'invalid-url');
  });

  it('are found where their folder and name have their accents as letters of their own', async () => {
    const folder = join(root, 'workspace', 'Séance'.normalize('NFD'));
    await mkdir(folder);
    await writeFile(join(folder, 'Größe.mp4'.normalize('NFD')), '');
    const job = await confined('../Séance/Größe.mp4'.normalize('NFC'));
    assert.equal(job.invalid, undefined);
    assert.equal(job.link.path?.normalize('NFC'), join(folder, 'Größe.mp4').normalize('NFC'));
    const same = await confined('../Séance/Größe.mp4'.normalize('NFD'));
    assert.deepEqual([same.link.id, same.link.url], [job.link.id, job.link.url]);
    assert.equal((await confined('../Séance/Grosse.mp4')).invalid?.subject, 'missing');
  });

  it('are one file under both letters of a Windows drive', () => {
    const idOf = (entry: string): string | undefined => {
      const link = readLink(entry, { local: true, style: 'windows' });
      return 'id' in link ? link.id : undefined;
    };
    assert.equal(idOf('c:\\talks\\a.mp4'), idOf('C:\\talks\\a.mp4'));
    assert.notEqual(idOf('c:\\talks\\a.mp4'), idOf('d:\\talks\\a.mp4'));
  });

  it('are inside a folder by whole names, under both path rules', () => {
    assert(isInside('/a/b', '/a', 'posix') && isInside('/a', '/a', 'posix'));
    assert(!isInside('/ab', '/a', 'posix') && !isInside('/', '/a', 'posix'));
    assert(isInside('/a/..b', '/a', 'posix'));
    assert(isInside('C:\\A\\b', 'c:\\a', 'windows') && !isInside('D:\\a', 'C:\\a', 'windows'));
  });
});

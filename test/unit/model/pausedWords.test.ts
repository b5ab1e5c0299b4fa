/** A batch that pauses by itself says what is in the way, what mends it, and that it goes on. */
import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { pausedWords } from '../../../src/model/pausedWords';
import { rowWords } from '../../../src/model/words';
import { diskFailure } from '../../../src/platform/diskFailure';

const refused = (code: string) =>
  diskFailure(Object.assign(new Error(code), { code }), '/out/talks/a.md').failure;

describe('A batch that pauses by itself', () => {
  for (const [code, words] of [
    ['ENOSPC', 'The disk is full. Free space'],
    ['EDQUOT', 'The disk is full. Free space'],
    ['EROFS', 'The folder may not be written. Allow it'],
    ['EACCES', 'The folder may not be written. Allow it'],
    ['EMFILE', 'Too many files are open. Close programs or allow more open files (ulimit -n)'],
    ['EBUSY', 'Another program holds a file. Close that program'],
    ['ESTALE', 'The disk or network folder is away. Connect it again'],
    ['EIO', 'The folder takes no files. Mend that'],
  ] as const)
    it(`for ${code} names the next step, and goes on after it`, () => {
      assert.equal(pausedWords(refused(code), 0), `${words}, and it goes on by itself.`);
    });

  it('because another process has it says that alone', () => {
    assert.equal(
      pausedWords(failure('disk', 'It runs in VS Code.', { needs: 'owner' }), 0),
      'It runs in VS Code.',
    );
  });
});

describe('A row that could not be written', () => {
  it('says whether the disk is full or may not be written', () => {
    assert.equal(rowWords(refused('ENOSPC')).cause, 'The disk is full');
    assert.equal(rowWords(refused('EACCES')).cause, 'No access to the folder');
    assert.equal(rowWords(refused('ENFILE')).cause, 'Too many open files');
    assert.equal(rowWords(refused('ENAMETOOLONG')).cause, 'The disk refuses the name');
    assert.equal(rowWords(refused('EFBIG')).cause, 'Too large for the disk');
    assert.equal(rowWords(refused('EIO')).cause, 'Could not write');
  });

  it('says that it could not be read where it was read', () => {
    const broken = Object.assign(new Error('EIO'), { code: 'EIO' });
    assert.equal(rowWords(diskFailure(broken, '/out/a.md', 'read').failure).cause, 'Could not read');
  });

  it('says on Windows that a program holds the file which is to be replaced', () => {
    const held = Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'rename' });
    const causeOn = (platform: NodeJS.Platform): string =>
      rowWords(diskFailure(held, '/out/a.md', 'write', platform).failure).cause;
    assert.equal(causeOn('win32'), 'In use by another program');
    assert.equal(causeOn('linux'), 'No access to the folder');
  });
});

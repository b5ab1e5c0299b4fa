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
    assert.equal(rowWords(refused('EIO')).cause, 'Could not write');
  });
});

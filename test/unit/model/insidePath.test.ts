import assert from 'node:assert/strict';
import { isInsidePath } from '../../../src/model/insidePath';

describe('a path inside of a folder', () => {
  it('names a file of the folder or of one below it', () => {
    for (const path of ['A [dQw4w9WgXcQ].md', 'a/b.md', '..a.md', '.hidden', 'a/..b/c', 'a b/ c'])
      assert.equal(isInsidePath(path), true, path);
  });

  it('leads out of it on no system', () => {
    for (const path of [
      ...['', '.', '..', '../x.md', 'a/../../b', 'a/..', './a', 'a//b', 'a/', '/etc/passwd'],
      ...['C:\\x', 'C:x', 'a\\b', '\\\\server\\share', 'a.md:stream'],
      ...['.. /a', 'a/ /b', 'a/. ./b', '..\u00a0/a', 'x\0', 'x\u0007.md', 'x\u0085', 'a\n.md'],
    ])
      assert.equal(isInsidePath(path), false, JSON.stringify(path));
  });
});

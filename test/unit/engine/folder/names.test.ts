import assert from 'node:assert/strict';
import fc from 'fast-check';
import { folderNames, safeFolderName } from '../../../../src/engine/folder/names';

describe('The folder of a batch', () => {
  it('is named by the batch, on every system, and is never hidden or elsewhere', () => {
    for (const [name, folder] of [
      ['lectures-2026', 'lectures-2026'],
      ['../../evil', 'evil'],
      ['.hidden', 'hidden'],
      ['a/b\\c:d', 'a b c d'],
      ['CON', '_CON'],
      ['aux.talks', '_aux.talks'],
      ['com¹', '_com¹'],
      ['talks. ', 'talks'],
      [' ... ', 'batch'],
      ['', 'batch'],
    ] as const)
      assert.equal(safeFolderName(name), folder, name);
  });

  it('is one part of a path that is not hidden, whatever the batch is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const folder = safeFolderName(name);
        assert.match(folder, /^[^./\\\s][^/\\]*$/u);
        assert.doesNotMatch(folder, /[. ]$/);
        assert.ok(folder.length <= 101 && Buffer.byteLength(folder) <= 201, folder);
      }),
    );
  });

  it('is short enough for every file system, and ends with a whole letter', () => {
    assert.equal(safeFolderName('講'.repeat(100)), '講'.repeat(66));
    assert.equal(safeFolderName(`${'a'.repeat(99)}👩‍🎓`), 'a'.repeat(99));
    assert.equal(safeFolderName('half \ud800 a letter'), 'half \ufffd a letter');
  });

  it('gets a number when another list has the name', () => {
    const [first, second, third] = folderNames({ name: 'talks' });
    assert.deepEqual([first, second, third], ['talks', 'talks 2', 'talks 3']);
  });
});

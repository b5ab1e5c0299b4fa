/** Where batches are looked for below an output folder. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readBatches } from '../../../../src/engine/folder/batchFolders';

describe('the batches below an output folder', () => {
  const root = join('/', 'transcripts');
  const folders = (...paths: readonly string[]): ReadonlySet<string> =>
    new Set(paths.map((path) => join(root, ...path.split('/'))));
  const read = async (there: ReadonlySet<string>, names: readonly string[]): Promise<readonly string[]> => {
    const found = await readBatches(root, { listFolders: () => Promise.resolve(names) }, (folder) =>
      Promise.resolve(there.has(folder) ? folder : undefined),
    );
    return found.map((folder) => folder.slice(root.length + 1).replaceAll('\\', '/'));
  };

  it('are its folders, and the batches of notes inside of them', async () => {
    const there = folders('a', 'a/.notes', 'a/.notes 2', 'b');
    assert.deepEqual(await read(there, ['a', 'b', 'index.md']), ['a', 'a/.notes', 'a/.notes 2', 'b']);
  });

  it('are not looked for in folders that are no batch', async () => {
    assert.deepEqual(await read(folders('a', 'x/.notes'), ['a', 'x']), ['a']);
  });
});

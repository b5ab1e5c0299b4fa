import assert from 'node:assert/strict';
import { folderBefore } from '../../../src/model/filesFolder';

describe('Where a file is that was there before', () => {
  const cases: readonly (readonly [batchFolder: string, batch: string | undefined, folder: string])[] = [
    ['/out/talks 2', 'talks 2', '/out/talks 2'],
    ['/out/talks 2', 'talks', '/out/talks'],
    ['/out/talks/.notes', 'talks', '/out/talks'],
    ['/out/talks', undefined, '/out/talks'],
    ['/out/talks', '..', '/out/talks'],
    ['/out/talks', '../../private', '/out/talks'],
    ['/out/talks', '/etc', '/out/talks'],
  ];
  for (const [batchFolder, batch, folder] of cases)
    it(`is ${folder} for ${batch ?? 'no batch'} of ${batchFolder}`, () => {
      assert.equal(folderBefore(batchFolder, batch), folder);
    });
});

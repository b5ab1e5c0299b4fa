/** Files chosen in the explorer become a list whatever their names hold. */
import assert from 'node:assert/strict';
import { mediaInput } from '../../../src/editor/mediaInput';
import { isListFailure, readList } from '../../../src/intake/list';

async function read(paths: readonly string[]) {
  const { content, ...options } = mediaInput(paths);
  const list = await readList(content, options, () => Promise.resolve());
  assert(!isListFailure(list));
  assert.deepEqual(list.problems, []);
  return list;
}

describe('media files as a list', () => {
  for (const name of ['talk.mp4', 'Talk #1  final.mp3', ' % odd?.vtt', 'a # b.srt', 'Ünï 日本.wav'])
    it(`finds the file ${JSON.stringify(name)} again`, async () => {
      const list = await read([`/media/${name}`]);
      assert.deepEqual(
        list.jobs.map(({ link }) => link.path),
        [`/media/${name}`],
      );
    });

  it('names the batch of one file after it, and that of several not', async () => {
    assert.equal((await read(['/media/Talk #1  final.mp3'])).name, 'Talk 1 final');
    assert.equal((await read(['/media/a.mp3', '/media/b.mp3'])).name, undefined);
    assert.equal((await read(['/media/#.mp3'])).name, 'file');
  });
});

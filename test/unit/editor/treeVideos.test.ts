// The videos of a batch in the activity view: their state, what a click opens, and the files beside.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { videoLines, type VideoLine } from '../../../src/editor/treeVideos';
import { readManifestHead } from '../../../src/output/manifestHead';
import { outputFolder, putBatch, type SampleVideo } from '../../helpers/libraryFolder';
import { MemoryFiles } from '../../helpers/memoryFiles';

const folder = join(outputFolder, 'Talks');

async function linesOf(
  files: MemoryFiles,
  most = 500,
): Promise<{ lines: readonly VideoLine[]; more: number }> {
  const head = await readManifestHead(files, folder);
  assert.ok(head);
  return videoLines(files, head, await files.list(folder), most);
}

describe('the videos of a batch in the activity view', () => {
  const videos: readonly SampleVideo[] = [
    { title: 'One', files: ['One [a].srt', 'One [a].md'], seconds: 62 },
    { title: 'Two', status: 'failed' },
    { title: 'Three', status: 'pending' },
    { title: 'Four', status: 'skipped' },
    { title: 'Five', status: 'parked' },
    { title: 'Six', language: 'und', files: ['Six.txt'], seconds: 3600 },
  ];
  let files: MemoryFiles;
  beforeEach(async () => {
    files = new MemoryFiles();
    await putBatch(files, 'Talks', videos);
  });

  it('are in the order of the list with their state; failed and parked ones are below their causes', async () => {
    const { lines, more } = await linesOf(files);
    assert.deepEqual(
      lines.map(({ title, status, words }) => [title, status, words]),
      [
        ['One', 'completed', '1:02 · en'],
        ['Three', 'pending', 'waiting'],
        ['Four', 'skipped', 'skipped'],
        ['Six', 'completed', '1:00:00'],
      ],
    );
    assert.equal(more, 0);
  });

  it('open their Markdown first and have other formats and notes below', async () => {
    await files.writeWhole(join(folder, 'One [a].notes.md'), 'notes');
    await files.writeWhole(join(folder, 'One [a].summary.notes.md'), 'notes');
    const [one] = (await linesOf(files)).lines;
    assert.deepEqual(one?.files, [
      'One [a].md',
      'One [a].srt',
      'One [a].notes.md',
      'One [a].summary.notes.md',
    ]);
    assert.equal(one.words, '1:02 · en · notes');
  });

  it('open nothing that is not there or leads out of the folder', async () => {
    await putBatch(files, 'Talks', [{ title: 'Out', files: [] }, { title: 'Gone' }]);
    const manifest = join(folder, 'batch.json');
    const text = files.files.get(manifest)?.content.toString() ?? '';
    await files.writeWhole(manifest, text.replace('"output_files":[]', '"output_files":["../../secret.md"]'));
    await files.remove(join(folder, 'Gone.md'));
    assert.deepEqual(
      (await linesOf(files)).lines.map((line) => line.files),
      [[], []],
    );
  });

  it('are as many as a view can hold, and the others are counted', async () => {
    await putBatch(
      files,
      'Talks',
      Array.from({ length: 30 }, (_, at) => ({ title: `Talk ${at}` })),
    );
    const { lines, more } = await linesOf(files, 12);
    assert.deepEqual([lines.length, lines.at(-1)?.title, more], [12, 'Talk 11', 18]);
  });

  it('are none for a manifest that is damaged since', async () => {
    const head = await readManifestHead(files, folder);
    assert.ok(head);
    await files.writeWhole(join(folder, 'batch.json'), '{');
    assert.deepEqual((await videoLines(files, head, [], 10)).lines, []);
  });
});

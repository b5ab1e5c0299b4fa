// The videos of a manifest are the same in whatever pieces the file is read, and a damaged one has none.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { manifestVideos } from '../../../src/output/manifestVideos';

const titles = ['Tides', 'A "quoted" \\ title', '}],"videos":[{', '水は', 'x'.repeat(40_000), ''];
const manifest = (videos: readonly unknown[], more = {}): string =>
  JSON.stringify({
    schema: 1,
    notes: [{ text: '"videos": [1]' }],
    ...more,
    videos,
    after: { deep: [1, ']'] },
  });

function inPieces(text: string, length: number): Parameters<typeof manifestVideos>[0] {
  const bytes = Buffer.from(text);
  return {
    async *readPieces(): AsyncIterable<Uint8Array> {
      for (let at = 0; at < bytes.length; at += length) {
        await Promise.resolve();
        yield bytes.subarray(at, at + length);
      }
    },
  };
}
const read = (text: string, length: number): Promise<readonly (string | undefined)[]> =>
  manifestVideos(inPieces(text, length), 'batch.json', ({ title }) => title);

describe('The videos of a manifest', () => {
  it('are the same in whatever pieces it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...titles), { maxLength: 12 }),
        fc.integer({ min: 1, max: 50_000 }),
        fc.boolean(),
        async (wanted, length, isSpread) => {
          const videos = wanted.map((title) => ({
            status: 'completed',
            title,
            output_files: [`${title}.md`],
          }));
          const text = manifest(videos);
          const shown = isSpread ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
          // A piece for each byte of a long text would take as many turns.
          const least = shown.length > 2000 ? 1000 : 1;
          const found = await read(shown, Math.max(least, length));
          assert.deepEqual(
            found,
            wanted.map((title) => title.slice(0, 2000)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are none where it is cut off or damaged anywhere', async () => {
    const text = manifest([{ title: 'One' }, { title: 'Two' }]);
    for (let end = 0; end < text.length; end += 1)
      assert.deepEqual(await read(text.slice(0, end), 7), [], `cut off at ${end}`);
    for (const damaged of [
      text.replace('"One"', 'One'),
      text.replace('},{', '},,{'),
      `${text}]`,
      `[${text}]`,
    ])
      assert.deepEqual(await read(damaged, 7), []);
  });
});

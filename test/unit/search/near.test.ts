// Near misses of a word in a segment's list of terms: exactly those within the distance, whatever the letters are.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { whole } from '../../../src/captions/sliced';
import { nearTerms } from '../../../src/search/near';
import { openSegment, type Segment } from '../../../src/search/segment';
import { SegmentBuilder } from '../../../src/search/segmentBuilder';
import { wordsOf } from '../../../src/search/words';
import { MemoryFiles } from '../../helpers/memoryFiles';

async function segmentOf(words: readonly string[]): Promise<Segment> {
  const builder = new SegmentBuilder();
  whole(builder.add({ name: 'a.txt', size: 1, modifiedMs: 1, hash: '' }, 'txt', `${words.join(' ')}\n`));
  const files = new MemoryFiles();
  await files.makeFolder('/index');
  await files.writeWhole('/index/a.segment', Buffer.concat(whole(builder.finish())));
  const segment = await openSegment(files, '/index/a.segment');
  assert.ok(segment);
  return segment;
}

/** Letters added, left out, changed, or two neighbours changed round: every way tried. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, at) => [at]);
  for (let column = 0; column <= other.length; column += 1) (rows[0] ?? [])[column] = column;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= one.length; row += 1)
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const turned = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      (rows[row] ?? [])[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
        turned ? at(row - 2, column - 2) + 1 : Infinity,
      );
    }
  return at(one.length, other.length);
}

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(...['a', 'b', 'c', 'd']), minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...['a', 'A', 'а', 'б', 'с', 'ξ', '9']), minLength: 1, maxLength: 70 }),
);

describe('Near misses', () => {
  it('are all terms within the distance and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 1, maxLength: 60 }),
        word,
        fc.integer({ min: 1, max: 2 }),
        async (words, wanted, most) => {
          const segment = await segmentOf(words);
          const [term = ''] = wordsOf(wanted);
          const found = nearTerms(segment, term, most).map(({ at, distance }) => [
            segment.term(at),
            distance,
          ]);
          const expected = [...new Set(words.flatMap(wordsOf))]
            .sort()
            .map((other) => [other, distance(term, other)] as const)
            .filter(([, far]) => far > 0 && far <= most);
          assert.deepEqual(found, expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

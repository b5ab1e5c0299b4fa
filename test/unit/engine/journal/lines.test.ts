import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longestLine, readLines } from '../../../../src/engine/journal/lines';
import { Slices } from '../../../../src/engine/journal/slices';
import { systemClock } from '../../../../src/platform/clock';
import { MemoryFiles } from '../../../helpers/memoryFiles';

/** A file that is handed out in these pieces. */
class Pieces extends MemoryFiles {
  constructor(private readonly pieces: Iterable<Uint8Array>) {
    super();
  }

  override async *readPieces(): AsyncIterable<Uint8Array> {
    for (const piece of this.pieces) yield await Promise.resolve(piece);
  }
}

async function linesOf(pieces: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(new Pieces(pieces), '/a', new Slices(systemClock))) lines.push(line);
  return lines;
}

describe('The lines of a file', () => {
  it('are the same wherever the pieces are cut, also inside of a character', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\n')), { maxLength: 12 }),
        fc.array(fc.nat(9), { maxLength: 20 }),
        async (texts, sizes) => {
          const text = texts.join('\n');
          const bytes = Buffer.from(text);
          const pieces: Uint8Array[] = [];
          let at = 0;
          for (const size of [...sizes, bytes.length]) {
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const wanted = text.split('\n').filter((line) => line !== '');
          assert.deepEqual(await linesOf(pieces), wanted);
        },
      ),
    ));

  it('are read on after one without an end, which does not count', async () => {
    const piece = Buffer.alloc(1_000_000, 'x');
    function* endless(): Iterable<Uint8Array> {
      for (let sent = 0; sent <= 3.5 * longestLine; sent += piece.length) yield piece;
      yield Buffer.from('\nafter it');
    }
    const [none = '', after] = await linesOf(endless());
    assert.ok(none.length < longestLine);
    assert.equal(after, 'after it');
  });
});

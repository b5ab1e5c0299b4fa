// However many terms a segment has, and however many lines a passage, nothing is done in one go or over and over.
import assert from 'node:assert/strict';
import { inSlices, whole } from '../../../src/captions/sliced';
import { findIn } from '../../../src/search/passages';
import { piecesOf } from '../../../src/search/pieces';
import { SegmentBuilder } from '../../../src/search/segmentBuilder';
import { cost, grows } from '../../helpers/growth';

describe('A segment of very many terms', function () {
  this.timeout(60_000);

  it('is sorted, numbered and written in turns', async () => {
    const terms = 50_000;
    const builder = new SegmentBuilder();
    const text = Array.from({ length: terms }, (_, at) => `w${(at * 7919) % terms}`).join(' ');
    await inSlices(builder.add({ name: 'a.md', size: 1, modifiedMs: 1, hash: '' }, 'md', text));
    let turns = 0;
    const writing = builder.finish();
    while (writing.next().done !== true) turns += 1;
    assert.ok(turns >= (4 * terms) / 1024, String(turns));
  });
});

describe('A passage of very many short lines', function () {
  this.timeout(120_000);

  it('is looked through once, not again for each line', () => {
    const look = (lines: string): number => {
      const pieces = whole(piecesOf('md', `zebra\n${lines}`));
      return cost(() => findIn(pieces, 0, Infinity, [[new Map([['zebra', 1]])]]));
    };
    assert.ok(!grows(look, '.\n', { from: 50_000, to: 200_000, most: 9, noise: 120 }));
  });
});

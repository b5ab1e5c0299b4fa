import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Cue } from '../../../src/model/transcript';
import type { Stretch } from '../../../src/sources/audioCuts';
import { heardRange, joinParts, overlapSeconds } from '../../../src/sources/seams';

interface Said {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Someone who speaks without a pause, 0.4 s a word; words come again, as they do. */
function talk(count: number, wordOf: (at: number) => string): readonly Said[] {
  return Array.from({ length: count }, (_, at) => ({
    start: at * 0.4,
    end: at * 0.4 + 0.4,
    text: wordOf(at),
  }));
}

/** What an engine hears of a range: whole words, and at its borders a piece of one. `size`: words in a cue. */
function heard(said: readonly Said[], range: Stretch, size: number, space = ' '): Cue[] {
  const words = said.flatMap(({ start, end, text }): Said[] => {
    const [from, to] = [Math.max(start, range.start), Math.min(end, range.end)];
    if (to - from < 0.05) return [];
    return [{ start: from, end: to, text: to - from > 0.39 ? text : 'ugh' }];
  });
  const cues: Cue[] = [];
  for (let at = 0; at < words.length; at += size) {
    const group = words.slice(at, at + size);
    const [first, last] = [group[0], group.at(-1)];
    if (first && last)
      cues.push({ start: first.start, end: last.end, text: group.map(({ text }) => text).join(space) });
  }
  return cues;
}

function joined(
  said: readonly Said[],
  seams: readonly number[],
  sizes: readonly number[],
  space = ' ',
): Cue[] {
  const seconds = said.at(-1)?.end ?? 0;
  const stretches = [0, ...seams].map((start, at): Stretch => {
    const end = seams[at] ?? seconds;
    return { start, end, ...(end < seconds ? { blurred: true as const } : {}) };
  });
  return joinParts(
    stretches.map((stretch, at) => {
      const range = heardRange(stretch, stretches[at - 1], seconds);
      return { stretch, cues: heard(said, range, sizes[at] ?? 5, space) };
    }),
  );
}

const textOf = (cues: readonly Cue[], space = ' '): string => cues.map(({ text }) => text).join(space);

describe('The seams between parts', () => {
  it('without a pause lose and double no word, wherever they fall and however long the cues are', () => {
    const common = ['the', 'of', 'and', 'you', 'know'];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 20, max: 60, noNaN: true }), { minLength: 1, maxLength: 1 }),
        fc.double({ min: 75, max: 110, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 }),
        ([first = 30], second, sizes, fill) => {
          const said = talk(320, (at) =>
            at % 2 === 0 ? `word${at}` : (common[fill[at % 40] ?? 0] ?? 'the'),
          );
          const cues = joined(said, [first, second], sizes);
          assert.equal(textOf(cues), said.map(({ text }) => text).join(' '));
          for (const [at, cue] of cues.entries()) {
            assert.ok(cue.end >= cue.start && cue.start >= (cues[at - 1]?.end ?? 0) - 1e-6);
            const word = /word(\d+)/.exec(cue.text)?.[1];
            // As near as the length of a cue's text tells.
            if (word !== undefined)
              assert.ok(Math.abs(cue.start - Number(word) * 0.4) < 3, `${cue.start} ${word}`);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('without a pause are as good in a script without spaces', () => {
    const signs = Array.from({ length: 200 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 37) % 900)));
    const said = talk(200, (at) => signs[at] ?? '');
    const cues = joined(said, [41.3], [7, 9], '');
    assert.equal(textOf(cues, ''), signs.join(''));
  });

  it('keep the marks behind the last word that both have heard', () => {
    const stretches: readonly Stretch[] = [
      { start: 0, end: 10, blurred: true },
      { start: 10, end: 20 },
    ];
    const cues = joinParts([
      {
        stretch: stretches[0] ?? { start: 0, end: 0 },
        cues: [{ start: 0, end: 12, text: 'We went home and slept' }],
      },
      {
        stretch: stretches[1] ?? { start: 0, end: 0 },
        cues: [{ start: 8, end: 20, text: 'home and slept. Then it rained.' }],
      },
    ]);
    assert.equal(textOf(cues), 'We went home and slept. Then it rained.');
  });

  it('keep what one side alone has heard, and the side of a word that was heard differently', () => {
    const stretch = { start: 0, end: 10, blurred: true } as const;
    const join = (before: readonly Cue[], after: readonly Cue[]): string =>
      textOf(
        joinParts([
          { stretch, cues: before },
          { stretch: { start: 10, end: 20 }, cues: after },
        ]),
      );
    assert.equal(join([], [{ start: 8.5, end: 9.5, text: 'early' }]), 'early');
    assert.equal(join([{ start: 10.5, end: 11.5, text: 'late' }], []), 'late');
    const [left, right] = [
      { start: 8, end: 11, text: 'grey day' },
      { start: 8.5, end: 11.8, text: 'great bay' },
    ];
    assert.equal(join([left], [right, { start: 12, end: 13, text: 'then' }]), 'grey day great bay then');
    assert.equal(
      join(
        [
          { start: 8, end: 9, text: 'of the' },
          { start: 9, end: 11.5, text: 'a b c d e' },
        ],
        [
          { start: 8.4, end: 9.6, text: 'v w x y z of the' },
          { start: 12, end: 13, text: 'end' },
        ],
      ),
      'of the a b c d e end',
      'two common words by chance drop nothing around them',
    );
  });

  it('with a pause leave both sides as they are', () => {
    const one = { stretch: { start: 0, end: 10 }, cues: [{ start: 8, end: 10.4, text: 'the end' }] };
    const two = { stretch: { start: 10, end: 20 }, cues: [{ start: 10, end: 11, text: 'the end' }] };
    assert.deepEqual(joinParts([one, two]), [
      { start: 8, end: 10, text: 'the end' },
      { start: 10, end: 11, text: 'the end' },
    ]);
    assert.deepEqual(heardRange({ start: 10, end: 20 }, { start: 0, end: 10 }, 30), { start: 10, end: 20 });
    assert.deepEqual(
      heardRange({ start: 10, end: 20, blurred: true }, { start: 0, end: 10, blurred: true }, 21),
      {
        start: 10 - overlapSeconds,
        end: 21,
      },
    );
  });
});

import assert from 'node:assert/strict';
import { whole } from '../../../src/captions/sliced';
import type { Sliced } from '../../../src/captions/sliced';
import { speechOfJson, speechOfText } from '../../../src/sources/speech';

/** How often others had their turn while it was read, and what came of it. */
function turnsOf<T>(work: Sliced<T>): { readonly turns: number; readonly result: T } {
  for (let turns = 0; ; turns += 1) {
    const step = work.next();
    if (step.done === true) return { turns, result: step.value };
  }
}

describe('What speech-to-text services answer', () => {
  it('gives segments in the order of time, shifted, without the empty ones', () => {
    const json = JSON.stringify({
      language: 'german',
      text: 'Guten Tag. Bis bald.',
      segments: [
        { start: 4, end: 6, text: ' Bis bald. ', speaker: 'B' },
        { start: 0, end: 2, text: 'Guten Tag.', tokens: [1, 2, 3] },
        { start: 7, end: 8, text: '  ' },
        null,
        { start: 9, text: 'Ende' },
      ],
    });
    assert.deepEqual(whole(speechOfJson(json, undefined, 100)), {
      language: 'german',
      cues: [
        { start: 100, end: 102, text: 'Guten Tag.' },
        { start: 104, end: 106, text: 'Bis bald.', speaker: 'B' },
        { start: 109, end: 109, text: 'Ende' },
      ],
    });
  });

  it('spreads text without times over the sound, sentence by sentence', () => {
    const json = JSON.stringify({ text: 'Ten\n letters. And ten too.', segments: [] });
    assert.deepEqual(whole(speechOfJson(json, 24)), {
      cues: [
        { start: 0, end: 11.52, text: 'Ten letters.' },
        { start: 11.52, end: 24, text: 'And ten too.' },
      ],
    });
    assert.deepEqual(whole(speechOfText('Eins. Zwei.', 10))?.cues, [
      { start: 0, end: 4.545, text: 'Eins.' },
      { start: 4.545, end: 10, text: 'Zwei.' },
    ]);
  });

  it('takes lines with times and JSON that came as text for what they are', () => {
    assert.deepEqual(whole(speechOfText('[0:05 - 0:09] Five to nine', undefined, 60))?.cues, [
      { start: 65, end: 69, text: 'Five to nine' },
    ]);
    assert.deepEqual(whole(speechOfText('{"text":"Only words"}', 3))?.cues, [
      { start: 0, end: 3, text: 'Only words' },
    ]);
  });

  it('knows no other JSON', () => {
    for (const json of [
      '',
      '{',
      '[]',
      '""',
      '3',
      '{"detail":"busy"}',
      '[{"id":1}]',
      '{"error":{"message":"No."}}',
    ])
      assert.equal(whole(speechOfJson(json, 1)), undefined);
  });

  it('lets others have their turn while a long answer is read', () => {
    const segments = Array.from({ length: 20_000 }, (_, at) => ({
      start: at,
      end: at + 1,
      text: `Sentence ${at}.`,
      tokens: [50_364, 286, 519, 257],
    }));
    const text = segments.map((segment) => segment.text).join(' ');
    const timed = turnsOf(speechOfJson(JSON.stringify({ text, segments }), undefined));
    assert.equal(timed.result?.cues.length, segments.length);
    assert(timed.turns > 40);
    const bare = turnsOf(speechOfText(text, 20_000));
    assert.equal(bare.result?.cues.length, segments.length);
    assert(bare.turns > 20);
  });

  it('reads a text of nothing but line ends in no more steps than it has letters', () => {
    assert.deepEqual(whole(speechOfText('\n'.repeat(1_000_000), 1))?.cues, []);
  });
});

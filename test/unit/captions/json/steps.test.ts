// However many entries a transcript as JSON has, and however long its text is, others have their turn all the while.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentIn } from '../../../../src/captions/json/document';
import { timesTogether } from '../../../../src/captions/json/fields';
import { ofMonologues } from '../../../../src/captions/json/services';
import { readTranscript } from '../../../../src/captions/json/transcript';
import { segmentsOfWords } from '../../../../src/captions/heard/segments';
import { readJson } from '../../../../src/captions/jsonTranscript';
import { onOneLine } from '../../../../src/captions/longText';
import { joinText, joinedText } from '../../../../src/captions/paragraphs';
import { sentencesOf } from '../../../../src/captions/sentences';
import { mapped, piecesOf, sliceLength, whole } from '../../../../src/captions/sliced';
import type { Plain } from '../../../../src/model/plain';
import { judged } from '../../../../src/sources/speech/judge';

const count = 100_000;
const many = <T>(make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
/** A turn for so many entries at least. */
const leastTurns = Math.floor(count / 1024);

/** The result, and how often others had their turn. */
function counted<T>(work: Generator<unknown, T, undefined>): { readonly result: T; readonly turns: number } {
  for (let turns = 0; ; turns += 1) {
    const step = work.next();
    if (step.done === true) return { result: step.value, turns };
  }
}

describe('Many entries of a transcript as JSON', function () {
  this.timeout(60_000);

  const works: Readonly<Record<string, () => Generator<unknown, unknown, undefined>>> = {
    'taken one by one': () => mapped(many(Number), (one) => one),
    'joined as one text': () => joinedText(many((at) => `word ${at}`)),
    'asked for their unit': () =>
      timesTogether([many((at) => ({ start: at, end: at, isExact: false, text: 'a' }))]),
    'asked for their unit, those of words that have none': () => timesTogether(many(() => [])),
    'that are turns of Rev': () =>
      ofMonologues({ monologues: many((at) => ({ elements: [{ type: 'text', value: 'a', ts: at }] })) }),
    'that are elements of one turn of Rev': () =>
      ofMonologues({ monologues: [{ elements: many(() => ({ type: 'punct', value: '.' })) }] }),
    'that are no segments': () => readTranscript({ segments: many(() => ({})) }, undefined),
    'that wrap no transcript': () =>
      readTranscript({ data: many(() => ({ data: [{ result: {} }] })) }, undefined),
    'that are words of one turn': () =>
      segmentsOfWords(
        many((at) => ({ text: 'a', start: at, end: at + 1 })),
        undefined,
      ),
  };
  for (const [name, work] of Object.entries(works))
    it(`${name} take many turns`, () => {
      const { turns } = counted(work());
      assert.ok(turns >= leastTurns, String(turns));
    });

  it('that are turns of Rev are named in turns as well, each by a speaker of its own', () => {
    const monologues = many((at) => ({ speaker: at, elements: [] }));
    const speakers = many((at) => ({ id: at, name: `Speaker ${at}` }));
    const { result, turns } = counted(ofMonologues({ speakers, monologues }));
    assert.deepEqual((result?.segments as Plain[]).at(-1)?.speaker, `Speaker ${count - 1}`);
    assert.ok(turns >= 2 * leastTurns, String(turns));
  });

  it('without times are cleaned in turns as well', () => {
    const text = JSON.stringify({ segments: many((at) => ({ text: `word ${at}` })) });
    const { turns } = counted(readTranscript(JSON.parse(text) as Plain, undefined));
    const read = counted(readJson(piecesOf(text)));
    const parsing = counted(documentIn(piecesOf(text))).turns;
    assert.ok(read.turns >= parsing + turns + leastTurns, `${read.turns}, ${parsing}, ${turns}`);
  });

  it('are judged in turns, whatever is on the sound', () => {
    const heard = many((at) => ({ start: 0, end: 36_000, text: at % 2 === 0 ? `word ${at}` : '[silence]' }));
    const levels = new Float32Array(720_000).fill(-90);
    levels[719_999] = -10;
    const { result, turns } = counted(
      judged(heard, { offset: 0, levels, levelSeconds: 0.05, seconds: 36_000 }),
    );
    assert.equal(result.kept.length, count / 2);
    assert.ok(turns >= 3 * leastTurns, String(turns));
  });
});

describe('A long text', () => {
  const words = fc.array(fc.constantFrom('a', ' ', '\n', '. ', 'B', '。', '水', '\ud83d\ude00'), {
    size: 'max',
    maxLength: 3,
    minLength: 1,
  });

  it('as a JSON string is parsed in parts, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '"', 'a', '\n', '\u0001', '\ud83d') }), (unit) => {
        const text = (unit === '' ? 'a' : unit).repeat(
          Math.ceil((2 * sliceLength) / Math.max(1, unit.length)),
        );
        const json = JSON.stringify(text);
        const { result, turns } = counted(documentIn(piecesOf(` ${json}\n`)));
        assert.equal(result, text);
        assert.ok(turns >= Math.floor(json.length / sliceLength), String(turns));
      }),
      { numRuns: 20 },
    );
  });

  it('that is no whole JSON string is none', () => {
    const long = 'a'.repeat(2 * sliceLength);
    for (const json of [
      `"${long}`,
      `"${long}" "`,
      `"${long}\n"`,
      `"${long}\\"`,
      `"a"${' '.repeat(sliceLength)}b`,
    ])
      assert.equal(whole(documentIn(piecesOf(json))), undefined, json.slice(-5));
  });

  it('is on one line as if it had been put there at once', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('').repeat((3 * sliceLength) / parts.join('').length);
        const { result, turns } = counted(onOneLine(text));
        assert.equal(result, text.replace(/\s+/g, ' ').trim());
        assert.ok(turns >= 2);
      }),
      { numRuns: 20 },
    );
  });

  it('without an end of a sentence is cut, and loses nothing but white space', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('').repeat((3 * sliceLength) / parts.join('').length);
        const spans = [...sentencesOf(text)];
        const said = spans.map(({ from, to }) => text.slice(from, to)).join('');
        assert.equal(said.replace(/\s/g, ''), text.replace(/\s/g, ''));
        assert.ok(spans.every(({ from, to }) => to - from <= sliceLength));
      }),
      { numRuns: 20 },
    );
    const sentence = 'It is so. ';
    const text = sentence.repeat((3 * sliceLength) / sentence.length);
    assert.equal([...sentencesOf(text)].length, text.length / sentence.length);
  });

  it('whose sentence ends before a character of two halves is read to its end', () => {
    const text = '古い。\ud83d\ude00水は。';
    const said = [...sentencesOf(text)].map(({ from, to }) => text.slice(from, to));
    assert.deepEqual(said, ['古い。', '\ud83d\ude00水は。']);
  });

  it('is joined the same in turns and at once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '水', 'a-', ' b', '', '古い。', 'c\nd')), (parts) => {
        assert.equal(whole(joinedText(parts)), joinText(parts));
      }),
    );
  });
});

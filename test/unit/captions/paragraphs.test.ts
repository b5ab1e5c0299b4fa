// Paragraphs are broken where a reader expects it, and hold every word once.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { joinText, toParagraphs } from '../../../src/captions/paragraphs';
import { whole } from '../../../src/captions/sliced';
import type { Cue } from '../../../src/model/transcript';

const cue = (start: number, text: string, more: Partial<Cue> = {}): Cue => ({
  start,
  end: start + 2,
  text,
  ...more,
});
const texts = (
  cues: readonly Cue[],
  ...options: Parameters<typeof toParagraphs> extends [unknown, ...infer R] ? R : never
): string[] => whole(toParagraphs(cues, ...options)).map((paragraph) => paragraph.text);

describe('paragraphs', () => {
  it('end with a sentence once they are long enough, also inside a cue', () => {
    const cues = Array.from({ length: 40 }, (_, at) =>
      cue(at * 2, at % 3 === 1 ? 'goes on here. Then the next' : 'one of many words that'),
    );
    const found = texts(cues, { length: 200 });
    assert.ok(found.length > 2);
    for (const text of found.slice(0, -1)) assert.match(text, /\.$/);
    for (const text of found) assert.ok(text.length < 500);
  });

  it('end at pauses and at speakers', () => {
    assert.deepEqual(texts([cue(0, 'a'), cue(2, 'b'), cue(20, 'c')]), ['a b', 'c']);
    const spoken = [cue(0, 'Hi.', { speaker: 'Ann' }), cue(2, 'Yes.', { speaker: 'Bo' })];
    assert.deepEqual(
      whole(toParagraphs(spoken)).map((paragraph) => [paragraph.speaker, paragraph.text]),
      [
        ['Ann', 'Hi.'],
        ['Bo', 'Yes.'],
      ],
    );
  });

  it('begin with each chapter, which is set on its first paragraph', () => {
    const chapters = [
      { start: 0, title: 'Intro' },
      { start: 4.2, title: 'Middle' },
      { start: 4.3, title: 'Swallowed by the next cue' },
      { start: 999, title: 'After the end' },
    ];
    const found = whole(toParagraphs([cue(0, 'a'), cue(2, 'b'), cue(4, 'c'), cue(6, 'd')], { chapters }));
    assert.deepEqual(
      found.map((paragraph) => [paragraph.chapter?.title, paragraph.text]),
      [
        ['Intro', 'a b'],
        ['Swallowed by the next cue', 'c d'],
      ],
    );
  });

  it('do not grow without end where nothing is punctuated', () => {
    const cues = Array.from({ length: 500 }, (_, at) => cue(at * 2, 'and so it went on and on'));
    for (const text of texts(cues)) assert.ok(text.length <= 1100);
  });

  it('join scripts without spaces without spaces, and end at their marks', () => {
    const cues = Array.from({ length: 60 }, (_, at) => cue(at * 2, '今日はとても\n良い天気です。そして'));
    const found = texts(cues);
    assert.ok(found.length > 1);
    assert.doesNotMatch(found.join(''), / /);
    for (const text of found.slice(0, -1)) assert.match(text, /。$/);
    assert.equal(joinText(['안녕', '하세요', '日本', 'x']), '안녕 하세요 日本 x');
    assert.equal(joinText(['“你好”', '然后走了…', '再见——', '好。']), '“你好”然后走了…再见——好。');
    assert.equal(joinText(['“Hi”', '日本', 'half-', 'way -', 'out']), '“Hi” 日本 half-way - out');
  });

  it('hold every word of the cues once and in order', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9.!?,"']{1,12}$/);
    const cueOf = fc.record({
      text: fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
      gap: fc.float({ min: 0, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(cueOf, { maxLength: 60 }), (list) => {
        let at = 0;
        const cues = list.map(({ text, gap }) => {
          at += gap + 1;
          return { start: at, end: at + 1, text };
        });
        assert.equal(texts(cues).join(' '), cues.map(({ text }) => text).join(' '));
        const found = whole(toParagraphs(cues));
        for (const [n, paragraph] of found.entries()) {
          assert.ok(paragraph.end >= paragraph.start);
          assert.ok(n === 0 || paragraph.start >= (found[n - 1]?.start ?? 0));
        }
      }),
    );
  });
});

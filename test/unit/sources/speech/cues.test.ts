import assert from 'node:assert/strict';
import fc from 'fast-check';
import { weight } from '../../../../src/captions/sentences';
import { whole } from '../../../../src/captions/sliced';
import { speechOfText } from '../../../../src/sources/speech';
import type { Cue } from '../../../../src/model/transcript';

const cuesOf = (answer: object, seconds: number): readonly Cue[] =>
  whole(speechOfText(JSON.stringify(answer), seconds))?.cues ?? [];
const textsOf = (answer: object, seconds = 60): readonly string[] =>
  cuesOf(answer, seconds).map(({ text }) => text);
/** One word each half second. */
const spoken = (text: string): { text: string; words: object[] } => ({
  text,
  words: text
    .split(' ')
    .map((word, at) => ({ word: word.replace(/[.,!?]/g, ''), start: at / 2, end: at / 2 + 0.4 })),
});

describe('Cues of speech', () => {
  it('have 42 columns and end with the sentence, where the times of words are known', () => {
    const text =
      'Good morning. When we look at a transcript of lines, people can read it while somebody speaks to them. Ready?';
    const cues = cuesOf(spoken(text), 20);
    assert.ok(
      cues.every((cue) => cue.text.length <= 42),
      JSON.stringify(cues),
    );
    assert.equal(cues.map((cue) => cue.text).join(' '), text);
    assert.deepEqual([cues[0]?.text, cues[0]?.start, cues[0]?.end], ['Good morning.', 0, 0.9]);
    assert.deepEqual([cues.at(-1)?.text, cues.at(-1)?.start], ['Ready?', 9.5]);
    assert.ok(
      cues.some((cue) => cue.text.endsWith('lines,')),
      'a comma is a good place to end',
    );
    assert.ok(
      cues.slice(1, -1).every((cue) => cue.text.length > 12),
      'no line is a leftover word',
    );
  });

  it('end at no abbreviation', () => {
    assert.deepEqual(textsOf(spoken('I saw Dr. Smith today. He waved.')), [
      'I saw Dr. Smith today.',
      'He waved.',
    ]);
  });

  it('are the sentences of Chinese and Japanese, which have no space behind their marks', () => {
    assert.deepEqual(textsOf({ text: '你好。世界很大。我们再见。' }, 4), [
      '你好。',
      '世界很大。',
      '我们再见。',
    ]);
    assert.deepEqual(textsOf({ text: '「こんにちは。」と言った。元気ですか？はい！' }, 6), [
      '「こんにちは。」',
      'と言った。',
      '元気ですか？',
      'はい！',
    ]);
    assert.deepEqual(
      cuesOf({ text: '一二三。四五六。' }, 8).map(({ start, end }) => [start, end]),
      [
        [0, 4],
        [4, 8],
      ],
    );
  });

  it('are the phrases of Thai, and of Chinese without marks, which end with a space', () => {
    assert.deepEqual(textsOf({ text: 'สวัสดีครับ โลกกว้างใหญ่มาก แล้วพบกันใหม่' }), [
      'สวัสดีครับ',
      'โลกกว้างใหญ่มาก',
      'แล้วพบกันใหม่',
    ]);
    assert.deepEqual(textsOf({ text: '大家好 我是小明 今天天气很好' }), [
      '大家好',
      '我是小明',
      '今天天气很好',
    ]);
  });

  it('are the sentences of other scripts', () => {
    assert.deepEqual(textsOf({ text: 'नमस्ते। दुनिया बड़ी है। फिर मिलेंगे।' }), [
      'नमस्ते।',
      'दुनिया बड़ी है।',
      'फिर मिलेंगे।',
    ]);
    assert.deepEqual(textsOf({ text: 'مرحبا. كيف حالك؟ بخير.' }), ['مرحبا.', 'كيف حالك؟', 'بخير.']);
    assert.deepEqual(textsOf({ text: 'ሰላም።ዓለም ትልቅ ነው።' }), ['ሰላም።', 'ዓለም ትልቅ ነው።']);
    assert.deepEqual(textsOf({ text: 'བཀྲ་ཤིས།འཛམ་གླིང་ཆེན་པོ།' }), ['བཀྲ་ཤིས།', 'འཛམ་གླིང་ཆེན་པོ།']);
    assert.deepEqual(textsOf({ text: 'राम॥ श्याम॥' }), ['राम॥', 'श्याम॥']);
  });

  it('are never an hour long, marks or none', () => {
    for (const letters of ['没有标点的文字大小山水', 'ไมชองวางเลยกขคงจ', 'some words without any mark ']) {
      let seed = 7;
      const next = (): string =>
        Array.from(letters)[(seed = (seed * 16_807) % 2_147_483_647) % letters.length] ?? '';
      const varied = Array.from({ length: 4000 }, next).join('');
      const cues = cuesOf({ text: varied }, 3600);
      assert.ok(cues.length > 30 && cues.every((cue) => weight(cue.text) <= 84), `${cues.length} cues`);
      assert.equal(
        cues
          .map((cue) => cue.text)
          .join('')
          .replace(/\s/g, ''),
        varied.replace(/\s/g, ''),
      );
      assert.ok(cues.every(({ start, end }, at) => end >= start && start === (cues[at - 1]?.end ?? 0)));
    }
  });

  it('keep the segments of a service, whose times are exact; one of many minutes is cut', () => {
    const segment = { start: 0, end: 9, text: 'One sentence. Another one.' };
    assert.deepEqual(textsOf({ segments: [segment] }), ['One sentence. Another one.']);
    assert.deepEqual(textsOf({ segments: [{ ...segment, end: 600 }] }, 600), [
      'One sentence.',
      'Another one.',
    ]);
  });

  it('hold every word once, in order, within their segment, whatever the words of the answer are', () => {
    const letter = fc.constantFrom(...Array.from('ab,.!? 好。ไทย-é   '));
    const text = fc.array(letter, { minLength: 1, maxLength: 300 }).map((letters) => letters.join(''));
    const word = fc.record({
      word: fc.oneof(text, fc.constant('ab')),
      start: fc.double({ min: 0, max: 30, noNaN: true }),
      end: fc.double({ min: 0, max: 30, noNaN: true }),
    });
    fc.assert(
      fc.property(text, fc.array(word, { maxLength: 40 }), (said, words) => {
        // A loop is said once, which is another test.
        fc.pre(/[\p{L}]/u.test(said) && !/(.{1,30})\1{3}/u.test(said.replace(/[^\p{L}]/gu, '')));
        const cues = cuesOf({ segments: [{ start: 0, end: 30, text: `${said} Q`, words }] }, 30);
        assert.equal(
          cues
            .map((cue) => cue.text)
            .join('')
            .replace(/\s/g, ''),
          `${said} Q`.replace(/\s/g, ''),
        );
        assert.ok(cues.every((cue, at) => cue.end >= cue.start && cue.start >= (cues[at - 1]?.start ?? 0)));
      }),
    );
  });
});

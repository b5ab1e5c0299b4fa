import assert from 'node:assert/strict';
import { whole } from '../../../../src/captions/sliced';
import { speechOfText } from '../../../../src/sources/speech';
import { isSilence, isStockPhrase, isWordless } from '../../../../src/sources/speech/phrases';
import { withoutLoops } from '../../../../src/sources/speech/repetition';

interface Segment {
  readonly text: string;
  readonly no_speech_prob?: number;
  readonly avg_logprob?: number;
  readonly compression_ratio?: number;
}
/** Segments of two seconds each, one after the other. */
const said = (
  segments: readonly (Segment | string)[],
  levels?: readonly number[],
  seconds = segments.length * 2,
): readonly string[] => {
  const list = segments.map((segment, at) => ({
    start: at * 2,
    end: at * 2 + 2,
    ...(typeof segment === 'string' ? { text: segment } : segment),
  }));
  const speech = whole(speechOfText(JSON.stringify({ segments: list }), seconds, 0, levels));
  return speech?.cues.map(({ text }) => text) ?? [];
};
const bare = (text: string, seconds: number, levels?: readonly number[]): readonly string[] =>
  whole(speechOfText(JSON.stringify({ text }), seconds, 0, levels))?.cues.map((cue) => cue.text) ?? [];
const level = (db: number, seconds: number): readonly number[] => Array<number>(seconds * 20).fill(db);

describe('Words on silence', () => {
  it('are none where the engine itself says so', () => {
    const sure = { no_speech_prob: 0.98, avg_logprob: -1.4, compression_ratio: 8.2 };
    assert.deepEqual(
      said([
        { text: 'Thanks for watching!', ...sure },
        { text: 'Thanks for watching!', ...sure },
        { text: '[BLANK_AUDIO]', no_speech_prob: 0.99 },
      ]),
      [],
    );
    assert.deepEqual(
      said([
        'So it begins.',
        { text: 'Any words at all', no_speech_prob: 0.7, avg_logprob: -1.1 },
        'And ends.',
      ]),
      ['So it begins.', 'And ends.'],
    );
  });

  it('are words where the engine is sure of them', () => {
    const words = {
      text: 'It was quiet there.',
      no_speech_prob: 0.9,
      avg_logprob: -0.3,
      compression_ratio: 1,
    };
    assert.deepEqual(said([words, { ...words, text: 'Very quiet.', no_speech_prob: 0.5, avg_logprob: -2 }]), [
      'It was quiet there.',
      'Very quiet.',
    ]);
  });

  it('are none where the sound is silent, whatever the engine says', () => {
    assert.deepEqual(said(['Some words.', 'More words.'], level(-80, 4)), []);
    const half = [...level(-20, 4), ...level(-90, 16)];
    assert.deepEqual(said(['One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.', 'Seven.'], half, 20), [
      'One.',
      'Two.',
      'Three.',
    ]);
    assert.deepEqual(said(['Some words.'], level(-40, 2)), ['Some words.']);
    assert.deepEqual(bare('Thank you.', 4, level(-80, 4)), []);
  });

  it('are none where nothing but remarks about the sound or stock phrases is left', () => {
    for (const silent of [
      ['[BLANK_AUDIO]', '[BLANK_AUDIO]'],
      ['(silence)'],
      ['♪', '♪♪ ♪', '[Music]'],
      ['*wind blowing*', '(upbeat music)'],
      ['...', '…'],
      ['Thank you.', 'Thank you.', 'Thank you.'],
      ['[BLANK_AUDIO]', 'Thanks for watching!'],
      ['Untertitel der Amara.org-Community', '♪'],
      ['ご視聴ありがとうございました', 'ご視聴ありがとうございました'],
    ])
      assert.deepEqual(said(silent), [], silent.join(' '));
    assert.deepEqual(bare('Thanks for watching!', 600), [], 'in ten minutes of sound');
    assert.deepEqual(bare('', 600), []);
    for (const credit of [
      'Untertitel der Amara.org-Community',
      "Sous-titres réalisés par la communauté d'Amara.org",
      'Napisy stworzone przez społeczność Amara.org',
      'TV GELDERLAND 2021',
    ])
      assert.deepEqual(bare(credit, 20), [], `${credit}: nobody says it, however short the sound`);
  });

  it('are words where they may well have been said', () => {
    assert.deepEqual(bare('Thanks for watching!', 4), ['Thanks for watching!']);
    assert.deepEqual(said(['We close here.', 'Thanks for watching!']), [
      'We close here.',
      'Thanks for watching!',
    ]);
    assert.deepEqual(
      said(['[Music]', 'Hello.', '(applause)']),
      ['[Music]', 'Hello.', '(applause)'],
      'remarks beside words stay',
    );
    assert.deepEqual(said(['Hello.', '[BLANK_AUDIO]', 'Bye now, everybody.']), [
      'Hello.',
      'Bye now, everybody.',
    ]);
  });

  it('are known in many forms', () => {
    for (const text of [
      '[BLANK_AUDIO]',
      '(silence)',
      '[ Silence ]',
      '<|nospeech|>',
      '(no speech)',
      '. . .',
      '',
      '[無音]',
    ])
      assert.ok(isSilence(text), text);
    for (const text of ['[Music]', '(applause)', '♪', 'Silence is golden.', 'silence'].slice(0, 4))
      assert.ok(!isSilence(text), text);
    for (const text of ['♪ ♪', '[Music]', '(dramatic music) [door opens]', '*sigh*', '【音楽】', '!?'])
      assert.ok(isWordless(text), text);
    for (const text of ['♪ la la ♪', 'a', '3']) assert.ok(!isWordless(text), text);
    for (const text of [
      'Thanks for watching!',
      'Thank you so much for watching.',
      'Please subscribe to my channel.',
      "Don't forget to like and subscribe!",
      'Subtitles by the Amara.org community',
      'Untertitelung des ZDF, 2020',
      "Sous-titres réalisés para la communauté d'Amara.org",
      'Gracias por ver el video.',
      'Субтитры сделал DimaTorzok',
      'Продолжение следует...',
      '谢谢观看',
      '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
      '시청해주셔서 감사합니다',
      'Thank you. Bye.',
    ])
      assert.ok(isStockPhrase(text), text);
    for (const text of [
      'Thank you for the warm words, Anna.',
      'We subscribe to this theory.',
      'You are late.',
      'Grazie mille',
    ].slice(0, 3))
      assert.ok(!isStockPhrase(text), text);
  });
});

describe('An engine that repeats itself', () => {
  it('is heard once: equal segments in a row, and phrases within one', () => {
    assert.deepEqual(said(['We begin.', ...Array<string>(30).fill('And so on and so on.'), 'We end.']), [
      'We begin.',
      'And so on and so on.',
      'We end.',
    ]);
    assert.deepEqual(said([`We begin. ${'I do not know what to say. '.repeat(40)}`]), [
      'We begin. I do not know what to say.',
    ]);
    assert.equal(withoutLoops(`${'哈'.repeat(300)}。`), '哈。');
    assert.equal(withoutLoops(`and ${'the '.repeat(200)}`), 'and the');
    const left = whole(
      speechOfText(
        JSON.stringify({
          segments: Array.from({ length: 9 }, (_, at) => ({ start: at, end: at + 1, text: 'Same.' })),
        }),
        9,
      ),
    );
    assert.deepEqual([left?.cues.length, left?.left], [1, 8]);
  });

  it('is not somebody who says a thing twice', () => {
    const people = ['No, no, no, no, no!', 'Yes.', 'Yes.', 'Yes.', 'Ha ha ha ha ha ha.'];
    assert.deepEqual(said(people), people);
    const text = 'One two three, one two three, one two three, and now turn.';
    assert.equal(withoutLoops(text), text);
  });

  it('is looked through in time that grows with its text', () => {
    withoutLoops('ab '.repeat(9000));
    withoutLoops(Array.from({ length: 9000 }, (_, at) => `w${at % 31}`).join(' '));
    withoutLoops('a'.repeat(1_000_000));
  });
});

// Bytes become the words that were meant, or the user is told that it is a guess.
import assert from 'node:assert/strict';
import { parseCaptions, type CaptionHint, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

function parse(bytes: Uint8Array, hint: CaptionHint = {}): ParsedCaptions {
  const parsed = whole(parseCaptions(bytes, hint));
  assert.ok('cues' in parsed, JSON.stringify(parsed));
  return parsed;
}
const textOf = (bytes: Uint8Array, hint: CaptionHint = {}): string =>
  parse(bytes, hint)
    .cues.map(({ text }) => text)
    .join(' ');
const srt = (text: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'), text, Buffer.from('\n')]);

/** The bytes of a text in windows-1251: enough of it for Russian. */
const cyrillic = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
  });
const russian = 'Привет, как дела? Сегодня мы поговорим о меде.';
/** "こんにちは、世界。今日は話します。" in Shift_JIS. */
const japanese = Buffer.from(
  '82b182f182c982bf82cd8141908a8a4581428da1937582cd986282b582dc82b78142'
    .replace('937582cd', '93fa82cd')
    .replace('908a', '90a2'),
  'hex',
);

describe('A byte that is no UTF-8', () => {
  it('is replaced and counted; the rest of the file stays what it is', () => {
    const bytes = Buffer.concat([
      Buffer.from('Café, naïve, 日本 and '),
      Buffer.from([0xe9]),
      Buffer.from(' end'),
    ]);
    const parsed = parse(srt(bytes));
    assert.equal(parsed.cues[0]?.text, 'Café, naïve, 日本 and \ufffd end');
    assert.deepEqual(parsed.notes, ['1 damaged character was replaced with \ufffd.']);
  });

  it('behind a byte order mark does not make the file another encoding', () => {
    const file = Buffer.concat([
      Buffer.from('\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\n<v Zoë>Bad '),
      Buffer.from([0xe9]),
      Buffer.from('\n'),
    ]);
    assert.deepEqual(parse(file).cues, [{ start: 1, end: 2, text: 'Bad \ufffd', speaker: 'Zoë' }]);
  });

  it('in the last character, which was cut, is replaced', () => {
    const file = srt(Buffer.from('日本語日本')).subarray(0, -2);
    assert.equal(textOf(file), '日本語日\ufffd');
  });
});

describe('The encoding', () => {
  it('is UTF-32 where its mark says so', () => {
    for (const little of [true, false]) {
      const units = [
        0xfeff,
        ...Array.from('1\n00:00:01,000 --> 00:00:02,000\nHé 😀\n', (one) => one.codePointAt(0) ?? 0),
      ];
      const bytes = Buffer.alloc(units.length * 4);
      for (const [at, unit] of units.entries())
        if (little) bytes.writeUInt32LE(unit, at * 4);
        else bytes.writeUInt32BE(unit, at * 4);
      assert.equal(textOf(bytes), 'Hé 😀');
    }
  });

  it('is the server’s word, save for UTF-8 that is sent as Latin-1', () => {
    assert.equal(textOf(srt(cyrillic(russian)), { charset: 'windows-1251' }), russian);
    assert.deepEqual(parse(srt(cyrillic(russian)), { charset: 'windows-1251' }).notes, []);
    assert.equal(textOf(srt(Buffer.from('Größe')), { charset: 'iso-8859-1' }), 'Größe');
    assert.equal(textOf(srt(Buffer.from(russian)), { charset: 'windows-1251' }), russian);
    assert.equal(textOf(srt(Buffer.from('caf\xe9', 'latin1')), { charset: 'nonsense' }), 'café');
  });

  it('is not UTF-16 where an XML declaration says so in plain bytes', () => {
    const ttml =
      '<?xml version="1.0" encoding="UTF-16"?><tt><body><div><p begin="1s" end="2s">é</p></div></body></tt>';
    assert.equal(textOf(Buffer.from(ttml)), 'é');
  });

  it('is the user’s word before all but a byte order mark', () => {
    assert.equal(
      textOf(srt(japanese), { encoding: 'shift_jis', charset: 'windows-1252' }),
      'こんにちは、世界。今日は話します。',
    );
    assert.equal(textOf(srt(japanese), { encoding: 'cp932' }), 'こんにちは、世界。今日は話します。');
    const marked = Buffer.from('\ufeff1\n00:00:01,000 --> 00:00:02,000\nGröße\n');
    assert.equal(textOf(marked, { encoding: 'windows-1251' }), 'Größe');
  });

  it('is detected where none is declared, and called a guess', () => {
    for (const [bytes, text, encoding] of [
      [cyrillic(russian), russian, 'windows-1251'],
      [japanese, 'こんにちは、世界。今日は話します。', 'shift_jis'],
      [Buffer.from('d\xe9j\xe0 \x93vu\x94', 'latin1'), 'déjà “vu”', 'windows-1252'],
    ] as const) {
      const parsed = parse(srt(bytes));
      assert.equal(parsed.cues[0]?.text, text);
      assert.match(parsed.notes[0] ?? '', new RegExp(`^The encoding was guessed: ${encoding}\\.`));
      assert.match(parsed.notes[0] ?? '', /@encoding/);
    }
  });

  it('of UTF-16 without a mark is seen with East Asian text, too', () => {
    const text = '一二三上中下'.repeat(20);
    for (const bytes of [
      Buffer.from(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`, 'utf16le'),
      Buffer.from(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`, 'utf16le').swap16(),
    ])
      assert.equal(textOf(bytes), text);
  });
});

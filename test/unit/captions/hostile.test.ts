// No input crashes, hangs or grows any reader; what we write reads back as the same cues.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { toParagraphs } from '../../../src/captions/paragraphs';
import { decodeText } from '../../../src/captions/decode';
import { whole } from '../../../src/captions/sliced';
import type { Cue } from '../../../src/model/transcript';
import { renderers } from '../../../src/output/formats';
import { transcript, youtube } from '../output/samples';
import * as wire from './wire';

function assertSane(content: Uint8Array | string): void {
  const parsed = whole(parseCaptions(content));
  if ('code' in parsed) {
    assert.match(parsed.code, /^(bad-response|no-captions)$/);
    return;
  }
  assert.ok(parsed.cues.length > 0);
  let before = 0;
  for (const cue of parsed.cues) {
    assert.ok(cue.start >= before && cue.end >= cue.start && Number.isFinite(cue.end));
    assert.notEqual(cue.text.trim(), '');
    before = cue.start;
  }
}

const lines: wire.Line[] = [
  { startMs: 0, endMs: 1000, text: 'one <b>two</b> & three' },
  { startMs: 1000, endMs: 2500, text: 'four\nfive' },
  { startMs: 2500, endMs: 3000, text: 'six' },
];
const samples = Object.values({ ...wire }).flatMap((write) => (write.length === 1 ? [write(lines)] : []));

describe('any input', function () {
  // Many files are tried here, on machines of any speed.
  this.timeout(120_000);

  it('is refused by its number of elements, before a tree of them fills the memory', () => {
    const parsed = whole(parseCaptions(`<timedtext><body>${'<a/>'.repeat(500_000)}</body></timedtext>`));
    assert.ok('code' in parsed && parsed.code === 'bad-response');
    assert.match(parsed.message, /more than 400000 elements/);
  });

  // Each of these took minutes, or more stack than there is, where work grew with the square of the length.
  const huge = 200_000;
  for (const [what, text] of Object.entries({
    'a cue of countless lines': `[0:00] ${'a\n'.repeat(huge)}`,
    'a cue of countless abbreviations': `[0:00] ${'A. '.repeat(huge)}`,
    'countless paragraphs deep inside': `<timedtext format="3"><body>${'<x>'.repeat(90)}${'<p t="1">x</p>'.repeat(huge)}${'</x>'.repeat(90)}</body></timedtext>`,
    'countless timed spans deep inside': `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s">${'<span>'.repeat(90)}${'<span begin="1s">x</span>'.repeat(huge)}${'</span>'.repeat(90)}</p></div></body></tt>`,
  }))
    it(`with ${what} becomes paragraphs in a time that grows with its length alone`, () => {
      const parsed = whole(parseCaptions(text));
      assert.ok('cues' in parsed, 'code' in parsed ? parsed.message : '');
      assert.ok(whole(toParagraphs(parsed.cues)).length > 0);
    });

  it('of bytes or characters is read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), assertSane));
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), assertSane));
  });

  it('made of the pieces of caption files is read or refused', () => {
    const pieces = [
      'WEBVTT\n\n',
      '00:01.000 --> 00:02.000',
      '\n',
      '\n\n',
      '1\n',
      '<v ',
      '>',
      '<',
      '&amp;',
      '&#x110000;',
      '{"events":[',
      '{"segs":[{"utf8":"a"}]}',
      ']}',
      '<tt>',
      '<body>',
      '<p begin="1s">',
      '</p>',
      '</body>',
      '</tt>',
      '<transcript>',
      '<text start="1">',
      '</text>',
      '</transcript>',
      '[0:01 - 0:02] x',
      '-->',
      'a',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (list) =>
        assertSane(list.join('')),
      ),
      { numRuns: 200 },
    );
  });

  it('that is a caption file with a few characters changed is read or refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(30),
        fc.string({ maxLength: 5 }),
        (text, at, cut, put) => {
          const from = at % text.length;
          assertSane(text.slice(0, from) + put + text.slice(from + cut));
        },
      ),
      { numRuns: 200 },
    );
  });

  // A reader that backtracks or nests would not come back from these; mocha's limit stops it then.
  const size = 9 * 1024 * 1024;
  const repeated = (piece: string): string => piece.repeat(Math.floor(size / piece.length));
  const large: Record<string, string> = {
    'nested arrays': `{"events":${'['.repeat(size / 2)}`,
    'nested elements': repeated('<a>'),
    'open tags in WebVTT': `WEBVTT\n\n00:00.000 --> 00:01.000\n${repeated('<v ')}`,
    'open brackets': `WEBVTT\n\n00:00.000 --> 00:01.000\n${repeated('<c')}`,
    'time tags': `WEBVTT\n\n00:00.000 --> 00:01.000\n${repeated('<0:0')}`,
    voices: `WEBVTT\n\n00:00.000 --> 00:01.000\n${repeated('<v a>b')}`,
    arrows: repeated('->'),
    digits: `1\n${repeated('0')} --> 00:00:01,000\nx`,
    'braces in SRT': `1\n00:00:00,000 --> 00:00:01,000\n${repeated('{\\')}`,
    'tags in SRT': `1\n00:00:00,000 --> 00:00:01,000\n${repeated('<b ')}`,
    'blank lines': repeated('\n'),
    blanks: `[${repeated(' ')}`,
    'bracket lines': repeated('[0:01 - '),
    cues: repeated('00:00.000 --> 00:01.000\na\n\n'),
    'one line many times': `WEBVTT\n\n${repeated('00:00.000 --> 00:01.000\na\nb\nc\n\n')}`,
    ampersands: `<transcript><text start="0">${repeated('&')}</text></transcript>`,
    references: `<transcript><text start="0">${repeated('&amp;#39;')}</text></transcript>`,
    'a document type': `<!DOCTYPE t [${repeated('<!ENTITY a "b">')}]><t/>`,
    comments: `<transcript>${repeated('<!--')}</transcript>`,
    attributes: `<transcript><text ${repeated('a="b" ')}/></transcript>`,
    spans: `<tt><body><p begin="0s">${repeated('<span>a</span>')}</p></body></tt>`,
    text: repeated('lorem ipsum '),
  };
  for (const [name, content] of Object.entries(large))
    it(`of nine megabytes of ${name} is read or refused`, () => assertSane(content));
});

describe('what we write', function () {
  this.timeout(120_000);

  const text = fc
    .array(
      fc.string({
        unit: fc.constantFrom(
          ...('abc XYZ019<>&;:-{}\\/[]().,!?\'"日本é🎵#39ltgampquotnbi'.match(/./gu) ?? []),
        ),
        minLength: 1,
        maxLength: 25,
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((parts) =>
      parts
        .map((part) => part.trim().replace(/ +/g, ' '))
        .filter((part) => part !== '')
        .join('\n'),
    )
    .filter((value) => value !== '');
  const cues = fc
    .array(
      fc.record({
        gapMs: fc.nat(5000),
        lengthMs: fc.nat(9000),
        text,
        speaker: fc.option(fc.stringMatching(/^[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9})?$/), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((list) => {
      let at = 0;
      return list.map(({ gapMs, lengthMs, text, speaker }): Cue => {
        const start = at + gapMs;
        at = start + lengthMs;
        return { start: start / 1000, end: at / 1000, text, ...(speaker === undefined ? {} : { speaker }) };
      });
    });
  const write = (list: readonly Cue[], format: 'srt' | 'vtt' | 'json'): string =>
    whole(
      renderers[format]({
        link: youtube('dQw4w9WgXcQ'),
        transcript: transcript({ cues: list }),
        batch: 'b',
        transcribed: '2026-11-20T10:15:00Z',
        timestamps: 'paragraph',
      }),
    );

  for (const format of ['vtt', 'json', 'srt'] as const)
    it(`as ${format} reads back as the same cues`, () => {
      fc.assert(
        fc.property(cues, (list) => {
          // SubRip has no field for a speaker; there the name is in the text.
          const given = format === 'srt' ? list.map(({ start, end, text }) => ({ start, end, text })) : list;
          const parsed = whole(parseCaptions(write(given, format), { isOwn: true }));
          assert.ok('cues' in parsed);
          assert.deepEqual(parsed.cues, given);
        }),
        { numRuns: 200 },
      );
    });
});

describe('bytes', () => {
  it('become text without a mark and with one kind of line end, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = whole(decodeText(bytes));
        assert.ok(!text.includes('\r'));
      }),
    );
  });
});

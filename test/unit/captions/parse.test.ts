// Every wire format is read into the same cues, exact in text and time.
import assert from 'node:assert/strict';
import { parseCaptions, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';
import type { Cue } from '../../../src/model/transcript';
import * as wire from './wire';

function parse(content: Uint8Array | string, automatic?: boolean): ParsedCaptions {
  const parsed = whole(parseCaptions(content, automatic === undefined ? {} : { automatic }));
  assert.ok('cues' in parsed, `expected cues, not ${JSON.stringify(parsed)}`);
  return parsed;
}
const refused = (content: Uint8Array | string): string => {
  const parsed = whole(parseCaptions(content));
  assert.ok('code' in parsed);
  return parsed.code;
};
const cues = (...list: readonly (readonly [number, number, string])[]): Cue[] =>
  list.map(([start, end, text]) => ({ start, end, text }));

const lines: wire.Line[] = [
  { startMs: 160, endMs: 2640, text: "we're no strangers" },
  { startMs: 2640, endMs: 5005, text: 'to <love> & "so" on' },
  { startMs: 5005, endMs: 7001, text: 'you know the rules' },
  { startMs: 7001, endMs: 7999, text: 'you know the rules' },
  { startMs: 9100, endMs: 12345, text: 'and so do I 日本語 🎵' },
];
const wanted = lines.map((line) => ({
  start: line.startMs / 1000,
  end: line.endMs / 1000,
  text: line.text,
}));

describe('one set of cues', () => {
  const forms: Record<string, [string, string]> = {
    json3: ['json3', wire.json3(lines)],
    'json3 of automatic captions': ['json3', wire.json3Automatic(lines)],
    srv1: ['srv1', wire.srv1(lines)],
    srv2: ['srv2', wire.srv2(lines)],
    srv3: ['srv3', wire.srv3(lines)],
    'srv3 of automatic captions': ['srv3', wire.srv3Automatic(lines)],
    WebVTT: ['vtt', wire.vtt(lines)],
    'rolling WebVTT': ['vtt', wire.vttRolling(lines)],
    SRT: ['srt', wire.srt(lines)],
    'rolling SRT': ['srt', wire.srtRolling(lines)],
    TTML: ['ttml', wire.ttml(lines)],
  };
  for (const [name, [format, content]] of Object.entries(forms)) {
    it(`comes out the same from ${name}`, () => {
      const parsed = parse(content);
      assert.equal(parsed.format, format);
      assert.deepEqual(
        parsed.cues.map((cue) => cue.text),
        wanted.map((cue) => cue.text),
      );
      assert.deepEqual(
        parsed.cues.map((cue) => cue.start),
        wanted.map((cue) => cue.start),
      );
      // Automatic json3 and srv3 say how long a line stays on the screen, not when it ends.
      for (const [at, cue] of parsed.cues.entries()) {
        const next = wanted[at + 1];
        assert.ok(cue.end === wanted[at]?.end || cue.end === next?.start, `${cue.start} to ${cue.end}`);
      }
    });
  }

  it('comes out the same with CRLF, a byte order mark and in UTF-16', () => {
    const text = wire.srt(lines).replace(/\n/g, '\r\n');
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const swapped = Buffer.from(utf16).swap16();
    for (const bytes of [Buffer.from(`\uFEFF${text}`), utf16, swapped, utf16.subarray(2)])
      assert.deepEqual(parse(bytes).cues, wanted);
  });
});

describe('json3', () => {
  it('leaves out window definitions and append events and keeps the order of words', () => {
    const parsed = parse(
      JSON.stringify({
        events: [
          { tStartMs: 0, dDurationMs: 100_000, id: 1 },
          { tStartMs: 1000, dDurationMs: 4000, segs: [{ utf8: 'a' }, { utf8: ' b', tOffsetMs: 100 }] },
          { tStartMs: 2000, aAppend: 1, segs: [{ utf8: '\n' }] },
          { tStartMs: 2500, dDurationMs: 4000, segs: [{ utf8: 'c' }] },
          { tStartMs: 3000, dDurationMs: 10, segs: [{ utf8: '\n' }] },
          null,
          'x',
          { tStartMs: 'soon', segs: [{ utf8: 'never' }] },
        ],
      }),
    );
    assert.deepEqual(parsed.cues, cues([1, 2.5, 'a b'], [2.5, 6.5, 'c']));
  });

  it('has its times as numbers or as text, and is not without words where none can be read', () => {
    const events = [{ tStartMs: '1000', dDurationMs: '500', segs: [{ utf8: 'one' }] }];
    assert.deepEqual(parse(JSON.stringify({ wireMagic: 'pb3', events })).cues, cues([1, 1.5, 'one']));
    const untimed = JSON.stringify({ events: [{ tStartMs: 'soon', segs: [{ utf8: 'never' }] }] });
    const unread = whole(parseCaptions(untimed));
    assert.ok('code' in unread);
    assert.equal(unread.code, 'bad-response');
  });

  it('keeps overlaps of captions that a person made', () => {
    const content = JSON.stringify({
      events: [
        { tStartMs: 0, dDurationMs: 4000, segs: [{ utf8: 'A' }] },
        { tStartMs: 1000, dDurationMs: 1000, segs: [{ utf8: 'B' }] },
      ],
    });
    assert.deepEqual(parse(content).cues, cues([0, 4, 'A'], [1, 2, 'B']));
    assert.deepEqual(parse(content, true).cues, cues([0, 1, 'A'], [1, 2, 'B']));
  });
});

describe('timedtext XML', () => {
  it('reads srv1 text that is escaped twice, drops its formatting and keeps brackets that are text', () => {
    const parsed = parse(
      '<transcript><text start="0.5" dur="1.25">it&amp;#39;s &lt;i&gt;a&lt;/i&gt; &amp;lt;b&amp;gt; &amp;amp;amp;</text>' +
        '<text start="3">no length</text><text start="5.5">last</text></transcript>',
    );
    assert.deepEqual(
      parsed.cues,
      cues([0.5, 1.75, "it's a <b> &amp;"], [3, 5.5, 'no length'], [5.5, 5.5, 'last']),
    );
  });

  it('keeps line breaks inside a cue and drops cues without text', () => {
    const parsed = parse(
      '<timedtext format="3"><body><p t="0" d="500"> one \n\n two </p><p t="500" d="5">\u200B</p><p t="600">x</p></body></timedtext>',
    );
    assert.deepEqual(parsed.cues, cues([0, 0.5, 'one\ntwo'], [0.6, 0.6, 'x']));
  });

  it('never expands entities of a document type', () => {
    const bomb = `<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><transcript><text start="0" dur="1">&b;&f;</text></transcript>`;
    const parsed = whole(parseCaptions(bomb));
    assert.doesNotMatch(JSON.stringify(parsed), /aaaa|root:/);
  });

  it('is refused when it is cut off or too deep', () => {
    const text = wire.srv3(lines);
    for (let end = 1; end < text.length - 1; end += 7)
      assert.equal(refused(text.slice(0, text.length - end)), 'bad-response');
    assert.equal(refused('<a>'.repeat(200) + '</a>'.repeat(200)), 'bad-response');
  });
});

describe('WebVTT', () => {
  it('skips notes, styles, regions, headers, identifiers and settings', () => {
    const parsed = parse(
      'WEBVTT - a title\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\nREGION\nid:fred\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnot --> a cue\n\nintro\n00:01.000 --> 00:02.500 line:0 position:20% align:start\nHello\nthere\n\nNOTE after\n\n01:00:00.000-->01:00:01.000\nLate\n',
    );
    assert.deepEqual(parsed.cues, cues([1, 2.5, 'Hello\nthere'], [3600, 3601, 'Late']));
  });

  it('strips tags, decodes references and takes speakers from voices', () => {
    const parsed = parse(
      'WEBVTT\n\n00:00.000 --> 00:01.000\n<v.loud Ann &amp; Bo><i>Hi</i> &lt;you&gt;&nbsp;all</v> 3 < 4\n\n00:01.000 --> 00:02.000\n<v Ann>One</v>\n<v Bo>Two</v>\n\n00:02.000 --> 00:03.000\n<c.yellow.bg_blue>a</c><00:00:02.500> b <lang en>c</lang> <ruby>d<rt>e</rt></ruby>\n',
    );
    assert.deepEqual(parsed.cues, [
      { start: 0, end: 1, text: 'Hi <you>\u00A0all 3 < 4', speaker: 'Ann & Bo' },
      { start: 1, end: 2, text: 'One', speaker: 'Ann' },
      { start: 1, end: 2, text: 'Two', speaker: 'Bo' },
      { start: 2, end: 3, text: 'a b c d' },
    ]);
  });

  it('keeps a line that is said twice', () => {
    const content =
      'WEBVTT\n\n00:00.000 --> 00:01.000\nNo.\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nYes.\n';
    assert.deepEqual(parse(content).cues, cues([0, 1, 'No.'], [1, 2, 'No.'], [2, 3, 'Yes.']));
  });
});

describe('SRT', () => {
  it('keeps what is repeated from cue to cue where no line rolls', () => {
    const music = Array.from({ length: 9 }, (_, at) => ({
      startMs: at * 1000,
      endMs: at * 1000 + 1000,
      text: '♪',
    }));
    assert.equal(parse(wire.srt(music)).cues.length, 9);
  });

  it('is read without numbers, with points, without milliseconds, with blank lines inside', () => {
    const parsed = parse(
      '00:00:01.5 --> 00:00:02\nOne\n\nstill one\n\n2\n0:00:03,000 -> 0:00:04,250 X1:0 X2:100\n{\\an8}<font color="#fff">Two</font> <b>x</b> <unknown>\n1984\n',
    );
    assert.deepEqual(parsed.cues, cues([1.5, 2, 'One\nstill one'], [3, 4.25, 'Two x <unknown>\n1984']));
  });

  it('is put in order of time, with negative and reversed times made sane', () => {
    const parsed = parse(
      '2\n00:00:05,000 --> 00:00:04,000\nB\n\n1\n-00:00:01,000 --> 00:00:02,000\nA\n\n3\n99:59:59,999 --> 100:00:00,000\nC\n',
    );
    assert.deepEqual(parsed.cues, cues([0, 2, 'A'], [5, 5, 'B'], [359_999.999, 360_000, 'C']));
  });

  it('is read as windows-1252 when it is no UTF-8', () => {
    const parsed = parse(Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nd\xe9j\xe0 \x93vu\x94\n', 'latin1'));
    assert.equal(parsed.cues[0]?.text, 'déjà “vu”');
  });
});

describe('TTML', () => {
  it('adds nested times, reads frames, ticks and offsets, breaks and agents', () => {
    const parsed = parse(
      `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" ttp:frameRate="25" ttp:tickRate="10000000">
       <head><metadata><ttm:agent xml:id="a1" type="person"><ttm:name type="full">Ann</ttm:name></ttm:agent></metadata></head>
       <body><div begin="10s">
         <p begin="00:00:01:05" dur="500ms" ttm:agent="a1">One   word<br/>
            <span tts:fontStyle="italic">two</span>&nbsp;</p>
         <p begin="20000000t" end="3s">Ticks</p>
         <p><span begin="5s" end="6s">Own</span> <span begin="6s" end="7s">times</span></p>
       </div></body></tt>`,
    );
    assert.deepEqual(parsed.cues, [
      { start: 11.2, end: 11.7, text: 'One word\ntwo', speaker: 'Ann' },
      { start: 12, end: 13, text: 'Ticks' },
      { start: 15, end: 16, text: 'Own' },
      { start: 16, end: 17, text: 'times' },
    ]);
  });
});

describe('other text', () => {
  it('with times in brackets is read line by line', () => {
    const parsed = parse('[0:00 - 0:04] Hello\nthere\n[0:04 - 1:02:03.5] World\n');
    assert.equal(parsed.format, 'lines');
    assert.deepEqual(parsed.cues, cues([0, 4, 'Hello\nthere'], [4, 3723.5, 'World']));
    assert.deepEqual(parse('[00:00:01.000 --> 00:00:02.500]   x').cues, cues([1, 2.5, 'x']));
    assert.deepEqual(parse('[0:01] a\n[0:03] b').cues, cues([1, 3, 'a'], [3, 3, 'b']));
  });

  it('is refused as a bad response', () => {
    for (const content of [
      '',
      ' \n\t',
      '\uFEFF',
      '<!DOCTYPE html><html><p t="0">x</p></html>',
      '{"error":{"code":403}}',
      '{"events":',
      'Just some words.',
      '<rss><channel/></rss>',
      '\0\0\0\0',
      'x'.repeat(11 * 1024 * 1024),
    ])
      assert.equal(refused(content), 'bad-response', content.slice(0, 30));
  });

  it('of the right form without any words has no captions', () => {
    for (const content of [
      'WEBVTT',
      '{"wireMagic":"pb3"}',
      '<transcript/>',
      '<timedtext format="3"><body/></timedtext>',
    ])
      assert.equal(refused(content), 'no-captions', content);
  });
});

describe('The language of a caption file', () => {
  const languageOf = (text: string): string | undefined => {
    const parsed = whole(parseCaptions(text));
    assert.ok('cues' in parsed);
    return parsed.language;
  };
  const cue = '00:00.000 --> 00:01.000\nWords.\n';
  const ttml = (lang: string): string =>
    `<tt xmlns="http://www.w3.org/ns/ttml"${lang}><body><div><p begin="0s" end="1s">Words.</p></div></body></tt>`;

  it('is what TTML and the header of WebVTT say', () => {
    assert.equal(languageOf(ttml(' xml:lang="pt-br"')), 'pt-BR');
    assert.equal(languageOf(`WEBVTT\nKind: captions\nLanguage: de\n\n${cue}`), 'de');
  });

  it('is unknown where nothing, or nonsense, is declared, or only the text mentions one', () => {
    assert.equal(languageOf(ttml('')), undefined);
    assert.equal(languageOf(ttml(' xml:lang=""')), undefined);
    assert.equal(languageOf(ttml(' xml:lang="?!"')), undefined);
    assert.equal(languageOf(`WEBVTT\n\n${cue}Language: de\n`), undefined);
  });
});

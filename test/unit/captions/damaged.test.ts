// Caption files as programs, translators and editors damage them: no word vanishes without being counted.
import assert from 'node:assert/strict';
import { parseCaptions, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

function parse(content: Uint8Array | string): ParsedCaptions {
  const parsed = whole(parseCaptions(content));
  assert.ok('cues' in parsed, `expected cues, not ${JSON.stringify(parsed)}`);
  return parsed;
}
type Short = readonly [start: number, end: number, text: string];
const short = (content: Uint8Array | string): readonly Short[] =>
  parse(content).cues.map(({ start, end, text }) => [start, end, text]);
const one = (time: string, head = ''): readonly Short[] => short(`${head}${time}\nWords.\n`);

describe('A time line', () => {
  const oneToTwo = [[1, 2, 'Words.']];
  for (const [what, line] of Object.entries({
    'without hours': '00:01,000 --> 00:02,000',
    'without minutes': '1.000 --> 2.000',
    'without minutes on one side': '1,000 --> 00:02,000',
    'with a blank behind a colon': '00:00: 01,000 --> 00:00: 02,000',
    'with blanks around all marks': '00 : 00 : 01 , 000 --> 00 : 00 : 02 , 000',
    'with a dash of a word processor': '00:00:01,000 –> 00:00:02,000',
    'with a long dash': '00:00:01,000 —> 00:00:02,000',
    'with an arrow sign': '00:00:01,000 → 00:00:02,000',
    'with three dashes': '00:00:01,000 ---> 00:00:02,000',
    'with one dash': '00:00:01,000 -> 00:00:02,000',
    'with blanks in its arrow': '00:00:01,000 - -> 00:00:02,000',
    'with a blank in the arrow': '00:00:01,000 -- > 00:00:02,000',
    'without blanks': '00:00:01,000-->00:00:02,000',
    'with an escaped arrow': '00:00:01,000 --&gt; 00:00:02,000',
    'with a colon before the milliseconds': '00:00:01:000 --> 00:00:02:000',
    'with a semicolon before the milliseconds': '00:00:01;000 --> 00:00:02;000',
    'with points all through': '00.00.01.000 --> 00.00.02.000',
    'with more digits than three': '00:00:01,0000000582 --> 00:00:02,000.0000582',
    'with a colon at its end': '00:00:01,0: --> 00:00:02,0:',
    'with one digit each': '0:0:1,0 --> 0:0:2,0',
    'with coordinates': '00:00:01,000 --> 00:00:02,000  X1:100 X2:200 Y1:1 Y2:2',
    'with settings and no blank before them': '00:00:01.000 --> 00:00:02.000line:40%',
    'with settings of more than 500 characters': `00:00:01.000 --> 00:00:02.000 ${'align:start '.repeat(60)}`,
    'with form feeds': '\f00:00:01.000\f-->\f00:00:02.000\f',
    'with NUL behind it': '00:00:01.000 --> 00:00:02.000\0 align:end\0',
    'with its number before it': '1 00:00:01,000 --> 00:00:02,000',
    'with full-width characters': '００：００：０１，０００ --> ００：００：０２，０００',
    'with Arabic digits': '٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠',
    'with direction marks': '\u202a00:00:01,000 --> 00:00:02,000\u202c',
    'of YouTube Studio': '0:00:01.000,0:00:02.000',
  })) {
    it(`${what} is read in SubRip`, () => assert.deepEqual(one(line), oneToTwo));
    it(`${what} is read in WebVTT`, () => assert.deepEqual(one(line, 'WEBVTT\n\n'), oneToTwo));
  }

  it('that cannot be read loses no text, is no text, and is counted', () => {
    for (const head of ['', 'WEBVTT\n\n']) {
      const parsed = parse(
        `${head}00:00:01.000 --> 00:00:02.000\nOne.\n\n00:0O:03.000 --> 00:00:O4.000\nTwo.\n\n00:00:05.000 --> 00:00:06.000\nThree.\n`,
      );
      assert.deepEqual(
        parsed.cues.map(({ text }) => text),
        ['One.', 'Two.', 'Three.'],
      );
      assert.deepEqual(parsed.notes, [
        '1 time in the file cannot be read; its text follows the text before it.',
      ]);
    }
  });

  it('is no time line where there are words beside an arrow', () => {
    const text = 'a --> b\n10 --> 20\nf(x) -> y';
    assert.deepEqual(short(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`), [[1, 2, text]]);
  });
});

describe('A WebVTT file', () => {
  it('keeps words behind a blank line where the time line has none', () => {
    assert.deepEqual(
      short(
        'WEBVTT\nKind: captions\nLanguage: en\n\n00:01.000 --> 00:02.000 align:start\n\nOne.\n\n00:02.000 --> 00:03.000\nTwo.\n\n00:03.000 --> 00:04.000\n\n\nThree.\n',
      ),
      [
        [1, 2, 'One.'],
        [2, 3, 'Two.'],
        [3, 4, 'Three.'],
      ],
    );
  });

  it('takes neither notes nor names of cues for words of an empty cue', () => {
    assert.deepEqual(
      short(
        'WEBVTT\n\n00:01.000 --> 00:02.000\n\nNOTE a remark\n\n00:02.000 --> 00:03.000\n\nsecond name\n00:03.000 --> 00:04.000\nWords.\n',
      ),
      [[3, 4, 'Words.']],
    );
  });

  it('keeps words behind a blank line inside a cue', () => {
    assert.deepEqual(
      short('WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n\nTwo.\n\n00:02.000 --> 00:03.000\nThree.'),
      [
        [1, 2, 'One.\nTwo.'],
        [2, 3, 'Three.'],
      ],
    );
  });

  it('that is made of HLS pieces says each cue once, and no headers', () => {
    const map = 'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n';
    for (const gap of ['', '\n', '\n\n'])
      assert.deepEqual(
        short(
          `WEBVTT\n${map}00:01.000 --> 00:03.000\nOne.\n\n00:03.000 --> 00:07.000\nTwo.\n${gap}WEBVTT\n${map}00:03.000 --> 00:07.000\nTwo.\n\n00:07.000 --> 00:08.000\nThree.\n`,
        ),
        [
          [1, 3, 'One.'],
          [3, 7, 'Two.'],
          [7, 8, 'Three.'],
        ],
      );
  });

  it('that is made of HLS pieces with clocks of their own counts from the first, over the end of the clock', () => {
    // Some packagers put a blank line before the map.
    for (const gap of ['\n', '\n\n']) {
      const piece = (ticks: number, text: string): string =>
        `WEBVTT${gap}X-TIMESTAMP-MAP=MPEGTS:${ticks},LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\n${text}\n\n`;
      assert.deepEqual(short(piece(2 ** 33 - 90_000, 'One.') + piece(5 * 90_000, 'Two.')), [
        [1, 2, 'One.'],
        [7, 8, 'Two.'],
      ]);
    }
  });

  it('is known in whatever case, and without its header', () => {
    const body =
      '00:00:01.000 --> 00:00:02.000\n<v Ann>Words.</v>\n\nNOTE x\n\n00:00:02.000 --> 00:00:03.000\nMore.\n';
    for (const head of ['webvtt\n\n', 'WebVTT\n\n', '']) {
      const { cues } = parse(head + body);
      assert.deepEqual(cues, [
        { start: 1, end: 2, text: 'Words.', speaker: 'Ann' },
        { start: 2, end: 3, text: 'More.' },
      ]);
    }
  });

  it('takes the dash before a voice for no words', () => {
    const { cues } = parse('WEBVTT\n\n00:01.000 --> 00:02.000\n- <v Ann>Hi.</v>\n- <v Bo:>Yo.</v>\n');
    assert.deepEqual(cues, [
      { start: 1, end: 2, text: 'Hi.', speaker: 'Ann' },
      { start: 1, end: 2, text: 'Yo.', speaker: 'Bo' },
    ]);
  });
});

describe('A WebVTT file of preview pictures', () => {
  it('has no words', () => {
    const file = (text: string): string => `WEBVTT\n\n00:00.000 --> 00:05.000\n${text}\n`;
    const parsed = whole(parseCaptions(file('thumbs/a.jpg#xywh=0,0,160,90')));
    assert.ok('code' in parsed && parsed.code === 'no-captions', JSON.stringify(parsed));
    assert.deepEqual(short(file('Look at a.jpg now')), [[0, 5, 'Look at a.jpg now']]);
  });
});

describe('A SubRip file', () => {
  const wanted = [
    [1, 2, 'Hello\nthere'],
    [3, 4, 'Bye'],
    [5, 6, '1984'],
  ];
  const file =
    '1\n00:00:01,000 --> 00:00:02,000\nHello\nthere\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n\n3\n00:00:05,000 --> 00:00:06,000\n1984\n';

  it('reads the same with CR CR LF, with all lines doubled, and with a blank line behind each number', () => {
    assert.deepEqual(short(file.replaceAll('\n', '\r\r\n')), wanted);
    assert.deepEqual(short(file.replaceAll('\n', '\n\n')), wanted);
    assert.deepEqual(short(file.replaceAll('\n', '\r\n\r\n')), wanted);
    assert.deepEqual(short(file.replace(/^(\d)$/gm, '$1\n').replace('1984\n', '1984')), wanted);
  });

  it('takes numbers for no words however they are written', () => {
    for (const number of ['$1.', '#$1', '$1개', ' $1 '])
      assert.deepEqual(short(file.replace(/^(\d)$/gm, number)), wanted, number);
  });

  it('takes the number above words that have lost their time for none of them', () => {
    assert.deepEqual(
      short(
        '1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\nTwo.\n\n3\n00:00:05,000 --> 00:00:06,000\nThree.\n\n1984\nwas a year.\n\n4\n00:00:07,000 --> 00:00:08,000\nFour.\n',
      ),
      [
        [1, 2, 'One.\nTwo.'],
        [5, 6, 'Three.\n1984\nwas a year.'],
        [7, 8, 'Four.'],
      ],
    );
  });

  it('of YouTube Studio takes a damaged time for no words', () => {
    const parsed = parse(
      '0:00:00.500,0:00:01.000\nOne.\n\n0:00:02.f89,0:00:03.000\nTwo.\n\n0:00:04.000,0:00:05.000\nThree.\n',
    );
    assert.deepEqual(
      parsed.cues.map(({ text }) => text),
      ['One.', 'Two.', 'Three.'],
    );
    assert.equal(parsed.notes.length, 1);
  });

  it('reports how many lines precede its first time', () => {
    assert.deepEqual(parse(`A film\nby somebody\n\n${file}`).notes, [
      '2 lines belong to no cue and were left out.',
    ]);
    assert.deepEqual(parse(file).notes, []);
  });

  it('keeps words on the time line itself', () => {
    assert.deepEqual(short('1\n00:00:01,000 --> 00:00:02,000 Hello\nthere\n'), [[1, 2, 'Hello\nthere']]);
  });

  it('reads on behind NUL that fills it up', () => {
    assert.deepEqual(short(`${file}${'\0'.repeat(500)}`), wanted);
  });
});

describe('The text of a cue', () => {
  const time = '00:00:01.000 --> 00:00:02.000';
  const forms: Record<string, (text: string) => string> = {
    SubRip: (text) => `1\n${time.replaceAll('.', ',')}\n${text}\n`,
    WebVTT: (text) => `WEBVTT\n\n${time}\n${text}\n`,
    TTML: (text) =>
      `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">${text.replaceAll('&', '&amp;')}</p></div></body></tt>`,
    json3: (text) =>
      JSON.stringify({ events: [{ tStartMs: 1000, dDurationMs: 1000, segs: [{ utf8: text }] }] }),
    srv3: (text) =>
      `<timedtext format="3"><body><p t="1000" d="1000">${text.replaceAll('&', '&amp;')}</p></body></timedtext>`,
    'podcast JSON': (text) =>
      JSON.stringify({ version: '1.0.0', segments: [{ startTime: 1, endTime: 2, body: text }] }),
  };
  for (const [name, write] of Object.entries(forms))
    it(`is the same from ${name}`, () => {
      for (const [raw, text] of [
        ['{\\an8}At the top', 'At the top'],
        ['{\\i1}One{\\i0}\\NTwo', 'One\nTwo'],
        ['{y:i}One', 'One'],
        ['It&#8217;s caf&eacute; &hellip;', 'It’s café …'],
        ['Smith &amp; Sons', 'Smith & Sons'],
        ['Bees\u200b make\u2060 honey', 'Bees make honey'],
        ['می‌خواهم', 'می‌خواهم'],
        ['C:\\New {sic} 3 < 4', 'C:\\New {sic} 3 < 4'],
      ] as const)
        if (!(raw.includes('<') && write('').startsWith('<')))
          assert.deepEqual(short(write(raw)), [[1, 2, text]], raw);
    });

  it('leaves the readings of East Asian characters out', () => {
    assert.deepEqual(short(`WEBVTT\n\n${time}\n<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>です\n`), [
      [1, 2, '漢字です'],
    ]);
  });
});

describe('json3', () => {
  const events = (...list: readonly object[]): string => JSON.stringify({ wireMagic: 'pb3', events: list });

  it('that is sent twice with other pens and filling is said once', () => {
    const segs = [{ utf8: '\u200b' }, { utf8: 'Bees' }, { utf8: ' make honey.', tOffsetMs: 400 }];
    assert.deepEqual(
      short(
        events(
          { tStartMs: 1000, dDurationMs: 2000, pPenId: 1, segs },
          { tStartMs: 1000, dDurationMs: 2000, pPenId: 2, segs: segs.slice(1) },
        ),
      ),
      [[1, 3, 'Bees make honey.']],
    );
  });

  it('of whole sentences ends where the append event says, of words with offsets where the event says', () => {
    const sentence = (offset: object): string =>
      events(
        {
          tStartMs: 10_000,
          dDurationMs: 3000,
          wWinId: 1,
          segs: [{ utf8: 'A long' }, { utf8: ' one.', ...offset }],
        },
        { tStartMs: 18_390, wWinId: 1, aAppend: 1, segs: [{ utf8: '\n' }] },
        { tStartMs: 28_400, dDurationMs: 3000, wWinId: 1, segs: [{ utf8: 'End.' }] },
      );
    assert.deepEqual(short(sentence({})), [
      [10, 18.39, 'A long one.'],
      [28.4, 31.4, 'End.'],
    ]);
    assert.equal(short(sentence({ tOffsetMs: 300 }))[0]?.[1], 13);
    const srv3 =
      '<timedtext format="3"><body><p t="10000" d="3000" w="1">A long one.</p><p t="18390" w="1" a="1">\n</p><p t="28400" d="3000" w="1">End.</p></body></timedtext>';
    assert.deepEqual(short(srv3), short(sentence({})));
  });
});

describe('A table of times', () => {
  it('loses no line without times, and counts a time that cannot be read', () => {
    const parsed = parse('start,end,text\n0,1200,"One,\ntwo."\n1200,soon,Three.\n2000,3000,Four.\n');
    assert.deepEqual(
      parsed.cues.map(({ start, text }) => [start, text]),
      [
        [0, 'One,\ntwo.'],
        [1.2, 'Three.'],
        [2, 'Four.'],
      ],
    );
    assert.deepEqual(parsed.notes, [
      '1 time in the file cannot be read; its text follows the text before it.',
    ]);
    const loose = parse('start\tend\ttext\nBefore.\n500\t2500\tOne.\nThen, and then.\n');
    assert.deepEqual(
      loose.cues.map(({ text }) => text),
      ['Before.', 'One.\nThen, and then.'],
    );
    const lines = Array.from({ length: 1000 }, (_, at) => `And so on ${at}.`);
    const many = parse(`start\tend\ttext\n500\t2500\tOne.\n${lines.join('\n')}\n`).cues;
    assert.deepEqual(
      many.flatMap(({ text }) => text.split('\n')),
      ['One.', ...lines],
    );
    assert.ok(many.every(({ start, text }) => start === 0.5 && text.length < 2100));
  });

  it('of labels has no lines of frequencies', () => {
    const labels = '0.500000\t2.500000\tOne.\n\\\t100.000000\t200.000000\n3.000000\t4.000000\tTwo.\n';
    assert.deepEqual(short(labels), [
      [0.5, 2.5, 'One.'],
      [3, 4, 'Two.'],
    ]);
  });
});

describe('JSON', () => {
  it('with a start that cannot be read says so, whether or not there is an end', () => {
    for (const times of [{ start: 'soon', end: 2.5 }, { end: 2.5 }, { start: null }]) {
      const parsed = parse(
        JSON.stringify({
          segments: [
            { ...times, text: 'One.' },
            { start: 3, end: 4, text: 'Two.' },
          ],
        }),
      );
      assert.deepEqual(parsed.notes, [
        '1 time in the file cannot be read; its text follows the text before it.',
      ]);
    }
  });

  it('of messages that say when they were sent has no times', () => {
    for (const sent of [
      { ts: '1733029380.000100' },
      { time: 1_733_029_380 },
      { timestamp: 1_733_029_380_000 },
    ])
      assert.deepEqual(
        parse(
          JSON.stringify([
            { ...sent, text: 'One.' },
            { ...sent, text: 'Two.' },
          ]),
        ).notes,
        parse(JSON.stringify([{ text: 'One.' }, { text: 'Two.' }])).notes,
      );
  });

  it('of columns counts in seconds where a time is no whole number', () => {
    assert.deepEqual(short('{"start":[0.5,3],"end":[2.5,4.5],"text":["One.","Two."]}'), [
      [0.5, 2.5, 'One.'],
      [3, 4.5, 'Two.'],
    ]);
  });

  it('of cues of one word keeps them where pauses are between them', () => {
    const count = (step: number): readonly Short[] =>
      short(
        JSON.stringify({
          text: 'One Two Three Four',
          segments: ['One', 'Two', 'Three', 'Four'].map((text, at) => ({
            start: at * step,
            end: at * step + 0.5,
            text,
          })),
        }),
      );
    assert.equal(count(2.5).length, 4);
    assert.equal(count(0.6).length, 1);
  });
});

describe('A lyrics file', () => {
  it('with times of single words has the words alone, and ends its line with the last of them', () => {
    for (const line of [
      '[00:01.00] <00:01.00> First <00:01.50> words <00:02.00>',
      '[00:01.00]First [00:01.50]words[00:02.00]',
      '[00:01.00]First<00:01.50> words [00:02.00]',
      '[00:01.00]First [00:01.50] words<00:02.00>',
    ]) {
      const read = whole(parseCaptions(`${line}\n[00:05.00]More.\n[00:06.00]\n`));
      assert.ok('cues' in read);
      assert.deepEqual(
        read.cues.map(({ start, end, text }) => [start, end, text]),
        [
          [1, 2, 'First words'],
          [5, 6, 'More.'],
        ],
      );
    }
  });

  it('is read with its offset, repeated lines and word times', () => {
    assert.deepEqual(
      short(
        '[ar:Somebody]\n[ti:Song]\n[offset:-500]\n[00:01.00][00:05.00]La la\n[00:03.00]<00:03.00>One <00:03.50>two\n[00:04.00]\n',
      ),
      [
        [1.5, 3.5, 'La la'],
        [3.5, 4.5, 'One two'],
        [5.5, 5.5, 'La la'],
      ],
    );
  });
});

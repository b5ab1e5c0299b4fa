// TTML after its timing model, and as careless programs write it.
import assert from 'node:assert/strict';
import { parseCaptions, type CaptionHint, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

function parse(body: string, attributes = '', hint: CaptionHint = {}): ParsedCaptions {
  const text = `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" ${attributes}>${body}</tt>`;
  const parsed = whole(parseCaptions(text, hint));
  assert.ok('cues' in parsed, `expected cues, not ${JSON.stringify(parsed)}`);
  return parsed;
}
type Short = readonly [start: number, end: number, text: string];
const short = (body: string, attributes = ''): readonly Short[] =>
  parse(`<body><div>${body}</div></body>`, attributes).cues.map(({ start, end, text }) => [start, end, text]);
const refused = (text: string): string => {
  const parsed = whole(parseCaptions(text));
  assert.ok('code' in parsed, JSON.stringify(parsed));
  return parsed.code;
};

describe('A paragraph of TTML', () => {
  it('with text beside a timed span is one cue with all of its words', () => {
    assert.deepEqual(
      short('<p begin="10s" end="14s">ANN: <span begin="0s" end="2s">Good</span> morning</p>'),
      [[10, 14, 'ANN: Good morning']],
    );
  });

  it('keeps a word whole that two spans share', () => {
    assert.deepEqual(
      short(
        '<p begin="1s" end="3s"><span begin="0s" end="1s">Won</span><span begin="1s" end="2s">der</span></p>',
      ),
      [[1, 3, 'Wonder']],
    );
  });

  it('keeps spans that have only an end or a length', () => {
    assert.deepEqual(
      short(
        '<p begin="30s" end="40s"><span end="4s">First</span> <span begin="5s" dur="5s">second</span></p>',
      ),
      [
        [30, 34, 'First'],
        [35, 40, 'second'],
      ],
    );
  });

  it('is a line of lyrics where each word is a span', () => {
    assert.deepEqual(
      short(
        '<p begin="1s" end="4s"><span begin="0s" end="1s">La</span> <span begin="1s" end="2s">la</span> <span begin="2s" end="3s">land</span></p>',
      ),
      [[1, 4, 'La la land']],
    );
  });

  it('without any time is shown throughout, with its parent’s begin from there', () => {
    assert.deepEqual(parse('<body dur="9s"><div><p>Hi</p></div></body>').cues, [
      { start: 0, end: 9, text: 'Hi' },
    ]);
    assert.deepEqual(parse('<body><div begin="5s"><p>Hi</p></div></body>').cues, [
      { start: 5, end: 5, text: 'Hi' },
    ]);
  });

  it('is cut at the end of its parent, and never shown after it, which is reported', () => {
    const parsed = parse(
      '<body><div end="10s"><p begin="5s" dur="20s">In time</p><p begin="12s" end="14s">Too late</p></div></body>',
    );
    assert.deepEqual(parsed.cues, [{ start: 5, end: 10, text: 'In time' }]);
    assert.deepEqual(parsed.notes, [
      '1 piece of text is never shown by the file’s own times and was left out.',
    ]);
  });

  it('counts from the start of the document in Apple’s lyrics, each line a cue', () => {
    const body =
      '<body dur="3:58"><div begin="19.764" end="59.3"><p begin="19.764" end="21.9"><span begin="19.764" end="20.105">When</span> <span begin="20.105" end="20.326">you were</span> <span begin="20.326" end="21.9">here</span></p><p begin="22" end="24"><span begin="22" end="23">Hold</span> <span begin="23" end="23.5">on</span> <span begin="23.5" end="24">now</span></p></div></body>';
    const apple = 'xmlns:itunes="http://music.apple.com/lyric-ttml-internal" itunes:timing="Word"';
    for (const attributes of [apple, ''])
      assert.deepEqual(parse(body, attributes).cues, [
        { start: 19.764, end: 21.9, text: 'When you were here' },
        { start: 22, end: 24, text: 'Hold on now' },
      ]);
  });

  it('counts from its parent where its times would lie before it', () => {
    const parsed = parse(
      '<body><div begin="60s" end="65s"><p begin="1s" end="2s">In time</p><p begin="7s" end="8s">Too late</p></div></body>',
    );
    assert.deepEqual(parsed.cues, [{ start: 61, end: 62, text: 'In time' }]);
    assert.equal(parsed.notes.length, 1);
  });

  it('ends at the earlier of its end and its length', () => {
    assert.deepEqual(short('<p begin="1s" end="9s" dur="2s">a</p><p begin="4s" end="5s" dur="9s">b</p>'), [
      [1, 3, 'a'],
      [4, 5, 'b'],
    ]);
  });

  it('follows the one before it in a sequence', () => {
    assert.deepEqual(
      parse(
        '<body><div timeContainer="seq"><p dur="2s">A</p><p begin="1s" dur="3s">B</p><p end="4s">C</p></div></body>',
      ).cues,
      [
        { start: 0, end: 2, text: 'A' },
        { start: 3, end: 6, text: 'B' },
        { start: 6, end: 10, text: 'C' },
      ],
    );
  });

  it('reads seconds without a unit, clocks without hours, ticks and frames', () => {
    assert.deepEqual(
      short(
        '<p begin="19.764" end="21.9">a</p><p begin="1:01.000" end="1:02.79">b</p><p begin="00:01:10:12" end="71.5s">c</p><p begin="720000000t" end="00:01:13">d</p><p begin="75" end="0:01:16,5">e</p>',
        'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="24" ttp:tickRate="10000000"',
      ),
      [
        [19.764, 21.9, 'a'],
        [61, 62.79, 'b'],
        [70.5, 71.5, 'c'],
        [72, 73, 'd'],
        [75, 76.5, 'e'],
      ],
    );
  });

  it('keeps its words where a time cannot be read, and says so', () => {
    const parsed = parse('<body><div><p begin="soon" end="2s">a</p></div></body>');
    assert.deepEqual(parsed.cues, [{ start: 0, end: 2, text: 'a' }]);
    assert.equal(parsed.notes.length, 1);
  });

  it('leaves out ruby readings, what is hidden, and what is no text', () => {
    const head =
      '<head><styling><style xml:id="r" tts:ruby="text"/><style xml:id="h" tts:display="none"/><style xml:id="rr" style="r"/></styling></head>';
    const { cues } = parse(
      `${head}<body><div><p begin="1s" end="2s"><metadata><x>no</x></metadata><desc>no</desc><span tts:ruby="container"><span tts:ruby="base">漢</span><span style="rr">かん</span></span>字</p><p begin="2s" end="3s" style="h">no</p><p begin="3s" end="9s" style="h"><set begin="1s" end="2s" tts:display="auto"/>late</p></div></body>`,
    );
    assert.deepEqual(cues, [
      { start: 1, end: 2, text: '漢字' },
      { start: 4, end: 5, text: 'late' },
    ]);
  });

  it('is read behind bare ampersands, names of HTML and careless breaks', () => {
    assert.deepEqual(
      short(
        '<p begin="1s" end="2s">Miller & Sons</p><p begin="2s" end="3s">AT&T; R&D</p><p begin="3s" end="4s">&lt;&lt; &quot;Andy&apos;s Caf&eacute; &amp; Bar&quot; &copy;</p><p begin="4s" end="5s">a<br>b</br>c<BR/>d</p><p begin="5s" end="6s">3 < 4 &amp;amp; 5</p>',
      ),
      [
        [1, 2, 'Miller & Sons'],
        [2, 3, 'AT&T; R&D'],
        [3, 4, '<< "Andy\'s Café & Bar" ©'],
        [4, 5, 'a\nb\nc\nd'],
        [5, 6, '3 < 4 & 5'],
      ],
    );
  });
});

describe('A TTML file', () => {
  it('keeps the text after HTML formatting that is closed and was never opened', () => {
    assert.deepEqual(short('<p begin="1s" end="2s">A</i></p><p begin="2s" end="3s"><b>B</p>'), [
      [1, 2, 'A'],
      [2, 3, 'B'],
    ]);
  });

  const two =
    '<body><div xml:lang="en"><p begin="1s" end="2s">Yes</p><p begin="3s" end="4s">No</p></div><div xml:lang="fr"><p begin="1s" end="2s">Oui</p><p begin="3s" end="4s">Non</p></div></body>';

  it('of two languages side by side gives one: the wanted one, else the first; the other is named', () => {
    const words = (languages: readonly string[]): unknown => {
      const { cues, language, notes } = parse(two, '', { languages });
      return [cues.map(({ text }) => text), language, notes];
    };
    assert.deepEqual(words([]), [['Yes', 'No'], 'en', ['The file also holds fr; @lang or --lang chooses.']]);
    assert.deepEqual(words(['fr', 'en']), [
      ['Oui', 'Non'],
      'fr',
      ['The file also holds en; @lang or --lang chooses.'],
    ]);
  });

  it('in which two languages are spoken in turn is one text', () => {
    const { cues, notes } = parse(
      '<body><div xml:lang="en"><p begin="1s" end="2s">Yes</p></div><div xml:lang="fr"><p begin="2s" end="3s">Oui</p></div></body>',
    );
    assert.deepEqual([cues.length, notes], [2, []]);
  });

  it('in pieces is read to its end', () => {
    const piece = (text: string, at: number): string =>
      `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="${at}s" end="${at + 1}s">${text}</p></div></body></tt>\n`;
    const parsed = whole(parseCaptions(piece('One', 1) + piece('Two', 2)));
    assert.deepEqual('cues' in parsed && parsed.cues.map(({ text }) => text), ['One', 'Two']);
  });

  it('that declares entities of its own is refused', () => {
    const body =
      '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="1s">&who;</p></div></body></tt>';
    assert.equal(refused(`<!DOCTYPE tt [<!ENTITY who "Ann">]>${body}`), 'bad-response');
    assert.equal(refused(`<!DOCTYPE tt [<!ENTITY who SYSTEM "file:///etc/passwd">]>${body}`), 'bad-response');
    const parsed = whole(parseCaptions(`<!DOCTYPE tt SYSTEM "ttml.dtd">${body}`));
    assert.equal('cues' in parsed && parsed.cues[0]?.text, '&who;');
  });
});

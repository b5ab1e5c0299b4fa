import { strict as assert } from 'node:assert';
import { parseCaptions, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

function read(text: string, prose = true): ParsedCaptions {
  const parsed = whole(parseCaptions(text, { prose }));
  assert('cues' in parsed, JSON.stringify(parsed));
  return parsed;
}
const cuesIn = (text: string): readonly (readonly [number, string | undefined, string])[] =>
  read(text).cues.map(({ start, speaker, text: words }) => [start, speaker, words]);

describe('A transcript that is a web page', () => {
  it('has its speakers from <cite> and its times from <time>', () => {
    const page = `<cite>Kevin:</cite>
<time>0:00</time>
<p>We have an update planned &amp; more.</p>
<p>It comes soon.</p>
<cite>Adam:</cite>
<time>1:00:05</time>
<p>Good.</p>`;
    const expected = [
      [0, 'Kevin', 'We have an update planned & more.\nIt comes soon.'],
      [3605, 'Adam', 'Good.'],
    ];
    assert.deepEqual(cuesIn(page), expected);
    assert.deepEqual(
      cuesIn(
        `<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>${page}</body></html>`,
      ),
      expected,
    );
    assert.deepEqual(read(page).notes, []);
  });

  it('has paragraphs without times where none is given, and says so', () => {
    const { cues, notes } = read(
      '<html><body><nav><p>Menu</p></nav><script>if (a<b) x("</p>")</script><p>One.<br>Two.</p><p>One.</p><!-- <p>no</p> --></body></html>',
    );
    assert.deepEqual(
      cues.map(({ start, end, text }) => [start, end, text]),
      [
        [0, 0, 'One.'],
        [0, 0, 'Two.'],
        [0, 0, 'One.'],
      ],
    );
    assert.deepEqual(notes, ['The transcript has no times.']);
  });

  it('is a mistake where nobody has said that it is a transcript', () => {
    for (const text of ['<!DOCTYPE html><html><body><p>Log in</p></body></html>', 'Not found'])
      assert('code' in whole(parseCaptions(text)));
  });

  it('is read in one go, however it is made', () => {
    for (const piece of ['<', '<a', '<!--', '<script>', '<p>', '<cite>', '</nav>', '<nav>', '&lt;'])
      assert.ok(whole(parseCaptions(`<html>${piece.repeat(200_000)}`, { prose: true })));
  });
});

describe('A transcript that is plain text', () => {
  it('has its paragraphs and speakers, and no times where none is given', () => {
    assert.deepEqual(cuesIn('Ann: Hello there.\n\nBob: Hi.\nAll well?\n\nAnn: Yes.\n'), [
      [0, 'Ann', 'Hello there.'],
      [0, 'Bob', 'Hi.\nAll well?'],
      [0, 'Ann', 'Yes.'],
    ]);
  });

  it('has the times that its lines carry', () => {
    const expected = [
      [5, 'Ann Lee', 'Hello there.'],
      [65, 'Bob', 'Hi.\nAll well?'],
    ];
    for (const text of [
      'Ann Lee (00:05): Hello there.\n\nBob (01:05): Hi.\nAll well?',
      'Ann Lee 00:05\nHello there.\n\nBob 01:05\nHi.\nAll well?',
      'Ann Lee [00:00:05]\n\nHello there.\n\nBob [00:01:05]\n\nHi.\nAll well?',
    ])
      assert.deepEqual(cuesIn(text), expected);
    assert.deepEqual(cuesIn('00:05 Hello there.\n01:05 Hi.'), [
      [5, undefined, 'Hello there.'],
      [65, undefined, 'Hi.'],
    ]);
  });

  it('is a subtitle file where it is written as one', () => {
    assert.equal(read('1\n00:00:01,000 --> 00:00:02,000\nHi\n').format, 'srt');
    assert.equal(read('WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n').format, 'vtt');
  });
});

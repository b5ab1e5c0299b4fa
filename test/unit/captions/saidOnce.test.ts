// Text that is shown several times appears once; what is said twice stays twice; overlapping speakers keep
// their ends.
import assert from 'node:assert/strict';
import { parseCaptions, type ParsedCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

function parse(content: string): ParsedCaptions {
  const parsed = whole(parseCaptions(content));
  assert.ok('cues' in parsed, `expected cues, not ${JSON.stringify(parsed)}`);
  return parsed;
}
type Short = readonly [start: number, end: number, text: string, speaker?: string];
const short = (content: string): readonly Short[] =>
  parse(content).cues.map(({ start, end, text, speaker }) =>
    speaker === undefined ? [start, end, text] : [start, end, text, speaker],
  );
const clock = (seconds: number, mark: string): string =>
  `00:00:${String(Math.floor(seconds)).padStart(2, '0')}${mark}${String(Math.round((seconds % 1) * 1000)).padStart(3, '0')}`;
const srt = (cues: readonly Short[]): string =>
  cues
    .map(([start, end, text], at) => `${at + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${text}\n`)
    .join('\n');
const vtt = (cues: readonly Short[]): string =>
  `WEBVTT\n\n${cues.map(([start, end, text]) => `${clock(start, '.')} --> ${clock(end, '.')}\n${text}\n`).join('\n')}`;

describe('Words that are marked one after the other', () => {
  const sentence = (
    from: number,
    words: readonly string[],
    mark: (word: string) => string,
  ): readonly Short[] =>
    words.map((_, at) => [
      from + at / 2,
      from + (at + 1) / 2,
      words.map((word, place) => (place === at ? mark(word) : word)).join(' '),
    ]);
  const file = (mark: (word: string) => string): readonly Short[] => [
    ...sentence(0, ['Bees', 'make', 'honey.'], mark),
    ...sentence(1.5, ['Go', 'on.'], mark),
    ...sentence(2.5, ['Go', 'on.'], mark),
  ];
  const wanted = [
    [0, 1.5, 'Bees make honey.'],
    [1.5, 2.5, 'Go on.'],
    [2.5, 3.5, 'Go on.'],
  ];
  for (const [what, mark] of Object.entries<(word: string) => string>({
    underlined: (word) => `<u>${word}</u>`,
    coloured: (word) => `<font color="#00ff00">${word}</font>`,
    bold: (word) => `<b>${word}</b>`,
  }))
    it(`(${what}) make one cue a sentence, and two where it is said twice`, () => {
      assert.deepEqual(short(srt(file(mark))), wanted);
      assert.deepEqual(short(vtt(file(mark))), wanted);
    });

  it('make one cue with the gaps between the words, in which none is marked', () => {
    assert.deepEqual(
      short(
        srt([
          [0, 0.4, '<u>Bees</u> make honey.'],
          [0.4, 0.5, 'Bees make honey.'],
          [0.5, 0.9, 'Bees <u>make</u> honey.'],
          [0.9, 1, 'Bees make honey.'],
          [1, 1.5, 'Bees make <u>honey.</u>'],
        ]),
      ),
      [[0, 1.5, 'Bees make honey.']],
    );
  });

  it('are not seen where a film only sets words in italics', () => {
    const cues: readonly Short[] = [
      [0, 1, '<i>No.</i>'],
      [1, 2, '<i>No.</i>'],
      [2, 3, 'Yes, <i>yes</i>.'],
    ];
    assert.equal(short(srt(cues)).length, 3);
  });
});

describe('Captions that grow', () => {
  it('are one cue a line', () => {
    const cues: readonly Short[] = [
      [0, 1, 'So'],
      [1, 2, 'So today'],
      [2, 4, 'So today we begin'],
      [4, 5, 'with'],
      [5, 7, 'with bees'],
    ];
    for (const write of [srt, vtt])
      assert.deepEqual(short(write(cues)), [
        [0, 4, 'So today we begin'],
        [4, 7, 'with bees'],
      ]);
  });

  it('are not seen where one answer begins like the one before', () => {
    const cues: readonly Short[] = [
      [0, 1, 'No'],
      [1, 2, 'No, never.'],
      [2, 3, 'Why?'],
      [3, 4, 'Because.'],
    ];
    assert.equal(short(srt(cues)).length, 4);
  });
});

describe('Captions that roll up', () => {
  it('say each line once, with pauses between them too', () => {
    for (const gap of [0, 0.06, 1.5])
      assert.deepEqual(
        short(
          srt([
            [0, 2 - gap, 'one two'],
            [2, 4 - gap, 'one two\nthree four'],
            [4, 6 - gap, 'three four\nfive six'],
            [6, 8 - gap, 'five six\nseven'],
          ]),
        ).map(([, , text]) => text),
        ['one two', 'three four', 'five six', 'seven'],
      );
  });

  it('keep a line that is said twice', () => {
    assert.deepEqual(
      short(
        srt([
          [0, 2, 'one'],
          [2, 4, 'one\ntwo'],
          [4, 6, 'two\ntwo'],
          [6, 8, 'two\nthree'],
        ]),
      ).map(([, , text]) => text),
      ['one', 'two', 'two', 'three'],
    );
  });
});

describe('Captions that begin together', () => {
  it('are said once where they are the same, also with another between them', () => {
    assert.deepEqual(
      short(
        srt([
          [0, 2, 'one'],
          [2, 4, 'two'],
          [2, 5, 'three'],
          [2, 4, 'two'],
          [6, 8, 'two'],
        ]),
      ),
      [
        [0, 2, 'one'],
        [2, 4, 'two'],
        [2, 5, 'three'],
        [6, 8, 'two'],
      ],
    );
  });
});

describe('People who overlap', () => {
  it('keep their ends', () => {
    const cues: readonly Short[] = [
      [1, 5, 'One.'],
      [3, 8, 'Two.'],
      [7, 11, 'Three.'],
      [10, 15, 'Four.'],
      [14, 19, 'Five.'],
    ];
    for (const write of [srt, vtt]) assert.deepEqual(short(write(cues)), cues);
  });
});

describe('A name before the words', () => {
  it('is the speaker where all of them have one', () => {
    for (const write of [srt, vtt])
      assert.deepEqual(
        short(
          write([
            [0, 1, 'Ann Smith: Hi.'],
            [1, 2, 'Bo: Hello.'],
          ]),
        ),
        [
          [0, 1, 'Hi.', 'Ann Smith'],
          [1, 2, 'Hello.', 'Bo'],
        ],
      );
  });

  it('holds until the next one, as podcasts write it', () => {
    assert.deepEqual(
      short(
        srt([
          [0, 1, 'Adam: Welcome to the show.'],
          [1, 2, 'It is about bees.'],
          [2, 3, 'Sarah: And honey.'],
          [3, 4, 'Much of it.'],
          [4, 5, 'Adam: Right.'],
        ]),
      ).map(([, , text, speaker]) => [speaker, text]),
      [
        ['Adam', 'Welcome to the show.'],
        ['Adam', 'It is about bees.'],
        ['Sarah', 'And honey.'],
        ['Sarah', 'Much of it.'],
        ['Adam', 'Right.'],
      ],
    );
  });

  it('divides a cue in which two speak, and may stand alone or behind a mark', () => {
    assert.deepEqual(
      short(
        srt([
          [0, 1, 'Ann: Hi.\nBo: Hello.'],
          [1, 2, '[Ann]: Well.'],
          [2, 3, 'Bo:'],
          [3, 4, 'So be it.'],
          [4, 5, '>> Ann: Yes.'],
        ]),
      ).map(([, , text, speaker]) => [speaker, text]),
      [
        ['Ann', 'Hi.'],
        ['Bo', 'Hello.'],
        ['Ann', 'Well.'],
        ['Bo', 'So be it.'],
        ['Ann', 'Yes.'],
      ],
    );
  });

  it('is none where a sentence has a colon', () => {
    const cues: readonly Short[] = [
      [0, 1, 'Note: this is hard.'],
      [1, 2, 'He said: go.'],
      [2, 3, 'Remember this: never stop.'],
      [3, 4, 'https://example.org/x'],
      [4, 5, 'At 10:30 we go.'],
      [5, 6, 'Paris: a city of light.'],
    ];
    assert.deepEqual(short(srt(cues)), cues);
  });
});

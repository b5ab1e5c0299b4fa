import assert from 'node:assert/strict';
import { parseCaptions, type ParsedCaptions } from '../../../../src/captions/parseCaptions';
import { whole } from '../../../../src/captions/sliced';
import { otherShapes } from './otherShapes';
import { segment, text, timed, words } from './said';
import { servicesShapes } from './servicesShapes';
import { shapes } from './shapes';

const read = (document: unknown, prose = false): ParsedCaptions => {
  const content = typeof document === 'string' ? document : JSON.stringify(document);
  const parsed = whole(parseCaptions(content, { prose }));
  assert.ok('cues' in parsed, JSON.stringify(parsed));
  return parsed;
};
const shown = ({ cues }: ParsedCaptions): readonly string[] =>
  cues.map(
    ({ start, end, text: said, speaker }) =>
      `${start}-${end} ${speaker === undefined ? '' : `${speaker}: `}${said}`,
  );

describe('A transcript as JSON', () => {
  for (const [name, { answer, cues = timed, file = cues }] of Object.entries({
    ...shapes,
    ...otherShapes,
    ...servicesShapes,
  }))
    it(`${name}: a file of this shape is read as the answer is, and its cues stay as they are`, () => {
      assert.deepEqual(shown(read(answer)), file);
    });

  it('has its language where a service writes it', () => {
    const segments = [segment(0.5, 2.5, text)];
    for (const document of [
      { language: 'de', segments },
      { results: { language_code: 'de', items: words() } },
      { result: { language: 'de' }, transcription: segments },
    ])
      assert.equal(read(document).language, 'de');
  });

  it('of words alone, or of a turn of minutes, becomes cues that can be read', () => {
    const many = Array.from({ length: 100 }, (_, at) => ({
      word: at % 10 === 9 ? 'end.' : 'word',
      start: at,
      end: at + 0.5,
    }));
    const said = many.map(({ word }) => word).join(' ');
    for (const document of [
      { text: said, words: many },
      { utterances: [{ start: 0, end: 99.5, text: said, words: many }] },
    ]) {
      const { cues } = read(document);
      assert.ok(cues.length >= 10 && cues.every((cue) => cue.text.length <= 42));
      assert.deepEqual(cues.map((cue) => cue.text).join(' '), said);
      assert.deepEqual([cues[0]?.start, cues.at(-1)?.end], [0, 99.5]);
    }
  });

  it('has whole numbers as milliseconds where seconds would be too long for the words', () => {
    const of = (start: number, end: number, words: string): readonly string[] =>
      shown(read({ segments: [segment(start, end, words)] }));
    assert.deepEqual(of(0, 4000, 'Hello.'), ['0-4 Hello.']);
    assert.deepEqual(of(0, 3600, 'Hello again. '.repeat(3000).trim()).at(-1)?.split(' ')[0], '0-3600');
    assert.deepEqual(of(0, 4e9, 'Hello.'), ['0-4 Hello.'], 'nanoseconds');
    assert.deepEqual(of(7200, 7205, 'Hello.'), ['7200-7205 Hello.']);
  });

  it('keeps words without times and says so; a text alone counts where the file is named as a transcript', () => {
    const untimed = read({ segments: [{ speaker: 'Ann', text: 'Hello.' }, { text: 'Hi.' }] });
    assert.deepEqual(shown(untimed), ['0-0 Ann: Hello.', '0-0 Hi.']);
    assert.deepEqual(untimed.notes, ['The transcript has no times.']);
    for (const document of [
      { text },
      { data: { text } },
      JSON.stringify(text),
      '```json\n{"text":"Hi."}\n```',
    ]) {
      const parsed = whole(parseCaptions(typeof document === 'string' ? document : JSON.stringify(document)));
      assert.equal('code' in parsed && parsed.code, 'bad-response');
      assert.equal(read(document, true).format, 'prose');
    }
  });

  it('of a long recording is read, however deep its words are', () => {
    const long = Array.from({ length: 9000 }, (_, at) => ({
      ...{ word: 'word.', start: at * 0.4, end: at * 0.4 + 0.3, confidence: 0.99887, speaker: 0 },
      ...{ speaker_confidence: 0.5, punctuated_word: 'word.', content: 'word.' },
    }));
    for (const document of [
      { results: { channels: [{ alternatives: [{ transcript: 'word. '.repeat(9000), words: long }] }] } },
      { utterances: [{ start: 0, end: 3600, text: 'word. '.repeat(9000), words: long }] },
      {
        results: {
          items: long.map(({ start, end, ...one }) => ({
            ...{ start_time: String(start), end_time: String(end) },
            ...{ type: 'pronunciation', alternatives: [one] },
          })),
        },
      },
    ]) {
      assert.ok(JSON.stringify(document).length > 1024 * 1024);
      const { cues } = read(document);
      assert.equal(cues.map((cue) => cue.text).join(' '), 'word. '.repeat(9000).trim());
      assert.equal(cues.at(-1)?.end, 3599.9);
    }
  });

  it('says how many times cannot be read', () => {
    const { notes } = read({ segments: [segment(1, 2, 'One.'), segment('soon', null, 'Two.')] });
    assert.deepEqual(notes, ['1 time in the file cannot be read; its text follows the text before it.']);
  });

  it('of something else is refused, and so is a stream that is cut off or holds an error', () => {
    for (const document of [
      { segments: [{ id: 1 }] },
      [1, 2],
      [{ url: 'https://x.example/' }],
      { items: [] },
      { status: 'queued' },
      { version: '1.2.0', chapters: [{ startTime: 0, title: 'Intro' }] },
      'data: {"start":0,"end":1,"text":"One."}\n\ndata: {"start":1,"end":2,"te',
      'data: {"start":0,"end":1,"text":"One."}\n\ndata: {"error":{"message":"boom"}}\n\n',
      '{"segments":[{"start":0,"end":1,"text":"One."},{"start":1,"en',
    ]) {
      const parsed = whole(parseCaptions(typeof document === 'string' ? document : JSON.stringify(document)));
      assert.equal('code' in parsed && parsed.code, 'bad-response', JSON.stringify(document));
    }
  });

  it('that begins with a quote and is none is plain text', () => {
    assert.deepEqual(shown(read('"Hello," she said.', true)), ['0-0 "Hello," she said.']);
  });
});

import assert from 'node:assert/strict';
import { whole } from '../../../../src/captions/sliced';
import { speechOfText, type Speech } from '../../../../src/sources/speech';
import { otherShapes } from '../../captions/json/otherShapes';
import { servicesShapes } from '../../captions/json/servicesShapes';
import { segment, text, timed } from '../../captions/json/said';
import { shapes } from '../../captions/json/shapes';

const seconds = 8;
const readFor = (answer: unknown, length: number | undefined): Speech => {
  const speech = whole(speechOfText(typeof answer === 'string' ? answer : JSON.stringify(answer), length));
  assert.ok(speech, 'a transcript');
  return speech;
};
const read = (answer: unknown): Speech => readFor(answer, seconds);
const shown = ({ cues }: Speech): readonly string[] =>
  cues.map(
    ({ start, end, text, speaker }) =>
      `${start}-${end} ${speaker === undefined ? '' : `${speaker}: `}${text}`,
  );

/** Shapes that have the words and no times. */
const bare: Readonly<Record<string, unknown>> = {
  'json of OpenAI': { text, usage: { type: 'duration', seconds: 8 } },
  'a transcript': { transcript: text },
  'a text in another object': { data: { text } },
  'a list with a text': [{ text }],
  'a JSON string': JSON.stringify(text),
  'JSON behind a byte order mark': `\ufeff${JSON.stringify({ text })}`,
  'tags of SenseVoice': { text: `<|en|><|NEUTRAL|><|Speech|><|woitn|>${text}` },
  'tags of Whisper': { text: `<|startoftranscript|><|en|><|0.00|>${text}<|4.50|>` },
  'plain text': `${text}\n`,
  'pieces of a stream':
    'data: {"type":"transcript.text.delta","delta":"First words here."}\n\ndata: {"delta":" Second words here."}\n\n',
  'pieces of a stream as texts':
    'data: {"text":"First words here."}\n\ndata: {"text":"Second words here."}\n\n',
  'pieces of a stream, each all so far':
    'data: {"text":"First words here."}\n\ndata: {"text":"First words here. Second words here."}\n\n',
  'pieces of a stream of vLLM':
    'data: {"choices":[{"delta":{"content":"First words here."}}]}\n\ndata: {"choices":[{"delta":{"content":" Second words here."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  'pieces of a stream without JSON': 'data: First words here.\n\ndata: Second words here.\n\n',
  'segments whose times are all 0': {
    segments: [segment(0, 0, 'First words here.'), segment(0, 0, 'Second words here.')],
  },
  'segments without times': { segments: [{ text: 'First words here.' }, { text: ' Second words here.' }] },
};

describe('The shapes of answers', () => {
  for (const [name, { answer, cues = timed }] of Object.entries({
    ...shapes,
    ...otherShapes,
    ...servicesShapes,
  }))
    it(`${name}: the times, words and speakers are read`, () => {
      assert.deepEqual(shown(read(answer)), cues);
    });

  for (const [name, answer] of Object.entries(bare))
    it(`${name}: the sentences are spread over the sound`, () => {
      assert.deepEqual(
        read(answer).cues.map((cue) => cue.text),
        ['First words here.', 'Second words here.'],
      );
      assert.deepEqual([read(answer).cues[0]?.start, read(answer).cues[1]?.end], [0, seconds]);
    });

  it('have the lines of two who speak at once in their order', () => {
    const word = (said: string, start: number): object => ({ word: said, start, end: start + 1 });
    const channels = [[word('One.', 0), word('Three.', 6)], [word('Two.', 3)]].map((words) => ({
      alternatives: [{ words }],
    }));
    assert.deepEqual(shown(read({ results: { channels } })), ['0-1 One.', '3-4 Two.', '6-7 Three.']);
  });

  it('keep segments of one word where each is said for itself', () => {
    for (const said of ['Yes.', 'Same.', '7'])
      assert.deepEqual(
        shown(read({ segments: [0, 2, 4].map((at) => segment(at, at + 1, `${said}${at}.`)) })),
        [0, 2, 4].map((at) => `${at}-${at + 1} ${said}${at}.`),
      );
  });

  it('are none where the answer is other JSON, cut off, or a stream with an error', () => {
    for (const answer of [
      '{"status":"queued"}',
      '{"text":"First words',
      '[{"start":0.5,"end":2.5,"text":"First',
      '[[{"start":0.5,"end":2.5,"text":"First words here."}]]',
      'null',
      'data: {"type":"transcript.text.delta","delta":"First words"}\n\ndata: {"type":"transcript.text.del',
      'data: {"type":"transcript.text.delta","delta":"First words"}\n\ndata: {"error":{"message":"boom"}}\n\n',
      'data: {"error":{"message":"boom"}}\n\n',
      'data: {"type":"transcript.text.delta","delta":"First"}\n\ndata: {"type":"transcript.text.delta","delta":" words"}\n\n',
      'data: {"choices":[{"delta":{"content":"First words"}}]}\n\n',
      '{"text":"One."}\n{"text":"Two."}\n{"text":"Thr',
    ])
      assert.equal(whole(speechOfText(answer, seconds)), undefined, answer);
    assert.deepEqual(read('WEBVTT\n\n').cues, [], 'captions without any cue are silence');
    const remark = '[[Applause]] Welcome.';
    assert.deepEqual(
      read(remark).cues.map(({ text }) => text),
      [remark],
      'a remark in two brackets is no JSON',
    );
  });

  it('keep the words of a segment without times beside those that have some', () => {
    const segments = [
      { start: null, end: null, text: 'First.' },
      { start: 3, end: 4, text: 'Second.' },
      { text: 'Third.' },
    ];
    const { cues } = read({ segments });
    assert.deepEqual(
      cues.map((cue) => [cue.start, cue.end, cue.text]),
      [
        [0, 3, 'First.'],
        [3, 4, 'Second.'],
        [4, seconds, 'Third.'],
      ],
    );
  });

  it('say the language under its usual names', () => {
    const said = [
      { text, language: 'english' },
      { text, language_code: 'en' },
      { data: { text }, language: 'en' },
    ];
    assert.deepEqual(
      said.map((answer) => read(answer).language),
      ['english', 'en', 'en'],
    );
  });

  it('keep the unit of their times where the length of the sound is not known', () => {
    const nanos = { segments: [segment(0, 25e8, 'First words here.')] };
    assert.deepEqual(shown(readFor(nanos, undefined)), ['0-2.5 First words here.']);
    const late = { segments: [segment(7200, 7205, 'First words here.')] };
    assert.deepEqual(shown(readFor(late, undefined)), ['7200-7205 First words here.']);
  });
});

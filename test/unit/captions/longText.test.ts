// Lines and cues far longer than real ones: their words are kept, in cues of the same time, and no work is done on
// all of them at once.
import assert from 'node:assert/strict';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { sliceLength, whole } from '../../../src/captions/sliced';
import type { Cue } from '../../../src/model/transcript';

const words = Array.from({ length: 20_000 }, (_, at) => `word${at} <i>&amp;</i>`).join(' ');
const said = Array.from({ length: 20_000 }, (_, at) => `word${at} &`).join(' ');

function cuesOf(text: string, prose = false): readonly Cue[] {
  const parsed = whole(parseCaptions(text, { prose }));
  assert.ok('cues' in parsed, 'code' in parsed ? parsed.message : '');
  return parsed.cues;
}

const joined = (cues: readonly Cue[]): string => cues.map((cue) => cue.text.replaceAll('\n', ' ')).join(' ');
const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const files: Readonly<Record<string, string>> = {
  'WebVTT in one line': `WEBVTT\n\n00:01.000 --> 00:02.000\n${words}\n`,
  'WebVTT in many lines': `WEBVTT\n\n00:01.000 --> 00:02.000\n${words.replaceAll(' w', '\nw')}\n`,
  'WebVTT without its time': `WEBVTT\n\n00:01.000 --> 00:02.000\nword\n\n${words.replaceAll(' w', '\nw')}\n`,
  'SubRip in one line': `1\n00:00:01,000 --> 00:00:02,000\n${words}\n`,
  'SubRip in many lines': `1\n00:00:01,000 --> 00:00:02,000\n${words.replaceAll(' w', '\nw')}\n`,
  srv1: `<transcript><text start="1" dur="1">${escaped}</text></transcript>`,
  'srv3 of many words': `<timedtext format="3"><body><p t="1000" d="1000">${words.replaceAll('i>', 's>')}</p></body></timedtext>`,
  TTML: `<tt><body><div><p begin="1s" end="2s">${words}</p></div></body></tt>`,
  'TTML of many spans': `<tt><body><div><p begin="1s" end="2s">${words.replaceAll('i>', 'span>')}</p></div></body></tt>`,
  json3: JSON.stringify({ events: [{ tStartMs: 1000, dDurationMs: 1000, segs: [{ utf8: words }] }] }),
  'a JSON transcript': JSON.stringify({ segments: [{ start: 1, end: 2, text: words }] }),
};

describe('A cue that is longer than a slice', () => {
  for (const [name, text] of Object.entries(files))
    it(`keeps its words and its time as ${name}`, () => {
      const cues = cuesOf(text);
      assert.ok(cues.length > 1 && cues.every((cue) => cue.text.length <= 2 * sliceLength));
      assert.ok(cues.every((cue) => cue.start === 1 && cue.end === 2));
      assert.ok(joined(cues).replace(/^word /, '') === said, joined(cues).slice(0, 200));
    });

  it('keeps its words where all of its parts are the same', () => {
    const text = 'the same '.repeat(20_000);
    for (const file of [
      `WEBVTT\n\n00:01.000 --> 00:02.000\n${text}`,
      JSON.stringify({ events: [{ tStartMs: 1000, segs: [{ utf8: text }] }] }),
    ])
      assert.ok(joined(cuesOf(file)) === text.trim());
  });

  it('is once in the transcript where a file has it twice', () => {
    const cue = `00:01.000 --> 00:02.000\n${words}\n\n`;
    assert.ok(joined(cuesOf(`WEBVTT\n\n${cue}${cue}`)) === said);
  });

  it('keeps its words as prose, with the time before them', () => {
    const plain = said.replaceAll(' &', '');
    const cues = cuesOf(`00:01 ${plain.replaceAll(' word', '\nword')}`, true);
    assert.ok(cues.length > 1 && cues.every((cue) => cue.start === 1));
    assert.ok(joined(cues) === plain);
    assert.ok(joined(cuesOf(`<html><body><p>${plain}</p></body></html>`, true)) === plain);
  });

  it('is refused with words of its own from a megabyte on', () => {
    const long = 'a '.repeat(600_000);
    for (const file of [
      `WEBVTT\n\n00:01.000 --> 00:02.000\n${long}`,
      `<tt><body><div><p begin="1s">${long}</p></div></body></tt>`,
      `<tt><!--${long}--><body/></tt>`,
    ]) {
      const parsed = whole(parseCaptions(file));
      assert.ok('code' in parsed && parsed.code === 'bad-response');
      assert.match(parsed.message, /a line or a cue longer than 1 MB/);
    }
  });
});

describe('A file with far more of one thing than any real one', () => {
  it('is refused where an element has thousands of attributes', () => {
    const attributes = Array.from({ length: 5000 }, (_, at) => `a${at}="b"`).join(' ');
    const parsed = whole(parseCaptions(`<tt><body><p begin="1s" ${attributes}>a</p></body></tt>`));
    assert.ok('code' in parsed && parsed.code === 'bad-response');
  });

  it('is refused where one JSON event takes JSON.parse longer than everything may wait', () => {
    const names = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`a${at}`, 'a']));
    const parsed = whole(parseCaptions(JSON.stringify({ events: [{ tStartMs: 1, segs: [names] }] })));
    assert.ok('code' in parsed && parsed.code === 'bad-response');
  });

  it('is read where many paragraphs name a region of many parts', () => {
    const many = 20_000;
    const region = `<region xml:id="r">${'<x/>'.repeat(many)}</region>`;
    const body = Array.from({ length: many }, (_, at) => `<p region="r" begin="${at}s">${at}</p>`).join('');
    const file = `<tt><head><layout>${region}</layout></head><body><div>${body}</div></body></tt>`;
    assert.equal(cuesOf(file).length, many);
  });

  it('has the languages and speakers of a file of a hundred thousand', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => at);
    const languages = many.map((at) => `<p xml:lang="x${at}" begin="${at}s" end="${at + 1}s">a${at}</p>`);
    assert.ok(cuesOf(`<tt><body><div>${languages.join('')}</div></body></tt>`).length > 0);
    const speakers = many.map((at) => `[${at}.0] Ann A${at}: word ${at}\n`);
    assert.equal(cuesOf(speakers.join('')).length, many.length);
  });
});

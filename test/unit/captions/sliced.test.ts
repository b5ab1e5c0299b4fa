// What is read in slices is what would be read in one go; and nothing large is done in one go.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeText } from '../../../src/captions/decode';
import { parseJsonObject } from '../../../src/captions/jsonParts';
import { toParagraphs } from '../../../src/captions/paragraphs';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { inSlices, linesOf, sliceLength, sortedBy, whole } from '../../../src/captions/sliced';
import { withSpeakers } from '../../../src/captions/speakers';
import { outputFormats } from '../../../src/model/settings';
import { renderers } from '../../../src/output/formats';
import { transcript, youtube } from '../output/samples';
import * as wire from './wire';

/** The result, and how often others had their turn. */
function counted<T>(work: Generator<unknown, T, undefined>): { readonly result: T; readonly turns: number } {
  for (let turns = 0; ; turns += 1) {
    const step = work.next();
    if (step.done === true) return { result: step.value, turns };
  }
}

const words = 'the tide – slowly – “turns” & <goes>, 水は 古い. Number';
const lines = Array.from({ length: 6000 }, (_, at): wire.Line => {
  return { startMs: at * 2000, endMs: at * 2000 + 1900, text: `${words} ${at}.` };
});
const manual = { json3: wire.json3, srt: wire.srt, srv1: wire.srv1, ttml: wire.ttml, vtt: wire.vtt };

describe('a large caption file', () => {
  for (const [form, write] of Object.entries(manual))
    it(`as ${form} is read in many slices, and into the same cues`, () => {
      const bytes = Buffer.from(write(lines));
      const { result, turns } = counted(parseCaptions(bytes));
      assert.ok('cues' in result);
      assert.ok(turns > bytes.byteLength / sliceLength, `${turns} turns for ${bytes.byteLength} bytes`);
      assert.deepEqual(
        result.cues.map((cue) => [cue.start, cue.end, cue.text]),
        lines.map((line) => [line.startMs / 1000, line.endMs / 1000, line.text]),
      );
    });

  it('is laid out and written in many slices, into the same text as its parts', () => {
    const cues = lines.map(({ startMs, endMs, text }) => ({
      start: startMs / 1000,
      end: endMs / 1000,
      text,
    }));
    const paragraphs = counted(toParagraphs(cues));
    assert.ok(paragraphs.turns > 10);
    assert.equal(
      paragraphs.result.map((paragraph) => paragraph.text).join(' '),
      cues.map((cue) => cue.text).join(' '),
    );
    for (const format of outputFormats) {
      const document = {
        link: youtube('dQw4w9WgXcQ'),
        transcript: transcript({ cues }),
        batch: 'b',
        transcribed: '2026-11-20T10:15:00Z',
        timestamps: 'line',
      } as const;
      const { result, turns } = counted(renderers[format](document));
      assert.ok(turns > 10, format);
      assert.ok(result.includes('Number 0.') && result.includes('Number 5999.'), format);
    }
  });

  it('lets others run in between', async () => {
    let turns = 0;
    let done = false;
    const others = (): void => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    const parsed = await inSlices(parseCaptions(wire.json3(lines)));
    done = true;
    assert.ok('cues' in parsed && turns > 10);
  });

  it('with one cue of a megabyte and more is refused', () => {
    const parsed = whole(parseCaptions(wire.srt([{ startMs: 0, endMs: 1, text: 'a '.repeat(600_000) }])));
    assert.ok('code' in parsed && parsed.code === 'bad-response');
  });
});

describe('a large JSON text', () => {
  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const padding = ' '.repeat(sliceLength);
  const tricky = fc.constantFrom(
    ...['"', '\\', '\\"', '\\\\', '\\"\\', ']', '[', '{', '}', ',', ':', '"events":[', 'é', '😀', '\n', ' '],
  );
  const text = fc.array(tricky, { maxLength: 6 }).map((parts) => parts.join(''));
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('events', 'cues', 'a', '\\', '"'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  it('is read as JSON.parse reads it, whatever is in its lists', () => {
    const list = fc.array(value, { maxLength: 8 });
    const object = fc.record({ a: value, events: list, cues: value, b: text }, { requiredKeys: [] });
    fc.assert(
      fc.property(object, fc.nat(3), (written, long) => {
        const filled = written.events && {
          // Long enough to be cut into parts.
          events: written.events.flatMap((one) => [one, { long: 'x,"]'.repeat(long * 4000) }]),
        };
        const json = JSON.stringify({ ...written, ...filled }) + padding;
        assert.deepEqual(whole(parseJsonObject(json)), parse(json));
      }),
      { numRuns: 300 },
    );
  });

  it('is read in parts where its long lists are deep in it, and in one another', () => {
    const words = Array.from({ length: 2000 }, (_, at) => ({ word: `w${at}`, at: [at, [], {}] }));
    const deep = {
      a: [1],
      results: {
        channels: [{ alternatives: [{ words, b: '\u00001' }, { words: [...words, 7] }] }],
      },
      utterances: [{ text: 'x', words }, ...words, { words }],
      numbers: Array.from({ length: 40_000 }, (_, at) => at),
      pairs: [Array.from({ length: 20_000 }, () => [1, 'x'])],
    };
    const json = JSON.stringify(deep);
    const { turns, result } = counted(parseJsonObject(json));
    assert.deepEqual(result, deep);
    assert.ok(turns >= json.length / sliceLength, `${turns} turns`);
    const open = `${json.slice(0, -1)},"x":[${'1,'.repeat(20_000)}`;
    for (const end of [']}', '1}]', '}', '', '1]}}'])
      assert.equal(whole(parseJsonObject(open + end)), undefined);
    assert.deepEqual(whole(parseJsonObject(`${open}1]} `)), {
      ...deep,
      x: Array.from({ length: 20_001 }, () => 1),
    });
  });

  it('is refused where JSON.parse refuses it', () => {
    const elements = Array.from(
      { length: 3000 },
      (_, at) => `{"tStartMs":${at},"segs":[{"utf8":"a]\\",b"}]}`,
    );
    const good = `{"wireMagic":"pb3", "events" : [${elements.join(' , ')}], "x":{"events":[1]}}`;
    assert.deepEqual(whole(parseJsonObject(good)), parse(good));
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.constantFrom('', ',', ']', '}', '"', '[', '{', ':', 'x'),
        (at, mark) => {
          const broken = good.slice(0, at) + mark + good.slice(at + 1);
          assert.deepEqual(whole(parseJsonObject(broken)), parse(broken));
        },
      ),
      { numRuns: 200 },
    );
    for (let cut = 1; cut < good.length; cut += 997)
      assert.equal(whole(parseJsonObject(good.slice(0, cut))), undefined);
  });
});

describe('slices', () => {
  it('of bytes decode to the text that the whole decodes to', () => {
    const character = fc.constantFrom('a', 'é', '水', '😀', '\r', '\n', '\ufeff');
    fc.assert(
      fc.property(fc.array(character, { minLength: 1, maxLength: 8 }), fc.nat(7), (pattern, shift) => {
        const times = Math.ceil((2 * sliceLength) / pattern.length);
        const text = `${'x'.repeat(shift + 1)}${pattern.join('').repeat(times)}`;
        const wanted = text.replace(/\r\r\n|\r\n?/g, '\n');
        // Compared by hand: the difference of two long texts takes longer than they do.
        assert.ok(whole(decodeText(Buffer.from(text))) === wanted);
        assert.ok(whole(decodeText(Buffer.from(`\ufeff${text}`))) === wanted);
        assert.ok(whole(decodeText(Buffer.from(`\ufeff${text}`, 'utf16le'))) === wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('of a list are put in order as a whole list is, and equal ones stay in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 40 }), (numbers) => {
        const many = Array.from({ length: 100 }, () => numbers).flat();
        const entries = many.map((number, place) => ({ number, place }));
        const wanted = [...entries].sort((a, b) => a.number - b.number);
        assert.deepEqual(whole(sortedBy(entries, (entry) => entry.number)), wanted);
      }),
    );
  });

  it('of lines are those of the whole text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n') }), (text) => {
        assert.deepEqual([...linesOf(text)], text.split('\n'));
      }),
    );
  });

  it('that is one cue full of names is split in slices, each name a turn', () => {
    const names = 200_000;
    const cue = { startMs: 0, endMs: 1000, text: 'Ann: a\nBob: b\n'.repeat(names / 2) };
    const { result, turns } = counted(withSpeakers([cue, { ...cue, text: 'Ann: c' }]));
    assert.equal(result.length, names + 1);
    assert.ok(turns > (2 * cue.text.length) / sliceLength, String(turns));
  });
});

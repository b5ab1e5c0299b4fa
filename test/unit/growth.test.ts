/**
 * Hostile text against every reader of outside text: four times the text may take four times the work, not sixteen
 * times, also where the text is shorter than one slice of the work; and however long a text is, the longest piece of
 * work in which nothing else runs stays as it is. No time is asserted, only how processor time grows.
 */
import assert from 'node:assert/strict';
import { parseCaptions } from '../../src/captions/parseCaptions';
import { sliceLength, whole, type Sliced } from '../../src/captions/sliced';
import { mayHoldLinks } from '../../src/editor/mayHoldLinks';
import { parseList } from '../../src/intake/list';
import { failure } from '../../src/model/failure';
import { rowWords } from '../../src/model/words';
import { readMarkdown } from '../../src/output/readBack';
import { Redactor } from '../../src/platform/log';
import { defaultSettings } from '../../src/model/settings';
import { parseFeed } from '../../src/sources/feedParser';
import { serviceWords } from '../../src/sources/serviceWords';
import { readEvents } from '../../src/sources/speech/events';
import { chaptersIn } from '../../src/sources/youtube/chapters';
import { ytDlpFailure } from '../../src/sources/ytDlpErrors';

type Reader = (text: string) => unknown;
/** Lets other work run where it yields. */
type SlicedReader = (text: string) => Sliced<unknown>;
const link = { kind: 'page', url: 'https://media.example/a', id: 'a0000000000' } as const;
const redactor = new Redactor();

const sliced: Readonly<Record<string, SlicedReader>> = {
  'captions of any kind': (text) => parseCaptions(text, { prose: true }),
  'the text of a WebVTT cue': (text) =>
    parseCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n<v${text}x\n${text}`),
  'the text of a SubRip cue': (text) =>
    parseCaptions(`1\n00:00:01,000 --> 00:00:02,000\n${text}xx\n\n00:00:03,000 --> 00:00:04,000\n${text}`),
  'a line with its time': (text) => parseCaptions(`[1:00]${text}x\u2028y\n[2:00] ${text}`),
  'a speaker of a JSON transcript': (text) =>
    parseCaptions(JSON.stringify({ segments: [{ start: 0, text: 'a', speaker: `${text}x${text}` }] })),
  'a paragraph of TTML': (text) =>
    parseCaptions(
      `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="1s">${text.replace(/[<&]/g, '&lt;')}</p></div></body></tt>`,
    ),
  'a web page as transcript': (text) => parseCaptions(`<!doctype html><p>${text}</p>`, { prose: true }),
  'a list of links': (text) => parseList(text, { format: 'urls', home: '/home/me' }),
  'a text with links': (text) => parseList(`see https://youtu.be/dQw4w9WgXcQ ${text}`, { format: 'text' }),
  'a table': (text) => parseList(`title,url\n${text},https://youtu.be/dQw4w9WgXcQ`, { format: 'csv' }),
  'a list as JSON': (text) => parseList(`[${JSON.stringify(text)}]`, { format: 'text' }),
  'a transcript that is read back': (text) => readMarkdown(`---\ntitle: a\n---\n\n${text}`, 60),
  'a stream of events': (text) => readEvents(`{}${text}`),
};

const readers: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries(
    Object.entries(sliced).map(([name, read]) => [name, (text: string) => whole(read(text))]),
  ),
  'the look for links': (text) => [mayHoldLinks(text, true), mayHoldLinks(text, false)],
  'the redactor': (text) => redactor.redact(text),
  'what a service says': (text) => serviceWords(text, 'text/html'),
  'a description with chapters': (text) => chaptersIn(text, 60),
  'what yt-dlp says': (text) =>
    ytDlpFailure({ stderr: `ERROR: ${text}`, exitCode: 1 }, { link, settings: defaultSettings }),
  'a message on a row': (text) => rowWords(failure('bad-response', text, { subject: text })),
};

const units = [
  ...[' ', '\t', '\n', '\r', '\r\n', '\u2028', '.', '-', '·', ':', '[', '[[', '(', '<', '<a', '<v ', '</v '],
  ...[
    '<!--',
    '<title',
    '<link ',
    '{',
    '{}',
    '"',
    '\\',
    '&',
    '&amp',
    '%',
    '#',
    '@',
    '=',
    '/',
    '//',
    '?',
    'a.',
  ],
  ...['a+', '0', '0:', '1:2-->', 'api-key', 'http://', 'A. ', '--', '| ', '\u0000', '\ud83d', '\u0301', ';'],
];

/** Of these a long text is made, to see how long nothing else runs. */
const longUnits = [
  '\n',
  '\r',
  ' ',
  '<',
  '<b>',
  '&amp',
  '"',
  '{}',
  'x,',
  '\t',
  ';',
  '0:01 a\n',
  '\n- ',
  'a b ',
  '\u0000',
];

/** Processor time of some work, ms. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

/** Processor time of the longest piece of work between two yields, ms. */
function longestPiece(read: SlicedReader, text: string): number {
  const work = read(text);
  let longest = 0;
  const piece = { isLast: false };
  while (!piece.isLast) {
    const took = cost(() => {
      piece.isLast = work.next().done === true;
    });
    longest = Math.max(longest, took);
  }
  return longest;
}

/** Whether a work grows faster than allowed, each time that it is tried: once may be chance, the collector. */
function grows(measure: (text: string) => number, unit: string, growth: Growth): boolean {
  const text = (length: number): string => unit.repeat(length / unit.length);
  const once = (): boolean =>
    measure(text(growth.to)) > Math.max(growth.noise, growth.most * measure(text(growth.from)));
  return once() && once() && once();
}

interface Growth {
  /** Lengths of the two texts, and how often the work of the first may be in the second. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
  /** Below this, ms, the noise of the machine is larger than what is measured. */
  readonly noise: number;
}

const short = 15_000;
const noise = 120;
const beyondOneSlice: Growth = { from: short, to: 4 * short, most: 9, noise };
/** The longer text is as long as one slice; of less work than this the loop is not held for long anyway. */
const withinOneSlice: Growth = { from: sliceLength / 4, to: sliceLength, most: 9, noise: 40 };
/** Unsliced, the work would be ten times as much. */
const ofOnePiece: Growth = { from: 60_000, to: 600_000, most: 4, noise: 60 };

describe('Hostile text', function () {
  this.timeout(300_000);

  for (const [name, reader] of Object.entries(readers))
    it(`costs ${name} no more than its length`, () => {
      const measure = (text: string): number => cost(() => reader(text));
      for (const unit of units)
        for (const growth of [withinOneSlice, beyondOneSlice])
          assert.ok(!grows(measure, unit, growth), `${JSON.stringify(unit)} up to ${growth.to}`);
    });

  for (const [name, reader] of Object.entries(sliced))
    it(`lets others run while ${name} is read, however long it is`, () => {
      const measure = (text: string): number => longestPiece(reader, text);
      for (const unit of longUnits) assert.ok(!grows(measure, unit, ofOnePiece), JSON.stringify(unit));
    });

  it('is seen where it costs its square within one slice, or is read in one piece', () => {
    const square = (text: string): number => cost(() => / +x/.test(text));
    const tries = [1, 2, 3];
    assert.ok(tries.some(() => grows(square, ' ', withinOneSlice)));
    const inOnePiece: SlicedReader = function* (text) {
      for (let times = 0; times < 4; times += 1) Array.from(text).sort();
      yield;
    };
    assert.ok(tries.some(() => grows((text) => longestPiece(inOnePiece, text), 'a ', ofOnePiece)));
  });

  it('costs a feed no more than its length', async () => {
    const pause = (): Promise<void> => Promise.resolve();
    for (const unit of units) {
      const read = async (length: number): Promise<number> => {
        const text = unit.repeat(length / unit.length);
        const body = Buffer.from(
          `<rss><channel><title>${text}</title><item><pubDate>${text}</pubDate></item>`,
        );
        const before = process.cpuUsage();
        await parseFeed(body, 'text/xml', pause, 'https://feeds.example/a').catch(() => undefined);
        return process.cpuUsage(before).user / 1000;
      };
      const isOver = async (): Promise<boolean> =>
        (await read(4 * short)) > Math.max(noise, 9 * (await read(short)));
      assert.ok(!(await isOver()) || !(await isOver()) || !(await isOver()), JSON.stringify(unit));
    }
  });
});

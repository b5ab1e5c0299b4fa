/**
 * Hostile text against every reader of outside text: four times the text may take four times the work, not sixteen
 * times, also where the text is shorter than one slice of the work; and however long a text is, the longest piece of
 * work in which nothing else runs stays as it is. No time is asserted, only how processor time grows.
 */
import assert from 'node:assert/strict';
import { parseCaptions } from '../../src/captions/parseCaptions';
import { whole } from '../../src/captions/sliced';
import { mayHoldLinks } from '../../src/editor/mayHoldLinks';
import { parseList } from '../../src/intake/list';
import { failure } from '../../src/model/failure';
import { rowWords } from '../../src/model/words';
import { readMarkdown } from '../../src/output/readBack';
import { Redactor } from '../../src/platform/log';
import { defaultSettings } from '../../src/model/settings';
import { parseFeed } from '../../src/sources/feedParser';
import { serviceWords } from '../../src/sources/serviceWords';
import { readEvents } from '../../src/captions/json/stream';
import { chaptersIn } from '../../src/sources/youtube/chapters';
import { ytDlpFailure } from '../../src/sources/ytDlpErrors';
import {
  cost,
  costTheirLength,
  costTheirLengthWaiting,
  grows,
  letOthersRun,
  longestPiece,
  ofOnePiece,
  withinOneSlice,
  type Reader,
  type SlicedReader,
} from '../helpers/growth';

const link = { kind: 'page', url: 'https://media.example/a', id: 'a0000000000' } as const;
const redactor = new Redactor();

/** As many of the characters as give a JSON string of the text's length: a control character is six there. */
function asJson(text: string): string {
  return JSON.stringify(text.slice(0, (text.length * text.length) / JSON.stringify(text).length));
}

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
  'a list as JSON': (text) => parseList(`[${asJson(text)}]`, { format: 'text' }),
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

describe('Hostile text', function () {
  this.timeout(300_000);

  costTheirLength(readers);
  letOthersRun(sliced);

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

  costTheirLengthWaiting({
    'a feed': (text) => {
      const body = Buffer.from(`<rss><channel><title>${text}</title><item><pubDate>${text}</pubDate></item>`);
      return parseFeed(body, 'text/xml', () => Promise.resolve(), 'https://feeds.example/a');
    },
  });
});

/**
 * Hostile text against every reader of outside text: four times the text may take four times the work, not sixteen
 * times. No time is asserted, only how it grows.
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
import { readEvents } from '../../src/sources/speech/events';
import { chaptersIn } from '../../src/sources/youtube/chapters';
import { ytDlpFailure } from '../../src/sources/ytDlpErrors';

type Reader = (text: string) => unknown;
const link = { kind: 'page', url: 'https://media.example/a', id: 'a0000000000' } as const;
const redactor = new Redactor();

const readers: Readonly<Record<string, Reader>> = {
  'captions of any kind': (text) => whole(parseCaptions(text, { prose: true })),
  'the text of a WebVTT cue': (text) =>
    whole(parseCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n<v${text}x\n${text}`)),
  'the text of a SubRip cue': (text) =>
    whole(
      parseCaptions(`1\n00:00:01,000 --> 00:00:02,000\n${text}xx\n\n00:00:03,000 --> 00:00:04,000\n${text}`),
    ),
  'a line with its time': (text) => whole(parseCaptions(`[1:00]${text}x\u2028y\n[2:00] ${text}`)),
  'a speaker of a JSON transcript': (text) =>
    whole(parseCaptions(JSON.stringify({ segments: [{ start: 0, text: 'a', speaker: `${text}x${text}` }] }))),
  'a list of links': (text) => whole(parseList(text, { format: 'urls', home: '/home/me' })),
  'a text with links': (text) =>
    whole(parseList(`see https://youtu.be/dQw4w9WgXcQ ${text}`, { format: 'text' })),
  'a table': (text) => whole(parseList(`title,url\n${text},https://youtu.be/dQw4w9WgXcQ`, { format: 'csv' })),
  'the look for links': (text) => [mayHoldLinks(text, true), mayHoldLinks(text, false)],
  'a transcript that is read back': (text) => whole(readMarkdown(`---\ntitle: a\n---\n\n${text}`, 60)),
  'the redactor': (text) => redactor.redact(text),
  'what a service says': (text) => serviceWords(text, 'text/html'),
  'a stream of events': (text) => whole(readEvents(`{}${text}`)),
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

/** Processor time of one reading, ms. */
function cost(reader: Reader, text: string): number {
  const before = process.cpuUsage();
  reader(text);
  const { user } = process.cpuUsage(before);
  return user / 1000;
}

const short = 15_000;
/** Below this, ms, the noise of the machine is larger than what is measured. */
const noise = 120;

describe('Hostile text', function () {
  this.timeout(300_000);

  for (const [name, reader] of Object.entries(readers))
    it(`costs ${name} no more than its length`, () => {
      for (const unit of units) {
        const small = unit.repeat(short / unit.length);
        const large = unit.repeat((4 * short) / unit.length);
        const grows = (): boolean => cost(reader, large) > Math.max(noise, 9 * cost(reader, small));
        // Once may be chance: the collector, another program.
        assert.ok(!grows() || !grows() || !grows(), JSON.stringify(unit));
      }
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
      const grows = async (): Promise<boolean> =>
        (await read(4 * short)) > Math.max(noise, 9 * (await read(short)));
      assert.ok(!(await grows()) || !(await grows()) || !(await grows()), JSON.stringify(unit));
    }
  });
});

// What other programs read in the subtitles that we write: ffmpeg's reader is that of mpv and of most players.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';
import { program } from '../../programs/find';
import { renderers } from '../../../src/output/formats';
import { transcript, youtube } from './samples';

/** Said aloud in talks about programs and numbers, and markup to a reader that looks for tags. */
const said = [
  'a < b and c > d',
  'a < b\nand c > d',
  'if x <y> z',
  'std::vector<int> v',
  'I <3 you > me',
  'the <b> tag and </b>',
  '<v Ann> <00:00:01.000>',
  String.raw`{\an8} and {\i1}`,
  String.raw`{\unclosed`,
  '{y:i} and {b}',
  String.raw`C:\New\home`,
  'a < b',
  'c > d, a <= b >= c',
];

const written = (format: 'srt' | 'vtt'): string =>
  whole(
    renderers[format]({
      link: youtube('dQw4w9WgXcQ'),
      transcript: transcript({ cues: said.map((text, at) => ({ start: at, end: at + 1, text })) }),
      batch: 'b',
      transcribed: '2026-11-20T10:15:00Z',
      timestamps: 'line',
    }),
  );

/** The texts of the cues as ffmpeg has them after it has read the file, which it writes as SubStation Alpha. */
const byFfmpeg = (format: 'srt' | 'vtt'): readonly string[] =>
  execFileSync(
    program('ffmpeg'),
    ['-v', 'error', '-f', format === 'vtt' ? 'webvtt' : 'srt', '-i', '-', '-f', 'ass', '-'],
    {
      input: written(format),
      encoding: 'utf8',
    },
  )
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Dialogue:'))
    .map((line) => line.split(',').slice(9).join(','))
    // Its own escapes of braces, and our joiner.
    .map((line) => line.replace(/\\([{}])/g, '$1').replaceAll('\u2060', ''));

describe('Subtitles, as readers read them', () => {
  for (const format of ['srt', 'vtt'] as const)
    it(`have every word that was said, also between brackets (${format})`, () => {
      assert.deepEqual(
        byFfmpeg(format),
        said.map((text) => text.replaceAll('\n', String.raw`\N`)),
      );
    });

  it('come back from our own reader as they were, whoever they pass for', () => {
    for (const isOwn of [true, false]) {
      const read = whole(parseCaptions(written('srt'), { isOwn }));
      assert.deepEqual('cues' in read && read.cues.map(({ text }) => text), said);
    }
  });
});

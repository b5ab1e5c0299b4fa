import assert from 'node:assert/strict';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';

const times = 700_000;

describe('A caption file that stands for far more than any video has', () => {
  const files: Readonly<Record<string, string>> = {
    'WebVTT of cues': `WEBVTT\n\n${'0:0-->0:1\nx\n'.repeat(times)}`,
    'WebVTT of voices': `WEBVTT\n\n00:00.000 --> 00:01.000\n${'<v a>x\n<v b>y\n'.repeat(times)}`,
    SubRip: `1\n${'0:0,0-->0:1,0\nx\n'.repeat(times / 1.2)}`,
    'lines with times': '[1:2]x\n'.repeat(times),
    json3: `{"events":[${'{},'.repeat(2 * times)}{}]}`,
    'JSON of lists': `{"cues":[],"x":[${'[],'.repeat(2 * times)}[]]}`,
    'our own JSON': `{"schema":1,"cues":[${'{"text":"x"},'.repeat(times)}{"text":"x"}]}`,
    TTML: `<tt><body><div>${'<p/>'.repeat(times)}</div></body></tt>`,
  };
  for (const [name, text] of Object.entries(files))
    it(`is refused as ${name}`, () => {
      const read = whole(parseCaptions(text));
      assert.ok('code' in read, 'was read');
      assert.equal(read.code, 'bad-response');
      assert.match(read.message, /more than \d+|no form that is known/);
    });
});

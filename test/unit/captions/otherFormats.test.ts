// Files of other formats are refused by name, with the next step: their markup is never a transcript.
import assert from 'node:assert/strict';
import { parseCaptions } from '../../../src/captions/parseCaptions';
import { whole } from '../../../src/captions/sliced';
import { rowWords } from '../../../src/model/words';

const head = '[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n';
const named: readonly (readonly [string, string, RegExp])[] = [
  [
    '.ass',
    `${head}Dialogue: 0,0:00:01.00,0:00:02.50,Default,{\\an8}Hello\n`,
    /^SubStation.*ffmpeg -i FILE\.ass/,
  ],
  ['.ass with a mark', `\ufeff${head.replace(/\n/g, '\r\n')}`, /^SubStation/],
  ['.smi', '<SAMI>\n<BODY><SYNC Start=1000><P Class=ENCC>Hello<br>there', /^SAMI.*FILE\.smi/],
  ['MicroDVD', '{1}{1}25\n{25}{62}{y:i}Hello|there\n', /^MicroDVD.*FILE\.sub/],
  ['MPL2', '[10][25]Hello\n[30][45]/there\n', /^MPL2/],
  ['.scc', 'Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 c8e5\n', /^Scenarist.*FILE\.scc/],
  ['.stl', `850STL25.01${' '.repeat(200)}`, /^EBU STL/],
  ['.idx', '# VobSub index file, v7\nsize: 720x576\n', /^VobSub/],
  ['.m3u8', '#EXTM3U\n#EXTINF:6,\nseg0.vtt\n', /playlist of a stream/],
  ['.pdf', '%PDF-1.7\n1 0 obj\n', /^A PDF/],
  ['.rtf', '{\\rtf1\\ansi Hello\\par}', /^A Rich Text/],
  ['.docx', 'PK\u0003\u0004\u0014\0\u0006', /^A Word document/],
];

describe('A file of another format', () => {
  for (const [what, content, words] of named)
    it(`is refused by name: ${what}, also where text is wanted`, () => {
      for (const prose of [false, true]) {
        const read = whole(parseCaptions(Buffer.from(content), { prose }));
        assert.ok('code' in read);
        assert.equal(read.code, 'unsupported');
        assert.match(read.message, words);
        const row = rowWords(read, { source: 'subtitleFile', line: 3 });
        assert.equal(row.sentence, read.message);
        assert.match(row.next, /Convert/);
      }
    });

  it('is no text to be read where it is an error of a store, or bytes of a program', () => {
    for (const content of [
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
      '\u001f\u0008\u0001Hello there',
    ]) {
      const read = whole(parseCaptions(content, { prose: true }));
      assert.ok('code' in read && read.code === 'bad-response');
    }
  });

  it('is not seen in lyrics, timed lines and texts with notes', () => {
    for (const content of ['[00:01.00]Hello\n', '[0:05 - 0:09] Hello\n', '[1][2] Hello there.\n\nBye.\n'])
      assert.ok('cues' in whole(parseCaptions(content, { prose: true })), content);
  });
});

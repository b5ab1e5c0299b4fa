import { strict as assert } from 'node:assert';
import { decodeText } from '../../../src/intake/decodeText';
import { a, links, read, watch } from '../../helpers/readLists';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('The bytes of a list', () => {
  it('are text in every old encoding, whose letters are no control characters', () => {
    for (const [name, word] of [
      ['Shift_JIS', [0x93, 0xae, 0x89, 0xe6, 0x81, 0x46]],
      ['Big5', [0xac, 0xdd, 0xbc, 0x76, 0xa4, 0xf9]],
      ['DOS', [0x82, 0xa8, 0xa4, 0xa5, 0xae, 0x8e]],
      ['windows-1252', [0x93, 0x96, 0x85, 0x94]],
    ] as const)
      assert.deepEqual(links(read(bytes(word, ' ', watch(a), '\r\n', word, '\r\n'))), [a], name);
  });

  it('have the quotes and dashes of windows-1252, also where Node reads it as Latin-1', () => {
    assert.equal(decodeText(bytes([0x93], 'x', [0x94, 0x96, 0x80]), 'x'), '“x”–€');
  });

  it('may end with what disks and DOS leave there', () => {
    assert.deepEqual(links(read(bytes(watch(a), '\r\n', [0x1a, 0, 0, 0]), 'urls')), [a]);
  });

  it('keep their letters beyond ASCII where a few of them are damaged', () => {
    const damaged = bytes('https://example.org/größe/ä.mp3 # für Größe\n', [0xff], '\n');
    assert.equal(read(damaged, 'urls').jobs[0]?.link.url, 'https://example.org/gr%C3%B6%C3%9Fe/%C3%A4.mp3');
  });
});

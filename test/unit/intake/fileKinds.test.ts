import assert from 'node:assert/strict';
import { endingOf, fileKind } from '../../../src/intake/fileKinds';

describe('The ending of a file', () => {
  it('is what follows its last dot, in lower case', () => {
    assert.deepEqual(['a.VTT', 'a.b/talk', '.vtt', 'a.tar.MP3', 'C:\\a.b\\c.srv3', 'none.'].map(endingOf), [
      'vtt',
      '',
      '',
      'mp3',
      'srv3',
      '',
    ]);
    assert.deepEqual(['a.json3', 'a.opus', 'a.exe'].map(fileKind), ['subtitle', 'media', undefined]);
  });

  it('is none where it is longer than any, so that a file can be given it', () => {
    for (const letter of ['x', 'я', '語', '😀']) assert.equal(endingOf(`/x.${letter.repeat(300)}`), '');
  });
});

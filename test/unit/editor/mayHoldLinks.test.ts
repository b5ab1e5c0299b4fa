/** Menus offer to transcribe a text only where it may hold something to transcribe. */
import assert from 'node:assert/strict';
import { mayHoldLinks } from '../../../src/editor/mayHoldLinks';

describe('a text may hold links', () => {
  it('where an address, a bare host of YouTube or a column of ids is in it', () => {
    for (const text of [
      'see https://example.org/a',
      'youtu.be/aaaaaaaaaaa',
      'go to www.example.org',
      'file:///tmp/talk.mp4',
      'hxxps://www.youtube[.]com/watch?v=x',
      'see yt:aaaaaaaaaaa',
      'aaaaaaaaaaa\nbbbbbbbbbbb\nccccccccccc\n',
      '1,aaaaaaaaaaa\n2,bbbbbbbbbbb\n3,ccccccccccc',
    ])
      assert.ok(mayHoldLinks(text, false), text);
  });

  it('and not in plain words, program text or nothing', () => {
    for (const text of ['', 'const youtube = 1;', 'A transcript of words.', 'watch out: http'])
      assert.equal(mayHoldLinks(text, false), false, text);
  });

  it('in a Link List wherever a line is no comment', () => {
    assert.ok(mayHoldLinks('# a\n./talk.mp4', true));
    assert.ok(mayHoldLinks('aaaaaaaaaaa', true));
    assert.equal(mayHoldLinks('# only\n\n  # comments', true), false);
  });

  it('is decided in no time for a hostile text', () => {
    for (const text of [' '.repeat(1_000_000), 'a,'.repeat(500_000), `${'-'.repeat(11)}\n`.repeat(90_000)])
      mayHoldLinks(text, true);
  });
});

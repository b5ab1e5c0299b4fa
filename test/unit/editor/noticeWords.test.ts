/** Names of others in notices: no links, and no way to turn around what stands beside them. */
import assert from 'node:assert/strict';
import { withoutLinks } from '../../../src/editor/noticeWords';

describe('words of a notice', () => {
  it('have no links and no direction controls', () => {
    assert.equal(withoutLinks('[a](command:b)\u202e done\u2066\u200f'), '[a] (command:b) done');
    assert.equal(withoutLinks('a\tb\nc'), 'a b\nc');
  });

  it('keep a name from right to left apart from the numbers behind it', () => {
    assert.equal(withoutLinks('הרצאות: 3 of 10 done'), '\u2068הרצאות\u2069: 3 of 10 done');
    assert.equal(
      withoutLinks('“محاضرة 1 من 2” finished, شكرا.'),
      '“\u2068محاضرة 1 من\u2069 2” finished, \u2068شكرا\u2069.',
    );
    assert.equal(withoutLinks('No \u05d0'), 'No \u2068\u05d0\u2069');
  });
});

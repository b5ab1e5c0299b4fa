/** Words of others beside our own, in one line. */
import assert from 'node:assert/strict';
import { plainLine } from '../../../src/output/escape';

describe('a title with other words behind it', () => {
  it('is one line of text, without icons and direction controls', () => {
    assert.equal(plainLine(' a\n\u202Eb $(zap)\t'), 'a b $\u200b(zap)');
  });

  it('is isolated where letters of it run from right to left, and stays as it is elsewhere', () => {
    for (const title of ['תורת היחסות', 'Physics: محاضرة 2'])
      assert.equal(plainLine(title), `\u2068${title}\u2069`);
    for (const title of ['A talk', '日本語', '12:30', '']) assert.equal(plainLine(title), title);
  });
});

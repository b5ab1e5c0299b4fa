// Cases within a failure code have words of their own, and every detail of YouTube's table is one of them.
import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { variantWords } from '../../../src/model/failureVariants';
import { codeWords, rowWords } from '../../../src/model/words';
import { builtInKnowledge } from '../../../src/sources/youtube/knowledge';

describe('the words of a case within a code', () => {
  const details = builtInKnowledge.reasons.filter(({ detail }) => detail !== undefined);
  for (const { code, detail = '' } of details)
    if (code !== 'auth')
      it(`${code}/${detail} says what it is`, () => {
        const words = variantWords(code, detail);
        assert.ok(words, 'has words');
        assert.notEqual(words.cause, codeWords(code).cause);
        assert.deepEqual(rowWords(failure(code, 'x', { subject: detail }), { line: 1 }), words);
        assert.match(words.sentence, /[.]$/);
      });

  it('of a stream that has just ended names the time to retry', () => {
    const ended = failure('not-started', 'This live event has ended.', { subject: 'ended', notBefore: 0 });
    const words = rowWords(ended, { now: 0 });
    assert.equal(words.cause, 'Just ended');
    assert.match(words.next, /^Retry after /);
  });

  it('of a cookie consent page does not advise to wait', () => {
    const words = rowWords(failure('blocked', 'x', { subject: 'consent-page' }), { source: 'youtube' });
    assert.equal(words.cause, 'YouTube asks for cookie consent');
    assert.doesNotMatch(words.sentence, /hour/);
  });

  it("of an unknown reason are YouTube's own", () => {
    const words = rowWords(failure('bad-response', 'Only penguins may watch.', { subject: 'YouTube' }));
    assert.equal(words.cause, 'YouTube says: Only penguins may watch.');
    assert.match(words.sentence, /penguins/);
  });
});

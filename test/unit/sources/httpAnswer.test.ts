/** What answers mean that come from the network between, whichever service was asked. */
import assert from 'node:assert/strict';
import type { Failure } from '../../../src/model/failure';
import { isNetworkGone } from '../../../src/model/failureRules';
import type { HttpResponse } from '../../../src/model/ports';
import { rowWords } from '../../../src/model/words';
import { deapiFailure } from '../../../src/sources/deapiErrors';
import { statusFailure } from '../../../src/sources/httpAnswer';
import { openAiFailure, refusalOf } from '../../../src/sources/openaiErrors';

const answer = (status: number, url: string, body = '', location?: string): HttpResponse => ({
  status,
  headers: location === undefined ? {} : { location },
  body: new TextEncoder().encode(body),
  url,
  via: 'direct',
});
const page = '<!doctype html><title>Welcome aboard</title>';
const deapi = 'https://api.deapi.ai/api/v2/audio/transcriptions/price';

describe('A network that wants a sign-in first', () => {
  const openai = { 'openai.endpoint': 'https://api.openai.com/v1', 'openai.model': 'whisper-1' };
  const of511: Readonly<Record<string, (from: HttpResponse) => Failure | undefined>> = {
    'a feed or a file': (from) => statusFailure(from, 'example.org', 0),
    deAPI: (from) => deapiFailure(from, 'price', 0),
    'a service like OpenAI’s': (from) => {
      const refusal = refusalOf(from);
      return refusal && openAiFailure(refusal, openai, {}, 0);
    },
  };
  for (const [who, read] of Object.entries(of511))
    it(`is known by status 511, with which it answers in the place of ${who}`, () => {
      const found = read(answer(511, 'https://example.org/x', page));
      assert.ok(found !== undefined && isNetworkGone(found));
      assert.match(found.message, /^Status 511 came in place of /);
      assert.equal(rowWords(found).cause, 'This network wants a sign-in');
    });

  it('is known at deAPI by its page or redirect, but a paid submit that it answered may have arrived', () => {
    const portal = 'https://portal.train.example/';
    for (const from of [answer(200, deapi, page), answer(302, deapi, '', portal)]) {
      assert.equal(deapiFailure(from, 'price', 0)?.subject, 'sign-in');
      assert.notEqual(deapiFailure(from, 'submit', 0)?.subject, 'sign-in');
    }
    assert.equal(deapiFailure(answer(511, deapi), 'submit', 0)?.code, 'maybe-charged');
    assert.equal(deapiFailure(answer(200, deapi, '{"data":{"price":1}}'), 'price', 0), undefined);
  });
});

/** The forms in which YouTube refuses a request, or cannot serve it. */
import assert from 'node:assert/strict';
import { isNetworkGone } from '../../../../src/model/failureRules';
import type { HttpResponse } from '../../../../src/model/ports';
import { refusedBy } from '../../../../src/sources/youtube/request';

const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers,
  body: new TextEncoder().encode(body),
  url: 'https://www.youtube.com/youtubei/v1/player',
  via: 'direct',
});

describe('A fault of YouTube', () => {
  for (const status of [500, 502, 503, 504])
    it(`with status ${status} is told as that, tried again, and asked of no other client`, () => {
      for (const body of ['', '{}', '<!doctype html><html><title>Server Error</title></html>']) {
        const refusal = refusedBy(answer(status, body), 0);
        assert.deepEqual(refusal?.failure, {
          code: 'bad-response',
          message: `YouTube answered with status ${status}.`,
          status,
        });
        assert.equal(refusal.otherClient, false);
      }
    });

  it('is told in its own words where it gives any', () => {
    const refusal = refusedBy(answer(500, '{}'), 0, 'Internal error encountered.');
    assert.equal(refusal?.failure.message, 'YouTube answered 500: Internal error encountered.');
  });

  it('is tried again when it asks for that', () => {
    assert.equal(refusedBy(answer(503, '', { 'retry-after': '20' }), 0)?.failure.retryAfterMs, 20_000);
  });
});

describe('A network that answers in the place of YouTube', () => {
  const hotel = '<html><head><title>Hotel Wi-Fi: you asked for www.youtube.com</title></head></html>';
  const answers: Readonly<Record<string, HttpResponse>> = {
    'status 511': answer(511, hotel),
    'a redirect to another site': answer(302, '', {
      location: 'https://sso.company.example/login?to=youtube',
    }),
    'a redirect into the own network': answer(307, '', { location: 'http://10.1.1.1/portal' }),
    'its own page': answer(200, hotel),
  };
  for (const [what, from] of Object.entries(answers))
    it(`with ${what} wants a sign-in; YouTube has received nothing, and no other client is asked`, () => {
      const refusal = refusedBy(from, 0);
      assert.equal(refusal?.failure.code, 'network');
      assert.equal(refusal.failure.subject, 'sign-in');
      assert.ok(isNetworkGone(refusal.failure));
      assert.equal(refusal.otherClient, false);
    });

  it('is told apart from what YouTube itself sends', () => {
    const own: readonly (readonly [HttpResponse, string])[] = [
      [answer(302, '', { location: 'https://www.google.com/sorry/index?continue=x' }), 'blocked'],
      [answer(302, '', { location: 'https://consent.youtube.com/m?continue=x' }), 'blocked'],
      [answer(303, '', { location: 'https://accounts.google.co.uk/ServiceLogin' }), 'blocked'],
      [answer(302, '', { location: '/other' }), 'blocked'],
      [answer(200, '<html><script>ytcfg.set({})</script></html>'), 'bad-response'],
      [answer(200, '<!DOCTYPE html><title>Error 200 (Fine)!!1</title>'), 'bad-response'],
      [answer(200, '<html>Our systems have detected unusual traffic</html>'), 'blocked'],
    ];
    for (const [from, code] of own) assert.equal(refusedBy(from, 0)?.failure.code, code);
  });

  it('is no matter of an endpoint of the user’s own, whose address may be wrong', () => {
    const url = 'http://127.0.0.1:8080/youtubei/v1/player';
    const redirect = answer(302, '', { location: 'https://elsewhere.example/' });
    assert.equal(refusedBy({ ...redirect, url }, 0)?.failure.code, 'blocked');
    assert.equal(refusedBy({ ...answer(200, hotel), url }, 0)?.failure.subject, 'web-page');
  });
});

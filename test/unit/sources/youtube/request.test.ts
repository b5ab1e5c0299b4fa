/** The forms in which YouTube refuses a request, or cannot serve it. */
import assert from 'node:assert/strict';
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

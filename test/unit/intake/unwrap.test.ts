import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../../src/intake/link';

function url(text: string): string {
  const read = readLink(text);
  assert(!isFailure(read), `${text}: ${isFailure(read) ? read.message : ''}`);
  return read.url;
}

describe('A wrapped address', () => {
  it('leads to the video, through proxies, caches and trackers', () => {
    const id = 'dQw4w9WgXcQ';
    for (const text of [
      `https://www-youtube-com.ezproxy.example.edu/watch?v=${id}`,
      `https://cdn.ampproject.org/c/s/www.youtube.com/watch?v=${id}`,
      `https://protect.checkpoint.com/v2/r01/___https://youtu.be/${id}___.YXAx`,
      `https://substack.com/redirect/2/${Buffer.from(`{"e":"https://youtu.be/${id}"}`).toString('base64url')}.abc`,
      `https://click.pstmrk.it/3s/www.youtube.com%2Fwatch%3Fv%3D${id}/x/y`,
      `https://web.archive.org/web/2oe_/http://wayback-fakeurl.archive.org/yt/${id}`,
    ])
      assert.equal(url(text), `https://www.youtube.com/watch?v=${id}`, text);
  });

  it('leads to the videos of other sites as well, whatever site wraps them', () => {
    for (const [inner, lead = ''] of [
      ['https://vimeo.com/76979871'],
      ['https://www.dailymotion.com/video/x8abcde'],
      ['https://www.twitch.tv/videos/123456789'],
      ['https://www.tiktok.com/@some.one/video/7106594312292453675'],
      ['https://player.vimeo.com/video/76979871', '/login'],
    ] as const) {
      assert.equal(url(`https://out.example.org${lead}?u=${encodeURIComponent(`${inner}?t=1`)}&h=x`), inner);
      assert.equal(url(`https://proxy.example.edu/login?url=${inner}`), inner);
    }
  });

  it('is no video where it names several, or is the player of one', () => {
    for (const text of [
      'https://example.org/?a=https://vimeo.com/1234567&b=https://vimeo.com/2345678',
      'https://example.org/?a=https://vimeo.com/1234567&b=https://youtu.be/dQw4w9WgXcQ',
      'https://player.vimeo.com/video/76979871?referrer=https%3A%2F%2Fvimeo.com%2F76979871',
      'https://example.org/?a=https://vimeo.com/about',
    ])
      assert.equal(url(text), text);
  });
});

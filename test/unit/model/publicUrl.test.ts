/** Tokens of private feeds and their episodes stay out of what people publish; everything else stays whole. */
import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../../src/intake/link';
import type { Link } from '../../../src/model/link';
import { asEntryOf, publicAddress } from '../../../src/model/publicUrl';
import { rowWords } from '../../../src/model/words';

function link(url: string, feed = false): Link {
  const read = readLink(url, { feed });
  assert(!isFailure(read), url);
  return read;
}
const feed = (url: string): string => publicAddress(link(url, true));
const entry = (feedUrl: string, url: string, isPrivate = false): string =>
  publicAddress(asEntryOf(feedUrl, link(url), isPrivate));

const publicFeed = 'https://example.org/season-2-of-the-long-show/feed.xml?feed=podcast';
const privateFeed = 'https://example.org/rss/show?auth=kQ3';

describe('the address as it may be published', () => {
  it('of a feed has no token in its query or path', () => {
    assert.equal(
      feed('https://example.org/rss/show?auth=kQ3&type=rss'),
      'https://example.org/rss/show?type=rss',
    );
    assert.equal(
      feed('https://example.org/feed?user-token=a;format=rss'),
      'https://example.org/feed?format=rss',
    );
    assert.equal(feed('https://example.org/feed?u=a8f3kd93jfk3'), 'https://example.org/feed');
    assert.equal(feed('https://example.org/feed?a8f3kd93jfk3jd93k'), 'https://example.org/feed');
    assert.equal(
      feed('https://example.org/p/a8f3kd93jfk3jd93k/show.xml'),
      'https://example.org/p/…/show.xml',
    );
    assert.equal(
      feed('https://example.org/rss/5f3b2c1d-6e60-432f-8610-ae210140c5b1.xml'),
      'https://example.org/rss/….xml',
    );
  });

  it('of a public feed and its episodes is the whole address', () => {
    for (const url of [publicFeed, 'https://example.org/rss.php?id=3', 'https://example.org/s02e14/feed'])
      assert.equal(feed(url), url);
    const episode = 'https://cdn.example/e/5f3b2c1d6e60432f8610ae210140c5b1/media.mp3?updated=1712345678';
    assert.equal(entry(publicFeed, episode), episode);
  });

  it('of an episode has no token, and of a private feed no long random part either', () => {
    const episode = 'https://cdn.example/5f3b2c1d6e60432f8610ae210140c5b1/1.mp3?token-hash=x&n=1';
    assert.equal(entry(privateFeed, episode), 'https://cdn.example/…/1.mp3?n=1');
    assert.equal(
      entry(publicFeed, episode),
      'https://cdn.example/5f3b2c1d6e60432f8610ae210140c5b1/1.mp3?n=1',
    );
    const signed = 'https://example.org/a8f3kd93jfk3jd93k.vtt';
    assert.equal(entry('https://example.org/feed', signed, true), 'https://example.org/….vtt');
  });

  it('holds no password: such a link is refused with the way for feeds', () => {
    const refused = readLink('https://ann:word@example.org/feed.xml');
    assert(isFailure(refused));
    assert.match(rowWords(refused).sentence, /Add Feed Password….*BULK_TRANSCRIBE_FEED_PASSWORD/);
    assert.equal(refused.message.includes('word@'), false);
  });

  it('of YouTube, and of a link that the user wrote, is the link itself', () => {
    const video = 'https://www.youtube.com/watch?v=a8f3kd93jf1';
    assert.equal(entry(privateFeed, video), video);
    const own = 'https://example.org/talk.mp3?token=abc';
    assert.equal(publicAddress(link(own)), own);
  });
});

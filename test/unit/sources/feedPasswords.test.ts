/** A private feed gets its user name and password when it asks for them, and nobody else ever does. */
import { strict as assert } from 'node:assert';
import type { HttpRequest, HttpResponse, Secrets } from '../../../src/model/ports';
import { FeedPasswords } from '../../../src/sources/feedPasswords';

const feed = 'https://feeds.example/show.xml';
const basic = `Basic ${Buffer.from('ann:pässword').toString('base64')}`;

describe('The password of a private feed', () => {
  let sent: string[];
  let statuses: (request: HttpRequest) => number;
  /** Where an address answers from, where that is another one. */
  let moved: Record<string, string>;
  let kept: Record<string, string>;
  let feeds: FeedPasswords;

  beforeEach(() => {
    sent = [];
    moved = {};
    kept = { 'https://feeds.example': 'ann:pässword' };
    statuses = ({ headers }) => (headers?.authorization === basic ? 200 : 401);
    const secrets: Secrets = {
      get: (name, origin) => Promise.resolve(name === 'feed' ? kept[origin] : undefined),
    };
    const request = (asked: HttpRequest): Promise<HttpResponse> => {
      const { url, headers } = asked;
      sent.push(`${url}${headers?.authorization === undefined ? '' : ` ${headers.authorization}`}`);
      const answer = { status: statuses(asked), headers: {}, body: new Uint8Array(), via: 'direct' as const };
      return Promise.resolve({ ...answer, url: moved[url] ?? url });
    };
    feeds = new FeedPasswords({ request }, secrets);
    feeds.name(feed);
  });

  const get = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const signal = new AbortController().signal;
    return (await feeds.request({ method: 'GET', url, headers, signal, timeoutMs: 1000 })).status;
  };

  it('goes out after the feed has asked for it, and from then on at once to what lies beside the feed', async () => {
    assert.equal(await get(feed), 200);
    assert.equal(feeds.isOpened(feed), true);
    assert.equal(await get('https://feeds.example/1.vtt'), 200);
    assert.deepEqual(sent, [feed, `${feed} ${basic}`, `https://feeds.example/1.vtt ${basic}`]);
  });

  it('is not sent to a feed that does not ask', async () => {
    statuses = () => 200;
    assert.equal(await get(feed), 200);
    assert.deepEqual(sent, [feed]);
    assert.equal(feeds.isOpened(feed), false);
  });

  it('goes to no other origin: another host, port or scheme, and not along a redirect', async () => {
    kept = new Proxy(kept, { get: () => 'ann:pässword' });
    moved = { [feed]: 'https://elsewhere.example/show.xml' };
    const others = [
      'https://cdn.example/1.mp3',
      'https://feeds.example:8443/1.mp3',
      'http://feeds.example/1.mp3',
    ];
    for (const url of [feed, ...others]) assert.equal(await get(url), 401);
    assert.deepEqual(sent, [feed, ...others]);
  });

  it('follows its host to the safe wire, and is not sent over the open one', async () => {
    feeds.name('http://feeds.example/show.xml');
    moved = { 'http://feeds.example/show.xml': feed };
    assert.equal(await get('http://feeds.example/show.xml'), 200);
    assert.deepEqual(sent, ['http://feeds.example/show.xml', `${feed} ${basic}`]);
  });

  it('is sent once where it is refused, and never over credentials of another kind', async () => {
    statuses = () => 403;
    assert.equal(await get(feed), 403);
    assert.equal(sent.length, 2);
    assert.equal(await get(feed, { authorization: 'Bearer x' }), 403);
    assert.equal(sent.at(-1), `${feed} Bearer x`);
  });

  it('is absent where none is kept', async () => {
    kept = {};
    assert.equal(await get(feed), 401);
    assert.deepEqual(sent, [feed]);
  });
});

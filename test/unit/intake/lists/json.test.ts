import { strict as assert } from 'node:assert';
import { a, b, c, d, everywhere, links, read, watch } from '../../../helpers/readLists';

const uc = 'UCabcdefghijklmnopqrstuv';
const channel = `https://www.youtube.com/channel/${uc}`;
const pl = 'PLabcdefghijklmnopqrstuvwxyz0123456';

describe('The archive of X', () => {
  const tweet = (words: string, ...urls: readonly (readonly [string, string])[]): object => ({
    tweet: {
      full_text: words,
      entities: {
        urls: urls.map(([url, expanded_url]) => ({ url, expanded_url, display_url: 'youtu.be/dQw4w…' })),
      },
    },
  });
  const tweets = [
    tweet('look https://t.co/a1 https://t.co/p1', ['https://t.co/a1', watch(a)]),
    tweet('read https://t.co/b1', ['https://t.co/b1', 'https://example.org/talk']),
    tweet('pic https://t.co/c1', ['https://t.co/c1', 'https://x.com/me/status/1/photo/1']),
    tweet('old https://t.co/d1'),
  ];

  it('means the full address, not the short one, and no pictures', () => {
    const expected = [a, 'https://example.org/talk', 'https://t.co/d1'];
    everywhere(JSON.stringify(tweets), 'text', expected);
    everywhere(`window.YTD.tweets.part0 = ${JSON.stringify(tweets, undefined, 2)};\n`, 'text', expected);
  });
});

describe('JSON', () => {
  it('may be the value of a name, as pages and programs have it', () => {
    everywhere(`var data = {"contents":[{"videoId":"${a}"},{"videoId":"${c}"}]};\n`, 'text', [a, c]);
  });

  it('names a subscription, channel or playlist as YouTube’s interface does', () => {
    const subscription = {
      snippet: { channelId: `${uc.slice(0, -1)}z`, resourceId: { kind: 'youtube#channel', channelId: uc } },
    };
    assert.equal(everywhere(JSON.stringify([subscription]), 'text', [channel]).asksForLists, false);
    const items = [
      { kind: 'youtube#playlist', id: pl },
      { kind: 'youtube#channel', id: uc },
    ];
    everywhere(JSON.stringify({ items }), 'text', [`https://www.youtube.com/playlist?list=${pl}`, channel]);
    const found = [
      { id: { kind: 'youtube#video', videoId: a } },
      { id: { kind: 'youtube#channel', channelId: uc } },
    ];
    assert.equal(everywhere(JSON.stringify({ items: found }), 'text', [a, channel]).asksForLists, true);
  });

  it('is videos where three objects or more have nothing but ids', () => {
    const objects = (ids: readonly string[], more: object = {}): string =>
      JSON.stringify({ items: ids.map((id) => ({ id, title: 'x', ...more })) });
    everywhere(objects([a, b, c]), 'text', [a, b, c]);
    everywhere([a, b, c].map((id) => JSON.stringify({ id })).join('\n'), 'text', [a, b, c]);
    everywhere(objects([a, b, c], { channel_url: channel }), 'text', [a, b, c]);
    everywhere(objects([a, b, c], { url: 'https://example.org/1' }), 'text', ['https://example.org/1']);
    const few = `[${objects([a, b])},${objects(['programming', 'consolation', 'unavoidable'])},"${watch(d)}"]`;
    assert.deepEqual(links(read(few)), [d]);
  });

  it('may have addresses as keys', () => {
    everywhere(JSON.stringify({ [watch(a)]: 'One', [watch(c)]: { seen: 2, by: channel } }), 'text', [a, c]);
  });
});

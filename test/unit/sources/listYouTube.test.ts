/** Channels and playlists of YouTube without yt-dlp, and lists of lists with it. */
import assert from 'node:assert/strict';
import { isFailure, readLink } from '../../../src/intake/link';
import { toFailure, type Failure } from '../../../src/model/failure';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { ListItem } from '../../../src/model/source';
import { rowWords } from '../../../src/model/words';
import { mayBePublic } from '../../../src/model/addresses';
import { Lists } from '../../../src/sources/lists';
import type { SourceParts } from '../../../src/sources/parts';
import { fakeYtDlp, ytDlpEntry, type Printed } from '../../helpers/fakeYtDlp';
import { realParts, type RealParts } from '../../helpers/realParts';
import { startFeeds, youtubeFeed, type FeedServer } from '../../servers/feeds';

interface Expanded {
  readonly items: readonly ListItem[];
  readonly notes: readonly string[];
  /** In the order they were taken. */
  readonly permits: readonly string[];
  /** Places held at the same time, at most. */
  readonly mostHeld: number;
  readonly failure?: Failure;
}

async function expandWith(parts: SourceParts, url: string, settings: Partial<Settings>): Promise<Expanded> {
  const link = readLink(url);
  assert.ok(!isFailure(link), JSON.stringify(link));
  const items: ListItem[] = [];
  const notes: string[] = [];
  const permits: string[] = [];
  let held = 0;
  let mostHeld = 0;
  let failure: Failure | undefined;
  try {
    for await (const item of new Lists({ ...parts, mayBePublic }).expand({
      link,
      settings: { ...defaultSettings, ...settings },
      signal: new AbortController().signal,
      identity: 'x',
      sent: () => undefined,
      permit: (quotas) => {
        permits.push(...quotas);
        mostHeld = Math.max(mostHeld, (held += 1));
        return Promise.resolve({ heard: () => undefined, release: () => void (held -= 1) });
      },
      note: (text) => notes.push(text),
    }))
      items.push(item);
  } catch (error) {
    failure = toFailure(error);
  }
  assert.equal(held, 0, 'every place is given back');
  return { items, notes, permits, mostHeld, ...(failure === undefined ? {} : { failure }) };
}

describe('A list of YouTube without yt-dlp', () => {
  let server: FeedServer;
  let parts: RealParts;
  beforeEach(async () => {
    server = await startFeeds();
    parts = realParts();
  });
  afterEach(async () => {
    parts.close();
    await server.close();
  });
  const expand = (url: string): Promise<Expanded> =>
    expandWith(parts, url, { 'youtube.endpoint': server.origin, sources: ['youtube'] });
  const id = 'UCabcdefghijklmnopqrstuv';
  const channel = `https://www.youtube.com/channel/${id}`;
  const feed = youtubeFeed('C', [{ id: 'aaaaaaaaaaa', title: 'A', published: '2026-10-30T10:00:00+00:00' }]);
  const pageOf = (more = ''): string =>
    `<!doctype html><html><link rel="canonical" href="https://www.youtube.com/channel/${id}"><a href="https://consent.youtube.com/x">Cookies</a>${more}</html>`;

  it('of which the feed is out is not called removed when its page is there', async () => {
    for (const status of [404, 500]) {
      server.pages.set(`/channel/${id}`, pageOf());
      server.pages.set('/feeds/videos.xml', { status });
      const { failure, permits } = await expand(channel);
      assert.deepEqual([failure?.code, failure?.subject], ['bad-response', 'feed-out']);
      assert.deepEqual(permits, ['youtube', 'youtube']);
      assert.ok(failure);
      assert.match(rowWords(failure).sentence, /feed.*does not answer.*Set up yt-dlp/);
    }
  });

  it('is gone, private or blocked where its page says so', async () => {
    const alert = (text: string): string =>
      `<html><script>{"alerts":[{"alertRenderer":{"type":"ERROR","text":{"simpleText":"${text}"}}}]}</script></html>`;
    for (const [page, code] of [
      [{ status: 404 }, 'unavailable'],
      [alert('This channel does not exist.'), 'unavailable'],
      [alert('This account has been terminated due to multiple violations.'), 'unavailable'],
      [{ status: 429 }, 'rate-limited'],
      [{ status: 302, headers: { location: 'https://www.google.com/sorry/index' } }, 'blocked'],
    ] as const) {
      server.pages.set(`/channel/${id}`, page);
      assert.equal((await expand(channel)).failure?.code, code, JSON.stringify(page));
    }
    for (const [words, code] of [
      ['The playlist does not exist.', 'unavailable'],
      ['This playlist is private.', 'private'],
      ['This playlist type is unviewable.', 'unsupported'],
    ] as const) {
      server.pages.set('/playlist', alert(words));
      assert.equal((await expand('https://www.youtube.com/playlist?list=PLabc')).failure?.code, code, words);
    }
  });

  it('that is a handle has its page asked for as a browser would', async () => {
    server.pages.set('/@handle', pageOf());
    server.pages.set('/feeds/videos.xml', feed);
    const { items } = await expand('https://www.youtube.com/@handle');
    assert.equal(items.length, 1);
    const [asked] = server.seen;
    assert.match(asked?.['user-agent'] ?? '', /^Mozilla\/5\.0 .*Chrome\//);
    assert.match(asked?.accept ?? '', /^text\/html/);
    assert.match(asked?.cookie ?? '', /SOCS=/);
    assert.match(asked?.['accept-language'] ?? '', /^en/);
  });

  it('that is a handle says what its page says', async () => {
    const consent = '<!doctype html><html><form action="https://consent.youtube.com/s"></form></html>';
    for (const [page, code] of [
      [{ status: 404 }, 'unavailable'],
      [consent, 'blocked'],
      ['<html>Nothing to see</html>', 'bad-response'],
    ] as const) {
      server.pages.set('/@handle', page);
      assert.equal(
        (await expand('https://www.youtube.com/@handle')).failure?.code,
        code,
        JSON.stringify(page),
      );
    }
  });

  it('of lists is not answered with the channel’s newest videos', async () => {
    server.pages.set('/@handle', pageOf());
    server.pages.set('/feeds/videos.xml', feed);
    for (const tab of ['playlists', 'podcasts', 'courses', 'releases']) {
      const { failure } = await expand(`https://www.youtube.com/@handle/${tab}`);
      assert.deepEqual([failure?.code, failure?.subject], ['tool-missing', 'yt-dlp']);
    }
    assert.deepEqual(server.requests, []);
  });
});

describe('A list of YouTube with yt-dlp', () => {
  const list = (id: string): object => ({
    _type: 'url',
    ie_key: 'YoutubeTab',
    url: `https://www.youtube.com/playlist?list=${id}`,
    title: 'A playlist',
  });
  const expand = async (
    url: string,
    answer: (link: string) => Printed,
    settings: Partial<Settings> = {},
  ): Promise<Expanded & { readonly runs: readonly (readonly string[])[] }> => {
    const fake = fakeYtDlp(answer);
    return { ...(await expandWith(fake.parts, url, settings)), runs: fake.runs };
  };
  const ids = ({ items }: Expanded): string => items.map(({ link }) => link.id).join(' ');

  for (const tab of ['playlists', 'podcasts', 'courses', 'releases'])
    it(`at /${tab} is read one level deep`, async () => {
      const done = await expand(`https://www.youtube.com/@handle/${tab}`, (link) =>
        link.endsWith(tab)
          ? { lines: [list('PL1'), list('PL2')] }
          : link.endsWith('PL1')
            ? { lines: [ytDlpEntry('aaaaaaaaaaa'), ytDlpEntry('bbbbbbbbbbb'), list('PL9')] }
            : { lines: [ytDlpEntry('bbbbbbbbbbb'), ytDlpEntry('ccccccccccc')] },
      );
      assert.equal(ids(done), 'aaaaaaaaaaa bbbbbbbbbbb ccccccccccc');
      assert.equal(done.runs.length, 3);
      assert.deepEqual(done.permits, ['youtube', 'youtube', 'youtube']);
      assert.equal(done.mostHeld, 1);
      assert.match(done.notes.join(' '), /^One entry .* a list inside a list\.$/);
    });

  it('of lists goes on without one that is private, and stops at a block', async () => {
    const answer =
      (words: string) =>
      (link: string): Printed =>
        link.endsWith('playlists')
          ? { lines: [list('PL1'), list('PL2')] }
          : link.endsWith('PL1')
            ? { stderr: `ERROR: [youtube:tab] PL1: ${words}`, exitCode: 1 }
            : { lines: [ytDlpEntry('ccccccccccc')] };
    const some = await expand(
      'https://www.youtube.com/@handle/playlists',
      answer('YouTube said: This playlist is private.'),
    );
    assert.equal(ids(some), 'ccccccccccc');
    assert.match(some.notes.join(' '), /playlist that is private or gone/);
    const blocked = await expand(
      'https://www.youtube.com/@handle/playlists',
      answer('HTTP Error 429: Too Many Requests'),
    );
    assert.equal(blocked.failure?.code, 'rate-limited');
  });

  it('tells its private and deleted videos instead of asking for each', async () => {
    const done = await expand('https://www.youtube.com/playlist?list=PLabc', () => ({
      lines: [
        ytDlpEntry('aaaaaaaaaaa'),
        ytDlpEntry('bbbbbbbbbbb', { title: '[Private video]' }),
        ytDlpEntry('ccccccccccc', { title: '[Deleted video]' }),
        ytDlpEntry('ddddddddddd', { availability: 'private' }),
      ],
      stderr: 'WARNING: [youtube:tab] YouTube said: INFO - 2 unavailable videos are hidden',
    }));
    assert.equal(ids(done), 'aaaaaaaaaaa');
    assert.match(
      done.notes.join(' '),
      /2 unavailable videos are hidden\. 3 entries .* private or deleted videos\./,
    );
  });

  it('takes a start for every two pages and sleeps between them', async () => {
    const many = Array.from({ length: 401 }, (_, at) => ytDlpEntry(`v${String(at).padStart(10, '0')}`));
    const playlist = await expand('https://www.youtube.com/playlist?list=PLabc', () => ({ lines: many }));
    assert.deepEqual([playlist.items.length, playlist.permits.length, playlist.mostHeld], [401, 3, 1]);
    const channel = await expand('https://www.youtube.com/@handle/videos', () => ({ lines: many }));
    assert.equal(channel.permits.length, 7);
    // 300 an hour at 95 %: a start each 12.6 s, and two requests a start.
    assert.match(channel.runs[0]?.join(' ') ?? '', / --sleep-requests 6\.32 /);
    const free = { 'rate.youtube.perHour': 0, 'rate.youtube.spacing': 0 };
    const fast = await expand('https://www.youtube.com/@handle/videos', () => ({ lines: many }), free);
    assert.match(fast.runs[0]?.join(' ') ?? '', / --sleep-requests 0\.75 /);
  });

  it('that ends well without an entry gives the reason, if yt-dlp printed one', async () => {
    const words = 'WARNING: [youtube:tab] This playlist type is unviewable.';
    const done = await expand('https://www.youtube.com/playlist?list=RDabc', () => ({ stderr: words }));
    assert.equal(done.failure?.code, 'unsupported');
    const empty = await expand('https://www.youtube.com/playlist?list=PLabc', () => ({}));
    assert.deepEqual([empty.failure, empty.items], [undefined, []]);
  });

  it('is not read by one that is too old', async () => {
    const fake = fakeYtDlp(() => ({ lines: [ytDlpEntry('aaaaaaaaaaa')] }), { version: '2023.03.04' });
    const { failure } = await expandWith(fake.parts, 'https://www.youtube.com/@handle/playlists', {});
    assert.deepEqual([failure?.code, fake.runs], ['tool-missing', []]);
  });
});

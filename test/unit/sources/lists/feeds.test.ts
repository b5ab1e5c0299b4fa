import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../../../src/intake/link';
import type { Link } from '../../../../src/model/link';
import { publicAddress } from '../../../../src/model/publicUrl';
import { defaultSettings, type Settings } from '../../../../src/model/settings';
import { NotAFeed, parseFeed } from '../../../../src/sources/feedParser';
import type { Feed } from '../../../../src/sources/feedShape';
import { Lists } from '../../../../src/sources/lists';
import { expandRequest } from '../../../helpers/expandRequest';
import { realParts, type RealParts } from '../../../helpers/realParts';
import { startFeeds, type FeedServer } from '../../../servers/feeds';

const parse = (text: string | Uint8Array, type = ''): Promise<Feed> =>
  parseFeed(typeof text === 'string' ? Buffer.from(text) : text, type, () => Promise.resolve());
const rss = (items: string, channel = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:podcast="x" xmlns:itunes="y" xmlns:atom="z"><channel><title>Show</title>${channel}${items}</channel></rss>`;
const item = (name: string, inner = ''): string =>
  `<item><title>${name}</title><enclosure url="/${name}.mp3" type="audio/mpeg"/>${inner}</item>`;

describe('A feed', () => {
  it('has its addresses as written, decoded once', async () => {
    const names = ['region', 'copy', 'timestamp', 'section', 'param', 'currency'];
    const { entries } = await parse(
      rss(
        names.map((name) => `<item><link>https://v.example.org/w?id=1&amp;${name}=us</link></item>`).join(''),
      ),
    );
    assert.deepEqual(
      entries.map(({ link }) => link),
      names.map((name) => `https://v.example.org/w?id=1&${name}=us`),
    );
  });

  it('takes an id that is a permalink for the address, and an entry with the same id once', async () => {
    const { entries } = await parse(
      rss('<item><guid isPermaLink="true">https://v.example.org/2</guid></item>'.repeat(2)),
    );
    assert.deepEqual(
      entries.map(({ permalink }) => permalink),
      ['https://v.example.org/2'],
    );
  });

  it('has the same elements under whatever prefix their name spaces are declared', async () => {
    const { entries } = await parse(
      `<rss xmlns:ns0="https://podcastindex.org/namespace/1.0" xmlns:ns1="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:constructor="constructor"><channel>${item('a', '<ns1:duration>1:02:03</ns1:duration><ns0:transcript url="/a.vtt" type="text/vtt"/>')}</channel></rss>`,
    );
    assert.deepEqual(
      entries.map(({ duration, transcripts }) => [duration, transcripts]),
      [[3723, [{ url: '/a.vtt', type: 'text/vtt' }]]],
    );
  });

  it('as JSON may have its items’ addresses as ids', async () => {
    const id = 'https://v.example.org/2';
    const { entries } = await parse(
      JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', items: [{ id }, { id: '7' }] }),
    );
    assert.deepEqual(
      entries.map(({ permalink }) => permalink),
      [id, undefined],
    );
  });

  it('is read up to its end, whatever a proxy has put behind it', async () => {
    const { entries, brokenOff } = await parse(`${rss(item('a'))}<script>x()</script><br>`);
    assert.deepEqual([entries.length, brokenOff], [1, false]);
  });

  it('is UTF-8 where its bytes are, whatever the header says, and what it says where they are not', async () => {
    const text = rss(item('Größe'));
    for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(text)])
      assert.equal((await parse(bytes, 'text/xml; charset=ISO-8859-1')).entries[0]?.title, 'Größe');
    const latin = Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1');
    assert.equal((await parse(latin)).entries[0]?.title, 'Größe');
  });

  it('has titles without markup and no length of 0', async () => {
    const { entries } = await parse(
      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div><i>Nature</i> &amp; us</div></title></entry><entry><title type="html">&lt;b&gt;A&lt;/b&gt;</title></entry></feed>`,
    );
    assert.deepEqual(
      entries.map(({ title }) => title),
      ['Nature & us', 'A'],
    );
    const zero = await parse(rss(item('a', '<itunes:duration>00:00:00</itunes:duration>')));
    assert.equal(zero.entries[0]?.duration, undefined);
  });

  it('may be a JSON Feed', async () => {
    const { entries, title } = await parse(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'Show',
        items: [
          {
            id: '1',
            title: 'A',
            date_published: '2024-07-01T10:00:00Z',
            attachments: [{ url: 'https://e.org/a.mp3', mime_type: 'audio/mpeg', duration_in_seconds: 60 }],
          },
        ],
      }),
    );
    assert.equal(title, 'Show');
    assert.deepEqual([entries[0]?.enclosures[0]?.url, entries[0]?.duration], ['https://e.org/a.mp3', 60]);
  });
});

describe('A feed that is expanded', () => {
  let server: FeedServer;
  let parts: RealParts;
  let notes: string[];

  beforeEach(async () => {
    server = await startFeeds();
    parts = realParts();
    notes = [];
  });
  afterEach(async () => {
    parts.close();
    await server.close();
  });

  async function expand(settings: Partial<Settings> = {}, path = '/feed.xml'): Promise<string[]> {
    const link = readLink(`${server.origin}${path}`);
    assert(!isFailure(link));
    return (await linksOf(link, settings)).map(({ url }) => url.replace(server.origin, ''));
  }

  async function linksOf(link: Link, settings: Partial<Settings> = {}): Promise<Link[]> {
    const found: Link[] = [];
    for await (const entry of new Lists({ ...parts, mayBePublic: () => false }).expand({
      ...expandRequest(link),
      settings: { ...defaultSettings, ...settings },
      note: (text) => notes.push(text),
    }))
      found.push(entry.link);
    return found;
  }
  const dated = [
    item('e1', '<pubDate>Tue, 01 Jan 2019 10:00:00 +0000</pubDate>'),
    item('e2', '<pubDate>Mon, 01 Jul 2024 10:00:00 CEST</pubDate>'),
    item('e3', '<pubDate>Sun, 01 Mar 2026 10:00:00 +0000</pubDate>'),
    item('e0'),
    item('e4', '<pubDate>Sun, 01 Nov 2026 10:00:00 +0000</pubDate>'),
  ].join('');

  it('has its dated entries first, newest first, and keeps those without a date', async () => {
    server.pages.set('/feed.xml', rss(dated));
    assert.deepEqual(await expand(), ['/e4.mp3', '/e3.mp3', '/e2.mp3', '/e1.mp3', '/e0.mp3']);
    assert.deepEqual(await expand({ 'lists.limit': 2 }), ['/e4.mp3', '/e3.mp3']);
    assert.deepEqual(await expand({ 'lists.after': '2026-01-01' }), ['/e4.mp3', '/e3.mp3', '/e0.mp3']);
  });

  it('gives the transcript in the language that is wanted, else in its own', async () => {
    const transcript = (language: string, type = 'text/vtt', ending = 'vtt'): string =>
      `<podcast:transcript url="/a.${language}.${ending}" type="${type}" language="${language}"/>`;
    server.pages.set(
      '/feed.xml',
      rss(
        item('a', transcript('de') + transcript('en', 'application/x-subrip', 'srt')),
        '<language>en-us</language>',
      ),
    );
    assert.deepEqual(await expand({ languages: ['en'] }), ['/a.en.srt']);
    assert.deepEqual(await expand({ languages: ['de'] }), ['/a.de.vtt']);
    assert.deepEqual(await expand(), ['/a.en.srt']);
    assert.deepEqual(await expand({ languages: ['fr'] }), ['/a.mp3']);
  });

  it('gives a transcript of any kind, timed ones first, and says which are texts', async () => {
    const transcript = (type: string, path: string): string =>
      `<podcast:transcript url="${path}" type="${type}"/>`;
    server.pages.set(
      '/feed.xml',
      rss(
        item('a', transcript('text/html', '/feed/a.html') + transcript('application/x-subrip', '/a')) +
          item('b', transcript('text/plain', '/b.txt') + transcript('text/html', '/feed/b')) +
          item('c', transcript('text/plain', '/c.vtt')) +
          item('d', transcript('text/plain', '/d')),
      ),
    );
    const link = readLink(`${server.origin}/feed.xml`);
    assert(!isFailure(link));
    assert.deepEqual(
      (await linksOf(link)).map(({ url, kind, prose }) => [url.replace(server.origin, ''), kind, prose]),
      [
        ['/a', 'subtitle', undefined],
        ['/feed/b', 'subtitle', true],
        ['/c.vtt', 'subtitle', undefined],
        ['/d', 'subtitle', true],
      ],
    );
  });

  it('has its addresses from where xml:base says', async () => {
    server.pages.set(
      '/feed.xml',
      '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="/shows/"><title>S</title>' +
        '<entry xml:base="one/"><title>1</title><link rel="enclosure" href="a.mp3" type="audio/mpeg"/></entry>' +
        '<entry><title>2</title><link rel="enclosure" href="b.mp3" type="audio/mpeg"/></entry>' +
        '<entry xml:base="https://e.org/x/"><title>3</title><link href="page"/></entry></feed>',
    );
    assert.deepEqual(await expand(), ['/shows/one/a.mp3', '/shows/b.mp3', 'https://e.org/x/page']);
    server.pages.set(
      '/feed.xml',
      '<?xml version="1.0"?><rss version="2.0"><channel xml:base="/old/"><item><title>1</title><link>post</link></item></channel></rss>',
    );
    assert.deepEqual(await expand(), ['/old/post']);
  });

  it('goes through all its pages', async () => {
    const next = (page: number): string => `<atom:link rel="next" href="/feed.xml?page=${page}"/>`;
    server.pages.set('/feed.xml', rss(item('a'), next(2)));
    server.pages.set('/feed.xml?page=2', rss(item('b'), next(3)));
    server.pages.set('/feed.xml?page=3', rss(item('c'), next(1)));
    assert.deepEqual(await expand(), ['/a.mp3', '/b.mp3', '/c.mp3']);
  });

  it('has its addresses from where it answered, also after a redirect, and leads to the episode', async () => {
    server.pages.set('/old', { status: 302, headers: { location: '/a/feed.xml' } });
    server.pages.set(
      '/a/feed.xml',
      rss(
        '<item><title>rel</title><enclosure url="e1.mp3" type="audio/mpeg"/><podcast:transcript url="t/e1.vtt" type="text/vtt"/></item>' +
          '<item><title>own key</title><link>/a/e2</link><enclosure url="e2.mp3?key=k" type="audio/mpeg"/><podcast:transcript url="t/e2.vtt" type="text/vtt"/></item>' +
          '<item><title>words alone</title><link>/a/e3</link><podcast:transcript url="t/e3.vtt" type="text/vtt"/></item>' +
          '<item><title>sound alone</title><link>/a/e4</link><enclosure url="e4.mp3" type="audio/mpeg"/></item>',
      ),
    );
    const link = readLink(`${server.origin}/old`, { feed: true });
    assert(!isFailure(link));
    const found = await linksOf(link);
    assert.deepEqual(
      found.map(({ url, episode }) => [url, episode].map((one) => one?.replace(server.origin, ''))),
      [
        ['/a/t/e1.vtt', '/a/e1.mp3'],
        ['/a/t/e2.vtt', '/a/e2'],
        ['/a/t/e3.vtt', '/a/e3'],
        ['/a/e4.mp3', undefined],
      ],
    );
    const alone = readLink(`${server.origin}/a/t/e1.vtt`);
    assert(!isFailure(alone));
    assert.equal(found[0]?.id, alone.id);
    assert.equal(publicAddress(alone), alone.url);
  });

  it('is what answers as one, whatever its address; a page that only names a feed is none', async () => {
    server.pages.set('/old', { status: 302, headers: { location: '/podcast/all' } });
    server.pages.set('/podcast/all', rss(item('a')));
    server.pages.set(
      '/post',
      '<html><head><link rel="alternate" type="application/rss+xml" href="/podcast/all"></head></html>',
    );
    assert.deepEqual(await expand({}, '/podcast/all'), ['/a.mp3']);
    assert.deepEqual(await expand({}, '/old'), ['/a.mp3']);
    await assert.rejects(expand({}, '/post'), NotAFeed);
    const lists = new Lists({ ...parts, mayBePublic: () => false });
    const mayBe = (url: string): boolean => {
      const link = readLink(url);
      return !isFailure(link) && lists.mayBeList(link);
    };
    assert.deepEqual(
      [
        'https://e.org/show',
        'https://vimeo.com/1',
        'https://e.org/a.mp3',
        'https://youtu.be/dQw4w9WgXcQ',
      ].map(mayBe),
      [true, false, false, false],
    );
  });

  it('may be named by the page that was asked for', async () => {
    server.pages.set(
      '/feed/',
      '<html><head><link rel="alternate" type="application/rss+xml" href="/real"></head></html>',
    );
    server.pages.set('/real', rss(item('a')));
    assert.deepEqual(await expand({}, '/feed/'), ['/a.mp3']);
  });
});

/** A podcast feed as a list: its episodes, in whatever form it comes. */
import { strict as assert } from 'node:assert';
import { toFailure } from '../../../src/model/failure';
import type { Settings } from '../../../src/model/settings';
import type { ListItem } from '../../../src/model/source';
import { mayBePublic } from '../../../src/model/addresses';
import { ytDlpEntries, type YtDlpEntry } from '../../../src/sources/listYtDlp';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { expandRequest } from '../../helpers/expandRequest';
import { podcast, type Episode } from '../../servers/feeds';
import { listsRig } from '../../helpers/listsRig';

describe('A list', () => {
  const rig = listsRig();
  const { each, expand, failed } = rig;

  describe('that is a podcast feed', () => {
    const episodes = (count: number): Episode[] =>
      Array.from({ length: count }, (_, at) => ({
        title: `Episode ${count - at} & more`,
        date: new Date(Date.UTC(2026, 0, 31) - at * 86_400_000).toUTCString(),
        duration: `${at}:30`,
        enclosure: `/audio.mp3?ep=${count - at}&x=1`,
      }));

    it('becomes its episodes with title, date and length', async () => {
      rig.server.pages.set('/feed.xml', podcast('The Show', episodes(2)));
      const items = await expand(`${rig.server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link, meta }) => [link.kind, link.url, meta]),
        [
          [
            'media',
            `${rig.server.origin}/audio.mp3?ep=2&x=1`,
            {
              title: 'Episode 2 & more',
              channel: 'The Show',
              duration: 30,
              durationIsClaim: true,
              published: '2026-01-31',
            },
          ],
          [
            'media',
            `${rig.server.origin}/audio.mp3?ep=1&x=1`,
            {
              title: 'Episode 1 & more',
              channel: 'The Show',
              duration: 90,
              durationIsClaim: true,
              published: '2026-01-30',
            },
          ],
        ],
      );
      assert.deepEqual(rig.permits, [`host:${new URL(rig.server.origin).host}`]);
      assert.equal(rig.released, 1);
    });

    it('comes newest first, whatever order the feed has', async () => {
      rig.server.pages.set('/feed.xml', podcast('The Show', episodes(3).reverse()));
      const items = await expand(`${rig.server.origin}/feed.xml`);
      assert.deepEqual(
        items.map((item) => item.meta.published),
        ['2026-01-31', '2026-01-30', '2026-01-29'],
      );
    });

    it('gives the transcript of an episode, the best type of it, as a subtitle file', async () => {
      rig.server.pages.set(
        '/feed.xml',
        podcast('S', [
          {
            title: 'a',
            enclosure: '/a.mp3',
            transcripts: { 'text/html': '/a.html', 'application/x-subrip': '/a?srt', 'text/vtt': '/a?vtt' },
          },
          { title: 'b', enclosure: '/b.mp3', transcripts: { 'application/srt': '/b.srt' } },
          { title: 'c', enclosure: '/c.mp3', transcripts: { 'text/plain': '/c.txt' } },
          { title: 'd', enclosure: '/d.mp3', transcripts: { 'application/rtf': '/d.rtf' } },
        ]),
      );
      const items = await expand(`${rig.server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link }) => [link.kind, link.url.replace(rig.server.origin, '')]),
        [
          ['subtitle', '/a?vtt'],
          ['subtitle', '/b.srt'],
          ['subtitle', '/c.txt'],
          ['media', '/d.mp3'],
        ],
      );
    });

    it('keeps to limit, dates and lengths', async () => {
      rig.server.pages.set('/feed.xml', podcast('The Show', episodes(31)));
      const days = async (settings: Partial<Settings>): Promise<number[]> =>
        (await expand(`${rig.server.origin}/feed.xml`, { settings })).map((item) =>
          Number(item.meta.published?.slice(8)),
        );
      assert.deepEqual(await days({ 'lists.limit': 2 }), [31, 30]);
      assert.deepEqual(await days({ 'lists.after': '2026-01-29' }), [31, 30, 29]);
      assert.deepEqual(await days({ 'lists.before': '2026-01-03' }), [2, 1]);
      assert.deepEqual(await days({ 'lists.minDuration': '3m', 'lists.maxDuration': '5m' }), [28, 27]);
      assert.deepEqual(await days({ 'lists.minDuration': '3m', 'lists.limit': 1 }), [28]);
      assert.deepEqual(await days({ 'lists.before': '2025-01-01' }), []);
      assert.match(rig.notes.at(-1) ?? '', /None of the 31 entries/);
    });

    it('is read though it is written badly', async () => {
      rig.server.pages.set(
        '/feed.xml',
        `<?xml version="1.0"?><rss><channel><title>T&nbsp;&amp; T</title>
         <item><title><![CDATA[A & B &amp; C]]></title><enclosure url="/a.mp3?x=1&y=2" type="audio/mpeg"><br></item>
         <item><title>Second</title><link><![CDATA[https://example.org/?a=1&b=2]]></link></item>`,
      );
      const items = await expand(`${rig.server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link, meta }) => [link.url.replace(rig.server.origin, ''), meta.title]),
        [
          ['/a.mp3?x=1&y=2', 'A & B & C'],
          ['https://example.org/?a=1&b=2', 'Second'],
        ],
      );
    });

    it('that breaks off gives what it has and then says that more may be missing', async () => {
      const whole = podcast('The Show', episodes(3));
      const third = whole.lastIndexOf('<item>');
      const second = whole.lastIndexOf('<item>', third - 1);
      const first = whole.indexOf('<item>');
      for (const [end, count, message] of [
        [third + 20, 2, /breaks off after 2 entries; others may be missing\. Retry/],
        [third - 3, 1, /breaks off after one entry;/],
        [second + 3, 1, /breaks off after one entry;/],
        [first + 3, 0, /breaks off before the end of its first entry\. Retry/],
      ] as const) {
        rig.server.pages.set('/feed.xml', whole.slice(0, end));
        const items: ListItem[] = [];
        const fail = await each(`${rig.server.origin}/feed.xml`, (item) => items.push(item)).then(
          () => assert.fail(`It was whole at ${end}.`),
          toFailure,
        );
        assert.equal(fail.code, 'bad-response');
        assert.match(fail.message, message);
        assert.equal(items.length, count);
      }
      rig.server.pages.set('/feed.xml', whole.slice(0, third + 20));
      const newest = await expand(`${rig.server.origin}/feed.xml`, { settings: { 'lists.limit': 2 } });
      assert.equal(newest.length, 2, 'Who wants no more than there are is not told.');
    });

    it('of a public host leads to no private address and to nothing but http, and says so', async () => {
      rig.server.pages.set(
        '/feed.xml',
        podcast('Hostile', [
          { title: 'file', enclosure: 'file:///etc/passwd.mp3' },
          { title: 'router', enclosure: 'http://192.168.1.1/a.mp3' },
          {
            title: 'loopback',
            enclosure: 'http://[::1]/a.mp3',
            transcripts: { 'text/vtt': 'http://127.0.0.1:9/a.vtt' },
          },
          { title: 'scheme', link: 'javascript:alert(1)' },
          { title: 'password', enclosure: 'https://a:b@example.org/a.mp3' },
          { title: 'list', link: 'https://www.youtube.com/@handle' },
          { title: 'fine', enclosure: 'https://example.org/a.mp3' },
        ]),
      );
      const own = new URL(rig.server.origin).hostname;
      const seen = new Set<string>();
      const isPublic = (host: string): boolean => {
        // The stand-in plays a public host the first time it is asked about.
        if (host === own && !seen.has(host)) return Boolean(seen.add(host));
        return mayBePublic(host);
      };
      const items = await expand(`${rig.server.origin}/feed.xml`, { isPublic });
      assert.deepEqual(
        items.map(({ link }) => [link.url, link.reach]),
        [['https://example.org/a.mp3', 'public-only']],
      );
      assert.match(rig.notes.join(), /6 entries of the feed were left out/);
    });

    it('of this computer or network may name addresses of its own', async () => {
      rig.server.pages.set(
        '/feed.xml',
        podcast('Home', [{ title: 'a', enclosure: 'http://192.168.1.1/a.mp3' }]),
      );
      const [item] = await expand(`${rig.server.origin}/feed.xml`);
      assert.deepEqual([item?.link.url, item?.link.reach], ['http://192.168.1.1/a.mp3', undefined]);
    });

    it('of 10,000 entries is read while others run', async () => {
      rig.server.pages.set('/feed.xml', podcast('Long', episodes(10_000)));
      let turns = 0;
      const turn = setInterval(() => (turns += 1), 0);
      const items = await expand(`${rig.server.origin}/feed.xml`).finally(() => clearInterval(turn));
      assert.equal(items.length, 10_000);
      assert(turns > 5, `${turns} turns`);
    });

    for (const [what, page, code] of [
      ['is gone', { status: 404 }, 'unavailable'],
      ['throttles', { status: 429, headers: { 'retry-after': '7' } }, 'rate-limited'],
      ['has no entries', podcast('Empty', []), 'unavailable'],
      ['is a page', '<!doctype html><html><body>Hi', 'bad-response'],
      ['is nested without end', `<?xml version="1.0"?><rss>${'<a>'.repeat(100_000)}`, 'bad-response'],
    ] as const)
      it(`that ${what} is ${code}`, async () => {
        rig.server.pages.set('/feed.xml', page);
        const failure = await failed(`${rig.server.origin}/feed.xml`, { settings: { sources: ['youtube'] } });
        assert.equal(failure.code, code);
        if (code === 'rate-limited') assert.equal(failure.retryAfterMs, 7000);
        assert.equal(rig.released, 1);
      });

    it('of more than 10 MB is refused', async () => {
      rig.server.pages.set('/feed.xml', `<?xml version="1.0"?><rss>${' '.repeat(11 * 1024 * 1024)}`);
      assert.equal((await failed(`${rig.server.origin}/feed.xml`)).code, 'bad-response');
    });

    it('reads the same through the real yt-dlp, which knows no transcripts', async function () {
      this.timeout(60_000);
      rig.server.pages.set('/show', podcast('The Show', episodes(3)));
      const url = `${rig.server.origin}/show`;
      const entries: YtDlpEntry[] = [];
      const request = expandRequest(url);
      const ytDlp = new YtDlpProgram(rig.parts);
      for await (const one of ytDlpEntries({ ytDlp, mayBePublic }, request, 2, false)) entries.push(one);
      assert.deepEqual(
        entries.map(({ item }) => [
          item.link.kind,
          item.link.url,
          item.meta.title,
          item.meta.duration,
          item.meta.published,
        ]),
        [
          ['media', `${rig.server.origin}/audio.mp3?ep=3&x=1`, 'Episode 3 & more', 30, '2026-01-31'],
          ['media', `${rig.server.origin}/audio.mp3?ep=2&x=1`, 'Episode 2 & more', 90, '2026-01-30'],
        ],
      );
    });

    it('that turns out not to be one is read by the real yt-dlp, if that supports it', async function () {
      this.timeout(60_000);
      rig.server.pages.set(
        '/feed.xml',
        '<!doctype html><html><head><title>T</title></head><body><video src="/a.mp4"></video>',
      );
      rig.server.pages.set('/a.mp4', { status: 200, headers: { 'content-type': 'video/mp4' }, body: 'x' });
      const outcome = await expand(`${rig.server.origin}/feed.xml`).catch(toFailure);
      assert(rig.server.requests.filter((path) => path === '/feed.xml').length > 1, JSON.stringify(outcome));
    });
  });
});

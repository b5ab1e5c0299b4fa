import { strict as assert } from 'node:assert';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFailure, readLink } from '../../../src/intake/link';
import type { Failure } from '../../../src/model/failure';
import { toFailure } from '../../../src/model/failure';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { ListItem } from '../../../src/model/source';
import { mayBePublic } from '../../../src/model/addresses';
import { Lists } from '../../../src/sources/lists';
import { ytDlpEntries, type YtDlpEntry } from '../../../src/sources/listYtDlp';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { realParts, type RealParts } from '../../helpers/realParts';
import { podcast, startFeeds, youtubeFeed, type Episode, type FeedServer } from '../../servers/feeds';

describe('A list', () => {
  let server: FeedServer;
  let parts: RealParts;
  let folder: string;
  let notes: string[];
  let permits: string[];
  let released: number;

  beforeEach(async () => {
    server = await startFeeds();
    parts = realParts();
    folder = await mkdtemp(join(tmpdir(), 'bt-lists-'));
    notes = [];
    permits = [];
    released = 0;
  });
  afterEach(async () => {
    parts.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  interface Options {
    readonly settings?: Partial<Settings>;
    readonly isPublic?: (host: string) => boolean;
    readonly stopAfter?: number;
    readonly signal?: AbortSignal;
  }

  async function expand(url: string, options: Options = {}): Promise<ListItem[]> {
    const items: ListItem[] = [];
    await each(url, (item) => items.push(item), options);
    return items;
  }
  /** `take` gives how many there are by now. */
  async function each(url: string, take: (item: ListItem) => number, options: Options = {}): Promise<void> {
    const link = readLink(url);
    assert(!isFailure(link));
    const lists = new Lists({ ...parts, mayBePublic: options.isPublic ?? mayBePublic });
    for await (const item of lists.expand({
      link,
      settings: { ...defaultSettings, ...options.settings },
      signal: options.signal ?? new AbortController().signal,
      identity: 'x',
      sent: () => undefined,
      permit: (quotas) => {
        permits.push(...quotas);
        return Promise.resolve({ heard: () => undefined, release: () => void (released += 1) });
      },
      note: (text) => notes.push(text),
    }))
      if (take(item) === options.stopAfter) break;
  }
  const failed = (url: string, options: Options = {}): Promise<Failure> =>
    expand(url, options).then(() => assert.fail('It came out well.'), toFailure);

  /** A stand-in for the program: prints its lines, notes its arguments, ends with a code or waits to be killed. */
  async function fakeYtDlp(
    lines: readonly unknown[],
    more: { exit?: number; stderr?: string; hang?: boolean } = {},
  ): Promise<string> {
    const path = join(folder, 'yt-dlp');
    const out = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(join(folder, 'out'), `${out}\n`);
    const body = [
      '#!/bin/sh',
      `case "$*" in *--version*) echo 2026.10.26; exit 0;; esac`,
      `printf '%s\\n' "$*" >> '${folder}/args'`,
      `trap 'echo killed >> "${folder}/args"; exit 1' TERM INT`,
      `cat '${folder}/out'`,
      ...(more.hang === true ? ['while :; do sleep 0.05; done'] : []),
      `echo '${more.stderr ?? ''}' >&2`,
      `exit ${more.exit ?? 0}`,
    ];
    await writeFile(path, body.join('\n'));
    await chmod(path, 0o755);
    return path;
  }
  const entry = (id: string, more: object = {}): object => ({
    _type: 'url',
    ie_key: 'Youtube',
    id,
    url: `https://www.youtube.com/watch?v=${id}`,
    title: `Talk ${id}`,
    duration: 60,
    channel: 'C',
    ...more,
  });

  describe('that is a podcast feed', () => {
    const episodes = (count: number): Episode[] =>
      Array.from({ length: count }, (_, at) => ({
        title: `Episode ${count - at} & more`,
        date: new Date(Date.UTC(2026, 0, 31) - at * 86_400_000).toUTCString(),
        duration: `${at}:30`,
        enclosure: `/audio.mp3?ep=${count - at}&x=1`,
      }));

    it('becomes its episodes with title, date and length', async () => {
      server.pages.set('/feed.xml', podcast('The Show', episodes(2)));
      const items = await expand(`${server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link, meta }) => [link.kind, link.url, meta]),
        [
          [
            'media',
            `${server.origin}/audio.mp3?ep=2&x=1`,
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
            `${server.origin}/audio.mp3?ep=1&x=1`,
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
      assert.deepEqual(permits, [`host:${new URL(server.origin).host}`]);
      assert.equal(released, 1);
    });

    it('comes newest first, whatever order the feed has', async () => {
      server.pages.set('/feed.xml', podcast('The Show', episodes(3).reverse()));
      const items = await expand(`${server.origin}/feed.xml`);
      assert.deepEqual(
        items.map((item) => item.meta.published),
        ['2026-01-31', '2026-01-30', '2026-01-29'],
      );
    });

    it('gives the transcript of an episode, the best type of it, as a subtitle file', async () => {
      server.pages.set(
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
      const items = await expand(`${server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link }) => [link.kind, link.url.replace(server.origin, '')]),
        [
          ['subtitle', '/a?vtt'],
          ['subtitle', '/b.srt'],
          ['subtitle', '/c.txt'],
          ['media', '/d.mp3'],
        ],
      );
    });

    it('keeps to limit, dates and lengths', async () => {
      server.pages.set('/feed.xml', podcast('The Show', episodes(31)));
      const days = async (settings: Partial<Settings>): Promise<number[]> =>
        (await expand(`${server.origin}/feed.xml`, { settings })).map((item) =>
          Number(item.meta.published?.slice(8)),
        );
      assert.deepEqual(await days({ 'lists.limit': 2 }), [31, 30]);
      assert.deepEqual(await days({ 'lists.after': '2026-01-29' }), [31, 30, 29]);
      assert.deepEqual(await days({ 'lists.before': '2026-01-03' }), [2, 1]);
      assert.deepEqual(await days({ 'lists.minDuration': '3m', 'lists.maxDuration': '5m' }), [28, 27]);
      assert.deepEqual(await days({ 'lists.minDuration': '3m', 'lists.limit': 1 }), [28]);
      assert.deepEqual(await days({ 'lists.before': '2025-01-01' }), []);
      assert.match(notes.at(-1) ?? '', /None of the 31 entries/);
    });

    it('is read though it is written badly', async () => {
      server.pages.set(
        '/feed.xml',
        `<?xml version="1.0"?><rss><channel><title>T&nbsp;&amp; T</title>
         <item><title><![CDATA[A & B &amp; C]]></title><enclosure url="/a.mp3?x=1&y=2" type="audio/mpeg"><br></item>
         <item><title>Second</title><link><![CDATA[https://example.org/?a=1&b=2]]></link></item>`,
      );
      const items = await expand(`${server.origin}/feed.xml`);
      assert.deepEqual(
        items.map(({ link, meta }) => [link.url.replace(server.origin, ''), meta.title]),
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
        server.pages.set('/feed.xml', whole.slice(0, end));
        const items: ListItem[] = [];
        const fail = await each(`${server.origin}/feed.xml`, (item) => items.push(item)).then(
          () => assert.fail(`It was whole at ${end}.`),
          toFailure,
        );
        assert.equal(fail.code, 'bad-response');
        assert.match(fail.message, message);
        assert.equal(items.length, count);
      }
      server.pages.set('/feed.xml', whole.slice(0, third + 20));
      const newest = await expand(`${server.origin}/feed.xml`, { settings: { 'lists.limit': 2 } });
      assert.equal(newest.length, 2, 'Who wants no more than there are is not told.');
    });

    it('of a public host leads to no private address and to nothing but http, and says so', async () => {
      server.pages.set(
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
      const own = new URL(server.origin).hostname;
      const seen = new Set<string>();
      const isPublic = (host: string): boolean => {
        // The stand-in plays a public host the first time it is asked about.
        if (host === own && !seen.has(host)) return Boolean(seen.add(host));
        return mayBePublic(host);
      };
      const items = await expand(`${server.origin}/feed.xml`, { isPublic });
      assert.deepEqual(
        items.map(({ link }) => [link.url, link.reach]),
        [['https://example.org/a.mp3', 'public-only']],
      );
      assert.match(notes.join(), /6 entries of the feed were left out/);
    });

    it('of this computer or network may name addresses of its own', async () => {
      server.pages.set('/feed.xml', podcast('Home', [{ title: 'a', enclosure: 'http://192.168.1.1/a.mp3' }]));
      const [item] = await expand(`${server.origin}/feed.xml`);
      assert.deepEqual([item?.link.url, item?.link.reach], ['http://192.168.1.1/a.mp3', undefined]);
    });

    it('of 10,000 entries is read while others run', async () => {
      server.pages.set('/feed.xml', podcast('Long', episodes(10_000)));
      let turns = 0;
      const turn = setInterval(() => (turns += 1), 0);
      const items = await expand(`${server.origin}/feed.xml`).finally(() => clearInterval(turn));
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
        server.pages.set('/feed.xml', page);
        const failure = await failed(`${server.origin}/feed.xml`, { settings: { sources: ['youtube'] } });
        assert.equal(failure.code, code);
        if (code === 'rate-limited') assert.equal(failure.retryAfterMs, 7000);
        assert.equal(released, 1);
      });

    it('of more than 10 MB is refused', async () => {
      server.pages.set('/feed.xml', `<?xml version="1.0"?><rss>${' '.repeat(11 * 1024 * 1024)}`);
      assert.equal((await failed(`${server.origin}/feed.xml`)).code, 'bad-response');
    });

    it('reads the same through the real yt-dlp, which knows no transcripts', async function () {
      this.timeout(60_000);
      server.pages.set('/show', podcast('The Show', episodes(3)));
      const url = `${server.origin}/show`;
      const link = readLink(url);
      assert(!isFailure(link));
      const entries: YtDlpEntry[] = [];
      const request = {
        link,
        settings: defaultSettings,
        signal: new AbortController().signal,
        identity: 'x',
        sent: () => undefined,
        permit: () => Promise.resolve({ heard: () => undefined, release: () => undefined }),
      };
      const ytDlp = new YtDlpProgram(parts);
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
          ['media', `${server.origin}/audio.mp3?ep=3&x=1`, 'Episode 3 & more', 30, '2026-01-31'],
          ['media', `${server.origin}/audio.mp3?ep=2&x=1`, 'Episode 2 & more', 90, '2026-01-30'],
        ],
      );
    });

    it('that turns out not to be one is read by the real yt-dlp, if that supports it', async function () {
      this.timeout(60_000);
      server.pages.set(
        '/feed.xml',
        '<!doctype html><html><head><title>T</title></head><body><video src="/a.mp4"></video>',
      );
      server.pages.set('/a.mp4', { status: 200, headers: { 'content-type': 'video/mp4' }, body: 'x' });
      const outcome = await expand(`${server.origin}/feed.xml`).catch(toFailure);
      assert(server.requests.filter((path) => path === '/feed.xml').length > 1, JSON.stringify(outcome));
    });
  });

  describe('of YouTube without yt-dlp', () => {
    const videos = Array.from({ length: 15 }, (_, at) => ({
      id: `video${String(at).padStart(6, '0')}`,
      title: `Talk ${at}`,
      published: `2026-10-${String(30 - at).padStart(2, '0')}T10:00:00+00:00`,
    }));
    const withoutProgram = (): Partial<Settings> => ({
      'youtube.endpoint': server.origin,
      sources: ['youtube'],
    });

    it('is the newest 15 of a playlist, and says so', async () => {
      server.pages.set('/feeds/videos.xml?playlist_id=PLabc', youtubeFeed('The Channel', videos));
      const items = await expand('https://www.youtube.com/playlist?list=PLabc', {
        settings: withoutProgram(),
      });
      assert.equal(items.length, 15);
      assert.deepEqual(items[0], {
        link: { kind: 'youtube', id: 'video000000', url: 'https://www.youtube.com/watch?v=video000000' },
        meta: { title: 'Talk 0', channel: 'The Channel', published: '2026-10-30' },
      });
      assert.match(notes[0] ?? '', /newest 15 .* Set up yt-dlp/);
      assert.deepEqual(permits, ['youtube']);
    });

    it('finds the channel behind a handle on its page', async () => {
      const id = 'UCabcdefghijklmnopqrstuv';
      server.pages.set(
        '/@handle',
        `<html><script>{"browseId":"UCzzzzzzzzzzzzzzzzzzzzzz"}</script><link rel="canonical" href="https://www.youtube.com/channel/${id}">`,
      );
      server.pages.set(`/feeds/videos.xml?channel_id=${id}`, youtubeFeed('C', videos));
      await expand('https://www.youtube.com/@handle', { settings: withoutProgram() });
      assert.deepEqual(server.requests, ['/@handle', `/feeds/videos.xml?channel_id=${id}`]);
      server.pages.set('/@handle', '<html>Before you continue</html>');
      const failure = await failed('https://www.youtube.com/@handle', { settings: withoutProgram() });
      assert.equal(failure.code, 'bad-response');
    });

    it('knows its dates exactly', async () => {
      server.pages.set('/feeds/videos.xml', youtubeFeed('C', videos));
      const settings = { ...withoutProgram(), 'lists.after': '2026-10-20', 'lists.before': '2026-10-25' };
      const items = await expand('https://www.youtube.com/playlist?list=PLabc', { settings });
      assert.deepEqual(
        items.map((item) => item.meta.published?.slice(8)),
        ['24', '23', '22', '21', '20'],
      );
    });
  });

  describe('of YouTube with yt-dlp', () => {
    const run = async (
      lines: readonly unknown[],
      more: Parameters<typeof fakeYtDlp>[1] & Options & { url?: string } = {},
    ): Promise<ListItem[]> => {
      const path = await fakeYtDlp(lines, more);
      return expand(more.url ?? 'https://www.youtube.com/@handle/videos', {
        ...more,
        settings: { 'ytDlp.path': path, ...more.settings },
      });
    };
    const args = (): Promise<string> => readFile(join(folder, 'args'), 'utf8');

    it('is one process that prints a video a line', async () => {
      const items = await run([
        entry('aaaaaaaaaaa'),
        'WARNING: not JSON',
        entry('bbbbbbbbbbb', { duration: null, channel: null }),
        entry('aaaaaaaaaaa'),
      ]);
      assert.deepEqual(items, [
        {
          link: { kind: 'youtube', id: 'aaaaaaaaaaa', url: 'https://www.youtube.com/watch?v=aaaaaaaaaaa' },
          meta: { title: 'Talk aaaaaaaaaaa', channel: 'C', duration: 60 },
        },
        {
          link: { kind: 'youtube', id: 'bbbbbbbbbbb', url: 'https://www.youtube.com/watch?v=bbbbbbbbbbb' },
          meta: { title: 'Talk bbbbbbbbbbb' },
        },
      ]);
      const line = await args();
      assert.match(
        line,
        /--ignore-config .*--flat-playlist --yes-playlist --lazy-playlist -j -- https:\/\/www\.youtube\.com\/@handle\/videos\n$/,
      );
      assert.deepEqual([permits, released], [['youtube'], 1]);
    });

    it('starts before the last entry is known, and ends the program when enough are', async () => {
      const items = await run([entry('aaaaaaaaaaa'), entry('bbbbbbbbbbb')], { hang: true, stopAfter: 1 });
      assert.equal(items.length, 1);
      assert.match(await args(), /killed/);
    });

    it('asks for no more than the limit', async () => {
      await run([entry('aaaaaaaaaaa')], { settings: { 'lists.limit': 3 } });
      assert.match(await args(), / -I 1:3 /);
    });

    it('reads the tabs of a whole channel in turn', async () => {
      const tab = { _type: 'url', ie_key: 'YoutubeTab', url: 'https://www.youtube.com/@handle/videos' };
      await run([tab], { url: 'https://www.youtube.com/@handle' });
      const asked = (await args())
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1));
      assert.deepEqual(asked, ['https://www.youtube.com/@handle', 'https://www.youtube.com/@handle/videos']);
    });

    it('asks for dates when they matter, and never drops what could be wanted', async () => {
      const ago = (days: number): number => Math.floor(Date.now() / 1000) - days * 86_400;
      const day = (days: number): string =>
        new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
      const items = await run(
        [
          entry('aaaaaaaaaaa', { timestamp: ago(2) }),
          entry('bbbbbbbbbbb', { timestamp: ago(90) }),
          entry('ccccccccccc'),
          entry('ddddddddddd', { timestamp: ago(400) }),
          entry('eeeeeeeeeee', { timestamp: ago(800) }),
        ],
        { settings: { 'lists.after': day(500), 'lists.before': day(100) } },
      );
      // "3 months ago" may be 119 days; without a date it is unknown.
      assert.deepEqual(
        items.map((item) => item.link.id),
        ['bbbbbbbbbbb', 'ccccccccccc', 'ddddddddddd'],
      );
      assert.match(await args(), /youtubetab:approximate_date/);
    });

    it('gives what there was and then its reason when it breaks off', async () => {
      const path = await fakeYtDlp([], {
        exit: 1,
        stderr: 'ERROR: [youtube:tab] x: HTTP Error 429: Too Many Requests',
      });
      const failure = await failed('https://www.youtube.com/@handle', { settings: { 'ytDlp.path': path } });
      assert.equal(failure.code, 'rate-limited');
      assert.equal(released, 1);
    });

    it('is cancelled with its process', async () => {
      const path = await fakeYtDlp([entry('aaaaaaaaaaa')], { hang: true });
      const stop = new AbortController();
      const waiting = failed('https://www.youtube.com/@handle', {
        settings: { 'ytDlp.path': path },
        signal: stop.signal,
      });
      while (!(await readFile(join(folder, 'args'), 'utf8').catch(() => '')).includes('flat'))
        await new Promise((resolve) => setTimeout(resolve, 20));
      stop.abort();
      assert.equal((await waiting).code, 'cancelled');
    });

    it('streams 10,000 entries', async function () {
      this.timeout(30_000);
      const lines = Array.from({ length: 10_000 }, (_, at) => entry(`v${String(at).padStart(10, '0')}`));
      assert.equal((await run(lines)).length, 10_000);
    });
  });
});

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { Link } from '../../../src/model/link';
import { YtDlpSource } from '../../../src/sources/ytDlp';
import { ytDlpFailure } from '../../../src/sources/ytDlpErrors';
import { metaOf, readInfo, tracksOf } from '../../../src/sources/ytDlpInfo';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { isAtLeast, versionAgeDays } from '../../../src/sources/ytDlpVersion';
import { readLink } from '../../../src/intake/link';
import { readSettings } from '../../../src/model/settings';
import { realParts, type RealParts } from '../../helpers/realParts';
import { sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { startPages, type Pages } from '../../servers/pages';

describe('yt-dlp', function () {
  this.timeout(60_000);
  let pages: Pages;
  let parts: RealParts;
  let source: YtDlpSource;
  before(async () => {
    pages = await startPages();
    parts = realParts();
    source = new YtDlpSource(parts, new YtDlpProgram(parts));
  });
  after(async () => {
    parts.close();
    await pages.close();
  });
  const page = (path: string, more: Partial<Link> = {}): Link => {
    const link = readLink(pages.origin + path);
    assert.ok(!('code' in link));
    return { ...link, kind: 'page', ...more };
  };
  const run = async (path: string, options: RequestOptions = {}, more: Partial<Link> = {}) => {
    const recorded = sourceRequest(page(path, more), options);
    const result = await source.transcribe(recorded.request);
    const left = recorded.folders.filter(existsSync).flatMap((folder) => readdirSync(folder));
    recorded.leave();
    return { recorded, result, left };
  };
  const codeOf = (result: object): string | undefined =>
    'failure' in result ? (result.failure as { code: string }).code : undefined;

  it('brings the first track of a page when no language is wanted', async () => {
    const { result, recorded } = await run('/talk.html');
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual(
      result.transcript.cues.map(({ text }) => text),
      ['Hello from the page.', 'Second line.'],
    );
    assert.deepEqual(
      [result.transcript.language, result.transcript.captions, result.transcript.meta.title],
      ['en', 'manual', 'Local talk'],
    );
    assert.ok(recorded.sent >= 2);
  });

  it('brings the wanted language along in one run', async () => {
    const before = pages.requests.length;
    const { result } = await run('/talk.html', { settings: { languages: ['fr', 'en'] } });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.equal(result.transcript.language, 'fr');
    assert.deepEqual(result.transcript.cues[0]?.text, 'Bonjour.');
    const asked = pages.requests.slice(before).filter((path) => path.endsWith('.vtt'));
    assert.deepEqual(asked, ['/fr.vtt']);
  });

  it('falls to the next wanted language without another run', async () => {
    const { result } = await run('/talk.html', { settings: { languages: ['de', 'en'] } });
    assert.ok('transcript' in result && result.transcript.language === 'en', JSON.stringify(result));
  });

  const table: readonly (readonly [string, string, RequestOptions, string])[] = [
    ['a video without captions', '/bare.html', {}, 'no-captions'],
    ['other languages only', '/talk.html', { settings: { languages: ['de'] } }, 'no-language'],
    [
      'only captions made by people',
      '/talk.html',
      { settings: { 'captions.kind': 'automaticOnly' } },
      'no-captions',
    ],
    ['a page that asks to slow down', '/429', {}, 'rate-limited'],
    ['a page that is gone', '/404', {}, 'unavailable'],
    ['a page behind a login', '/401', {}, 'private'],
    ['a page that refuses us', '/403', {}, 'blocked'],
    ['a server that fails', '/500', {}, 'bad-response'],
    ['a page without a video', '/text.html', {}, 'unsupported'],
    ['subtitles that ask to slow down', '/throttled.html', {}, 'rate-limited'],
    [
      'wanted subtitles that ask to slow down',
      '/throttled.html',
      { settings: { languages: ['en'] } },
      'rate-limited',
    ],
    ['subtitles that are a web page', '/wrong.html', {}, 'bad-response'],
  ];
  for (const [what, path, options, code] of table) {
    it(`answers ${code} for ${what}`, async () => {
      const { result } = await run(path, options);
      assert.equal(codeOf(result), code, JSON.stringify(result));
    });
  }

  it('reports `network` when there is no answer', async () => {
    const recorded = sourceRequest({ kind: 'page', url: 'http://127.0.0.1:1/x', id: 'x' });
    const result = await source.transcribe(recorded.request);
    recorded.leave();
    assert.equal(codeOf(result), 'network', JSON.stringify(result));
  });

  it('is not led to a private address by a redirect or a track', async () => {
    const secret = await startPages();
    try {
      pages.redirects.set('/leads-inside.html', `${secret.origin}/talk.html`);
      const redirected = await run('/leads-inside.html');
      assert.equal(codeOf(redirected.result), 'invalid-url', JSON.stringify(redirected.result));
      pages.tracks.set('/steals.html', `${secret.origin}/en.vtt`);
      const stolen = await run('/steals.html');
      assert.equal(codeOf(stolen.result), 'invalid-url', JSON.stringify(stolen.result));
      const fromFeed = await run('/talk.html', {}, { reach: 'public-only' });
      assert.equal(codeOf(fromFeed.result), 'invalid-url', JSON.stringify(fromFeed.result));
      assert.deepEqual(secret.requests, []);
    } finally {
      await secret.close();
    }
  });

  it('takes no link for an option, and opens no file', async () => {
    for (const url of ['--version', '-J', 'file:///etc/passwd', 'ytsearch:x']) {
      const recorded = sourceRequest({ kind: 'page', url, id: 'x' });
      assert.equal(codeOf(await source.transcribe(recorded.request)), 'unsupported', url);
      recorded.leave();
    }
  });

  it('ends its process when the job is stopped', async () => {
    const stop = new AbortController();
    const waiting = pages.waitFor('/slow.html');
    const done = run('/slow.html', { signal: stop.signal });
    await waiting;
    stop.abort();
    assert.equal(codeOf((await done).result), 'cancelled');
  });

  it('is not asked about a video of YouTube of which YouTube has said that it has no captions', () => {
    const { settings } = sourceRequest(page('/')).request;
    const url = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ';
    const video = { kind: 'youtube', url, id: 'dQw4w9WgXcQ' } as const;
    assert.deepEqual([source.accepts(video, settings), source.accepts(video, settings, true)], [true, false]);
    assert.ok(source.accepts(page('/'), settings, true));
  });

  it('says what it needs when it is not there', async () => {
    const settings = sourceRequest(page('/'), { settings: { 'ytDlp.path': '/does/not/exist' } }).request
      .settings;
    const readiness = await source.readiness(settings);
    assert.ok(!readiness.ready);
    assert.match(`${readiness.why} ${readiness.nextStep}`, /\/does\/not\/exist.*ytDlp\.path/);
  });

  describe('its words', () => {
    const words: readonly (readonly [string, string])[] = [
      ['ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies', 'blocked'],
      ["ERROR: [youtube] abc: Video unavailable. This content isn't available, try again later.", 'blocked'],
      ['ERROR: [youtube] abc: Private video. Sign in if you have been granted access', 'private'],
      [
        'ERROR: [youtube] abc: Sign in to confirm your age. This video may be inappropriate for some users.',
        'age-restricted',
      ],
      ['ERROR: [youtube] abc: Join this channel to get access to members-only content', 'members-only'],
      ['ERROR: [youtube] abc: The uploader has not made this video available in your country', 'geo-blocked'],
      ['ERROR: [youtube] abc: Premieres in 3 hours', 'not-started'],
      ['ERROR: [youtube] abc: Video unavailable', 'unavailable'],
      ['ERROR: Unsupported URL: https://example.org/', 'unsupported'],
      [
        'ERROR: [generic] x: Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429>); please report this issue on  https://x',
        'rate-limited',
      ],
      ['ERROR: could not find firefox cookies database in /home/u', 'auth'],
      ['ERROR: Unable to download webpage: <urlopen error [Errno 111] Connection refused>', 'network'],
      ['ERROR: [vimeo] 1: This video is protected by a password, use the --video-password option', 'private'],
      ['ERROR: [vimeo] 1: The web client only works when logged-in. Use --cookies', 'private'],
      ['ERROR: [BBC] x: This video is only available in the UK', 'geo-blocked'],
      ['ERROR: [twitch:vod] v1: This video is only available to subscribers', 'members-only'],
      ['ERROR: [arte] x: This video is not available yet', 'not-started'],
      ['ERROR: [twitch:stream] x: The channel is not currently live', 'not-started'],
      ['ERROR: [site] x: This livestream has ended', 'not-started'],
      ['ERROR: [site] x: This content is only available between 22:00 and 06:00', 'not-started'],
      ['ERROR: [youtube] abc: This video is DRM protected', 'unsupported'],
      ['ERROR: [twitter] 1: No video could be found in this tweet', 'unsupported'],
      ['ERROR: [Instagram] x: There is no video in this post', 'unsupported'],
      ['ERROR: [reddit] x: Account authentication is required. Use --cookies', 'private'],
      ['ERROR: [TikTok] 7: You do not have permission to view this post. Log into an account', 'private'],
      ['ERROR: [Zoom] x: This video is protected by a passcode, use the --video-password option', 'private'],
      ['ERROR: [BiliBili] x: This is a supporter-only video: 12', 'members-only'],
      ['ERROR: [site] x: Unable to download webpage: HTTP Error 402: Payment Required', 'members-only'],
      ['ERROR: [BiliBili] x: Request is blocked by server (412), please add cookies', 'blocked'],
      ['ERROR: [LinkedIn] x: Unable to download webpage: HTTP Error 999: Request denied', 'blocked'],
      ['ERROR: [site] x: Unable to download webpage: HTTP Error 451: Unavailable For Legal', 'geo-blocked'],
      ['ERROR: [GoogleDrive] x: Too many users have viewed this file recently', 'rate-limited'],
      ['ERROR: [site] x: The video is deleted', 'unavailable'],
      ['ERROR: [twitter] 1: Error(s) while querying API: Not found', 'unavailable'],
      ['ERROR: [site] x: Brightcove video ID not found in webpage', 'tool-failed'],
      ['ERROR: Postprocessing: ffprobe and ffmpeg not found. Please install', 'tool-failed'],
      ['ERROR: [site] x: [SSL] certificate verify failed: certificate has expired', 'network'],
      ['ERROR: [PiracyWebsite] x: This website is no longer supported since it is a pirate', 'unsupported'],
      ['[PYI-7:ERROR] Failed to extract _ssl: decompression resulted in return code -1!', 'tool-failed'],
      ['Traceback (most recent call last):\n  KeyError: x', 'tool-failed'],
      ['', 'tool-failed'],
    ];
    for (const [stderr, code] of words) {
      it(`mean ${code}: ${stderr.slice(0, 70)}`, () => {
        const url = 'https://www.youtube.com/watch?v=abc';
        const link = stderr.includes('[youtube]')
          ? ({ kind: 'youtube', url, id: 'abc' } as const)
          : page('/');
        const failure = ytDlpFailure({ stderr, exitCode: 1 }, { link, settings: readSettings({}).settings });
        assert.equal(failure.code, code);
        assert.ok(!/please report|ERROR:|\n/.test(failure.message));
      });
    }
  });

  it('leaves chats, machine translations and implausible languages out of the tracks', () => {
    const info = readInfo({
      title: 'T',
      language: 'en',
      upload_date: '20261120',
      chapters: [{ start_time: 0, title: 'Start' }],
      duration: 12.5,
      subtitles: {
        live_chat: [{ url: 'https://a/x', ext: 'json' }],
        '../../x': [{ url: 'https://a/x', ext: 'vtt' }],
        en: [
          { url: 'https://a/en.vtt', ext: 'vtt' },
          { url: 'https://a/en.json3', ext: 'json3' },
        ],
      },
      automatic_captions: {
        de: [{ url: 'https://a/x?tlang=de', ext: 'json3' }],
        'en-orig': [{ url: 'https://a/o', ext: 'json3' }],
        odd: 'nonsense',
      },
    });
    assert.ok(info);
    assert.deepEqual(
      tracksOf(info).map(({ key, languageCode, kind, ext }) => [key, languageCode, kind, ext]),
      [
        ['en', 'en', 'manual', 'json3'],
        ['en-orig', 'en', 'automatic', 'json3'],
      ],
    );
    assert.deepEqual(metaOf(info), {
      title: 'T',
      duration: 12.5,
      published: '2026-11-20',
      chapters: [{ start: 0, title: 'Start' }],
    });
  });

  it('compares versions and knows their age', () => {
    assert.deepEqual(
      [
        isAtLeast('2026.10.26', '2025.11.12'),
        isAtLeast('2023.03.04', '2025.11.12'),
        isAtLeast('2025.11.12.1', '2025.11.12'),
      ],
      [true, false, true],
    );
    assert.equal(versionAgeDays('2026.10.26.123', Date.UTC(2026, 10, 20)), 25);
  });
});

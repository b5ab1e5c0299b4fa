/**
 * What yt-dlp's lines mean at other sites than YouTube, and at its own computer: a refusal keeps its reason, a reason
 * nobody knows is shown in the site's words and is neither final nor paid.
 */
import assert from 'node:assert/strict';
import { neverArrived } from '../../../src/model/failureRules';
import type { Link } from '../../../src/model/link';
import { readSettings } from '../../../src/model/settings';
import { rowWords } from '../../../src/model/words';
import { warnedFailure, ytDlpFailure } from '../../../src/sources/ytDlpErrors';

const { settings } = readSettings({});
const id = 'abcdefghi01';
const video: Link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id };
const page: Link = { kind: 'page', url: 'https://films.example/1', id: 'x' };

const refused = (stderr: string, link = page) => ytDlpFailure({ stderr, exitCode: 1 }, { link, settings });
const warned = (words: string, hasFormats: boolean, link = page) =>
  warnedFailure(`WARNING: [site] x: ${words}`, { link, settings }, hasFormats);

describe("yt-dlp's lines", () => {
  const ofSites: Readonly<Record<string, readonly string[]>> = {
    'geo-blocked': [
      'This video is only available in Sweden',
      'Youku said: Sorry, this video is available in China only',
      'Sohu said: The video is only licensed to users in Mainland China.',
      'This event is for others\nThis video is available in Germany, Austria.\nYou might want to use a VPN or a proxy server (with --proxy) to workaround.',
      'bbc.co.uk returned error: geolocation',
    ],
    'members-only': [
      'This program is only available for premium supporters',
      'This video is only available for members',
      'A talk is only available for FIRST members. Use --cookies',
      'The song is only for VIP accounts.',
      'Your account does not have subscriber-only access',
      'This video is only available for users of participating TV providers. Use --ap-mso to specify',
    ],
    'age-restricted': [
      'Only users older than 19 are able to watch this video. Use --cookies',
      'Adult verification is required for this stream',
      'Restricted Video: You must be 18 years old or over to see this video',
    ],
    private: [
      'You are not authorized to view this protected tweet',
      'Requested tweet is unavailable. Reason: Protected',
      'This account owner limits who can view their posts',
      'Login is required for this stream',
      'An account is needed to access this media. Use --cookies',
      'Private subreddit; an account that has been approved is required',
    ],
    'not-started/soon': [
      'This video is currently unavailable. It may still be uploading or processing.',
      'This video is only available for age verified users or after 22:00',
    ],
    'not-started': [
      'This program is scheduled to start at 2026-01-01 10:00 JST',
      'Next livestream is scheduled to start at 10:00',
    ],
    'not-started/offline': ['Video is offline', 'maybe this livestream is now offline'],
    'not-started/ended': ['This live has ended.', 'Twitter Space ended but not downloadable yet'],
    'unavailable/no-recording': [
      'Livestream has ended and downloadable VOD is not available',
      'Live was ended, there is no video for download.',
      'This event has ended and there is no archive for this event',
    ],
    unavailable: [
      'Channel "somebody" not found',
      'Not found.',
      'Requested tweet is unavailable. Reason: Suspended',
      'Video #2 is unavailable',
      'Video 123 is not available',
      'RTVSLO said: Clip not available',
      'This content is not available because its owner has been suspended',
      'this song has been offline because of copyright issues',
      "Video has been blocked due to author's rights infingement",
    ],
    unsupported: ['This is an embed-only presentation. Try passing --referer'],
    'blocked/films.example': [
      'Request blocked by Cloudflare; Navigate there in your browser, then pass the fresh Cookies',
      'Access to this webpage has been blocked by Websense filtering software in your network.',
      'Access to this webpage has been blocked by decision of the Russian government.',
    ],
    network: [
      'Unable to download webpage: Failed to perform, curl: (6) Could not resolve host: x. See https://curl.se',
      "Unable to download webpage: Failed to perform, curl: (7) Failed to connect to x port 443: Couldn't connect",
      'Unable to download webpage: Failed to perform, curl: (35) TLS connect error: error:00000000:invalid library',
      'Unable to download webpage: EOF occurred in violation of protocol (_ssl.c:1007)',
      'Unable to download webpage: Failed to perform, curl: (92) HTTP/2 stream 1 was not closed cleanly',
      'Unable to download webpage: [Errno 99] Cannot assign requested address',
      "Unable to download webpage: ('Unable to connect to proxy', OSError('Tunnel connection failed'))",
      "Unable to download webpage: Failed to resolve 'x' ([Errno -3] Temporary failure in name resolution)",
    ],
    "tool-missing/yt-dlp's impersonation": [
      'This request has been blocked due to its TLS fingerprint. Install a required impersonation dependency if possible',
    ],
    'tool-failed/yt-dlp': [
      'Unable to solve JS challenge',
      'Failed to fetch macos OAuth token: HTTP Error 401: Unauthorized',
      'Could not retrieve guest token',
      'Unexpected response from webpage request; please report this issue on  https://example.org',
      'Unable to download webpage: HTTP Error 400: Bad Request',
    ],
  };
  for (const [expected, all] of Object.entries(ofSites))
    for (const words of all)
      it(`say ${expected}: ${words.slice(0, 70)}`, () => {
        const { code, subject, message } = refused(`ERROR: [site] x: ${words}`);
        assert.equal(subject === undefined ? code : `${code}/${subject}`, expected);
        assert.doesNotMatch(message, /--\w|\n/);
      });

  it('about a subtitle file alone say nothing of the video', () => {
    const gone = refused("ERROR: Unable to download video subtitles for 'en': HTTP Error 404: Not Found");
    assert.equal(gone.code, 'bad-response');
  });

  it('name the runtime that yt-dlp lacks where that is why a video is not available', () => {
    const stderr = `WARNING: [youtube] No supported JavaScript runtime could be found. Only deno is enabled\nERROR: [youtube] ${id}: This video is not available`;
    const sound = ytDlpFailure({ stderr, exitCode: 1 }, { link: video, settings, sound: true });
    assert.equal(sound.code, 'tool-missing');
    const removed = stderr.replace(
      'This video is not available',
      'This video has been removed by the uploader',
    );
    const task = { link: video, settings, sound: true };
    assert.equal(ytDlpFailure({ stderr: removed, exitCode: 1 }, task).code, 'unavailable');
  });

  it('are read without the words of an address', () => {
    for (const words of [
      'Unsupported URL: https://films.example/captcha-explained',
      'Unsupported URL: https://films.example/subscription/private',
      "[generic] 'captcha' is not a valid URL. Set --default-search",
    ])
      assert.equal(refused(`ERROR: ${words}`).code, 'unsupported', words);
    const moved = 'ERROR: [site] x: Unable to get https://films.example/paywall/members-only/event-ended';
    assert.equal(refused(moved).code, 'tool-failed');
  });

  it('show what a site said where nobody knows what it means', () => {
    const said = 'This event has not been made available to anyone';
    for (const [link, who, extractor] of [
      [page, 'films.example', 'vimeo'],
      [video, 'YouTube', 'youtube'],
    ] as const) {
      const failure = refused(`ERROR: [${extractor}] x: ${said}`, link);
      assert.deepEqual([failure.code, failure.subject], ['bad-response', who]);
      assert.equal(rowWords(failure, { source: 'yt-dlp' }).cause, `${who} says: ${said}`);
    }
    const list = refused('ERROR: [youtube:tab] PLx: YouTube said: Unknown error.', video);
    assert.equal(rowWords(list).cause, 'YouTube says: Unknown error.');
    // It asks for a report of its own faults alone.
    const own = refused('ERROR: [vimeo] x: Odd thing; please report this issue on  https://example.org');
    assert.equal(own.code, 'tool-failed');
  });

  it('name what yt-dlp needs to look like a browser where a site wants one', () => {
    const lacking =
      'WARNING: [vimeo] The extractor is attempting impersonation, but no impersonate target is available. If you encounter errors, then see';
    const failure = refused(
      `${lacking}\nERROR: [vimeo] 1: Unable to download webpage: HTTP Error 403: Forbidden`,
    );
    assert.equal(failure.code, 'tool-missing');
    assert.match(failure.message, /curl-cffi/);
    assert.match(rowWords(failure).cause, /impersonation not found/);
    for (const error of [
      'ERROR: [TikTok] 7: Unexpected response from webpage request; please report this issue on  https://x',
      'ERROR: [site] x: The extractor is attempting impersonation, but none of these impersonate targets are available: firefox.',
    ])
      assert.equal(refused(`${lacking}\n${error}`).code, 'tool-missing', error);
    assert.equal(refused('ERROR: [vimeo] 1: HTTP Error 403: Forbidden').code, 'blocked');
  });

  it('of a video of YouTube in a page are judged as YouTube’s', () => {
    const wall = 'Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies';
    const failure = refused(`ERROR: [youtube] ${id}: ${wall}`);
    assert.deepEqual([failure.code, failure.subject], ['blocked', 'YouTube']);
  });

  it('that warn leave no captions only where the site gave the video', () => {
    assert.equal(warned('Something nobody has heard of', false)?.code, 'bad-response');
    assert.equal(warned('Something nobody has heard of', true), undefined);
    assert.equal(warned('Falling back on webpage extraction', false), undefined);
    // Nothing of the way to the site is a reason any more.
    assert.equal(warned('You have reached the API rate limit', false)?.code, 'rate-limited');
    assert.equal(warned('You have reached the API rate limit', true), undefined);
    const cookies = 'WARNING: failed to decrypt cookie (AES-CBC) because UTF-8 decoding failed.';
    assert.equal(warnedFailure(cookies, { link: video, settings }, true), undefined);
    // A preview is not the video.
    assert.equal(
      warned('This is a supporter-only video, only the preview will be extracted', true)?.code,
      'members-only',
    );
    // The sound may be there for everybody where the captions are not.
    assert.equal(warned('Subtitles are only available when logged in. Use --cookies', true), undefined);
  });

  it('about helpers for YouTube’s formats do not hide that there are no captions', () => {
    for (const words of [
      '[pot:bgutil:http] Error reaching GET http://127.0.0.1:4416/ping (caused by TransportError)',
      '[jsc:deno] Challenge solver lib script version 0.3.1 is not supported',
      'Unable to fetch GVS PO Token for web client: Missing required Visitor Data',
      'Incomplete data received in embedded initial data; re-fetching using API.',
      'Unable to download API page: HTTP Error 500: Internal Server Error. Retrying (1/1)...',
      'Chapter 3 contains broken data. Not extracting chapters',
    ])
      assert.equal(warnedFailure(`WARNING: [youtube] ${words}`, { link: video, settings }), undefined, words);
  });

  it('of several lines are read whole', () => {
    const restricted = `ERROR: [youtube] ${id}: Odd words.\nPlease check the Google Workspace administrator and/or the network administrator restrictions.`;
    assert.equal(refused(restricted, video).code, 'blocked');
    const progress = `ERROR: [youtube] ${id}: Odd words.\n[download] Private video\nTraceback (most recent call last):\n  Private video`;
    assert.equal(refused(progress, video).message, 'Odd words.');
  });

  const ofThisComputer: readonly (readonly [string, string])[] = [
    ["ERROR: unable to write data: [WinError 112] There is not enough space on the disk: 'C:\\t\\a'", 'disk'],
    ['OSError: [Errno 28] No space left on device', 'disk'],
    [
      'OSError: [WinError 112] Es steht nicht genug Speicherplatz auf dem Datentr\u00e4ger zur Verf\u00fcgung',
      'disk',
    ],
    [
      'ERROR: Unable to download webpage: [WinError 10061] Es konnte keine Verbindung hergestellt werden',
      'network',
    ],
    [
      "PermissionError: [Errno 1] Operation not permitted: '/Users/a/Library/Cookies/Cookies.binarycookies'",
      'auth',
    ],
    ["ERROR: [Errno 13] Permission denied: '/home/a/.mozilla/firefox/x.default/cookies.sqlite'", 'auth'],
    ['sqlite3.OperationalError: unable to open database file', 'auth'],
    ['sqlite3.DatabaseError: file is not a database', 'auth'],
    ['ERROR: could not find local state file', 'auth'],
    ['ERROR: safari does not support profiles', 'auth'],
    ['yt-dlp: error: invalid cookies from browser arguments: firefox:::a', 'auth'],
    [
      'yt-dlp: error: unsupported keyring specified for cookies: "FOO". Supported keyrings are: KWALLET',
      'auth',
    ],
    ['ERROR: kwallet-query command not found. KWallet and kwallet-query must be installed', 'auth'],
    ['ERROR: could not find firefox container "work" in containers.json', 'auth'],
  ];
  for (const [stderr, code] of ofThisComputer)
    it(`say ${code} of this computer: ${stderr.slice(0, 60)}`, () => {
      for (const link of [video, page]) assert.equal(refused(stderr, link).code, code);
    });

  it('tells a network that wants a sign-in, or answers with its own certificate, from a fault of the site', () => {
    const portal = refused(
      'ERROR: [films] 1: Unable to download webpage: HTTP Error 511: Network Authentication Required',
    );
    assert.equal(`${portal.code}/${portal.subject}`, 'network/sign-in');
    const tls = refused(
      "ERROR: [youtube] x: Unable to download API page: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'www.youtube.com'. (_ssl.c:1007)",
      video,
    );
    assert.equal(`${tls.code}/${tls.subject}`, 'network/certificate');
    for (const found of [portal, tls]) assert.ok(neverArrived(found));
  });
});

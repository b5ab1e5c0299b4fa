// What YouTube's words mean: one table for our own client, for yt-dlp's lines and for list pages.
import assert from 'node:assert/strict';
import { builtInKnowledge, readKnowledge } from '../../../../src/sources/youtube/knowledge';
import { judge } from '../../../../src/sources/youtube/reasons';

/** `code`, `code/detail`, or `unknown`; with what it proves. */
function meaning(texts: string | readonly string[], status?: string): string {
  const reason = judge({ texts: typeof texts === 'string' ? [texts] : texts, status });
  if (reason === undefined) return 'unknown';
  const detail = reason.detail === undefined ? '' : `/${reason.detail}`;
  return `${reason.code}${detail} ${reason.proves}`;
}

describe("YouTube's reasons", () => {
  const said: Readonly<Record<string, readonly string[]>> = {
    'blocked block': [
      'Your IP has been temporarily blocked.',
      'Sign in to confirm you\u2019re not a bot',
      "Sign in to confirm you're not a bot. This helps protect our community. Learn more",
      'This content isn\u2019t available, try again later.',
      'Access to this webpage has been blocked by Indian government.',
      'Our systems have detected unusual traffic from your computer network.',
      'Confirm you\u2019re human to continue',
      'Video unavailable. YouTube is requiring a captcha challenge before playback',
      'ERROR: [youtube] abcdefghi01: All player responses are invalid. Your IP is likely being blocked by Youtube',
      "WARNING: [youtube] abcdefghi01: This content isn't available, try again later. The current session has been rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep`",
      'WARNING: [youtube] Unable to download API page: HTTP Error 403: Forbidden (caused by <HTTPError 403: Forbidden>)',
    ],
    'rate-limited block': [
      'WARNING: [youtube] Unable to download API page: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)',
      "ERROR: Unable to download video subtitles for 'en': HTTP Error 429: Too Many Requests",
      'Unable to download webpage: HTTP Error 402: Payment Required',
    ],
    // "This content isn't available" is what a session gets that YouTube gives nothing, for every video.
    'blocked session': [
      'Please sign in',
      'Please sign in.',
      'An error occurred. Please try again later.',
      'This content isn\u2019t available.',
      'Video unavailable. This content isn\u2019t available.',
      'This video is restricted. Try signing in with a Google Workspace account.',
      'This video is not available in Restricted Mode',
    ],
    'client-outdated client': [
      'The page needs to be reloaded.',
      'The following content is not available on this app.',
      'Watch on the latest version of YouTube.',
      "This video isn't available on this device",
      'Unplayable on this device.',
      'Update YouTube to watch this video',
      'Please reload the page.',
      'This video is only available on the YouTube app.',
      'This client is no longer supported.',
      'Request contains an invalid argument.',
    ],
    'client-outdated/embedding client': [
      'Playback on other websites has been disabled by the video owner',
      'Error code: 152 - 18',
      'Error 153',
      'This video contains content from WMG, who has blocked it from display on this website or application',
    ],
    'client-outdated/kids turn': ["This video is made for kids and isn't available on this app"],
    'client-outdated/notice turn': [
      'The following content may contain suicide or self-harm topics.',
      'The following content has been identified by the YouTube community as inappropriate or offensive to some audiences.',
    ],
    'age-restricted video': [
      'Prove your age to continue',
      'Confirm you are 18 or older',
      'Sign in to confirm that you are old enough to watch.',
      'Sign in to confirm your age',
      'This video may be inappropriate for some users.',
      'Sign in to confirm your age. This video may be inappropriate for some users. Use --cookies-from-browser',
    ],
    'members-only/music-premium video': ['This video is only available to Music Premium members'],
    'members-only/premium video': [
      'This video requires a YouTube Premium membership',
      'This video is only available for Premium members',
    ],
    'members-only/rental video': ['This video requires payment to watch.'],
    'members-only video': [
      'Join this channel to get access to members-only content like this video, and other exclusive perks.',
      "This video is available to this channel's members on level: Gold (or any higher level).",
    ],
    'private video': [
      'Private video',
      'This video has been set to private by its owner',
      'This is a private video. Please sign in to verify that you may see it.',
      "ERROR: [youtube] abcdefghi01: Private video. Sign in if you've been granted access to this video",
      'This playlist is private.',
    ],
    'geo-blocked video': [
      'Video unavailable in your country',
      'YouTube is currently unavailable in your area',
      'This video contains content from UMG and SME, one or more of whom have blocked it in your country on copyright grounds.',
      'The uploader has not made this video available in your country',
      'This video contains content from Premium Pictures, who has blocked it in your country on copyright grounds',
      'This video is not available in your country',
    ],
    'geo-blocked/court-order video': [
      'This content is not available on this country domain due to a court order.',
      'This video is not available due to a legal complaint.',
    ],
    'unavailable video': [
      'This video is not available because it was deleted by its owner',
      'This video has been removed by the uploader',
      'This video is a duplicate of a previously uploaded video',
      'This video contains content from UMG, SME and WMG, one or more of whom have blocked it on copyright grounds',
      'This video is no longer available because the YouTube account associated with this video has been terminated.',
      'This video is no longer available due to a copyright claim by Private Label Records',
      'This video contains content from Members Choice Ltd, who has blocked it on copyright grounds',
      'This video is no longer available due to a copyright claim by Premium Pictures',
    ],
    'unavailable/no-recording video': ['This live stream recording is not available.'],
    'unavailable hint': ['Video unavailable', 'This video is unavailable', 'This video is not available'],
    'not-started video': [
      'Premieres in 3 days',
      'Premieres 7/4/26, 10:00 PM',
      'This live event will begin in a few moments.',
    ],
    'not-started/ended video': [
      'We are processing this live stream recording',
      'This live stream recording is being processed. Check back later',
      'This live event has ended.',
      'Live event is over. The recording will be available soon',
    ],
    'not-started/soon video': [
      'This video isn\u2019t available yet',
      'We\u2019re processing this video. Check back later.',
      'Processing video. Check back later.',
      'Video unavailable. The video is still being processed',
    ],
    'unsupported/drm video': ['ERROR: [youtube] abcdefghi01: This video is DRM protected'],
    'not-started/offline video': ['Offline.', 'ERROR: [youtube:tab] x: The channel is not currently live'],
    'po-token client': [
      'WARNING: [youtube] abcdefghi01: There are missing subtitles languages because a PO token was not provided. Automatic captions for 1 languages are missing.',
      'ERROR: Did not get any data blocks',
      'ERROR: The downloaded file is empty',
    ],
    'auth/cookies account': [
      'ERROR: could not find firefox cookies database in "/home/x/.mozilla/firefox"',
      'WARNING: [youtube] The provided YouTube account cookies are no longer valid. They have likely been rotated in the browser as a security measure.',
      'ERROR: Failed to decrypt with DPAPI. See https://github.com for more info',
    ],
    'unsupported/unviewable-list list': [
      'ERROR: [youtube:tab] YouTube said: This playlist type is unviewable.',
    ],
    'unsupported/no-tab list': ['ERROR: [youtube:tab] @x: This channel does not have a streams tab'],
    unknown: [
      'Only penguins may watch this.',
      'Copyrighted by Private Video Records',
      'A film of Premium Pictures',
      'By Members Choice Ltd',
      '',
    ],
  };
  for (const [expected, texts] of Object.entries(said))
    for (const text of texts)
      it(`"${text.slice(0, 90)}" is ${expected}`, () => {
        assert.equal(meaning(text), expected);
      });

  it('count together: the more specific one decides', () => {
    assert.equal(
      meaning(['Video unavailable', 'The uploader has not made this video available in your country']),
      'geo-blocked video',
    );
    assert.equal(
      meaning(['Video unavailable', 'Watch on the latest version of YouTube.']),
      'client-outdated client',
    );
    assert.equal(meaning(['Please sign in', 'Sign in to confirm you\u2019re not a bot']), 'blocked block');
  });

  it('go before the status, which decides alone where the words are unknown', () => {
    assert.equal(meaning('Verstehen Sie Spaß?', 'AGE_CHECK_REQUIRED'), 'age-restricted video');
    assert.equal(meaning([], 'CONTENT_NOT_AVAILABLE_IN_THIS_APP'), 'client-outdated client');
    assert.equal(meaning([], 'LOGIN_REQUIRED'), 'blocked session');
    assert.equal(meaning('Private video', 'LOGIN_REQUIRED'), 'private video');
    assert.equal(meaning([], 'LIVE_STREAM_OFFLINE'), 'not-started video');
    assert.equal(meaning([], 'CONTENT_CHECK_REQUIRED'), 'client-outdated/notice turn');
    assert.equal(meaning([], 'SOMETHING_NEW'), 'unknown');
  });
});

describe("the table's schema", () => {
  const changed = (change: (table: Record<string, unknown>) => void): unknown => {
    const copy = JSON.parse(JSON.stringify(builtInKnowledge)) as Record<string, unknown>;
    change(copy);
    return readKnowledge(copy);
  };
  const client = { name: 'new', clientName: 'NEW', clientVersion: '1.0', id: 5 };
  const reason = { code: 'blocked', proves: 'block', phrases: ['some new words'] };

  it('takes what the repository has', () => {
    assert.ok(!('problem' in (changed(() => undefined) as object)));
  });

  const wrong: Readonly<Record<string, (table: Record<string, unknown>) => void>> = {
    'another schema': (table) => (table.schema = 2),
    'a field nobody knows': (table) => (table.endpoint = 'https://evil.example'),
    "a client's host": (table) => (table.clients = [{ ...client, host: 'evil.example' }]),
    'an address in a user agent': (table) =>
      (table.clients = [{ ...client, userAgent: 'x https://evil.example' }]),
    'a header of two lines': (table) => (table.clients = [{ ...client, userAgent: 'x\r\ncookie: y' }]),
    'another language': (table) => (table.clients = [{ ...client, client: { hl: 'de' } }]),
    'no client': (table) => (table.clients = []),
    'a name twice': (table) => (table.clients = [client, client]),
    'a thousand clients': (table) =>
      (table.clients = Array.from({ length: 1000 }, (_, index) => ({ ...client, name: `n${index}` }))),
    'a code that leads to paid sources': (table) => (table.reasons = [{ ...reason, code: 'no-captions' }]),
    'a phrase that fits everything': (table) => (table.reasons = [{ ...reason, phrases: ['*'] }]),
    'a phrase of many parts': (table) => (table.reasons = [{ ...reason, phrases: ['a*b*c*d*e*fgh'] }]),
    'a phrase of a megabyte': (table) => (table.reasons = [{ ...reason, phrases: ['x'.repeat(1_000_000)] }]),
  };
  for (const [what, change] of Object.entries(wrong))
    it(`refuses ${what} and says where`, () => {
      const read = changed(change) as { problem?: string };
      assert.ok(read.problem !== undefined && read.problem.length < 300, JSON.stringify(read).slice(0, 200));
    });
});

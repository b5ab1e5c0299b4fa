/**
 * YouTube through yt-dlp on a bad day: what YouTube refuses is told as what it is, whether yt-dlp prints it as an
 * error or, because missing formats are no matter for captions, as a warning.
 */
import assert from 'node:assert/strict';
import { failure, type Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { readSettings, type Settings } from '../../../src/model/settings';
import { rowWords } from '../../../src/model/words';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { YtDlpSource } from '../../../src/sources/ytDlp';
import { warnedFailure, ytDlpFailure } from '../../../src/sources/ytDlpErrors';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { FakeClock } from '../../helpers/fakeClock';
import { fakeYtDlp, type Printed } from '../../helpers/fakeYtDlp';
import { sourceRequest, type Recorded, type RequestOptions } from '../../helpers/sourceRequest';

const id = 'abcdefghi01';
const video: Link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id };
/** What yt-dlp prints of a video that it was told nothing of. */
const nothing = { id, title: `youtube video #${id}`, extractor_key: 'Youtube' };
const known = { id, title: 'A talk', duration: 60, extractor_key: 'Youtube' };
const noFormats = 'WARNING: No video formats found!\nWARNING: Requested format is not available';

const settingsOf = (more: Partial<Settings> = {}): Settings => readSettings({ ...more }).settings;
const task = { link: video, settings: settingsOf() };

interface Run {
  readonly failure: Failure | undefined;
  readonly result: Awaited<ReturnType<YtDlpSource['transcribe']>>;
  readonly recorded: Recorded;
  readonly runs: readonly (readonly string[])[];
  readonly asked: readonly string[];
}

async function run(
  printed: Printed,
  options: RequestOptions & { body?: string } = {},
  link = video,
): Promise<Run> {
  const { body } = options;
  const fake = fakeYtDlp(() => printed, body === undefined ? {} : { body });
  const source = new YtDlpSource(fake.parts, new YtDlpProgram(fake.parts));
  const recorded = sourceRequest(link, options);
  const result = await source.transcribe(recorded.request);
  recorded.leave();
  return {
    failure: 'failure' in result ? result.failure : undefined,
    result,
    recorded,
    runs: fake.runs,
    asked: fake.asked,
  };
}

describe('YouTube through yt-dlp', function () {
  this.timeout(120_000);

  describe('that refuses a video', () => {
    /** What yt-dlp prints behind `[youtube] `, and the code; alike as a warning and as an error. */
    const refusals: readonly (readonly [string, string])[] = [
      [
        'Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies for the authentication.',
        'blocked',
      ],
      ['Video unavailable. YouTube is requiring a captcha challenge before playback', 'blocked'],
      [
        "This content isn't available, try again later. The current session has been rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep`",
        'blocked',
      ],
      [`${id}: Please sign in. Use --cookies-from-browser or --cookies for the authentication.`, 'blocked'],
      ['The page needs to be reloaded.', 'client-outdated'],
      [
        'The following content is not available on this app. Watch on the latest version of YouTube.',
        'client-outdated',
      ],
      ['Private video. Sign in if you’ve been granted access to this video', 'private'],
      ['Join this channel to get access to members-only content like this video', 'members-only'],
      ['The uploader has not made this video available in your country', 'geo-blocked'],
      ['Video unavailable. This video has been removed by the uploader', 'unavailable'],
      ['Sign in to confirm your age. This video may be inappropriate for some users.', 'age-restricted'],
      ['This live event has ended.', 'not-started'],
      ['This live stream recording is not available.', 'unavailable'],
      ['Premieres in 3 days', 'not-started'],
      [
        `${id}: Unable to download API page: HTTP Error 429: Too Many Requests (caused by <HTTPError 429>)`,
        'rate-limited',
      ],
      [
        `${id}: Unable to download API page: HTTP Error 403: Forbidden (caused by <HTTPError 403>)`,
        'blocked',
      ],
      [
        `${id}: There are missing subtitles languages because a PO token was not provided. Automatic captions for 1 languages are missing.`,
        'po-token',
      ],
      ['Words that nobody has heard before', 'bad-response'],
    ];
    for (const [words, code] of refusals)
      it(`says ${code}: ${words.slice(0, 60)}`, async () => {
        const stderr = `WARNING: [youtube] ${words}\n${noFormats}\n`;
        for (const info of [nothing, known]) {
          const { failure: warned, result, recorded } = await run({ info, stderr });
          assert.equal(warned?.code, code, JSON.stringify(result));
          assert.ok(!('noCaptions' in result) || !result.noCaptions);
          assert.ok(
            !recorded.learnt.some(({ title }) => title === nothing.title),
            'no placeholder on the row',
          );
          assert.doesNotMatch(warned.message, /--cookies|-t sleep/);
        }
        if (code === 'bad-response') return;
        const { failure: refused } = await run({ stderr: `ERROR: [youtube] ${words}\n`, exitCode: 1 });
        assert.equal(refused?.code, code);
        if (code === 'blocked')
          assert.equal(rowWords(refused, { source: 'yt-dlp' }).cause, 'YouTube blocks this network');
      });

    it('does not advise to ask yt-dlp where yt-dlp was asked', () => {
      const token = failure('po-token', 'x');
      assert.equal(rowWords(token, { source: 'youtube' }).next, 'Try yt-dlp');
      assert.doesNotMatch(rowWords(token, { source: 'yt-dlp' }).next, /yt-dlp/);
    });

    it('looks above the last error for the reason', async () => {
      const refused = await run({
        stderr: [
          `WARNING: [youtube] ${id}: Unable to download API page: HTTP Error 429: Too Many Requests (caused by <x>)`,
          `ERROR: [youtube] ${id}: Failed to extract any player response`,
        ].join('\n'),
        exitCode: 1,
      });
      assert.equal(refused.failure?.code, 'rate-limited');
    });

    it('by another video calls it a block', async () => {
      const told = await run({
        stderr: [
          `WARNING: [youtube] Skipping player responses from visionos clients (got player responses for video "aQvGIIdgFDM" instead of "${id}")`,
          `ERROR: [youtube] ${id}: All player responses are invalid. Your IP is likely being blocked by Youtube`,
        ].join('\n'),
        exitCode: 1,
      });
      assert.deepEqual([told.failure?.code, told.failure?.subject], ['blocked', 'YouTube']);
      const shown = await run({ info: { ...known, id: 'aQvGIIdgFDM', title: 'Another' } });
      assert.equal(shown.failure?.code, 'blocked');
      assert.ok(shown.recorded.learnt.length === 0, 'the title of another video is not learnt');
    });

    it('without a word of its own is not taken for one without captions', async () => {
      assert.equal((await run({ info: nothing, stderr: noFormats })).failure?.code, 'bad-response');
    });

    it('says no-captions of a video that has none, and of that alone', async () => {
      const noise = [
        'WARNING: [youtube] No supported JavaScript runtime could be found. Only deno is enabled by default; some formats may be missing.',
        'WARNING: [youtube] unable to extract web client initial player response; please report this issue',
        noFormats,
      ].join('\n');
      const { failure: none, result } = await run({ info: known, stderr: noise });
      assert.equal(none?.code, 'no-captions');
      assert.ok('noCaptions' in result && result.noCaptions);
    });

    it('says what is not broadcast, on air or just over, also where some captions are there', async () => {
      const automatic_captions = {
        en: [{ ext: 'json3', url: 'https://www.youtube.com/api/timedtext?lang=en' }],
      };
      for (const live_status of ['is_upcoming', 'is_live', 'post_live'])
        // What has just ended may have its captions already; of the others they are not the whole.
        for (const more of live_status === 'post_live' ? [{}] : [{}, { automatic_captions }]) {
          const { failure: live } = await run({ info: { ...known, live_status, ...more } });
          assert.equal(live?.code, 'not-started', live_status);
        }
      const begun = new FakeClock().now() / 1000 - 3600;
      const was = { ...known, live_status: 'was_live', release_timestamp: begun };
      // Of an hour's stream that ended just now the captions are being made; of one that ended long ago there are none.
      assert.equal((await run({ info: { ...was, duration: 3600 } })).failure?.subject, 'ended');
      const captioned = await run({ info: { ...was, duration: 3600, automatic_captions } });
      assert.ok(captioned.asked.length > 0, 'captions that are there already are fetched');
      const old = { ...was, release_timestamp: begun - 86_400, duration: 3600 };
      for (const info of [old, { ...was, release_timestamp: undefined }])
        assert.equal((await run({ info })).failure?.code, 'no-captions');
      const ended = await run({ info: known, stderr: 'WARNING: [youtube] This live event has ended.' });
      assert.deepEqual(
        [ended.failure?.subject, ended.failure?.notBefore],
        ['ended', new FakeClock().now() + 3_600_000],
      );
      const premiere = await run({
        info: { ...known, live_status: 'is_upcoming', release_timestamp: 1_795_629_600 },
        stderr: 'WARNING: [youtube] Premieres in 3 days',
      });
      assert.equal(premiere.failure?.notBefore, 1_795_629_600_000);
      const private_ = await run({
        info: { ...nothing, live_status: 'is_live' },
        stderr: 'WARNING: [youtube] Private video. Sign in if you’ve been granted access',
      });
      assert.equal(private_.failure?.code, 'private');
    });

    it('keeps a missing token in mind where other languages came', async () => {
      const subtitles = { fr: [{ ext: 'json3', url: 'https://www.youtube.com/api/timedtext?lang=fr' }] };
      const stderr = `WARNING: [youtube] ${id}: There are missing subtitles languages because a PO token was not provided. Subtitles for these languages are missing: en.`;
      const wanted = { settings: { languages: ['en'] } };
      assert.equal((await run({ info: { ...known, subtitles }, stderr }, wanted)).failure?.code, 'po-token');
      assert.equal((await run({ info: { ...known, subtitles } }, wanted)).failure?.code, 'no-language');
    });
  });

  it('knows a list that is gone by the status of its page, which proves nothing of a video', () => {
    const url = 'https://www.youtube.com/@nobody';
    const list: Link = { kind: 'list', list: 'youtube-channel', url, id: 'x' };
    const stderr = 'ERROR: [youtube:tab] @nobody: Unable to download API page: HTTP Error 404: Not Found';
    const { settings } = readSettings({});
    assert.equal(ytDlpFailure({ stderr, exitCode: 1 }, { link: list, settings }).code, 'unavailable');
    const video: Link = {
      kind: 'youtube',
      url: 'https://www.youtube.com/watch?v=abcdefghi01',
      id: 'abcdefghi01',
    };
    assert.equal(ytDlpFailure({ stderr, exitCode: 1 }, { link: video, settings }).code, 'tool-failed');
  });

  describe('whose lines are about a list, a file or the user’s cookies', () => {
    const lines: readonly (readonly [string, string])[] = [
      [`ERROR: [youtube:tab] @x: This channel does not have a streams tab`, 'unsupported'],
      ['ERROR: [youtube:tab] RDabc: This playlist type is unviewable', 'unsupported'],
      ['ERROR: [youtube:tab] PLx: YouTube said: The playlist does not exist.', 'unavailable'],
      [`ERROR: [youtube] ${id}: The channel is not currently live`, 'not-started'],
      ['ERROR: Did not get any data blocks', 'po-token'],
      ['ERROR: The downloaded file is empty', 'po-token'],
      ["ERROR: could not find firefox cookies database in '/home/x/.mozilla/firefox'", 'auth'],
      [
        'ERROR: Could not copy Chrome cookie database. See  https://github.com/yt-dlp/yt-dlp/issues/7271',
        'auth',
      ],
      ['ERROR: Failed to decrypt with DPAPI. See  https://github.com/yt-dlp/yt-dlp/issues/10927', 'auth'],
      ['ERROR: unsupported browser: "netscape"', 'auth'],
      [
        `WARNING: [youtube] The provided YouTube account cookies are no longer valid. They have likely been rotated in the browser as a security measure.\nERROR: [youtube] ${id}: Sign in to confirm your age`,
        'auth',
      ],
    ];
    for (const [stderr, code] of lines)
      it(`says ${code}: ${stderr.slice(0, 70)}`, () => {
        assert.equal(ytDlpFailure({ stderr, exitCode: 1 }, task).code, code);
      });

    it('names the browser whose cookies could not be had, and no key', () => {
      const settings = settingsOf({ 'ytDlp.cookiesFromBrowser': 'firefox+gnomekeyring:default' });
      const stderr = 'ERROR: could not find firefox cookies database in /home/x/.mozilla/firefox';
      for (const link of [video, { ...video, kind: 'page', url: 'https://example.org/a' } as const]) {
        const auth = ytDlpFailure({ stderr, exitCode: 1 }, { link, settings });
        assert.deepEqual([auth.code, auth.needs], ['auth', 'yt-dlp:cookies']);
        const words = rowWords(auth, { source: 'yt-dlp' });
        assert.doesNotMatch(Object.values(words).join(' '), /\bkey\b/i);
        assert.match(`${words.cause} ${words.sentence}`, /firefox.*cookies/i);
        assert.deepEqual(words.step, { action: 'openSettings', setting: 'ytDlp.cookiesFromBrowser' });
      }
    });

    it('does not hide captions that came all the same', () => {
      const stderr = 'WARNING: [youtube] The provided YouTube account cookies are no longer valid.';
      assert.equal(warnedFailure(stderr, task)?.code, 'auth');
      assert.equal(warnedFailure('', task), undefined);
    });

    it('of another site are judged by yt-dlp’s own words, its warnings too', async () => {
      const page: Link = { kind: 'page', url: 'https://vimeo.com/1', id: 'x' };
      const info = { id: '1', title: 'A film', extractor_key: 'Vimeo' };
      for (const [words, code] of [
        ['This video is only available for registered users', 'private'],
        ['This video is not available from your location due to geo restriction', 'geo-blocked'],
        ['Falling back on generic information extractor', 'no-captions'],
      ] as const)
        assert.equal(
          (await run({ info, stderr: `WARNING: [vimeo] ${words}` }, {}, page)).failure?.code,
          code,
        );
      const refused = await run(
        { stderr: 'ERROR: [vimeo] 1: HTTP Error 403: Forbidden', exitCode: 1 },
        {},
        page,
      );
      assert.deepEqual([refused.failure?.code, refused.failure?.subject], ['blocked', 'vimeo.com']);
    });
  });

  describe('for the sound of a video', () => {
    const fetch = async (stderr: string, info?: object): Promise<Failure | undefined> => {
      const fake = fakeYtDlp(() => ({ stderr, exitCode: 1, ...(info === undefined ? {} : { info }) }));
      const recorded = sourceRequest(video);
      try {
        await new AudioFetch(fake.parts, new YtDlpProgram(fake.parts)).fetch(recorded.request);
        return undefined;
      } catch (error) {
        assert.ok(error instanceof Error && 'failure' in error);
        return (error as { failure: Failure }).failure;
      } finally {
        recorded.leave();
      }
    };

    it('names YouTube and not the service that would have listened', async () => {
      const blocked = await fetch('ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies');
      assert.deepEqual([blocked?.code, blocked?.quota], ['blocked', 'youtube']);
      assert.ok(blocked);
      assert.equal(rowWords(blocked, { source: 'openai' }).cause, 'YouTube blocks this network');
    });

    it('that is on air does not wait for its end', async () => {
      const live = await fetch('', { ...known, live_status: 'is_live' });
      assert.deepEqual([live?.code, live?.subject], ['not-started', 'live']);
      assert.equal((await fetch('', { ...known, live_status: 'was_live' }))?.code, 'tool-failed');
    });

    it('says which part of yt-dlp is missing where that is why', async () => {
      const unavailable = `ERROR: [youtube] ${id}: Requested format is not available. Use --list-formats`;
      for (const [warning, subject] of [
        [
          'No supported JavaScript runtime could be found. Only deno is enabled by default',
          /JavaScript runtime/,
        ],
        [`${id}: n challenge solving failed: Some formats may be missing.`, /challenge solver/],
      ] as const) {
        const lacking = await fetch(`WARNING: [youtube] ${warning}\n${unavailable}`);
        assert.equal(lacking?.code, 'tool-missing');
        assert.match(rowWords(lacking).cause, subject);
      }
      // Without such a warning yt-dlp gave up, and no site is unsupported.
      assert.equal((await fetch(unavailable))?.code, 'tool-failed');
      assert.equal(
        (await fetch('ERROR: unable to download video data: HTTP Error 403: Forbidden'))?.code,
        'tool-failed',
      );
    });
  });
});

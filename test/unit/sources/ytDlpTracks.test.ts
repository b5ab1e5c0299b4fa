/** Which captions yt-dlp's names mean, that what it brought is used, and how much of YouTube's quota it takes. */
import assert from 'node:assert/strict';
import type { Link } from '../../../src/model/link';
import type { Settings } from '../../../src/model/settings';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { linkQuota } from '../../../src/model/quotaNames';
import { YtDlpSource } from '../../../src/sources/ytDlp';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { FakeSource, start, within, world } from '../../helpers/fakeEngine';
import { fakeYtDlp, type FakeYtDlp, type Printed } from '../../helpers/fakeYtDlp';
import { sourceRequest, type Recorded } from '../../helpers/sourceRequest';

const id = 'abcdefghi01';
const video: Link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id };
const json3 = (text: string): string =>
  JSON.stringify({ events: [{ tStartMs: 0, dDurationMs: 1000, segs: [{ utf8: text }] }] });
const address = (lang: string, more = ''): string =>
  `https://www.youtube.com/api/timedtext?v=${id}&lang=${lang}${more}&fmt=json3`;
const track = (lang: string, more = ''): object[] => [{ ext: 'json3', url: address(lang, more) }];
const info = (more: object): object => ({ id, title: 'A talk', extractor_key: 'Youtube', ...more });

interface Run extends FakeYtDlp {
  readonly result: Awaited<ReturnType<YtDlpSource['transcribe']>>;
  readonly recorded: Recorded;
}
async function run(printed: Printed, settings: Partial<Settings> = {}, link = video): Promise<Run> {
  const fake = fakeYtDlp(() => printed, { body: json3('fetched by ourselves') });
  const source = new YtDlpSource(fake.parts, new YtDlpProgram(fake.parts));
  const recorded = sourceRequest(link, { settings });
  // Files are in memory here.
  const request = { ...recorded.request, tempFolder: () => Promise.resolve('/tmp/job') };
  const result = await source.transcribe(request);
  recorded.leave();
  return { ...fake, result, recorded };
}
const words = ({ result }: Run): unknown =>
  'transcript' in result
    ? [
        result.transcript.language,
        result.transcript.captions,
        result.transcript.dub,
        result.transcript.cues[0]?.text,
      ]
    : result;

describe('Captions through yt-dlp', () => {
  describe('in the original language', () => {
    const heard = (...languages: string[]): object =>
      Object.fromEntries(
        languages.flatMap((language) => [
          [`${language}-orig`, track(language, '&kind=asr')],
          [language, track(language, '&kind=asr')],
        ]),
      );
    const sound = (...formats: readonly [string, number][]): object =>
      formats.map(([language, language_preference]) => ({ language, language_preference, acodec: 'opus' }));

    it('are those of the recorded sound, whatever the order of the dubs', async () => {
      const automatic_captions = heard('ar', 'de', 'fr');
      const original = await run({
        info: info({ automatic_captions }),
        sound: sound(['ar', -1], ['fr', 10], ['de', -1]),
      });
      assert.deepEqual(words(original), ['fr', 'automatic', undefined, 'fetched by ourselves']);
      // Without the sound's own mark: the language of the sound that yt-dlp would take.
      assert.deepEqual(
        words(await run({ info: info({ automatic_captions, language: 'de' }) }))?.toString(),
        'de,automatic,,fetched by ourselves',
      );
    });

    it('say so when they are a dub that was asked for', async () => {
      const automatic_captions = heard('ar', 'fr');
      const printed = { info: info({ automatic_captions }), sound: sound(['ar', -1], ['fr', 10]) };
      assert.deepEqual(words(await run(printed, { languages: ['ar'] })), [
        'ar',
        'automatic',
        true,
        'fetched by ourselves',
      ]);
      assert.deepEqual(words(await run(printed, { languages: ['fr'] })), [
        'fr',
        'automatic',
        undefined,
        'fetched by ourselves',
      ]);
    });

    it('are, where nothing tells the sound, those that people have written captions for', async () => {
      const printed = {
        info: info({ automatic_captions: heard('ar', 'en', 'de'), subtitles: { en: track('en') } }),
      };
      assert.deepEqual(words(await run(printed)), ['en', 'manual', undefined, 'fetched by ourselves']);
    });

    it('are the only ones of the recorded audio', async () => {
      assert.deepEqual(words(await run({ info: info({ automatic_captions: heard('nl') }) })), [
        'nl',
        'automatic',
        undefined,
        'fetched by ourselves',
      ]);
    });
  });

  describe('that it brought along', () => {
    it('are used, under either of their two names', async () => {
      const automatic_captions = { en: track('en', '&kind=asr'), 'en-orig': track('en', '&kind=asr') };
      const brought = await run(
        {
          info: info({ automatic_captions }),
          brings: { en: { url: address('en', '&kind=asr'), text: json3('brought by yt-dlp') } },
        },
        { languages: ['en'] },
      );
      assert.deepEqual(words(brought), ['en', 'automatic', undefined, 'brought by yt-dlp']);
      assert.deepEqual([brought.asked, brought.runs.length], [[], 1]);
    });

    it('are not taken for another track of the same name', async () => {
      const printed: Printed = {
        info: info({ subtitles: { en: track('en') }, automatic_captions: { en: track('en', '&kind=asr') } }),
        brings: { en: { url: address('en'), text: json3('written by people') } },
      };
      assert.deepEqual(words(await run(printed, { languages: ['en'] })), [
        'en',
        'manual',
        undefined,
        'written by people',
      ]);
      const heard = await run(printed, { languages: ['en'], 'captions.kind': 'automaticOnly' });
      assert.deepEqual(words(heard), ['en', 'automatic', undefined, 'fetched by ourselves']);
    });
  });

  it('of a track with a name of its own have its language, and come after a plain one', async () => {
    const subtitles = { 'en-eEY6OEpapPo': track('en', '&name=songs'), en: track('en') };
    const plain = await run({ info: info({ subtitles }) }, { languages: ['en'] });
    assert.equal(plain.asked[0], address('en'));
    const named = await run(
      { info: info({ subtitles: { 'en-eEY6OEpapPo': track('en', '&name=songs') } }) },
      { languages: ['en'] },
    );
    assert.deepEqual(words(named), ['en', 'manual', undefined, 'fetched by ourselves']);
  });
});

describe('YouTube’s quota', () => {
  const page = (url: string): Link => ({ kind: 'page', url, id: 'x' });

  it('counts every address of YouTube’s, and no other', () => {
    for (const url of [
      'https://www.youtube.com/clip/UgkxVideo',
      'https://www.youtube.com/@somebody/live',
      'https://music.youtube.com/browse/VLPL1',
      'https://www.youtube.com/post/Ugkx1',
      'https://m.youtube.com/feed/history',
      'https://youtu.be/',
      'https://www.youtube-nocookie.com/embed/live_stream?channel=UC1',
      'https://www.youtubekids.com/x',
    ])
      assert.equal(linkQuota(page(url)), 'youtube', url);
    const feed = 'https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv';
    assert.equal(linkQuota({ kind: 'list', list: 'feed', url: feed, id: 'x' }), 'youtube');
    for (const url of ['https://vimeo.com/1', 'https://notyoutube.com/', 'https://youtube.com.example.org/'])
      assert.equal(linkQuota(page(url)), `host:${new URL(url).host}`);
  });

  it('gives a start for every two requests of yt-dlp, and spaces them', async () => {
    const printed = { info: info({}) };
    const captions = await run(printed);
    // The attempt's own start is the first.
    assert.deepEqual(captions.recorded.permits, [['youtube']]);
    const line = captions.runs[0]?.join(' ') ?? '';
    assert.match(line, / --sleep-requests 0\.75 --sleep-subtitles 1 /);
    assert.match(line, / --no-js-runtimes /, 'a runtime doubles the requests, and captions need none');

    const slow = await run(printed, { 'rate.youtube.spacing': 8, 'ytDlp.cookiesFromBrowser': 'firefox' });
    assert.deepEqual(slow.recorded.permits, [['youtube'], ['youtube']]);
    assert.match(slow.runs[0]?.join(' ') ?? '', / --sleep-requests 4 --sleep-subtitles 4 /);

    const clip = await run(printed, {}, page('https://www.youtube.com/clip/UgkxVideo'));
    assert.deepEqual(clip.recorded.permits, [['youtube']]);
    assert.match(clip.runs[0]?.join(' ') ?? '', / --sleep-requests /);
    const other = await run(printed, {}, page('https://vimeo.com/1'));
    assert.deepEqual(other.recorded.permits, []);
    assert.doesNotMatch(other.runs[0]?.join(' ') ?? '', /--sleep/);
  });

  it('gives three starts for the sound of a video', async () => {
    const fake = fakeYtDlp(() => ({ stderr: 'ERROR: [youtube] x: Private video', exitCode: 1 }));
    const recorded = sourceRequest(video);
    await assert.rejects(new AudioFetch(fake.parts, new YtDlpProgram(fake.parts)).fetch(recorded.request));
    recorded.leave();
    assert.deepEqual(recorded.permits, [['youtube'], ['youtube']]);
  });
});

describe('A batch through yt-dlp alone', () => {
  const warning = (words: string): Printed => ({
    info: { id, title: `youtube video #${id}`, extractor_key: 'Youtube' },
    stderr: `WARNING: [youtube] ${words}\nWARNING: No video formats found!`,
  });
  const sourceOf = (answer: (link: string) => Printed): FakeSource => {
    const fake = fakeYtDlp((link) => {
      const said = answer(link);
      const wanted = link.slice(-11);
      return {
        ...said,
        ...(said.info === undefined
          ? {}
          : { info: { ...said.info, id: wanted, title: `youtube video #${wanted}` } }),
      };
    });
    const real = new YtDlpSource(fake.parts, new YtDlpProgram(fake.parts));
    const source = new FakeSource('yt-dlp', (request) => real.transcribe(request));
    source.quotaNames = ['youtube'];
    source.accepts = (link, settings, noCaptions) => real.accepts(link, settings, noCaptions);
    return source;
  };

  it('pays no service for a private video', async () => {
    const paid = new FakeSource('deapi', undefined, true);
    const at = world({
      sources: [sourceOf(() => warning('Private video. Sign in if you’ve been granted access')), paid],
    });
    const batch = await start(at, 1, { sources: ['yt-dlp', 'deapi'] });
    await within(at.clock, batch.settled());
    assert.deepEqual(
      batch.state.jobs.map((job) => job.failure?.code),
      ['private'],
    );
    assert.deepEqual(paid.asked, []);
  });

  it('holds YouTube at the first block instead of asking for all', async () => {
    const source = sourceOf(() => warning('Sign in to confirm you’re not a bot. Use --cookies'));
    const at = world({ sources: [source] });
    const batch = await start(at, 6, { workers: 1, sources: ['yt-dlp'], onBlocked: 'park' });
    await within(at.clock, batch.settled());
    assert.equal(source.asked.length, 1);
    assert.deepEqual(
      [...new Set(batch.state.jobs.map((job) => `${job.status} ${job.failure?.code ?? ''}`))],
      ['parked blocked'],
    );
  });
});

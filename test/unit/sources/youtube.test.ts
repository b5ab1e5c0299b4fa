import { strict as assert } from 'node:assert';
import type { Failure, FailureCode } from '../../../src/model/failure';
import type { Transcript } from '../../../src/model/transcript';
import { systemClock } from '../../../src/platform/clock';
import { NodeHttp } from '../../../src/platform/http';
import { DirectRoute } from '../../../src/platform/httpRoute';
import { YouTubeSource } from '../../../src/sources/youtube';
import { YouTubeStandIn } from '../../servers/youtube';
import type { BlockForm } from '../../servers/youtube';
import { idFor, refusals, spokenLines, standInVideo } from '../../servers/youtubeVideos';
import type { Behaviour } from '../../servers/youtubeVideos';
import type { Link } from '../../../src/model/link';
import type { Settings } from '../../../src/model/settings';
import { sourceRequest } from '../../helpers/sourceRequest';
import type { Recorded } from '../../helpers/sourceRequest';
import { DirectRouter } from '../../helpers/directRouter';

const youtubeLink = (id: string): Link => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=${id}`,
  id,
});

describe('the source youtube', () => {
  let site: YouTubeStandIn;
  let http: NodeHttp;
  let source: YouTubeSource;
  before(async () => {
    site = await YouTubeStandIn.start();
    http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  });
  beforeEach(() => {
    site.reset();
    source = new YouTubeSource({ http, clock: systemClock });
  });
  after(async () => {
    http.close();
    await site.close();
  });

  const settings = (more: Partial<Settings> = {}): Partial<Settings> => ({
    'youtube.endpoint': site.origin,
    ...more,
  });
  const askFor = (id: string, more: Partial<Settings> = {}): Recorded =>
    sourceRequest(youtubeLink(id), { settings: settings(more) });
  async function transcriptOf(id: string, more: Partial<Settings> = {}): Promise<Transcript> {
    const result = await source.transcribe(askFor(id, more).request);
    assert.ok('transcript' in result, JSON.stringify(result));
    return result.transcript;
  }
  async function failureOf(id: string, more: Partial<Settings> = {}): Promise<Failure> {
    const result = await source.transcribe(askFor(id, more).request);
    assert.ok('failure' in result, JSON.stringify(result).slice(0, 200));
    return result.failure;
  }
  const textOf = (transcript: Transcript): string => transcript.cues.map((cue) => cue.text).join('\n');
  const spoken = (id: string, language = 'en'): string =>
    spokenLines(standInVideo(id), language)
      .map((line) => line.text)
      .join('\n');

  it('takes two requests a video, reported to the quota and counted', async () => {
    const asked = askFor('dQw4w9WgXcQ');
    const result = await source.transcribe(asked.request);
    assert.ok('transcript' in result);
    assert.deepEqual(
      site.seen.map(({ kind }) => kind),
      ['player', 'captions'],
    );
    assert.equal(asked.sent, 2);
    assert.deepEqual(
      asked.heard.map(({ status }) => status),
      [200, 200],
    );
    assert.equal(site.seen[1]?.url.includes('fmt=json3'), true);
    assert.equal(site.seen[1].url.includes('xosf'), false);
    assert.equal(site.seen[0]?.url, '/youtubei/v1/player?prettyPrint=false');
  });

  it('reads no answer before it is on disk that the job is under way', async () => {
    const recorded = askFor('dQw4w9WgXcQ');
    let answered = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => (answered = resolve));
    let written = (): void => undefined;
    const begun = new Promise<void>((resolve) => (written = resolve));
    const slow = new YouTubeSource({
      http: { request: (request) => http.request(request).finally(() => answered()) },
      clock: systemClock,
    });
    const result = slow.transcribe({ ...recorded.request, begun });
    await isAnswered;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(recorded.sent, 0);
    assert.deepEqual(recorded.learnt, []);
    written();
    assert.ok('transcript' in (await result));
    assert.equal(recorded.sent, 2);
  });

  it('gives words and times exactly, with title, channel and length', async () => {
    const { id, title, channel, lengthSeconds } = standInVideo('dQw4w9WgXcQ');
    const transcript = await transcriptOf(id);
    assert.deepEqual(
      transcript.cues,
      spokenLines(standInVideo(id), 'en').map(({ startMs, endMs, text }) => ({
        start: startMs / 1000,
        end: endMs / 1000,
        text,
      })),
    );
    assert.deepEqual(transcript.meta, { title, channel, duration: lengthSeconds });
    assert.deepEqual(
      [transcript.language, transcript.captions, transcript.source],
      ['en', 'manual', 'youtube'],
    );
  });

  it('gives automatic captions without repeats and without overlaps', async () => {
    const id = idFor('asronly');
    const transcript = await transcriptOf(id);
    assert.equal(transcript.captions, 'automatic');
    assert.equal(textOf(transcript), spoken(id));
    for (const [index, cue] of transcript.cues.entries())
      assert.ok(cue.end <= (transcript.cues[index + 1]?.start ?? Infinity));
  });

  describe('choice of track', () => {
    it('prefers what a person wrote, in the language that is spoken', async () => {
      const transcript = await transcriptOf('aBcDeFgHiJk');
      assert.deepEqual([transcript.language, transcript.captions], ['en', 'manual']);
    });
    it('follows the languages that are wanted', async () => {
      const transcript = await transcriptOf('aBcDeFgHiJk', { languages: ['fr', 'de'] });
      assert.equal(transcript.language, 'de');
      assert.equal(textOf(transcript), spoken('aBcDeFgHiJk', 'de'));
      const found = await failureOf('aBcDeFgHiJk', { languages: ['fr'] });
      assert.equal(found.code, 'no-language');
      assert.equal(found.subject, 'en, de');
    });
    it('takes the kind that is wanted', async () => {
      const automatic = await transcriptOf('aBcDeFgHiJk', { 'captions.kind': 'automaticOnly' });
      assert.equal(automatic.captions, 'automatic');
      assert.equal(
        (await failureOf(idFor('asronly'), { 'captions.kind': 'manualOnly' })).code,
        'no-captions',
      );
    });
    it('knows the language spoken by the main sound track', async () => {
      assert.equal((await transcriptOf(idFor('dubbed'))).language, 'fr');
      assert.equal((await transcriptOf(idFor('manual'))).language, 'en');
    });
    it('passes over forced tracks', async () => {
      const transcript = await transcriptOf(idFor('forced'));
      assert.equal(textOf(transcript), spoken(idFor('forced')));
      assert.equal(site.seen.at(-1)?.url.includes('kind=frc'), false);
    });
  });

  it('reads chapters from the description, and only real ones', async () => {
    const { meta } = await transcriptOf(idFor('chapters'));
    assert.deepEqual(meta.chapters, [
      { start: 0, title: 'Opening' },
      { start: 15, title: 'The middle' },
      { start: 30, title: 'The end' },
    ]);
    assert.equal((await transcriptOf('aBcDeFgHiJk')).meta.chapters, undefined);
  });

  describe("YouTube's refusals", () => {
    const expected: Readonly<Record<keyof typeof refusals, FailureCode>> = {
      private: 'private',
      private2: 'private',
      members: 'members-only',
      premium: 'members-only',
      rental: 'members-only',
      agegate: 'age-restricted',
      agecheck: 'age-restricted',
      ageverify: 'age-restricted',
      geo: 'geo-blocked',
      copyright: 'geo-blocked',
      removed: 'unavailable',
      gone: 'unavailable',
      terminated: 'unavailable',
      bot: 'blocked',
      botplain: 'blocked',
      later: 'blocked',
      later2: 'blocked',
      captcha: 'blocked',
      signin: 'blocked',
      oddity: 'client-outdated',
      premiere: 'not-started',
      offline: 'not-started',
      livegone: 'unavailable',
    };
    for (const name of Object.keys(refusals) as (keyof typeof refusals)[])
      it(`"${refusals[name].reason}" is ${expected[name]}`, async () => {
        const found = await failureOf(idFor(name));
        assert.equal(found.code, expected[name]);
        assert.ok(found.message.length > 5);
        const isClear = !['signin', 'oddity'].includes(name);
        if (isClear) assert.equal(site.count('player'), 1, 'a clear refusal is not asked again');
      });
    it('a premiere says when', async () => {
      assert.equal((await failureOf(idFor('premiere'))).notBefore, 1_795_629_600_000);
    });
    it('a video without captions says so to the sources that follow', async () => {
      const result = await source.transcribe(askFor(idFor('nocaps')).request);
      assert.ok('failure' in result);
      assert.equal(result.failure.code, 'no-captions');
      assert.equal(result.noCaptions, true);
    });
    it('a stream that is on air has not ended yet', async () => {
      assert.equal((await failureOf(idFor('live'))).code, 'not-started');
    });
  });

  describe('a server that answers wrongly', () => {
    const expected: Partial<Record<Behaviour, FailureCode>> = {
      other: 'blocked',
      othercap: 'blocked',
      cutjson: 'bad-response',
      nonsense: 'bad-response',
      deep: 'bad-response',
      htmlpage: 'bad-response',
      empty: 'bad-response',
      recaptcha: 'blocked',
      captcha429: 'blocked',
      consentpg: 'blocked',
      consent302: 'blocked',
      sorry: 'blocked',
      s429: 'rate-limited',
      s429after: 'rate-limited',
      s500: 'bad-response',
      s403: 'blocked',
      endless: 'bad-response',
      drip: 'timeout',
      hang: 'timeout',
      slam: 'network',
      bomb: 'bad-response',
      emptycap: 'po-token',
      potokencap: 'po-token',
      potoken2cap: 'po-token',
      sorrycap: 'blocked',
      s429cap: 'rate-limited',
      s403cap: 'blocked',
      s404cap: 'bad-response',
      s500cap: 'bad-response',
      htmlcap: 'bad-response',
      cutcap: 'bad-response',
      endlesscap: 'bad-response',
      dripcap: 'timeout',
      hangcap: 'timeout',
      offhostcap: 'bad-response',
      innercap: 'bad-response',
      filecap: 'bad-response',
      silentcap: 'no-captions',
    };
    for (const [name, code] of Object.entries(expected) as [Behaviour, FailureCode][])
      it(`${name} is ${code}`, async () => {
        const waits = /drip|hang/.test(name);
        const found = await failureOf(idFor(name), waits ? { requestTimeout: 1 } : {});
        assert.equal(found.code, code, found.message);
      });

    it('says how long it wants us to wait', async () => {
      assert.equal((await failureOf(idFor('s429after'))).retryAfterMs, 7000);
      const asked = askFor(idFor('s429after'));
      await source.transcribe(asked.request);
      assert.equal(asked.heard[0]?.headers['retry-after'], '7');
    });
    it('is not asked again in the same attempt once it has blocked or throttled us', async () => {
      for (const name of ['bot', 'later', 'sorry', 's429', 'recaptcha', 's403'] as const) {
        site.reset();
        await failureOf(idFor(name));
        assert.equal(site.seen.length, 1, name);
      }
      site.reset();
      await failureOf(idFor('s429cap'));
      assert.equal(site.seen.length, 2);
    });
    it('is asked by no third client for captions that could not be read', async () => {
      await failureOf(idFor('cutcap'));
      assert.deepEqual(
        site.seen.map(({ kind }) => kind),
        ['player', 'captions', 'captions', 'captions', 'player', 'captions'],
      );
      assert.deepEqual(
        site.seen.filter(({ kind }) => kind === 'captions').map(({ url }) => /[?&]fmt=(\w+)/.exec(url)?.[1]),
        ['json3', 'srv3', undefined, 'json3'],
      );
    });
    it('never makes us fetch from another host, a private network or a file', async () => {
      for (const name of ['offhostcap', 'innercap', 'filecap'] as const) await failureOf(idFor(name));
      assert.equal(site.count('captions'), 0);
    });
  });

  describe('fallback', () => {
    for (const name of ['retired', 'androidpot'] as const)
      it(`asks as the next client when ${name}, and begins there from then on`, async () => {
        assert.equal(textOf(await transcriptOf(idFor(name))), spoken(idFor(name)));
        assert.deepEqual(
          site.seen.filter(({ kind }) => kind === 'player').map(({ client }) => client),
          ['ANDROID', 'IOS'],
        );
        site.reset();
        await transcriptOf('aBcDeFgHiJk');
        assert.deepEqual(
          site.seen.map(({ client }) => client),
          ['IOS', ''],
        );
      });
    for (const name of ['nojson3cap', 'onlyxmlcap', 'relativecap'] as const)
      it(`reads the same text when ${name}`, async () => {
        assert.equal(textOf(await transcriptOf(idFor(name))), spoken(idFor(name)));
      });
    it('presents the clients of the setting, with their headers', async () => {
      await transcriptOf('aBcDeFgHiJk', {
        'youtube.clients': [
          { clientName: 'MWEB', clientVersion: '2.9', id: 2, userAgent: 'Test/1', client: { osName: 'X' } },
        ],
      });
      const headers = site.seen[0]?.headers ?? {};
      assert.equal(site.seen[0]?.client, 'MWEB');
      assert.equal(headers['x-youtube-client-name'], '2');
      assert.equal(headers['x-youtube-client-version'], '2.9');
      assert.equal(headers['user-agent'], 'Test/1');
      assert.equal(headers.origin, site.origin);
    });
    it('says what is wrong with the setting and uses the built-in clients', async () => {
      const wrong = { 'youtube.clients': [{ clientName: 'X', clientVersion: '1', id: 3.5 }] };
      const ready = await source.readiness(askFor('x', wrong).request.settings);
      assert.ok(ready.ready);
      assert.match(ready.detail, /entry 1 needs clientName/);
      await transcriptOf('aBcDeFgHiJk', wrong);
    });
    it("takes YouTube's words for the session along to the next client", async () => {
      await transcriptOf(idFor('androidpot'));
      const players = site.seen.filter(({ kind }) => kind === 'player');
      const visitors = players.map(({ headers }) => String(headers['x-goog-visitor-id']));
      assert.match(visitors[0] ?? '', /^Cg[A-Za-z0-9_-]{20,}%3D%3D$/);
      assert.match(visitors[1] ?? '', /^visitor-/);
      await transcriptOf('aBcDeFgHiJk');
      const later = site.seen.filter(({ kind }) => kind === 'player').at(-1);
      assert.equal(later?.headers['x-goog-visitor-id'], visitors[1]);
    });
  });

  it('probes with the next client where one was retired, which says nothing about the network', async () => {
    const names: unknown[] = [];
    const answers = new YouTubeSource({
      clock: systemClock,
      http: {
        request: ({ body, url }) => {
          const name = /"clientName":"(\w+)"/.exec(typeof body === 'string' ? body : '')?.[1];
          names.push(name);
          const status = name === 'ANDROID' ? 400 : 200;
          const text = status === 400 ? '{}' : JSON.stringify({ playabilityStatus: { status: 'OK' } });
          const more = { headers: {}, url, via: 'direct' } as const;
          return Promise.resolve({ status, body: new TextEncoder().encode(text), ...more });
        },
      },
    });
    assert.equal(await answers.probe(askFor('aBcDeFgHiJk').request), undefined);
    assert.deepEqual(names, ['ANDROID', 'IOS']);
  });

  describe('a network that is blocked', () => {
    const forms: Readonly<Record<BlockForm, FailureCode>> = {
      bot: 'blocked',
      later: 'blocked',
      sorry: 'blocked',
      captcha: 'blocked',
      other: 'blocked',
      '429': 'rate-limited',
      empty: 'po-token',
    };
    for (const [form, code] of Object.entries(forms) as [BlockForm, FailureCode][])
      it(`by "${form}" is ${code}, and the probe sees it too`, async () => {
        site.blockAll(form);
        assert.equal((await failureOf('aBcDeFgHiJk')).code, code);
        const probe = await source.probe(askFor('aBcDeFgHiJk').request);
        // Empty captions are seen only when captions are asked for.
        assert.equal(probe?.code, form === 'empty' ? undefined : code);
        site.blockAll();
        assert.equal(await source.probe(askFor('aBcDeFgHiJk').request), undefined);
      });
  });

  it('describes a video with one request, whose answer the transcript uses', async () => {
    const meta = await source.describe(askFor('dQw4w9WgXcQ').request);
    assert.equal(meta?.duration, standInVideo('dQw4w9WgXcQ').lengthSeconds);
    await transcriptOf('dQw4w9WgXcQ');
    assert.deepEqual(
      site.seen.map(({ kind }) => kind),
      ['player', 'captions'],
    );
    await transcriptOf('dQw4w9WgXcQ');
    assert.equal(site.count('player'), 2);
    assert.equal(await source.describe(askFor(idFor('gone')).request), undefined);
  });

  it('stops at once on abort', async () => {
    const controller = new AbortController();
    const asked = sourceRequest(youtubeLink(idFor('hang')), {
      settings: settings(),
      signal: controller.signal,
    });
    const running = source.transcribe(asked.request);
    controller.abort();
    const result = await running;
    assert.ok('failure' in result && result.failure.code === 'cancelled');
  });
});

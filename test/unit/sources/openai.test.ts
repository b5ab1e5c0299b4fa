import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failure } from '../../../src/model/failure';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import type { SourceResult } from '../../../src/model/source';
import { rowWords } from '../../../src/model/words';
import { AudioTools } from '../../../src/sources/audio';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { languageCode } from '../../../src/model/languageNames';
import { OpenAiSource } from '../../../src/sources/openai';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { realParts, type RealParts } from '../../helpers/realParts';
import { keptSteps, sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { speak } from '../../helpers/toneWords';
import { OpenAiServer, type OpenAiOptions, type OpenAiTrouble } from '../../servers/openai';
import { startPages } from '../../servers/pages';

/** A service out in the world, as far as its name goes. */
const remote = 'https://speech.example';

describe('OpenAI-compatible services', function () {
  this.timeout(60_000);
  let server: OpenAiServer;
  let parts: RealParts;
  let source: OpenAiSource;
  let folder = '';
  const open = async (options: OpenAiOptions = {}): Promise<void> => {
    server = await new OpenAiServer(options).start();
    const key = options.key ?? 'sk-secret-key';
    const real = realParts({ [`openai ${remote}`]: key, [`openai ${server.origin}`]: key });
    parts = {
      ...real,
      http: {
        request: (request) =>
          real.http.request({ ...request, url: request.url.replace(remote, server.origin) }),
      },
    };
    source = new OpenAiSource(parts, new AudioTools(parts), new AudioFetch(parts, new YtDlpProgram(parts)));
  };
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'openai-test-'))));
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    parts.close();
    await server.close();
  });
  const recording = (words: number): { link: Link; words: number[] } => {
    const file = path.join(folder, 'talk.wav');
    const spoken = speak(words);
    writeFileSync(file, spoken.wav);
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'abc', path: file };
    return { link, words: spoken.words.map(({ word }) => word) };
  };
  const run = async (link: Link, options: RequestOptions = {}, endpoint = `${remote}/v1`) => {
    const recorded = sourceRequest(link, {
      ...options,
      settings: { 'openai.endpoint': endpoint, ...options.settings },
    });
    const result = await source.transcribe(recorded.request);
    const left = recorded.folders.flatMap((temporary) => readdirSync(temporary));
    recorded.leave();
    return { recorded, result, left };
  };
  const failureOf = (result: SourceResult): Failure | undefined =>
    'failure' in result ? result.failure : undefined;
  const wordsOf = (result: SourceResult): number[] =>
    'transcript' in result ? result.transcript.cues.map(({ text }) => Number.parseInt(text, 10)) : [];

  it('transcribes a file: agreed, recorded, sent with segments, nothing left over', async () => {
    await open({ key: 'sk-secret-key' });
    const { link, words } = recording(12);
    const { result, recorded, left } = await run(link);
    assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
    assert.ok('transcript' in result && result.transcript.language === 'en');
    assert.deepEqual([recorded.paid, left, server.formats], [['intent'], [], ['verbose_json']]);
    assert.equal(recorded.quotes[0]?.origin, remote);
    assert.equal(recorded.learnt[0]?.title, 'talk', 'the name of the file is its title');
    assert.equal(recorded.heard[0]?.headers['x-ratelimit-limit-requests'], '500');
  });

  it('loses and doubles no word at the seams of a large one, and shifts the times back', async () => {
    await open({ maxUpload: 100_000 });
    const { link, words } = recording(100);
    const { result, recorded } = await run(link, { settings: { 'openai.maxUploadMB': 0.1 } });
    assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
    assert.ok('transcript' in result);
    const spoken = speak(100).words;
    for (const [at, cue] of result.transcript.cues.entries()) {
      assert.ok(Math.abs(cue.start - (spoken[at]?.start ?? 0)) < 0.15);
    }
    assert.ok(server.transcribed >= 3);
    assert.deepEqual(recorded.permits, Array(server.transcribed - 1).fill(['openai']));
    // Two long ones would else wait for each other's places for ever.
    assert.equal(recorded.mostHeld, 1);
  });

  it('asks for `json` where segments are not known, and remembers', async () => {
    await open({ verbose: false });
    const { link, words } = recording(5);
    const { result, recorded } = await run(link);
    assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
    assert.ok('transcript' in result);
    const { cues } = result.transcript;
    assert.deepEqual([recorded.permits, recorded.mostHeld], [[['openai']], 1]);
    assert.ok(cues.every(({ start, end }, at) => end > start && start >= (cues[at - 1]?.end ?? 0) - 1e-9));
    await run(link);
    assert.deepEqual(server.formats, ['verbose_json', 'json', 'json']);
  });

  it('needs neither key nor consent on this computer', async () => {
    await open();
    const { link } = recording(3);
    const { result, recorded } = await run(link, { consent: () => false }, server.endpoint);
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual([recorded.quotes, recorded.paid], [[], []]);
  });

  it('sends a key over plain http to another computer by the user’s word alone', async () => {
    await open({ key: 'sk-secret-key' });
    const away = 'http://nas.lan:8000/v1';
    const { http } = parts;
    const there: RealParts = {
      ...parts,
      secrets: { get: () => Promise.resolve('sk-secret-key') },
      http: {
        request: (one) =>
          http.request({ ...one, url: one.url.replace('http://nas.lan:8000', server.origin) }),
      },
    };
    source = new OpenAiSource(there, new AudioTools(parts), new AudioFetch(parts, new YtDlpProgram(parts)));
    const { link } = recording(3);
    const { result } = await run(link, {}, away);
    const fail = failureOf(result);
    assert.deepEqual(
      [fail?.code, fail?.subject, server.authorizations],
      ['auth', 'openai-http', [undefined]],
    );
    const own = await run(link, { settings: { 'openai.ownServer': true }, consent: () => false }, away);
    assert.ok('transcript' in own.result, JSON.stringify(own.result));
    assert.deepEqual(own.recorded.quotes, []);
  });

  it('sends nothing without an OK', async () => {
    await open();
    const { result, recorded } = await run(recording(3).link, { consent: () => false });
    assert.ok('consent' in result && result.consent.seconds !== undefined);
    assert.deepEqual(recorded.unused, ['openai']);
    assert.equal(server.authorizations.length, 0);
    // Of a link nothing is downloaded before.
    const url = `${server.origin}/podcast/talk.mp3`;
    const link = await run({ kind: 'media', url, id: 'abc' }, { consent: () => false });
    assert.deepEqual(
      [link.result, link.recorded.sent],
      [{ consent: { service: 'openai', origin: remote } }, 0],
    );
  });

  it('does not pay again for parts that were done when a limit came between', async () => {
    await open({ maxUpload: 100_000 });
    const { link, words } = recording(100);
    const settings = { 'openai.maxUploadMB': 0.1 };
    server.troubles.push('none', 'none', { status: 429, body: {}, headers: { 'retry-after-ms': '1500' } });
    const kept = keptSteps();
    const first = await run(link, { settings, kept });
    assert.deepEqual(
      [failureOf(first.result)?.code, failureOf(first.result)?.retryAfterMs],
      ['rate-limited', 1500],
    );
    assert.equal(server.transcribed, 2);
    const settled = first.recorded.paid.map((what) => what.replace(/[0-9a-f]{24}/, 'SOUND'));
    assert.deepEqual(settled, ['intent', 'id SOUND-1', 'intent', 'id SOUND-2', 'intent']);
    // As another program would, after a kill: nothing but what is on disk is known.
    source = new OpenAiSource(parts, new AudioTools(parts), new AudioFetch(parts, new YtDlpProgram(parts)));
    const second = await run(link, { settings, kept });
    assert.deepEqual(wordsOf(second.result), words);
    const { transcribed } = server;
    assert.equal(second.recorded.paid.filter((what) => what === 'intent').length, transcribed - 2);
    await run(link, { settings });
    assert.equal(server.transcribed, transcribed * 2, 'another job pays for its own');
  });

  it('hears all of it again where the sound, the model or the language is another one', async () => {
    await open({ maxUpload: 100_000 });
    const { link } = recording(100);
    const settings = { 'openai.maxUploadMB': 0.1 };
    const kept = keptSteps();
    await run(link, { settings, kept });
    const { transcribed } = server;
    await run(link, { settings, kept });
    assert.equal(server.transcribed, transcribed, 'all of it is known');
    await run(link, { settings: { ...settings, 'speech.language': 'de' }, kept });
    assert.equal(server.transcribed, transcribed * 2);
    recording(101);
    await run(link, { settings, kept });
    assert.ok(server.transcribed >= transcribed * 3, 'the file is another one now');
  });

  it('sends smaller parts where the service says that one is too large, and knows it the next time', async () => {
    await open({ maxUpload: 100_000 });
    const { link, words } = recording(100);
    const first = await run(link);
    assert.deepEqual(wordsOf(first.result), words, JSON.stringify(first.result));
    assert.deepEqual([first.left, first.recorded.mostHeld], [[], 1]);
    const { refused } = server;
    assert.ok(refused > 0 && refused <= 4, `${refused} refusals`);
    await run(link);
    assert.equal(server.refused, refused);
  });

  it('sends a server that is vLLM other sound than mp3, and any other none twice', async () => {
    await open();
    server.decodesMp3 = false;
    const { link, words } = recording(20);
    const refused = await run(link, {}, server.endpoint);
    assert.equal(failureOf(refused.result)?.code, 'unsupported');
    assert.equal(server.refused, 1);
    server.models = [{ id: 'openai/whisper-large-v3', owned_by: 'vllm' }];
    for (let time = 0; time < 2; time += 1) {
      const { result, left } = await run(link, {}, server.endpoint);
      assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
      assert.deepEqual(left, []);
    }
    assert.equal(server.refused, 2, 'known the next time');
  });

  it('names the setting where also the smallest part is too large', async () => {
    await open({ maxUpload: 1000 });
    const { result } = await run(recording(40).link);
    assert.equal(failureOf(result)?.code, 'too-large');
    const words = rowWords(failureOf(result) ?? failure('internal', ''), { source: 'openai' });
    assert.match(words.sentence, /Maximum content size limit \(1000\).*Lower openai\.maxUploadMB/);
    assert.ok(server.refused <= 8, `${server.refused} uploads`);
  });

  it('keeps below the length that the model is known to take', async () => {
    await open();
    const { link, words } = recording(100);
    server.longestSeconds = 30;
    const { result } = await run(link);
    assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
    assert.ok(server.transcribed >= 3, `${server.transcribed} parts`);
  });

  it('tells the quota how long the words of a refusal ask to wait, and of no credit nothing', async () => {
    await open();
    server.troubles.push(
      { status: 429, body: { error: { message: 'Please try again in 1m26.4s.' } } },
      { status: 429, body: { error: { code: 'insufficient_quota', message: 'Check your plan.' } } },
    );
    const { link } = recording(3);
    const slow = await run(link);
    assert.equal(failureOf(slow.result)?.retryAfterMs, 86_400);
    assert.deepEqual(
      slow.recorded.heard.map(({ status, waitMs }) => [status, waitMs]),
      [[429, 86_400]],
    );
    const poor = await run(link);
    assert.deepEqual(
      poor.recorded.heard.map(({ status, waitMs }) => [status, waitMs]),
      [[402, undefined]],
    );
  });

  const answers: readonly (readonly [string, OpenAiTrouble, string, string | undefined])[] = [
    ['a wrong key', { status: 401, body: { error: { message: 'Incorrect API key' } } }, 'auth', 'openai:key'],
    [
      'no credit',
      { status: 429, body: { error: { code: 'insufficient_quota', message: 'You exceeded…' } } },
      'payment',
      'openai:credit',
    ],
    [
      'too many requests',
      { status: 429, body: { error: { message: 'Slow down' } } },
      'rate-limited',
      undefined,
    ],
    [
      'too large',
      { status: 413, body: { error: { message: 'Maximum content size' } } },
      'too-large',
      undefined,
    ],
    [
      'no such model',
      { status: 404, body: { error: { message: 'The model does not exist' } } },
      'tool-missing',
      undefined,
    ],
    ['a failing server', { status: 500, body: 'oops' }, 'bad-response', undefined],
    [
      'a redirect',
      { status: 302, body: '', headers: { location: 'http://elsewhere.example/' } },
      'tool-missing',
      undefined,
    ],
    ['a web page', 'html', 'maybe-charged', undefined],
    ['nonsense', 'nonsense', 'maybe-charged', undefined],
    ['a gateway without an answer', { status: 504, body: '' }, 'maybe-charged', undefined],
    ['silence', 'silence', 'no-speech', undefined],
    ['an answer lost on the way', 'lost-answer', 'maybe-charged', undefined],
  ];
  for (const [what, trouble, code, needs] of answers) {
    it(`answers ${code} for ${what}`, async () => {
      await open();
      server.troubles.push(trouble);
      const { result, left } = await run(recording(3).link);
      assert.deepEqual(
        [failureOf(result)?.code, failureOf(result)?.needs],
        [code, needs],
        JSON.stringify(result),
      );
      assert.deepEqual(
        left.filter((name) => name.endsWith('.wav')),
        [],
      );
      assert.ok(!JSON.stringify([result, parts.logged]).includes('sk-secret'));
    });
  }

  it('has the others left unsent where a paid service answers no transcript, until it has given one', async () => {
    await open();
    server.troubles.push('nonsense', 'none', 'nonsense');
    const { link } = recording(3);
    const first = failureOf((await run(link)).result);
    assert.deepEqual([first?.code, first?.forAll, first?.subject], ['maybe-charged', true, 'openai-form']);
    assert.match(first?.message ?? '', /no transcript: \{"ok":true\}/);
    await run(link);
    const later = failureOf((await run(link)).result);
    assert.deepEqual([later?.code, later?.forAll], ['maybe-charged', undefined]);
  });

  it('downloads media links, of a feed only from public addresses', async () => {
    await open();
    const pages = await startPages();
    try {
      const spoken = speak(4);
      pages.files.set('/episode.wav', { type: 'audio/wav', body: spoken.wav });
      const link: Link = { kind: 'media', url: `${pages.origin}/episode.wav`, id: 'm' };
      assert.deepEqual(source.quotas(link), ['openai', `host:${new URL(pages.origin).host}`]);
      const { result, recorded } = await run(link);
      assert.deepEqual(wordsOf(result), [0, 1, 2, 3], JSON.stringify(result));
      assert.deepEqual(recorded.stages, ['downloading', 'transcribing']);
      const { requests } = pages;
      const count = requests.length;
      const fromFeed = await run({ ...link, reach: 'public-only' });
      assert.equal(failureOf(fromFeed.result)?.code, 'invalid-url');
      assert.equal(requests.length, count);
      const gone = await run({ ...link, url: `${pages.origin}/gone.mp3` });
      assert.equal(failureOf(gone.result)?.code, 'unavailable');
      const html = await run({ ...link, url: `${pages.origin}/text.html` });
      assert.equal(failureOf(html.result)?.code, 'unsupported');
    } finally {
      await pages.close();
    }
  });

  it('takes the sound of a page through yt-dlp', async () => {
    await open();
    const pages = await startPages();
    try {
      pages.files.set('/media.mp3', { type: 'audio/mpeg', body: speak(4).wav });
      const { result, recorded } = await run({ kind: 'page', url: `${pages.origin}/talk.html`, id: 'p' });
      assert.deepEqual(wordsOf(result), [0, 1, 2, 3], JSON.stringify(result));
      assert.equal(recorded.learnt[0]?.title, 'Local talk');
    } finally {
      await pages.close();
    }
  });

  it('says what is missing before anything is sent', async () => {
    await open();
    const { settings } = sourceRequest(recording(1).link).request;
    const off = await source.readiness(settings);
    assert.ok(!off.ready && off.code === 'unsupported');
    const noKey = await source.readiness({ ...settings, 'openai.endpoint': 'https://api.openai.com/v1' });
    assert.ok(!noKey.ready && noKey.code === 'auth');
    assert.ok((await source.readiness({ ...settings, 'openai.endpoint': server.endpoint })).ready);
  });

  it('knows languages by name and code', async () => {
    await open();
    assert.deepEqual(
      ['english', 'German', 'de', 'pt-BR', 'haitian creole', 'jw', '', undefined, 'Klingon language'].map(
        languageCode,
      ),
      ['en', 'de', 'de', 'pt-BR', 'ht', 'jv', 'und', 'und', 'und'],
    );
  });
});

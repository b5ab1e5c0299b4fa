/** One table of situations for every source: what the chain may rely on, whoever is asked. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFailureCode } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import type { Clock } from '../../../src/model/ports';
import type { Settings } from '../../../src/model/settings';
import type { Source } from '../../../src/model/source';
import { sourceIds, type SourceId } from '../../../src/model/transcript';
import { systemClock } from '../../../src/platform/clock';
import { createSources } from '../../../src/sources/table';
import { realParts, type RealParts } from '../../helpers/realParts';
import { sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { speak } from '../../helpers/toneWords';
import { placeWhisper, type WhisperMode } from '../../helpers/whisperStandIn';
import { DeapiServer, type DeapiTrouble } from '../../servers/deapi';
import { OpenAiServer, type OpenAiTrouble } from '../../servers/openai';
import { startPages, type Pages } from '../../servers/pages';
import { YouTubeStandIn } from '../../servers/youtube';
import { idFor } from '../../servers/youtubeVideos';

type Situation =
  | 'found'
  | 'none'
  | 'wrong language'
  | 'throttled'
  | 'blocked'
  | 'auth'
  | 'broken answer'
  | 'aborted'
  | 'slow';
const key = 'a-very-secret-key';

describe('the contract of sources', function () {
  this.timeout(60_000);
  let pages: Pages;
  let youtube: YouTubeStandIn;
  let deapi: DeapiServer;
  let openai: OpenAiServer;
  let parts: RealParts;
  let sources: ReadonlyMap<SourceId, Source>;
  let folder = '';
  const fast: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / 500, callback) };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'contract-test-'));
    [pages, youtube, deapi, openai] = await Promise.all([
      startPages(),
      YouTubeStandIn.start({ delayMs: 0 }),
      new DeapiServer({ key }).start(),
      new OpenAiServer({ key }).start(),
    ]);
    parts = {
      ...realParts({ [`deapi ${deapi.origin}`]: key, [`openai ${openai.origin}`]: key }),
      clock: fast,
    };
    sources = new Map(createSources(parts).map((source) => [source.id, source]));
    writeFileSync(path.join(folder, 'talk.wav'), speak(4).wav);
  });
  afterEach(async () => {
    parts.close();
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([pages.close(), youtube.close(), deapi.close(), openai.close()]);
  });

  interface Case {
    readonly link: Link;
    readonly options?: RequestOptions;
    readonly expected: string;
  }
  const video = (id = 'dQw4w9WgXcQ'): Link => ({
    kind: 'youtube',
    url: `https://www.youtube.com/watch?v=${id}`,
    id,
  });
  const at = (file: string, kind: Link['kind']): Link => ({ kind, url: pages.origin + file, id: 'x' });
  const local = (): Link => {
    const file = path.join(folder, 'talk.wav');
    return { kind: 'media', url: `file://${file}`, id: 'x', path: file };
  };
  const french: RequestOptions = { settings: { languages: ['xx'] } };
  const brief: RequestOptions = { settings: { requestTimeout: 1 } };

  /** How each situation comes about, and its code; a source that cannot come into one has no entry. */
  const cases: Readonly<Record<SourceId, Partial<Record<Situation, () => Case>>>> = {
    subtitleFile: {
      found: () => ({ link: at('/en.vtt', 'subtitle'), expected: 'ok' }),
      throttled: () => ({ link: at('/429.vtt', 'subtitle'), expected: 'rate-limited' }),
      auth: () => ({ link: at('/401.vtt', 'subtitle'), expected: 'private' }),
      'broken answer': () => ({ link: at('/page.vtt', 'subtitle'), expected: 'bad-response' }),
      aborted: () => ({ link: at('/slow.html', 'subtitle'), expected: 'cancelled' }),
      slow: () => ({ link: at('/slow.html', 'subtitle'), options: brief, expected: 'timeout' }),
    },
    youtube: {
      found: () => ({ link: video(), expected: 'ok' }),
      none: () => ({ link: video(idFor('nocaps')), expected: 'no-captions' }),
      'wrong language': () => ({ link: video(), options: french, expected: 'no-language' }),
      throttled: () => {
        youtube.blockAll('429');
        return { link: video(), expected: 'rate-limited' };
      },
      blocked: () => {
        youtube.blockAll('bot');
        return { link: video(), expected: 'blocked' };
      },
    },
    'yt-dlp': {
      found: () => ({ link: at('/talk.html', 'page'), expected: 'ok' }),
      none: () => ({ link: at('/bare.html', 'page'), expected: 'no-captions' }),
      'wrong language': () => ({ link: at('/talk.html', 'page'), options: french, expected: 'no-language' }),
      throttled: () => ({ link: at('/429', 'page'), expected: 'rate-limited' }),
      blocked: () => ({ link: at('/403', 'page'), expected: 'blocked' }),
      auth: () => ({ link: at('/401', 'page'), expected: 'private' }),
      'broken answer': () => ({ link: at('/wrong.html', 'page'), expected: 'bad-response' }),
      aborted: () => ({ link: at('/slow.html', 'page'), expected: 'cancelled' }),
    },
    deapi: {
      found: () => ({ link: video(), expected: 'ok' }),
      none: () => deapiCase({ status: 422, body: { message: 'Unsupported url.' } }, 'unsupported'),
      throttled: () => deapiCase({ status: 429, body: {}, headers: { 'retry-after': '9' } }, 'rate-limited'),
      blocked: () => deapiCase({ status: 403, body: {} }, 'auth'),
      auth: () => deapiCase({ status: 401, body: {} }, 'auth'),
      'broken answer': () => deapiCase('html', 'maybe-charged'),
      slow: () => {
        deapi.troubles.push('no-answer');
        return { link: video(), options: brief, expected: 'maybe-charged' };
      },
    },
    openai: {
      found: () => ({ link: local(), expected: 'ok' }),
      none: () => openAiCase('silence', 'no-speech'),
      throttled: () => openAiCase({ status: 429, body: {} }, 'rate-limited'),
      auth: () => openAiCase({ status: 401, body: {} }, 'auth'),
      'broken answer': () => openAiCase('nonsense', 'bad-response'),
      aborted: () => ({ link: at('/slow.html', 'media'), expected: 'cancelled' }),
    },
    whisper: {
      found: () => whisperCase('ok', 'ok'),
      none: () => whisperCase('empty', 'no-speech'),
      'broken answer': () => whisperCase('broken-json', 'tool-failed'),
      aborted: () => ({ ...whisperCase('ok', 'cancelled'), link: at('/slow.html', 'media') }),
    },
    // Its answers are no transcripts: notesSource.test.ts.
    notes: {},
  };
  const deapiCase = (trouble: DeapiTrouble, expected: string): Case => {
    deapi.troubles.push(trouble);
    return { link: video(), expected };
  };
  const openAiCase = (trouble: OpenAiTrouble, expected: string): Case => {
    openai.troubles.push(trouble);
    return { link: local(), expected };
  };
  const whisperCase = (mode: WhisperMode, expected: string): Case => {
    const { program, model } = placeWhisper(folder, mode);
    return {
      link: local(),
      options: { settings: { 'whisper.path': program, 'whisper.model': model } },
      expected,
    };
  };

  for (const id of sourceIds) {
    for (const [situation, make] of Object.entries(cases[id]) as [Situation, () => Case][]) {
      it(`${id}: ${situation}`, async () => {
        const { link, options, expected } = make();
        const settings: Partial<Settings> = {
          'youtube.endpoint': youtube.origin,
          'deapi.endpoint': deapi.origin,
          'openai.endpoint': openai.endpoint,
          ...options?.settings,
        };
        const stop = new AbortController();
        const recorded = sourceRequest(link, { ...options, settings, signal: stop.signal });
        const source = sources.get(id);
        assert.ok(source);
        const { request } = recorded;
        assert.ok(source.accepts(link, request.settings));
        assert.ok((await source.readiness(request.settings)).ready);
        if (situation === 'aborted') void pages.waitFor('/slow.html').then(() => stop.abort());

        const result = await source.transcribe(request);

        if (expected === 'ok') {
          assert.ok('transcript' in result, JSON.stringify(result));
          const { cues, source: by } = result.transcript;
          assert.ok(cues.length > 0 && by === id);
          for (const [index, cue] of cues.entries()) {
            assert.ok(cue.end >= cue.start && cue.start >= (cues[index - 1]?.start ?? 0) && cue.text !== '');
          }
        } else {
          assert.ok('failure' in result, JSON.stringify(result));
          assert.ok(isFailureCode(result.failure.code));
          assert.equal(result.failure.code, expected, JSON.stringify(result));
          assert.ok(result.failure.message.length <= 400 && !result.failure.message.includes('\n'));
        }
        assert.ok(!JSON.stringify([result, parts.logged]).includes(key), 'no key in what is said');
        const sound = recorded.folders
          .filter(existsSync)
          .flatMap((temporary) => readdirSync(temporary))
          .filter((name) => /\.(wav|mp3|m4a)$/.test(name));
        assert.deepEqual(sound, [], 'no sound is left behind');
        recorded.leave();
      });
    }
  }

  it('hands a key to no origin but its own', async () => {
    const recorded = sourceRequest(local(), {
      settings: { 'deapi.endpoint': openai.origin, 'openai.endpoint': `${deapi.origin}/v1` },
    });
    for (const id of ['deapi', 'openai'] as const) await sources.get(id)?.transcribe(recorded.request);
    recorded.leave();
    assert.ok(openai.authorizations.every((header) => header === undefined));
  });
});

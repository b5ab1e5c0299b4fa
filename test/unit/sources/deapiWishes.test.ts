import assert from 'node:assert/strict';
import type { Link } from '../../../src/model/link';
import type { Failure } from '../../../src/model/failure';
import type { Clock } from '../../../src/model/ports';
import type { SourceResult } from '../../../src/model/source';
import { systemClock } from '../../../src/platform/clock';
import { AudioTools } from '../../../src/sources/audio';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { DeapiSource } from '../../../src/sources/deapi';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { realParts, type RealParts } from '../../helpers/realParts';
import { sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { DeapiServer } from '../../servers/deapi';

/** Waits pass 500 times as fast; the order of things stays. */
const fast: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / 500, callback) };

describe('What deAPI is told beside the sound', function () {
  this.timeout(60_000);
  let server: DeapiServer;
  let parts: RealParts;
  let source: DeapiSource;
  const open = async (key = 'test-key'): Promise<void> => {
    server = await new DeapiServer().start();
    parts = { ...realParts({ [`deapi ${server.origin}`]: key }), clock: fast };
    source = new DeapiSource(parts, new AudioTools(parts), new AudioFetch(parts, new YtDlpProgram(parts)));
  };
  afterEach(async () => {
    parts.close();
    await server.close();
  });
  const video = (seconds = 213): Link => ({
    kind: 'youtube',
    url: `https://www.youtube.com/watch?v=${seconds}`,
    id: 'dQw4w9WgXcQ',
  });
  const run = async (link: Link, options: RequestOptions = {}) => {
    const recorded = sourceRequest(link, {
      ...options,
      settings: { 'deapi.endpoint': server.origin, ...options.settings },
    });
    const result = await source.transcribe(recorded.request);
    return { recorded, result };
  };
  const failureOf = (result: SourceResult): Failure | undefined =>
    'failure' in result ? result.failure : undefined;

  const wishes = { 'speech.language': 'de', 'speech.speakers': true } as const;

  it('tells a model what it can be told, price and submit alike, by the list of models', async () => {
    await open();
    const settings = { ...wishes, 'deapi.model': 'WhisperLargeV3Ct2' };
    const { result, recorded } = await run(video(), { settings });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.equal(server.asked.length, 2);
    for (const asked of server.asked)
      assert.deepEqual([asked.lang, asked.diarize, asked.include_ts], ['de', '1', '1']);
    assert.equal(server.requests.filter((one) => one.endsWith('/models')).length, 1);
    assert.deepEqual(recorded.notes, []);
  });

  it('says what a model cannot do, and does not ask it for that', async () => {
    await open();
    const { result, recorded } = await run(video(), { settings: { ...wishes, 'speech.language': 'auto' } });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.ok(server.asked.every(({ diarize }) => diarize === undefined));
    assert.deepEqual(recorded.notes, ["deAPI's WhisperLargeV3 cannot say who speaks."]);
    const other = { 'deapi.model': 'WhisperLargeV3Ct2', 'speech.language': 'cy' };
    const welsh = await run(video(5), { settings: other });
    assert.ok(server.asked.every(({ lang }) => lang === undefined));
    assert.match(welsh.recorded.notes.join(), /cannot be told the language cy/);
  });

  it('asks for no list of models where nothing is wanted of them, and goes on without one', async () => {
    await open();
    await run(video());
    assert.ok(!server.requests.some((one) => one.endsWith('/models')));
    const old = await run(video(7), { settings: { ...wishes, 'deapi.version': 'v1' } });
    assert.ok('transcript' in old.result, JSON.stringify(old.result));
    assert.match(old.recorded.notes.join(), /cannot say who speaks.*cannot be told the language de/);
  });

  it('says once that it does not have the model', async () => {
    await open();
    const { result } = await run(video(), { settings: { 'deapi.model': 'Whisper9' } });
    const fail = failureOf(result);
    assert.deepEqual([fail?.code, fail?.forAll, server.billed.length], ['tool-missing', true, 0]);
    assert.match(fail?.message ?? '', /selected model is invalid/);
  });
});

import assert from 'node:assert/strict';
import type { Link } from '../../../src/model/link';
import { type RequestOptions } from '../../helpers/sourceRequest';
import type { DeapiServer } from '../../servers/deapi';
import { DeapiRig, deapiVideo, failureOf } from '../../helpers/deapiSource';

describe('What deAPI is told beside the sound', function () {
  this.timeout(60_000);
  let rig: DeapiRig;
  let server: DeapiServer;
  const open = async (key = 'test-key'): Promise<void> => {
    rig = await DeapiRig.open({}, key);
    ({ server } = rig);
  };
  afterEach(() => rig.close());
  const run = (link: Link, options?: RequestOptions): ReturnType<DeapiRig['run']> => rig.run(link, options);

  const wishes = { 'speech.language': 'de', 'speech.speakers': true } as const;

  it('tells a model what it can be told, price and submit alike, by the list of models', async () => {
    await open();
    const settings = { ...wishes, 'deapi.model': 'WhisperLargeV3Ct2' };
    const { result, recorded } = await run(deapiVideo(), { settings });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.equal(server.asked.length, 2);
    for (const asked of server.asked)
      assert.deepEqual([asked.lang, asked.diarize, asked.include_ts], ['de', '1', '1']);
    assert.equal(server.requests.filter((one) => one.endsWith('/models')).length, 1);
    assert.deepEqual(recorded.notes, []);
  });

  it('says what a model cannot do, and does not ask it for that', async () => {
    await open();
    const { result, recorded } = await run(deapiVideo(), {
      settings: { ...wishes, 'speech.language': 'auto' },
    });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.ok(server.asked.every(({ diarize }) => diarize === undefined));
    assert.deepEqual(recorded.notes, ["deAPI's WhisperLargeV3 cannot say who speaks."]);
    const other = { 'deapi.model': 'WhisperLargeV3Ct2', 'speech.language': 'cy' };
    const welsh = await run(deapiVideo(5), { settings: other });
    assert.ok(server.asked.every(({ lang }) => lang === undefined));
    assert.match(welsh.recorded.notes.join(), /cannot be told the language cy/);
  });

  it('asks for no list of models where nothing is wanted of them, and goes on without one', async () => {
    await open();
    await run(deapiVideo());
    assert.ok(!server.requests.some((one) => one.endsWith('/models')));
    const old = await run(deapiVideo(7), { settings: { ...wishes, 'deapi.version': 'v1' } });
    assert.ok('transcript' in old.result, JSON.stringify(old.result));
    assert.match(old.recorded.notes.join(), /cannot say who speaks.*cannot be told the language de/);
  });

  it('says once that it does not have the model', async () => {
    await open();
    const { result } = await run(deapiVideo(), { settings: { 'deapi.model': 'Whisper9' } });
    const fail = failureOf(result);
    assert.deepEqual([fail?.code, fail?.forAll, server.billed.length], ['tool-missing', true, 0]);
    assert.match(fail?.message ?? '', /selected model is invalid/);
  });
});

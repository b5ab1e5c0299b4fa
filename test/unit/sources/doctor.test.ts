import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSettings, type Settings } from '../../../src/model/settings';
import { checkSetup } from '../../../src/sources/doctor';
import type { SetupLine } from '../../../src/sources/setupLine';
import { realParts, type RealParts } from '../../helpers/realParts';
import { DeapiServer } from '../../servers/deapi';
import { OpenAiServer } from '../../servers/openai';

describe('Check Setup', function () {
  this.timeout(30_000);
  let folder = '';
  let parts: RealParts;
  /** No server listens there: for this test the machine is offline. */
  const nobody = 'http://127.0.0.1:1';
  const check = async (
    settings: Partial<Settings> = {},
    keys: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Partial<Record<string, SetupLine>>>> => {
    parts = realParts(keys);
    const read = readSettings({ 'youtube.endpoint': nobody, 'deapi.endpoint': nobody, ...settings });
    assert.deepEqual(read.problems, []);
    const lines = await checkSetup(parts, read.settings, { outputFolder: path.join(folder, 'not', 'yet') });
    return Object.fromEntries(lines.map((line) => [line.subject, line]));
  };
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'doctor-test-'))));
  afterEach(() => {
    parts.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a line for everything, offline too, and each that is not fine says what to do', async () => {
    const lines = await check({}, { [`deapi ${nobody}`]: 'key' });
    const all = Object.values(lines).filter((line) => line !== undefined);
    // How old yt-dlp is and whether there is a graphics card is this machine's own business.
    const general = all.filter(({ subject }) => subject !== 'yt-dlp' && subject !== 'graphics card');
    assert.deepEqual(Object.fromEntries(general.map(({ subject, state }) => [subject, state])), {
      subtitleFile: 'ok',
      youtube: 'ok',
      deapi: 'warn',
      openai: 'off',
      whisper: 'off',
      ffmpeg: 'ok',
      network: 'warn',
      'output folder': 'ok',
    });
    for (const line of all) assert.ok(line.state === 'ok' || line.nextStep, JSON.stringify(line));
    assert.match(lines['yt-dlp']?.text ?? '', /\/yt-dlp, version \d{4}\.\d\d\.\d\d, \d+ days old\./);
    assert.match(lines.network?.text ?? '', /Offline/);
    assert.deepEqual(readdirSync(folder), [], 'the probe of the folder is gone');
  });

  it('says of a program that it was not looked for, where none may be started', async () => {
    parts = realParts({});
    const barred = {
      ...parts,
      processes: {
        own: parts.processes.own,
        run: () => Promise.reject(new Error('A program was started.')),
        isAlive: () => Promise.resolve(false),
        find: () => Promise.resolve(undefined),
        barred: () => 'this workspace is not trusted',
      },
    };
    for (const set of [{}, { 'ytDlp.path': '/opt/a', 'ffmpeg.path': '/opt/b', 'whisper.path': '/opt/c' }]) {
      const { settings } = readSettings({ 'youtube.endpoint': nobody, 'whisper.model': '/m.bin', ...set });
      const lines = await checkSetup(barred, settings, {});
      for (const subject of ['yt-dlp', 'whisper', 'ffmpeg']) {
        const line = lines.find((one) => one.subject === subject);
        assert.match(line?.text ?? '', /is not looked for: this workspace is not trusted\.$/, subject);
        assert.deepEqual([line?.state, line?.nextStep], ['off', 'Manage Workspace Trust.'], subject);
      }
    }
  });

  for (const [tier, words] of [
    ['basic', /Basic account: 1 transcription a minute and 10 a day/],
    ['premium', /Premium account/],
  ] as const) {
    it(`tells balance, price and tier of a ${tier} account`, async () => {
      const server = await new DeapiServer({ tier, balance: 4.5 }).start();
      const line = (
        await check({ 'deapi.endpoint': server.origin }, { [`deapi ${server.origin}`]: 'test-key' })
      ).deapi;
      await server.close();
      assert.equal(line?.state, 'ok');
      assert.match(line.text, /Balance 4\.5\. An hour costs about 0\.0518/);
      assert.match(line.text, words);
    });
  }

  it('says that a key is refused, without the key', async () => {
    const deapi = await new DeapiServer().start();
    const openai = await new OpenAiServer({ key: 'right' }).start();
    const lines = await check(
      { 'deapi.endpoint': deapi.origin, 'openai.endpoint': openai.endpoint },
      { [`deapi ${deapi.origin}`]: 'wrong-secret', [`openai ${openai.origin}`]: 'wrong-secret' },
    );
    await deapi.close();
    await openai.close();
    assert.deepEqual([lines.deapi?.state, lines.deapi?.nextStep], ['error', 'Set the key again.']);
    assert.ok(!JSON.stringify(lines).includes('wrong-secret'));
  });

  it('calls a wrong path an error, and a source that was taken out of the chain off', async () => {
    const lines = await check({
      'ytDlp.path': '/not/there',
      'ffmpeg.path': '/not/there',
      'whisper.model': '/not/there.bin',
      sources: ['subtitleFile'],
    });
    assert.deepEqual(
      ['yt-dlp', 'ffmpeg', 'whisper', 'youtube'].map((subject) => lines[subject]?.state),
      ['error', 'error', 'error', 'off'],
    );
  });

  it('says of a program that may not be run how to allow it', async () => {
    const program = path.join(folder, 'whisper-cli');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o644 });
    const lines = await check({ 'whisper.path': program, 'whisper.model': '/m.bin' });
    assert.equal(lines.whisper?.text, `${program} may not be run by you.`);
    assert.match(lines.whisper.nextStep ?? '', /chmod \+x/);
  });

  it('sees a program that does not run', async () => {
    const program = path.join(folder, 'ffmpeg');
    writeFileSync(program, '#!/bin/sh\nexit 1\n');
    chmodSync(program, 0o755);
    const lines = await check({ 'ffmpeg.path': program, 'ytDlp.path': program });
    assert.deepEqual([lines.ffmpeg?.state, lines['yt-dlp']?.state], ['error', 'error']);
  });
});

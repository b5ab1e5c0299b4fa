import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SettingName } from '../../../src/model/settings';
import { setUpSpeech, type SpeechWish } from '../../../src/terminal/speechSetup';
import { speechWay, type SpeechWay } from '../../../src/terminal/speechWay';
import { OpenAiServer } from '../../servers/openai';
import { speechRig, type SpeechRig } from '../../helpers/speechSetup';

function wayOf(options: Parameters<typeof speechWay>[0]): SpeechWay {
  const way = speechWay(options);
  assert.ok(typeof way !== 'string', typeof way === 'string' ? way : undefined);
  return way;
}
const here = wayOf({});

describe('setup speech in a terminal', function () {
  this.timeout(60_000);
  let folder = '';
  let rig: SpeechRig;
  let words: string[];
  let problems: string[];
  let json: Record<string, unknown>[];
  let kept: [SettingName, unknown][];
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'terminal-speech-'));
    rig = await speechRig(folder);
    [words, problems, json, kept] = [[], [], [], []];
  });
  afterEach(() => {
    rig.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (
    wish: Partial<SpeechWish>,
    { given = {}, answer = undefined as boolean | undefined } = {},
  ): Promise<number> =>
    setUpSpeech(
      {
        setup: rig.setup,
        settings: rig.settings(given),
        console: {
          words: (line) => words.push(line),
          problem: (line) => problems.push(line),
          json: (line) => json.push(JSON.parse(line) as Record<string, unknown>),
          columns: () => 80,
          onInterrupt: () => () => undefined,
          ...(answer === undefined ? {} : { confirm: () => Promise.resolve(answer) }),
        },
        absolute: (file) => path.resolve(folder, file),
        keep: (name, value) => {
          kept.push([name, value]);
          return Promise.resolve('settings.json');
        },
        monotonic: () => 0,
      },
      { yes: false, way: here, ...wish },
    );

  it('downloads nothing where nobody agrees, and says how to', async () => {
    assert.equal(await run({}), 3);
    assert.match(problems.join('\n'), /Agree with: bulk-transcribe setup speech --model base --yes/);
    assert.equal(await run({ model: 'base' }, { answer: false }), 3);
    assert.deepEqual([rig.server.asked, kept], [[], []]);
    assert.equal(json[0]?.state, 'off');
  });

  it('takes a file that the user has, hears the sentence, and keeps the setting', async () => {
    const { readFileSync } = await import('node:fs');
    const there = await rig.setup.install(rig.model, rig.settings(), {
      signal: new AbortController().signal,
    });
    writeFileSync(path.join(folder, 'mine.bin'), readFileSync(there));
    assert.equal(await run({ model: './mine.bin' }), 0, problems.join('\n'));
    assert.deepEqual(kept, [['whisper.model', path.join(folder, 'mine.bin')]]);
    assert.match(words.join('\n'), /✓ whisper +It works: it heard “Good morning\. This is a test\.” \(en\)/);
    const { type, subject, state, language } = json.at(-1) ?? {};
    assert.deepEqual([type, subject, state, language], ['setup', 'whisper', 'ok', 'en']);
  });

  it('says with --yes how many bytes have come, and ends with the next step where it goes wrong', async () => {
    // The stand-in has one file, which is no voice detection: the trial fails after the download.
    rig.server.moods.push({ kind: 'status', status: 404 });
    assert.equal(await run({ yes: true }), 1);
    assert.match(problems.join('\n'), /answered 404[^]*→ Run it again to go on; or set speech\.mirror/);
    assert.equal(json.at(-1)?.state, 'error');
    assert.deepEqual(kept, []);
  });

  it('refuses a name that is no model', async () => {
    await assert.rejects(run({ model: 'huge' }), /huge is not a model\. Name one of base, small/);
  });

  it('only tries what is set up already', async () => {
    const page = path.join(folder, 'page.bin');
    writeFileSync(page, '<!doctype html>');
    assert.equal(await run({}, { given: { 'whisper.model': page } }), 1);
    assert.match(problems.join('\n'), /page\.bin is not a ggml model/);
    assert.deepEqual(rig.server.asked, []);
  });

  describe('on a server', () => {
    let server: OpenAiServer;
    beforeEach(async () => {
      server = await new OpenAiServer().start();
    });
    afterEach(() => server.close());
    const at = (address: string, model?: string): Promise<number> => {
      const way = wayOf({ server: address, model });
      return run({ way }, { given: way.settings });
    };

    it('takes the model that the server lists, and keeps address, model and limit', async () => {
      server.models = [{ id: 'llama-3' }, { id: 'Systran/faster-whisper-small' }];
      // The stand-in understands tones, not words: it answers, and something else than the sentence.
      assert.equal(await at(server.endpoint), 1);
      assert.deepEqual(kept.slice(0, 2), [
        ['openai.endpoint', server.endpoint],
        ['openai.model', 'Systran/faster-whisper-small'],
      ]);
      const { subject, state, endpoint, model } = json.at(-1) ?? {};
      assert.deepEqual(
        [subject, state, endpoint, model],
        ['openai', 'warn', server.endpoint, 'Systran/faster-whisper-small'],
      );
    });

    it('leads from an address without /v1 to the one with it, and keeps nothing', async () => {
      assert.equal(await at(server.origin), 1);
      assert.match(
        problems.join('\n'),
        new RegExp(
          `does the address end in /v1[^]*→ Run: bulk-transcribe setup speech --server ${server.endpoint}`,
        ),
      );
      assert.deepEqual(kept, []);
      assert.match(String(json.at(-1)?.next_step), /--server/);
    });

    it('says in the words of the server that the model is missing, and how to name another', async () => {
      server.troubles.push({ status: 404, body: { detail: "Model 'nope' is not installed locally." } });
      assert.equal(await at(server.endpoint, 'nope'), 1);
      assert.match(
        problems.join('\n'),
        /'nope' is not installed locally[^]*→ Name a model that it has: .*--model NAME/,
      );
      assert.deepEqual(kept, []);
    });

    it('says that nothing answers', async () => {
      await server.close();
      assert.equal(await at(server.endpoint), 1);
      assert.match(problems.join('\n'), /→ Look whether http:\/\/127\.0\.0\.1:\d+\/v1 is right and running/);
    });
  });

  it('names the variable of the key that a service needs', async () => {
    const way = wayOf({ service: 'groq' });
    assert.equal(await run({ way }, { given: way.settings }), 1);
    assert.match(problems.join('\n'), /no key for api\.groq\.com[^]*→ Set OPENAI_API_KEY/);
    assert.match(String(json.at(-1)?.next_step), /OPENAI_API_KEY/);
  });
});

/**
 * Notes by the language models of VS Code and the tools called by one, with a second extension that offers models
 * (test/host/model): what a provider throws, says and leaves unsaid comes through VS Code itself.
 */
import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { toolNames } from '../../../src/agent/toolNames';
import { HostModels } from '../../../src/editor/notes/hostModels';
import { vscodeModels } from '../../../src/editor/notes/vscodeModels';
import type { ChatModel } from '../../../src/library/notes/chatModel';
import { FailureError } from '../../../src/model/failure';
import { defaultSettings } from '../../../src/model/settings';
import { systemClock } from '../../../src/platform/clock';
import { statementsAbout } from '../../servers/chat';
import type { AskedRequest, OfferedModel, StandInModels } from '../model/extension';
import { batchFolder, resetSettings, run, set, until, untilState, watch, writeList } from './helpers';

const one: OfferedModel = {
  ...{ id: 'one', name: 'One', family: 'ones', version: '1' },
  ...{ maxInputTokens: 32_000, maxOutputTokens: 4000 },
  capabilities: { toolCalling: true },
};
const small: OfferedModel = { ...one, id: 'small', name: 'Small', maxInputTokens: 2000 };

const right = (request: AskedRequest): Promise<void> => {
  for (const piece of statementsAbout(request.text).match(/[\s\S]{1,60}/g) ?? []) request.say(piece);
  return Promise.resolve();
};

/** VS Code logs each error of a provider with its stack, which says nothing here. */
const unstacked = (error: Error): Error => Object.assign(error, { stack: error.message });

async function standIn(): Promise<StandInModels> {
  const found = vscode.extensions.getExtension<StandInModels>('tests.stand-in-model');
  assert.ok(found, 'The second extension is not loaded.');
  return found.activate();
}

// The desktop program of the oldest version that we promise has no providers by other extensions.
if ('registerLanguageModelChatProvider' in vscode.lm)
  describe('A language model of another extension', () => {
    let models: StandInModels;
    const ours = new HostModels(vscodeModels, systemClock);
    const chosen = (name = 'stand-in/one'): Promise<ChatModel> =>
      ours.model({ ...defaultSettings, 'notes.model': name });
    const ask = async (signal = new AbortController().signal): Promise<string> =>
      (await (await chosen()).ask([{ role: 'user', text: 'Hello' }], { signal })).text;
    const offer = async (...offered: readonly OfferedModel[]): Promise<void> => {
      models.models = offered;
      models.changed();
      await until(
        'VS Code to know them',
        async () => (await names()).join() === offered.map(({ id }) => id).join(),
      );
    };
    const names = async (): Promise<readonly string[]> =>
      (await vscode.lm.selectChatModels({ vendor: 'stand-in' })).map(({ id }) => id).sort();

    before(async () => {
      models = await standIn();
    });
    beforeEach(async () => {
      models.answer = right;
      await offer(one, small);
    });
    afterEach(() => resetSettings());

    it('is listed and counts tokens', async () => {
      const model = await chosen();
      assert.deepEqual(
        [model.name, model.origin, model.contextTokens],
        ['stand-in/one', 'vscode:stand-in', 32_000],
      );
      assert.equal(await model.count?.('eight letters and more', new AbortController().signal), 6);
      models.answer = (request) => {
        request.say('## Key');
        request.say(' ideas');
        return Promise.resolve();
      };
      assert.equal(await ask(), '## Key ideas');
      assert.deepEqual(models.asked.at(-1)?.tools, [], 'it gets no tools');
    });

    const thrown: readonly (readonly [what: string, error: () => Error, code: string, words: RegExp])[] = [
      ['no permission', () => vscode.LanguageModelError.NoPermissions('You said no'), 'auth', /You said no/],
      ['blocked', () => vscode.LanguageModelError.Blocked('Not now'), 'quota-exhausted', /Not now/],
      ['not found', () => vscode.LanguageModelError.NotFound('No such model'), 'unsupported', /any more/],
      [
        'used up',
        () => new Error('You have exceeded your premium request allowance'),
        'quota-exhausted',
        /premium/,
      ],
      [
        'too fast',
        () => Object.assign(new Error('Slow down'), { name: 'ChatRateLimited' }),
        'rate-limited',
        /Slow/,
      ],
      ['a filter', () => new Error('Response got filtered by Responsible AI'), 'unsupported', /refuses/],
      [
        'too long',
        () => new Error('prompt token count of 9000 exceeds the limit of 8000'),
        'too-large',
        /9000/,
      ],
      ['a crash', () => new TypeError('Cannot read properties of undefined'), 'bad-response', /properties/],
    ];
    for (const [what, error, code, words] of thrown)
      for (const when of ['before it says anything', 'in the middle of its answer'])
        it(`that ends with ${what} ${when} is ${code}`, async () => {
          models.answer = (request) => {
            if (when !== 'before it says anything') request.say('## Half an ans');
            throw unstacked(error());
          };
          await assert.rejects(ask(), (failed) => {
            assert.ok(failed instanceof FailureError, String(failed));
            assert.equal(failed.failure.code, code, failed.failure.message);
            assert.match(failed.failure.message, words);
            return true;
          });
        });

    it('that is stopped ends at once, whether its provider listens or not', async () => {
      for (const listens of [true, false]) {
        const stop = new AbortController();
        let ended = (): void => undefined;
        const begun = new Promise<void>((begins) => {
          models.answer = (request) => {
            request.say('## Half an ans');
            begins();
            return new Promise((resolve) => {
              ended = resolve;
              if (listens) request.token.onCancellationRequested(() => resolve());
            });
          };
        });
        const asked = ask(stop.signal);
        await begun;
        stop.abort();
        await assert.rejects(
          asked,
          (failed) => failed instanceof FailureError && failed.failure.code === 'cancelled',
        );
        if (!listens)
          await until(
            'the provider to learn of it',
            () => models.asked.at(-1)?.token.isCancellationRequested,
          );
        ended();
      }
    });

    describe('writes notes', () => {
      const notesOf = async (name: string): Promise<readonly string[]> => {
        const folder = batchFolder(name);
        const names = (await readdir(folder)).filter((file) => file.endsWith('.notes.md'));
        return Promise.all(names.sort().map((file) => readFile(join(folder, file), 'utf8')));
      };
      const start = async (name: string, count: number, model = 'stand-in/one'): Promise<void> => {
        await set('notes.endpoint', '');
        await set('notes.model', model);
        await set('notes.auto', true);
        const ids = Array.from({ length: count }, (_, at) =>
          `${name.replaceAll('-', '')}${at}`.padStart(11, 'n'),
        );
        await run('transcribeList', await writeList(`${name}.urls`, ids.map(watch)));
      };

      it('with time links, and a head that says how', async () => {
        await start('lm-notes', 2);
        await untilState('lm-notes/.notes', 'finished');
        const notes = await notesOf('lm-notes');
        assert.equal(notes.length, 2);
        for (const text of notes) {
          assert.match(
            text,
            /^---\ntitle: ".*"\nurl: ".*"\nid: ".*"\nmodel: "stand-in\/one"\ntemplate: "study"\ndate: \d{4}-.*Z\ntokens: \d+\n/,
          );
          assert.match(text, /^- .* \[\d+:\d\d\]\(https:\/\/[^)]*[?&]t=\d+s?\)$/m);
        }
      });

      it('in pieces where it reads little at once', async () => {
        const before = models.asked.length;
        await start('lm-small', 1, 'stand-in/small');
        await untilState('lm-small/.notes', 'finished');
        const asked = models.asked.slice(before).filter(({ text }) => !text.includes('Go on exactly'));
        assert.ok(asked.length > 2, String(asked.length));
        assert.ok(asked.every(({ model }) => model === 'small'));
        assert.match(asked[0]?.text ?? '', /This is part 1 of \d+ of the transcript/);
        assert.equal((await notesOf('lm-small')).length, 1);
      });

      it('after it was gone in mid-run, when it is there again', async () => {
        models.answer = async (request) => {
          await right(request);
          // The next transcript finds no model.
          models.models = [small];
          models.changed();
        };
        await set('workers', 1);
        await start('lm-gone', 2);
        const gone = await untilState('lm-gone/.notes', 'finished');
        assert.deepEqual([gone.completed, gone.failed], [1, 1]);
        models.answer = right;
        await offer(one, small);
        const asked = models.asked.length;
        await run('retryFailed', vscode.Uri.file(batchFolder('lm-gone/.notes')));
        await until('both', async () => (await notesOf('lm-gone')).length === 2);
        assert.equal(models.asked.length, asked + 1, 'the first is not asked again');
      });

      it('and none where it refuses, says nothing, or wants a tool', async () => {
        const answers: readonly StandInModels['answer'][] = [
          () => Promise.reject(unstacked(new Error('Response got filtered'))),
          () => Promise.resolve(),
          (request) => {
            request.say(new vscode.LanguageModelToolCallPart('1', 'transcribe_links', { links: ['x'] }));
            return Promise.resolve();
          },
        ];
        await set('retries', 0);
        for (const [at, answer] of answers.entries()) {
          models.answer = answer;
          await start(`lm-none-${at}`, 1);
          const { failed } = await untilState(`lm-none-${at}/.notes`, 'finished');
          assert.equal(failed, 1);
          assert.deepEqual(await notesOf(`lm-none-${at}`), []);
        }
      });
    });

    describe('calls our tools', () => {
      /** As an agent does it: the model is asked with the tools, and each call that it wants is made and answered. */
      async function talk(prompt: string): Promise<string> {
        const [model] = await vscode.lm.selectChatModels({ vendor: 'stand-in', id: 'one' });
        assert.ok(model);
        const messages = [vscode.LanguageModelChatMessage.User(prompt)];
        const tools = vscode.lm.tools.filter(({ name }) => toolNames.some((own) => own === name));
        for (let turn = 0; turn < 10; turn += 1) {
          const response = await model.sendRequest(messages, { tools: [...tools] });
          let text = '';
          const calls: vscode.LanguageModelToolCallPart[] = [];
          for await (const part of response.stream) {
            if (part instanceof vscode.LanguageModelTextPart) text += part.value;
            if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
          }
          if (calls.length === 0) return text;
          messages.push(vscode.LanguageModelChatMessage.Assistant(calls));
          for (const { callId, name, input } of calls) {
            const content = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }).then(
              (result) => result.content,
              (error: unknown) => [new vscode.LanguageModelTextPart(`Error: ${String(error)}`)],
            );
            messages.push(
              vscode.LanguageModelChatMessage.User([new vscode.LanguageModelToolResultPart(callId, content)]),
            );
          }
        }
        throw new Error('It never came to an answer.');
      }

      /** Calls these one after the other, each made of what the last one said; then repeats the last result. */
      function script(...steps: readonly ((said: string) => readonly [name: string, input: object])[]): void {
        let at = 0;
        models.answer = (request) => {
          const said = request.results.at(-1) ?? '';
          const step = steps[at];
          at += 1;
          if (step === undefined) request.say(said);
          else {
            const [name, input] = step(said);
            request.say(new vscode.LanguageModelToolCallPart(`call${at}`, name, input));
          }
          return Promise.resolve();
        };
      }

      it('from a link to the words at their time', async () => {
        script(
          () => [
            'transcribe_links',
            { links: ['lmtools0001', 'lmtools0002'].map(watch), name: 'lm tools', wait_seconds: 60 },
          ],
          () => ['batch_status', { folder: 'lm tools' }],
          () => ['search_transcripts', { words: 'the', folder: 'lm tools' }],
          (said) => ['read_transcript', { file: /"file": ?"([^"]+)"/.exec(said)?.[1] }],
        );
        assert.match(await talk('Transcribe both and read me one.'), /<transcript>\nTitle: /);
        assert.equal((await untilState('lm tools', 'finished')).completed, 2);
        assert.deepEqual([...(models.asked.at(-1)?.tools ?? [])].sort(), [...toolNames].sort());
      });

      it('and reads what was wrong with a call', async () => {
        script(
          () => ['read_transcript', { file: '../../etc/passwd' }],
          (said) => {
            assert.match(said, /not inside of the output folder/);
            return ['list_videos', { link: 'no link' }];
          },
        );
        assert.match(await talk('Read that file.'), /^Error: /);
      });
    });
  });

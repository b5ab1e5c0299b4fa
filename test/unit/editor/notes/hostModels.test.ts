/** Notes by the language models of VS Code, against a stand-in for what the host offers and throws. */
import assert from 'node:assert/strict';
import { HostModels, type HostModel, type HostModelList } from '../../../../src/editor/notes/hostModels';
import type { ChatCall } from '../../../../src/library/notes/chatModel';
import { FailureError, nextMoveOf, type Failure } from '../../../../src/model/failure';
import { defaultSettings, type Settings } from '../../../../src/model/settings';
import { rowWords } from '../../../../src/model/words';
import { FakeClock } from '../../../helpers/fakeClock';

const settings = (model: string): Settings => ({ ...defaultSettings, 'notes.model': model });

function model(more: Partial<HostModel> = {}): HostModel {
  return {
    id: 'gpt-4o-2024',
    vendor: 'copilot',
    family: 'gpt-4o',
    name: 'GPT-4o',
    maxInputTokens: 64_000,
    count: (text) => Promise.resolve(text.length),
    ask: () => Promise.resolve('## Key ideas'),
    ...more,
  };
}

const hostModels = (list: HostModelList, clock = new FakeClock()): HostModels => new HostModels(list, clock);

/** As VS Code throws it: an Error with a code, whose name vendors change. */
function thrown(message: string, code: string, name = 'LanguageModelError'): Error {
  return Object.assign(new Error(message), { code, name });
}

const call = (): ChatCall & { readonly stop: AbortController } => {
  const stop = new AbortController();
  return { signal: stop.signal, stop };
};

async function failureOf(error: Error, stop?: AbortController): Promise<Failure> {
  const models = hostModels({
    all: () => Promise.resolve([model({ ask: () => Promise.reject(error) })]),
  });
  const chat = await models.model(settings('copilot/gpt-4o'));
  const signal = (stop ?? new AbortController()).signal;
  try {
    await chat.ask([{ role: 'user', text: 'Hello' }], { signal });
  } catch (caught) {
    assert.ok(caught instanceof FailureError, String(caught));
    return caught.failure;
  }
  throw new Error('It did not fail.');
}

describe('notes: the language models of VS Code', () => {
  it('are found by vendor and id, else by vendor and family, and cost nothing beyond what VS Code asks for', async () => {
    const other = model({ id: 'gpt-4o', family: 'other', name: 'Other' });
    const models = hostModels({ all: () => Promise.resolve([model(), other]) });
    const byFamily = await models.model(settings('copilot/gpt-4o-2024'));
    assert.equal(byFamily.name, 'copilot/gpt-4o-2024');
    assert.equal((await models.model(settings('copilot/gpt-4o'))).name, 'copilot/gpt-4o', 'an id goes first');
    assert.deepEqual(
      [byFamily.origin, byFamily.isFree, byFamily.contextTokens],
      ['vscode:copilot', true, 64_000],
    );
    assert.equal(await byFamily.count?.('four', new AbortController().signal), 4);
  });

  it('say what to do where there is none, none is chosen, or it is gone', async () => {
    const none = hostModels({ all: () => Promise.resolve([]) });
    const some = hostModels({ all: () => Promise.resolve([model()]) });
    const words = await Promise.all([
      none.readiness(settings('')),
      some.readiness(settings('')),
      some.readiness(settings('copilot/gone')),
    ]);
    assert.deepEqual(
      words.map((one) => (one.ready ? '' : one.why)),
      [
        'VS Code offers no language model, and notes.endpoint is empty.',
        'No model for notes is chosen.',
        'VS Code offers no model copilot/gone.',
      ],
    );
    await assert.rejects(some.model(settings('copilot/gone')), (error) => {
      assert.ok(error instanceof FailureError);
      return rowWords(error.failure).step?.action === 'chooseNotesModel';
    });
  });

  const cases: readonly (readonly [
    message: string,
    code: string,
    name: string,
    Failure['code'],
    move: string,
  ])[] = [
    ['Consent was denied', 'NoPermissions', 'LanguageModelError', 'auth', 'park'],
    ['Blocked for now', 'Blocked', 'LanguageModelError', 'quota-exhausted', 'park'],
    ['You have used up your premium requests', 'Unknown', 'Error', 'quota-exhausted', 'park'],
    ['Quota', '', 'ChatQuotaExceeded', 'quota-exhausted', 'park'],
    ['Slow down', '', 'ChatRateLimited', 'rate-limited', 'hold'],
    ['Sorry, you have hit a rate limit', 'Blocked', 'LanguageModelError', 'rate-limited', 'hold'],
    ['Response got filtered', 'Blocked', 'LanguageModelError', 'unsupported', 'nextSource'],
    ['Model is not there', 'NotFound', 'LanguageModelError', 'unsupported', 'nextSource'],
    ['Message exceeds token limit: prompt too long', 'Unknown', 'Error', 'too-large', 'nextSource'],
    ['prompt token count of 9000 exceeds the limit of 8000', '', 'Error', 'too-large', 'nextSource'],
    ['You exceeded your token quota', '', 'Error', 'quota-exhausted', 'park'],
    ['Socket closed', 'Unknown', 'LanguageModelError', 'bad-response', 'retry'],
  ];
  for (const [message, code, name, expected, move] of cases)
    it(`${name} ${code} "${message}" is ${expected}`, async () => {
      const found = await failureOf(thrown(message, code, name));
      assert.equal(found.code, expected);
      assert.equal(nextMoveOf[found.code], move);
      assert.notEqual(rowWords(found).sentence, '');
    });

  it('an error of the vendor below an empty one is shown in its own words', async () => {
    const error = Object.assign(new Error('', { cause: new Error('The backend is down') }), {
      code: 'Unknown',
    });
    assert.equal((await failureOf(error)).message, 'The backend is down');
  });

  it('a stop is no failure of the model', async () => {
    const { stop } = call();
    stop.abort();
    assert.equal((await failureOf(thrown('Canceled', 'Unknown'), stop)).code, 'cancelled');
  });

  it('a stop ends a request at once, and what was said until then is no answer', async () => {
    const providers: readonly HostModel['ask'][] = [
      // Stops when it is told to, as if it had ended.
      (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('## Half an ans'));
        }),
      // Does not listen.
      () => new Promise(() => undefined),
    ];
    for (const ask of providers) {
      const { stop } = call();
      const chat = await hostModels({ all: () => Promise.resolve([model({ ask })]) }).model(
        settings('copilot/gpt-4o'),
      );
      const asked = chat.ask([{ role: 'user', text: 'Hello' }], { signal: stop.signal });
      stop.abort();
      await assert.rejects(
        asked,
        (error) => error instanceof FailureError && error.failure.code === 'cancelled',
      );
    }
  });

  it('a model that falls silent is given up after ten minutes, one that goes on is not', async () => {
    const clock = new FakeClock();
    const said: (() => void)[] = [];
    const ask: HostModel['ask'] = (_, __, heard) => {
      said.push(heard);
      return new Promise(() => undefined);
    };
    const chat = await hostModels({ all: () => Promise.resolve([model({ ask })]) }, clock).model(
      settings('copilot/gpt-4o'),
    );
    const failed: unknown[] = [];
    const asked = chat
      .ask([{ role: 'user', text: 'Hello' }], { signal: new AbortController().signal })
      .catch((error: unknown) => failed.push(error));
    await clock.advance(9 * 60_000);
    said[0]?.();
    await clock.advance(9 * 60_000);
    assert.equal(failed.length, 0);
    await clock.advance(2 * 60_000);
    await asked;
    const [error] = failed;
    assert.ok(error instanceof FailureError);
    assert.equal(error.failure.code, 'timeout');
    assert.equal(clock.waiting, 0);
  });

  it('what a provider says of its size is checked, and the user may say less', async () => {
    const sizeOf = async (maxInputTokens: number, stated = 0): Promise<number> => {
      const models = hostModels({ all: () => Promise.resolve([model({ maxInputTokens })]) });
      const wanted = { ...settings('copilot/gpt-4o'), 'notes.contextTokens': stated };
      return (await models.model(wanted)).contextTokens;
    };
    assert.deepEqual(
      await Promise.all([sizeOf(64_000), sizeOf(0), sizeOf(-1), sizeOf(Number.NaN), sizeOf(64_000, 4000)]),
      [64_000, 8192, 8192, 8192, 4000],
    );
    const countless = model({ count: () => Promise.reject(new Error('Not implemented')) });
    const chat = await hostModels({ all: () => Promise.resolve([countless]) }).model(
      settings('copilot/gpt-4o'),
    );
    assert.ok(((await chat.count?.('four words of text', new AbortController().signal)) ?? 0) > 4);
  });
});

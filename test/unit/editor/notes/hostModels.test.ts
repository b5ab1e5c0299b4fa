/** Notes by the language models of VS Code, against a stand-in for what the host offers and throws. */
import assert from 'node:assert/strict';
import { HostModels, type HostModel } from '../../../../src/editor/notes/hostModels';
import type { ChatCall } from '../../../../src/library/notes/chatModel';
import { FailureError, nextMoveOf, type Failure } from '../../../../src/model/failure';
import { defaultSettings, type Settings } from '../../../../src/model/settings';
import { rowWords } from '../../../../src/model/words';

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

/** As VS Code throws it: an Error with a code, whose name vendors change. */
function thrown(message: string, code: string, name = 'LanguageModelError'): Error {
  return Object.assign(new Error(message), { code, name });
}

const call = (): ChatCall & { readonly stop: AbortController } => {
  const stop = new AbortController();
  return { signal: stop.signal, stop };
};

async function failureOf(error: Error, stop?: AbortController): Promise<Failure> {
  const models = new HostModels({
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
    const models = new HostModels({ all: () => Promise.resolve([model(), other]) });
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
    const none = new HostModels({ all: () => Promise.resolve([]) });
    const some = new HostModels({ all: () => Promise.resolve([model()]) });
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
});

/**
 * The language models that VS Code offers, as models of notes. What they cost is agreed to with their vendor, and VS
 * Code asks for the user's consent itself. Knows nothing of VS Code: see vscodeModels.ts.
 */
import type {
  ChatAnswer,
  ChatCall,
  ChatMessage,
  ChatModel,
  ChatModels,
  ModelFacts,
} from '../../library/notes/chatModel';
import { estimateTokens } from '../../library/notes/pieces';
import { saysTooLong } from '../../library/notes/tooLong';
import { failure, FailureError, type Failure } from '../../model/failure';
import { usualContextTokens } from '../../model/notesSettings';
import type { Clock } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Readiness } from '../../model/source';
import { shortWords } from '../../sources/parts';

/** One model as VS Code describes it. */
export interface HostModel {
  readonly id: string;
  readonly vendor: string;
  readonly family: string;
  /** For people. */
  readonly name: string;
  readonly maxInputTokens: number;
  count(text: string, signal: AbortSignal): Promise<number>;
  /**
   * The whole answer; `heard` is called with each piece of it. Throws what VS Code throws: `code` and `name` say what
   * it is. May never settle: a provider is free to ignore `signal`, and to say nothing.
   */
  ask(messages: readonly ChatMessage[], signal: AbortSignal, heard: () => void): Promise<string>;
}

export interface HostModelList {
  /** Those that are there now; none where no extension offers any. */
  all(): Promise<readonly HostModel[]>;
}

/** As it is kept in `notes.model`. */
export function hostModelName({ vendor, id }: Pick<HostModel, 'vendor' | 'id'>): string {
  return `${vendor}/${id}`;
}

/** The model that the setting names, by `vendor/id` or `vendor/family`. */
export function namedModel(models: readonly HostModel[], wanted: string): HostModel | undefined {
  return (
    models.find((model) => hostModelName(model) === wanted) ??
    models.find(({ vendor, family }) => `${vendor}/${family}` === wanted)
  );
}

/** VS Code waits for an answer without end. A model on a slow computer reads for minutes before its first word. */
const silentMs = 10 * 60_000;

export class HostModels implements ChatModels {
  constructor(
    private readonly list: HostModelList,
    private readonly clock: Pick<Clock, 'after'>,
  ) {}

  async readiness(settings: Settings): Promise<Readiness> {
    const missing = (why: string): Readiness => ({
      ready: false,
      code: 'unsupported',
      why,
      nextStep: 'Choose a model with Write Notes….',
    });
    const models = await this.list.all();
    const wanted = settings['notes.model'];
    if (models.length === 0) return missing('VS Code offers no language model, and notes.endpoint is empty.');
    if (wanted === '') return missing('No model for notes is chosen.');
    const model = namedModel(models, wanted);
    if (!model) return missing(`VS Code offers no model ${wanted}.`);
    return { ready: true, detail: `${model.name} in VS Code (${hostModelName(model)})` };
  }

  async facts(settings: Settings): Promise<ModelFacts | undefined> {
    const model = namedModel(await this.list.all(), settings['notes.model']);
    return model && factsOf(model);
  }

  async model(settings: Settings): Promise<ChatModel> {
    const readiness = await this.readiness(settings);
    const model = namedModel(await this.list.all(), settings['notes.model']);
    if (model) return new HostChat(model, settings['notes.contextTokens'], this.clock);
    const words = readiness.ready ? 'The model is gone.' : `${readiness.why} ${readiness.nextStep}`;
    throw new FailureError(failure('unsupported', words, { subject: 'notes-setup' }));
  }
}

function factsOf(model: HostModel): ModelFacts {
  return { name: hostModelName(model), origin: `vscode:${model.vendor}`, isFree: true };
}

class HostChat implements ChatModel {
  readonly name: string;
  readonly origin: string;
  readonly isFree: boolean;
  readonly contextTokens: number;

  /** `stated`: what the user has set; 0: nothing. */
  constructor(
    private readonly model: HostModel,
    stated: number,
    private readonly clock: Pick<Clock, 'after'>,
  ) {
    ({ name: this.name, origin: this.origin, isFree: this.isFree } = factsOf(model));
    const says = model.maxInputTokens >= 1 ? model.maxInputTokens : usualContextTokens;
    this.contextTokens = stated > 0 ? Math.min(stated, says) : says;
  }

  /** The model's own count; the estimate where it has none, or none that can be right. */
  async count(text: string, signal: AbortSignal): Promise<number> {
    const estimate = estimateTokens(text);
    const counted = await this.model.count(text, signal).catch(() => estimate);
    return counted >= 1 ? counted : estimate;
  }

  async ask(messages: readonly ChatMessage[], call: ChatCall): Promise<ChatAnswer> {
    call.going?.();
    try {
      const text = await this.answer(messages, call.signal);
      call.heard?.({ quota: 'notes', status: 200, headers: {} });
      return { text };
    } catch (error) {
      if (call.signal.aborted) throw new FailureError(failure('cancelled', 'Stopped.'));
      const failed = error instanceof FailureError ? error.failure : hostFailure(error, this.name);
      if (failed.code === 'rate-limited') call.heard?.({ quota: 'notes', status: 429, headers: {} });
      throw new FailureError(failed);
    }
  }

  /** Ends at once when it is stopped, also where the provider does not: what it has said by then is no answer. */
  private async answer(messages: readonly ChatMessage[], signal: AbortSignal): Promise<string> {
    const stop = new AbortController();
    const cancel = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    let unwatch = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(toError(stop.signal.reason)), { once: true });
    });
    const watch = (): void => {
      unwatch();
      unwatch = this.clock.after(silentMs, () =>
        stop.abort(
          new FailureError(
            failure('timeout', `${this.name} has said nothing for ${silentMs / 60_000} minutes.`),
          ),
        ),
      );
    };
    try {
      if (signal.aborted) cancel();
      watch();
      const text = await Promise.race([ended, this.model.ask(messages, stop.signal, watch)]);
      stop.signal.throwIfAborted();
      return text;
    } finally {
      unwatch();
      signal.removeEventListener('abort', cancel);
    }
  }
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error('Stopped.'));

/**
 * What VS Code throws, by `LanguageModelError.code`:
 * https://code.visualstudio.com/api/extension-guides/ai/language-model Vendors put their own names for limits into
 * `name` (`ChatRateLimited`, `ChatQuotaExceeded`).
 */
function hostFailure(error: unknown, model: string): Failure {
  const { code, name, words } = saidBy(error);
  const named = `${code} ${name}`;
  if (saysTooLong(words)) return failure('too-large', words, { subject: 'notes-model' });
  if (named.includes('NoPermissions'))
    return failure('auth', words, { needs: 'notes:host', subject: 'notes-host' });
  if (named.includes('NotFound'))
    return failure('unsupported', `VS Code offers no model ${model} any more.`, {
      subject: 'notes-setup',
      forAll: true,
    });
  if (/quota/i.test(named) || /\b(?:quota|premium requests?|allowance)\b/i.test(words))
    return failure('quota-exhausted', words, { needs: 'notes:host', subject: 'notes-host' });
  if (/rate.?limit/i.test(`${named} ${words}`) || /too many requests/i.test(words))
    return failure('rate-limited', words);
  if (/filter|off.?topic/i.test(`${named} ${words}`))
    return failure('unsupported', `The model refuses: ${words}`, { subject: 'notes-refused' });
  if (named.includes('Blocked'))
    return failure('quota-exhausted', words, { needs: 'notes:host', subject: 'notes-host' });
  return failure('bad-response', words, { subject: 'notes-model' });
}

function saidBy(error: unknown): { readonly code: string; readonly name: string; readonly words: string } {
  if (!(error instanceof Error)) return { code: '', name: '', words: shortWords(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return {
    code,
    name: error.name,
    words: shortWords([error.message, cause].find((words) => words !== '') ?? 'The model gave no answer.'),
  };
}

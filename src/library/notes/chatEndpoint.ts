/** An OpenAI-compatible `/chat/completions`: OpenAI, Groq, Ollama, LM Studio, llama.cpp and others. */
import { inSlices } from '../../captions/sliced';
import { failure, FailureError, type Failure } from '../../model/failure';
import type { Http, HttpResponse, Secrets, Clock } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Readiness } from '../../model/source';
import { urlOf } from '../../model/webUrl';
import { isLostAnswer } from '../../sources/httpAnswer';
import { keyHeaders, openAiUrl } from '../../sources/openaiAddress';
import { isNoCredit, isTooFast, openAiFailure, refusalOf, type Refusal } from '../../sources/openaiErrors';
import { isOwnAddress } from '../../sources/ownServer';
import { given, readJson, shortWords } from '../../sources/parts';
import { statedWaitMs } from '../../sources/statedWait';
import { readChatAnswer } from './chatAnswer';
import type { ChatAnswer, ChatCall, ChatMessage, ChatModel, ChatModels, ModelFacts } from './chatModel';
import { contextOf } from './chatContext';
import { saysTooLong } from './tooLong';

export interface ChatEndpointParts {
  readonly http: Http;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** A model on a slow computer writes for minutes before the whole answer is there. */
const answerMs = 20 * 60_000;
const listMs = 15_000;
/** No language takes more letters for a token; a service that counts fewer has cut the request in silence. */
const mostLettersPerToken = 12;

export class ChatEndpoints implements ChatModels {
  /** Tokens that a model reads at once, by endpoint and model. */
  private readonly contexts = new Map<string, Promise<number>>();

  constructor(private readonly parts: ChatEndpointParts) {}

  async readiness(settings: Settings): Promise<Readiness> {
    const endpoint = settings['notes.endpoint'];
    const missing = (why: string, nextStep: string): Readiness => ({
      ready: false,
      code: 'unsupported',
      why,
      nextStep,
    });
    if (endpoint === '')
      return missing(
        'No model for notes is set up.',
        'Set notes.endpoint, such as http://localhost:11434/v1, and notes.model.',
      );
    if (settings['notes.model'] === '') return missing('No model for notes is named.', 'Set notes.model.');
    if (keepsKeyBack(endpoint) && (await this.rawKey(endpoint)) !== undefined)
      return missing(
        'A key is not sent over plain http to another computer.',
        'Set notes.endpoint to an https:// address.',
      );
    return Promise.resolve({
      ready: true,
      detail: `${new URL(endpoint).origin}, ${settings['notes.model']}`,
    });
  }

  async facts(settings: Settings): Promise<ModelFacts | undefined> {
    return (await this.readiness(settings)).ready ? factsOf(settings) : undefined;
  }

  async model(settings: Settings, signal: AbortSignal): Promise<ChatModel> {
    const readiness = await this.readiness(settings);
    if (!readiness.ready)
      throw new FailureError(
        failure('unsupported', `${readiness.why} ${readiness.nextStep}`, { subject: 'notes-setup' }),
      );
    const stated = settings['notes.contextTokens'];
    const contextTokens = stated > 0 ? stated : await this.context(settings, signal);
    return new ChatEndpoint(this.parts, settings, contextTokens, (endpoint) => this.key(endpoint));
  }

  /** As the list of models says; asked once. */
  private context(settings: Settings, signal: AbortSignal): Promise<number> {
    const endpoint = settings['notes.endpoint'];
    const name = `${endpoint} ${settings['notes.model']}`;
    const known = this.contexts.get(name);
    if (known) return known;
    const asked = this.list(endpoint, signal).then(
      (answer) => contextOf(answer.status === 200 ? readJson(answer.body) : undefined, settings),
      // The request for the notes itself will say what is wrong.
      () => contextOf(undefined, settings),
    );
    this.contexts.set(name, asked);
    return asked;
  }

  /** The answer to the question which models there are, with its key. Throws FailureError: nobody answers. */
  async list(endpoint: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.parts.http.request({
      method: 'GET',
      url: openAiUrl(endpoint, 'models'),
      headers: {
        accept: 'application/json',
        'user-agent': 'bulk-transcribe',
        ...keyHeaders(endpoint, await this.key(endpoint)),
      },
      signal,
      timeoutMs: listMs,
      redirects: 'none',
      ownMachine: isOwnAddress(endpoint),
    });
  }

  private key(endpoint: string): Promise<string | undefined> {
    return keepsKeyBack(endpoint) ? Promise.resolve(undefined) : this.rawKey(endpoint);
  }

  private rawKey(endpoint: string): Promise<string | undefined> {
    return this.parts.secrets.get('notes', new URL(endpoint).origin);
  }
}

function factsOf({ 'notes.endpoint': endpoint, 'notes.model': name }: Settings): ModelFacts {
  return { name, origin: new URL(endpoint).origin, isFree: isOwnAddress(endpoint) };
}

class ChatEndpoint implements ChatModel {
  readonly name: string;
  readonly origin: string;
  readonly isFree: boolean;
  private readonly endpoint: string;

  constructor(
    private readonly parts: ChatEndpointParts,
    private readonly settings: Settings,
    readonly contextTokens: number,
    private readonly key: (endpoint: string) => Promise<string | undefined>,
  ) {
    this.endpoint = settings['notes.endpoint'];
    ({ name: this.name, origin: this.origin, isFree: this.isFree } = factsOf(settings));
  }

  async ask(messages: readonly ChatMessage[], call: ChatCall): Promise<ChatAnswer> {
    const answer = await this.send(messages, call);
    const refusal = refusalOf(answer);
    call.heard?.({ quota: 'notes', ...pacing(answer, refusal, this.parts.clock.now()) });
    if (refusal) throw new FailureError(this.refused(refusal, answer));
    const read = await inSlices(readChatAnswer(answer));
    if (read === undefined) {
      const code = this.isFree ? 'bad-response' : 'maybe-charged';
      throw new FailureError(
        failure(code, 'The service answered in an unknown form, or only in part.', { status: answer.status }),
      );
    }
    if (read.refused !== undefined)
      throw new FailureError(
        failure('unsupported', `The model refuses: ${shortWords(read.refused)}`, {
          subject: 'notes-refused',
        }),
      );
    this.checkWhole(messages, read.answer);
    return read.answer;
  }

  private async send(messages: readonly ChatMessage[], call: ChatCall): Promise<HttpResponse> {
    const { endpoint, isFree } = this;
    const key = await this.key(endpoint);
    call.going?.();
    try {
      const answer = await this.parts.http.request({
        method: 'POST',
        url: openAiUrl(endpoint, 'chat/completions'),
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'bulk-transcribe',
          ...keyHeaders(endpoint, key),
        },
        body: JSON.stringify({
          model: this.name,
          stream: false,
          messages: messages.map(({ role, text }) => ({ role, content: text })),
        }),
        signal: call.signal,
        timeoutMs: answerMs,
        redirects: 'none',
        ownMachine: isFree,
        fresh: !isFree,
      });
      call.sent?.(answer.via);
      return answer;
    } catch (error) {
      if (error instanceof FailureError && !isFree) {
        const { code, unsent, message } = error.failure;
        if (unsent !== true && ['network', 'timeout', 'bad-response'].includes(code))
          throw new FailureError(failure('maybe-charged', `No answer to the request: ${message}`));
      }
      throw error;
    }
  }

  private refused(refusal: Refusal, answer: HttpResponse): Failure {
    if (isTooLong(refusal))
      return failure('too-large', shortWords(refusal.said.words), {
        status: refusal.status,
        subject: 'notes-model',
      });
    if (!this.isFree && isLostAnswer(refusal.status))
      return failure('maybe-charged', `The service answered ${refusal.status}.`, { status: refusal.status });
    const settings = { 'openai.endpoint': this.endpoint, 'openai.model': this.name };
    const now = this.parts.clock.now();
    return ofNotes(openAiFailure(refusal, settings, answer.headers, now, 'chat/completions'));
  }

  /** Ollama reads as much as its context holds and answers without a word about the rest. */
  private checkWhole(messages: readonly ChatMessage[], { tokens }: ChatAnswer): void {
    const letters = messages.reduce((sum, { text }) => sum + text.length, 0);
    if (tokens === undefined || tokens.input === 0 || tokens.input * mostLettersPerToken >= letters) return;
    throw new FailureError(
      failure(
        'too-large',
        `The model read only ${tokens.input} tokens of the request and left out the rest.`,
        {
          subject: 'notes-model',
        },
      ),
    );
  }
}

/**
 * The request holds more than the model reads; OpenAI says it with 429 where one request is over the minute's tokens.
 */
function isTooLong({ status, said }: Refusal): boolean {
  if (said.codes.some((code) => /context_length|exceed_context/.test(code))) return true;
  if (status === 413) return true;
  if (status === 429) return /request too large/i.test(said.words);
  return status < 600 && status !== 401 && status !== 403 && saysTooLong(said.words);
}

/** The same failure of speech-to-text's interface, with the settings of notes as its next step. */
function ofNotes(fail: Failure): Failure {
  const named = (text: string | undefined): string | undefined => text?.replace(/^openai/, 'notes');
  return { ...fail, ...given('subject', named(fail.subject)), ...given('needs', named(fail.needs)) };
}

function pacing(
  { status, headers }: HttpResponse,
  refusal: Refusal | undefined,
  now: number,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly waitMs?: number } {
  if (refusal === undefined || !(status === 429 || isTooFast(refusal))) return { status, headers };
  // Neither is a matter of time.
  if (isNoCredit(refusal) || isTooLong(refusal)) return { status: 402, headers: {} };
  return { status: 429, headers, ...given('waitMs', statedWaitMs(headers, refusal.said.whole, now)) };
}

/** Over plain http a key goes to this computer and its network alone. */
function keepsKeyBack(endpoint: string): boolean {
  return urlOf(endpoint)?.protocol === 'http:' && !isOwnAddress(endpoint);
}

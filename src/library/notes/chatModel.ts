/** What notes need of a language model, wherever it runs: an OpenAI-compatible endpoint, or one that VS Code offers. */
import type { Via } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { QuotaAnswer, Readiness } from '../../model/source';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export interface ChatAnswer {
  readonly text: string;
  /** As the service counts them; absent where it does not say. */
  readonly tokens?: { readonly input: number; readonly output: number };
  /** It ended because it was as long as the model may write. */
  readonly isCut?: boolean;
}

/** What is to be done with one request besides its answer. */
export interface ChatCall {
  readonly signal: AbortSignal;
  /** It goes out now. */
  going?(): void;
  /** What the answer says about the pace. */
  heard?(answer: QuotaAnswer): void;
  /** A request was sent, and how. */
  sent?(via: Via): void;
}

/** What the user is told of a model before anything is asked of it. */
export interface ModelFacts {
  /** As it is written into the notes: `gpt-4o-mini`, `copilot/gpt-4o`. */
  readonly name: string;
  /** Where what it costs is agreed to: an origin, or `vscode:` and the vendor. */
  readonly origin: string;
  /** It costs nothing beyond what the user has agreed to elsewhere: a server of the user's own, a model of VS Code. */
  readonly isFree: boolean;
}

/** A model for one batch of notes. It gets no tools. */
export interface ChatModel extends ModelFacts {
  /** Tokens of a request and its answer together. */
  readonly contextTokens: number;
  /** Tokens of a text by the model's own counter; absent: an estimate that is too high is used. */
  count?(text: string, signal: AbortSignal): Promise<number>;
  /**
   * Throws FailureError: `too-large` where the request does not fit into the model, `auth`, `payment`,
   * `rate-limited`, `unsupported` with the service's own words where it refuses, `maybe-charged` where a paid
   * answer was lost.
   */
  ask(messages: readonly ChatMessage[], call: ChatCall): Promise<ChatAnswer>;
}

/** Where models come from: one for the endpoint of the settings, one for those of VS Code. */
export interface ChatModels {
  /** Must send nothing. */
  readiness(settings: Settings): Promise<Readiness>;
  /** The model of the settings, as far as it is known without a request; undefined where none is ready. */
  facts(settings: Settings): Promise<ModelFacts | undefined>;
  /** The model of the settings. Throws FailureError with the next step where there is none. */
  model(settings: Settings, signal: AbortSignal): Promise<ChatModel>;
}

/** What notes need of a language model, wherever it runs: an OpenAI-compatible endpoint, or one that VS Code offers. */

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

/** A model for one batch of notes. It gets no tools. */
export interface ChatModel {
  /** As it is written into the notes: `gpt-4o-mini`, `copilot/gpt-4o`. */
  readonly name: string;
  /** Tokens of a request and its answer together. */
  readonly contextTokens: number;
  /** Tokens of a text by the model's own counter; absent: an estimate that is too high is used. */
  count?(text: string, signal: AbortSignal): Promise<number>;
  /**
   * Throws FailureError: `too-large` where the request does not fit into the model, `auth`, `payment`,
   * `rate-limited`, `unsupported` with the service's own words where it refuses.
   */
  ask(messages: readonly ChatMessage[], signal: AbortSignal): Promise<ChatAnswer>;
}

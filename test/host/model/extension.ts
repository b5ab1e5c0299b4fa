/**
 * A second extension beside ours, which offers language models to VS Code. What they answer is set by the tests, which
 * run in the same extension host and get hold of it as what this extension exports.
 */
import * as vscode from 'vscode';

/** A model as a provider describes it, since VS Code 1.104. */
export interface OfferedModel {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: { readonly toolCalling?: boolean };
}

export interface AskedRequest {
  readonly model: string;
  /** The words of all messages. */
  readonly text: string;
  /** What tools have answered, as the last message has it. */
  readonly results: readonly string[];
  readonly tools: readonly string[];
  readonly token: vscode.CancellationToken;
  say(part: string | vscode.LanguageModelToolCallPart): void;
}

export interface StandInModels {
  /** Those that are offered; told to VS Code by `changed`. */
  models: readonly OfferedModel[];
  changed(): void;
  answer(request: AskedRequest): Promise<void>;
  /** Requests so far. */
  readonly asked: AskedRequest[];
}

type Message = Pick<vscode.LanguageModelChatMessage, 'role'> & { readonly content: readonly unknown[] };

/** The part of the interface of VS Code 1.104 and later that is used here; our types are those of the oldest. */
interface Providers {
  registerLanguageModelChatProvider(
    vendor: string,
    provider: {
      readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;
      provideLanguageModelChatInformation(): readonly OfferedModel[];
      provideLanguageModelChatResponse(
        model: OfferedModel,
        messages: readonly Message[],
        options: { readonly tools?: readonly vscode.LanguageModelChatTool[] },
        progress: vscode.Progress<vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart>,
        token: vscode.CancellationToken,
      ): Promise<void>;
      provideTokenCount(model: OfferedModel, text: string | Message): Promise<number>;
    },
  ): vscode.Disposable;
}

function hasProviders(lm: object): lm is Providers {
  return 'registerLanguageModelChatProvider' in lm;
}

export function activate(context: vscode.ExtensionContext): StandInModels {
  const change = new vscode.EventEmitter<void>();
  const offered: StandInModels = {
    models: [],
    changed: () => change.fire(),
    answer: () => Promise.resolve(),
    asked: [],
  };
  const lm: object = vscode.lm;
  if (!hasProviders(lm)) return offered;
  context.subscriptions.push(
    change,
    lm.registerLanguageModelChatProvider('stand-in', {
      onDidChangeLanguageModelChatInformation: change.event,
      provideLanguageModelChatInformation: () => offered.models,
      async provideLanguageModelChatResponse(model, messages, { tools = [] }, progress, token) {
        const request: AskedRequest = {
          model: model.id,
          text: messages.map(textOf).join('\n\n'),
          results: resultsOf(messages.at(-1)),
          tools: tools.map(({ name }) => name),
          token,
          say: (part) =>
            progress.report(typeof part === 'string' ? new vscode.LanguageModelTextPart(part) : part),
        };
        offered.asked.push(request);
        await offered.answer(request);
      },
      provideTokenCount: (_, text) =>
        Promise.resolve(Math.ceil((typeof text === 'string' ? text : textOf(text)).length / 4)),
    }),
  );
  return offered;
}

function textOf({ content }: Message): string {
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

function resultsOf(message: Message | undefined): readonly string[] {
  return (message?.content ?? []).flatMap((part) =>
    part instanceof vscode.LanguageModelToolResultPart
      ? [part.content.map((one) => (one instanceof vscode.LanguageModelTextPart ? one.value : '')).join('')]
      : [],
  );
}

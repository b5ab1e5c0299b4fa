/** The language models of VS Code: https://code.visualstudio.com/api/extension-guides/ai/language-model */
import * as vscode from 'vscode';
import type { ChatMessage } from '../../library/notes/chatModel';
import type { HostModel, HostModelList } from './hostModels';

/** Shown by VS Code where it asks for the user's consent. */
const justification = 'To write notes about your transcripts. Their words are sent to this model.';

export const vscodeModels: HostModelList = {
  async all() {
    const models = await vscode.lm.selectChatModels();
    return models.map(hostModel);
  },
};

function hostModel(model: vscode.LanguageModelChat): HostModel {
  const { id, vendor, family, name, maxInputTokens } = model;
  return {
    ...{ id, vendor, family, name, maxInputTokens },
    count: (text, signal) => withToken(signal, async (token) => model.countTokens(text, token)),
    ask: (messages, signal, heard) =>
      withToken(signal, async (token) => {
        // No tools: what speakers say must not set anything in motion.
        const response = await model.sendRequest(messages.map(messageOf), { justification }, token);
        let text = '';
        for await (const piece of response.text) {
          heard();
          text += piece;
        }
        return text;
      }),
  };
}

/** VS Code knows no role for instructions: they come first, as the user's. */
function messageOf({ role, text }: ChatMessage): vscode.LanguageModelChatMessage {
  return role === 'assistant'
    ? vscode.LanguageModelChatMessage.Assistant(text)
    : vscode.LanguageModelChatMessage.User(text);
}

async function withToken<T>(
  signal: AbortSignal,
  work: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await work(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** The steps of a wizard: a list to choose from, a text, a file. */
import * as vscode from 'vscode';
import { pick, typed } from '../pickers';

const wizardTitle = 'Set Up Speech-to-Text';

export interface Choice<T> {
  readonly icon: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** What was chosen; undefined when the list was closed. It stays open while the user looks elsewhere. */
export async function choose<T>(
  question: string,
  choices: readonly Choice<T>[],
  title = wizardTitle,
): Promise<T | undefined> {
  const items = choices.map(({ icon, label, description, detail, value }) => ({
    label: `$(${icon}) ${label}`,
    value,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
  }));
  const picked = await pick(items, {
    title,
    placeHolder: question,
    matchOnDetail: true,
  });
  return picked?.value;
}

/** A text; undefined when the box was closed. `problem` says what is wrong with it. */
export function ask(
  prompt: string,
  value: string,
  problem: (text: string) => string | undefined,
  title = wizardTitle,
): Promise<string | undefined> {
  return typed({
    title,
    prompt,
    value,
    validateInput: (text) => problem(text.trim()),
  });
}

/** The name of a model that no list has; undefined when the box was closed. */
export async function typeModel(service: string, value: string): Promise<string | undefined> {
  const name = await ask(`Model at ${service}`, value, (text) =>
    text === '' ? 'The name of a model is needed.' : undefined,
  );
  return name?.trim();
}

export async function chooseFile(
  title: string,
  filters: Record<string, string[]>,
): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({ title, openLabel: 'Use', filters });
  return chosen?.[0]?.fsPath;
}

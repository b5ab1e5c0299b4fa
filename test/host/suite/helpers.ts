/** What the host suites have in common: lists, the stand-in site, and waiting for a batch to get somewhere. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

export interface Manifest {
  readonly batch_id: string;
  readonly state: string;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly pending: number;
  readonly videos: readonly {
    readonly id: string;
    readonly status: string;
    readonly error_code?: string;
    readonly output_files?: readonly string[];
  }[];
}

export function workspaceRoot(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('The suite needs a folder.');
  return folder.uri.fsPath;
}

/** The address of the stand-in for YouTube. */
export function site(): string {
  const origin = process.env.BULK_TRANSCRIBE_TEST_SITE;
  if (origin === undefined) throw new Error('The suite needs a site.');
  return origin;
}

export async function siteCounts(): Promise<{ readonly player: number; readonly captions: number }> {
  const answer = await fetch(`${site()}/__/counts`);
  return (await answer.json()) as { player: number; captions: number };
}

export const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

export async function writeList(name: string, lines: readonly string[]): Promise<vscode.Uri> {
  const path = join(workspaceRoot(), name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return vscode.Uri.file(path);
}

export function batchFolder(name: string): string {
  return join(workspaceRoot(), 'transcripts', name);
}

export async function manifestOf(name: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(batchFolder(name), 'batch.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** Asks again and again until the answer is something; fails with what it was waiting for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs / 1000} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function untilState(name: string, state: string): Promise<Manifest> {
  return until(`${name} to be ${state}`, async () => {
    const manifest = await manifestOf(name);
    return manifest?.state === state && manifest;
  });
}

const changed = new Map<string, unknown>();

/** Changes a setting of the user until the end of the test. */
export async function set(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('bulkTranscribe');
  if (!changed.has(name)) changed.set(name, configuration.inspect(name)?.globalValue);
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
}

export async function resetSettings(): Promise<void> {
  for (const [name, value] of changed)
    await vscode.workspace
      .getConfiguration('bulkTranscribe')
      .update(name, value, vscode.ConfigurationTarget.Global);
  changed.clear();
}

export function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`bulkTranscribe.${command}`, ...args);
}

/** Answers the questions of a command in the user's place; a function is given what was asked. Returns a way back. */
export function answer(
  name: 'showInputBox' | 'showQuickPick' | 'showWarningMessage' | 'showInformationMessage',
  ...answers: readonly unknown[]
): () => void {
  const before = vscode.window[name];
  const left = [...answers];
  const next = (asked: unknown): unknown => {
    const now = left.shift();
    return typeof now === 'function' ? (now as (asked: unknown) => unknown)(asked) : now;
  };
  Object.assign(vscode.window, { [name]: (asked: unknown) => Promise.resolve(next(asked)) });
  return () => Object.assign(vscode.window, { [name]: before });
}

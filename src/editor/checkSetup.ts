/** *Check Setup*: what is ready and what to do next, as a page; and typing an install command into a terminal. */
import * as vscode from 'vscode';
import type { Settings } from '../model/settings';
import type { SourceView } from '../protocol';
import type { SetupLine } from '../sources/doctor';
import type { Core } from './core';

export async function checkSetup(
  core: Core,
  settings: Settings,
  outputFolder: string | undefined,
): Promise<void> {
  const lines = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Checking the setup…' },
    () => core.checkSetup(settings, outputFolder, new AbortController().signal),
  );
  const document = await vscode.workspace.openTextDocument({
    content: setupReport(lines, vscode.workspace.isTrusted),
    language: 'markdown',
  });
  await vscode.window.showTextDocument(document, { preview: true });
}

const marks: Readonly<Record<SetupLine['state'], string>> = { ok: '✓', warn: '!', off: '–', error: '✗' };

/** Types a command into a terminal; the user reads it and presses Enter, or does not. */
export function typeCommand(command: string): void {
  const terminal = vscode.window.createTerminal('Bulk Transcribe');
  terminal.show();
  terminal.sendText(command, false);
}

export function setupReport(lines: readonly SetupLine[], trusted: boolean): string {
  const rows = lines.flatMap((line) => [
    `- ${marks[line.state]} **${line.subject}**: ${line.text}`,
    ...(line.nextStep === undefined ? [] : [`  - Next: ${line.nextStep}`]),
  ]);
  const trust = trusted ? [] : ['', 'This workspace is not trusted: no program is started in it.'];
  return ['# Bulk Transcribe: Setup', '', ...rows, ...trust, ''].join('\n');
}

/** The lines about sources on the empty page. */
export async function sourceViews(core: Core, settings: Settings): Promise<readonly SourceView[]> {
  const views: SourceView[] = [];
  for (const id of settings.sources) {
    const source = core.sources.find((known) => known.id === id);
    if (!source) continue;
    const found = await source.readiness(settings).catch(() => undefined);
    if (!found) views.push({ id, ready: false, detail: 'could not be checked' });
    else if (found.ready) views.push({ id, ready: true, detail: found.detail });
    else
      views.push({
        id,
        ready: false,
        detail: found.why,
        step:
          found.code === 'auth'
            ? { words: 'Set key…', step: 'setApiKey' }
            : { words: 'Set up…', step: 'checkSetup' },
      });
  }
  return views;
}

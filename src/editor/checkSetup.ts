/** *Check Setup*: what is ready and what is not, as a list in which each line does its own next step. */
import * as vscode from 'vscode';
import type { Settings } from '../model/settings';
import type { SourceView } from '../protocol';
import type { SetupLine } from '../sources/setupLine';
import { trustStep } from '../sources/missingProgram';
import { speechStep } from '../sources/speechSetup/step';
import type { Core } from './core';
import { notice } from './messages';
import { showLive } from './pickers';
import { openSettings } from './settings';
import { stepOf, type SetupStep } from './setupSteps';
import { typeCommand } from './typeCommand';

interface LineItem extends vscode.QuickPickItem {
  /** The list cuts what is longer than it is wide. */
  readonly words: string;
  readonly step?: SetupStep;
}

const icons: Readonly<Record<SetupLine['state'], string>> = {
  ok: 'pass-filled',
  warn: 'warning',
  off: 'circle-outline',
  error: 'error',
};
const marks: Readonly<Record<SetupLine['state'], string>> = { ok: '✓', warn: '!', off: '–', error: '✗' };

const copyAll: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('copy'),
  tooltip: 'Copy All as Text',
};

/** Shows the list at once, and its lines when they are known; closing it ends the look: false. */
export async function checkSetup(
  core: Core,
  settings: Settings,
  outputFolder: string | undefined,
): Promise<boolean> {
  const list = vscode.window.createQuickPick<LineItem>();
  const closed = new AbortController();
  list.title = vscode.workspace.isTrusted
    ? 'Setup'
    : 'Setup (this workspace is not trusted: no program is started in it)';
  list.placeholder = 'Looking…';
  list.busy = true;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.onDidAccept(() => {
    const [line] = list.selectedItems;
    if (line === undefined) return;
    list.hide();
    if (line.step === undefined) void notice('info', line.words);
    else void take(line.step);
  });
  showLive(list, () => closed.abort());
  const lines = await core.checkSetup(settings, outputFolder, closed.signal);
  if (closed.signal.aborted) return false;
  list.items = lines.map(lineItem);
  list.buttons = [copyAll];
  list.onDidTriggerButton(() => {
    void vscode.env.clipboard.writeText(setupReport(lines, vscode.workspace.isTrusted));
  });
  const count = (...states: readonly SetupLine['state'][]): number =>
    lines.filter((line) => states.includes(line.state)).length;
  const notFine = count('error', 'warn');
  list.placeholder =
    notFine === 0
      ? `${count('ok')} ready, ${count('off')} not set up. Choose one to set it up.`
      : `${count('ok')} ready, ${notFine} ${notFine === 1 ? 'needs' : 'need'} attention. Choose a line for its next step.`;
  list.busy = false;
  return true;
}

function lineItem(line: SetupLine): LineItem {
  const step = stepOf(line, process.platform);
  return {
    label: `$(${icons[line.state]}) ${line.subject}`,
    description: [
      stepWords(step),
      step?.kind === 'trust' || step?.kind === 'speech' ? undefined : line.nextStep,
    ]
      .filter((words) => words !== undefined)
      .join(' · '),
    detail: line.text,
    words: `${line.subject}: ${line.text}`,
    ...(step === undefined ? {} : { step }),
  };
}

function stepWords(step: SetupStep | undefined): string | undefined {
  if (step === undefined) return undefined;
  return {
    install: 'Install…',
    key: 'Set API Key…',
    setting: 'Open Setting',
    trust: 'Manage Trust…',
    speech: 'Set Up Speech-to-Text…',
    notes: 'Choose Model…',
  }[step.kind];
}

async function take(step: SetupStep): Promise<void> {
  switch (step.kind) {
    case 'install':
      typeCommand(step.command);
      break;
    case 'key':
      await vscode.commands.executeCommand('bulkTranscribe.setApiKey', step.service);
      break;
    case 'speech':
      await vscode.commands.executeCommand('bulkTranscribe.setUpSpeech');
      break;
    case 'notes':
      await vscode.commands.executeCommand('bulkTranscribe.chooseNotesModel');
      break;
    case 'trust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      break;
    case 'setting':
      await openSettings(step.name);
      break;
  }
}

/** The same as text, for a report to somebody else. */
function setupReport(lines: readonly SetupLine[], trusted: boolean): string {
  const rows = lines.flatMap((line) => [
    `${marks[line.state]} ${line.subject}: ${line.text}`,
    ...(line.nextStep === undefined ? [] : [`  Next: ${line.nextStep}`]),
  ]);
  return [
    ...rows,
    ...(trusted ? [] : ['This workspace is not trusted: no program is started in it.']),
    '',
  ].join('\n');
}

/** The lines about sources on the empty page. */
export async function sourceViews(core: Core, settings: Settings): Promise<readonly SourceView[]> {
  const views: SourceView[] = [];
  for (const id of settings.sources) {
    const source = core.sources.find((known) => known.id === id);
    if (!source) continue;
    const found = await source.readiness(settings).catch(() => undefined);
    if (!found) views.push({ id, ready: false, detail: 'could not be checked' });
    else if (found.ready)
      // Check Setup says what these two can do; here it is enough that nothing is missing.
      views.push({
        id,
        ready: true,
        detail: id === 'youtube' || id === 'subtitleFile' ? 'ready, no key needed' : found.detail,
      });
    else
      views.push({
        id,
        ready: false,
        detail: found.why,
        step:
          found.code === 'auth'
            ? { words: 'Set key…', step: 'setApiKey' }
            : found.code === 'tool-missing' && found.nextStep !== trustStep
              ? { words: 'Install…', step: 'install' }
              : { words: 'Set up…', step: found.nextStep === speechStep ? 'setUpSpeech' : 'checkSetup' },
      });
  }
  return views;
}

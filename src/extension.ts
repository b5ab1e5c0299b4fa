/**
 * Composition root inside VS Code: makes the parts and hands them to each other, nothing else. The engine and
 * what it works with are loaded on first use, so that opening a folder costs next to nothing.
 */
import * as vscode from 'vscode';
import { Actions } from './editor/actions';
import { Batches } from './editor/batches';
import { BatchTree } from './editor/tree';
import { registerCommands } from './editor/commands/handlers';
import { panelType, viewId } from './editor/commands/table';
import { CoreAccess } from './editor/core';
import { LogChannel } from './editor/logChannel';
import { Notices } from './editor/notices';
import { Panel } from './editor/panel/panel';
import { Plans } from './editor/plans';
import { tell } from './editor/problems';
import { Resumer } from './editor/resume';
import { EditorSecrets } from './editor/secrets';
import { EditorSettings } from './editor/settings';
import { Transcriber } from './editor/transcribe';
import { registerUrlsLanguage } from './editor/urls/register';
import { systemClock } from './platform/clock';
import { Redactor } from './platform/log';

/** Ends what runs, keeping its state; set while the extension is active. */
let endRuns: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const redactor = new Redactor();
  const hide = (secret: string): void => redactor.add(secret);
  const log = new LogChannel((text) => redactor.redact(text));
  const settings = new EditorSettings();
  const secrets = new EditorSecrets(context.secrets, context.globalState, hide);
  const access = new CoreAccess(
    async () => {
      // A part of its own in dist/, read when the engine is first needed; see esbuild.js.
      const { createCore } = await import('./extensionCore');
      const hostProxy = (): string | undefined =>
        vscode.workspace.getConfiguration('http').get<string>('proxy');
      const builtFolder = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
      return createCore({ redactor, log, settings, secrets, hostProxy, builtFolder });
    },
    async () => {
      const { NodeFiles } = await import('./platform/files');
      return new NodeFiles();
    },
  );
  const batches = new Batches(access, settings);
  const plans = new Plans();
  const transcriber = new Transcriber(access, settings, plans);
  const resumer = new Resumer(access, batches, settings, plans);
  const actions = new Actions({ access, batches, settings, transcriber, resumer, plans, log });
  const panel = new Panel({
    extensionUri: context.extensionUri,
    batches,
    plans,
    settings,
    clock: systemClock,
    actions,
  });
  const notices = new Notices(batches, access, {
    showPanel: (batch) => panel.show(batch),
    retryFailed: (handle) => actions.retryFailed(handle.folder),
  });
  context.subscriptions.push(
    log,
    settings,
    batches,
    panel,
    notices,
    settings.onChange(() => access.peek()?.engine.changeSettings(settings.read())),
    registerCommands({
      access,
      actions,
      batches,
      log,
      panel,
      resumer,
      secrets,
      settings,
      transcriber,
    }),
    vscode.window.registerTreeDataProvider(viewId, new BatchTree(batches)),
    vscode.window.registerWebviewPanelSerializer(panelType, panel),
  );
  registerUrlsLanguage(context, {
    engine: () => access.peek()?.engine,
    onChange: (listener) => batches.onChange(listener),
  });
  endRuns = async () => {
    await access.peek()?.close();
  };
  // After activation, which it must not prolong.
  const offer = setTimeout(() => void resumer.offer((batch) => panel.turnTo(batch)).catch(tell), 0);
  context.subscriptions.push({ dispose: () => clearTimeout(offer) });
}

export async function deactivate(): Promise<void> {
  await endRuns?.();
}

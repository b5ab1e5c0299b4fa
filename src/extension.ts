/**
 * Composition root inside VS Code: makes the parts and hands them to each other, nothing else. The engine and
 * what it works with are loaded on first use, so that opening a folder costs next to nothing.
 */
import * as vscode from 'vscode';
import { Actions } from './editor/actions';
import { registerAgentTools } from './editor/agentTools';
import { Batches } from './editor/batches';
import { BatchTree } from './editor/tree';
import { registerCommands } from './editor/commands/register';
import { panelType } from './editor/commands/table';
import { ContextKeys } from './editor/contextKeys';
import { CoreAccess } from './editor/core';
import { EditorKeys } from './editor/editorKeys';
import { HideDotFiles } from './editor/hideDotFiles';
import { LogChannel } from './editor/logChannel';
import { Notices } from './editor/notices';
import { Panel } from './editor/panel/panel';
import { Plans } from './editor/plans';
import { tell } from './editor/problems';
import { ReadinessWatch } from './editor/readinessWatch';
import { Resumer } from './editor/resume';
import { EditorSecrets } from './editor/secrets';
import { EditorSettings } from './editor/settings';
import { BatchTasks, taskType } from './editor/tasks/provider';
import { Transcriber } from './editor/transcribe';
import { registerUrlsLanguage } from './editor/urls/register';
import type { BatchHandle } from './engine/api';
import type { CoreParts } from './extensionCore';
import { systemClock } from './platform/clock';
import { Redactor } from './platform/log';

/** Ends what runs, keeping its state; set while the extension is active. */
let endRuns: (() => Promise<void>) | undefined;

/** The heavy half, on first use. */
function accessTo(
  parts: Pick<CoreParts, 'redactor' | 'log' | 'settings' | 'secrets'>,
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
): CoreAccess {
  return new CoreAccess(
    async () => {
      // A part of its own in dist/, read when the engine is first needed; see esbuild.js.
      const { createCore } = await import('./extensionCore');
      const { logBatches } = await import('./editor/batchLog');
      const core = await createCore({
        ...parts,
        hostProxy: () => vscode.workspace.getConfiguration('http').get<string>('proxy'),
        builtFolder: vscode.Uri.joinPath(extensionUri, 'dist').fsPath,
        storageFolder: globalStorageUri.fsPath,
      });
      logBatches(core.engine, parts.log);
      return core;
    },
    async () => {
      const { NodeFiles } = await import('./platform/files');
      return new NodeFiles();
    },
  );
}

export function activate(context: vscode.ExtensionContext): void {
  const redactor = new Redactor();
  const hide = (secret: string): void => redactor.add(secret);
  const log = new LogChannel((text) => redactor.redact(text));
  const settings = new EditorSettings();
  const secrets = new EditorSecrets(context.secrets, context.globalState, hide);
  const access = accessTo({ redactor, log, settings, secrets }, context);
  const batches = new Batches(access, settings);
  const plans = new Plans();
  const transcriber = new Transcriber(access, settings, plans);
  const resumer = new Resumer(access, batches, settings, plans);
  const keys = new ContextKeys();
  const hiding = new HideDotFiles(context.globalState);
  const actions = new Actions({
    ...{ access, batches, settings, transcriber, resumer, plans },
    ...{ log, keys, hiding },
  });
  const panel = new Panel({
    extensionUri: context.extensionUri,
    batches,
    plans,
    settings,
    clock: systemClock,
    actions,
  });
  const readiness = new ReadinessWatch(context.secrets, access, () => panel.sourcesChanged());
  const { documents, lines } = registerUrlsLanguage(context, {
    engine: () => access.peek()?.engine,
    known: () => batches.all(),
    files: () => access.files(),
    unsaved: (list) => actions.batchOfUnsaved(list),
    onChange: (listener) => batches.onChange(listener),
  });
  context.subscriptions.push(
    log,
    settings,
    batches,
    panel,
    ...views({ access, actions, batches, keys, panel, plans, settings, secrets }),
    readiness,
    settings.onChange(() => {
      access.peek()?.engine.changeSettings(settings.read());
      panel.sourcesChanged();
    }),
    registerCommands({
      access,
      actions,
      batches,
      keys,
      lines,
      log,
      panel,
      plans,
      resumer,
      secrets,
      settings,
      transcriber,
    }),
    registerAgentTools({ access, settings }),
    new EditorKeys(keys, lines, { onAnalysed: documents.onAnalysed, onChange: batches.onChange }),
    vscode.window.registerWebviewPanelSerializer(panelType, panel),
    vscode.tasks.registerTaskProvider(
      taskType,
      new BatchTasks({
        readFile: (uri) => transcriber.readFile(uri),
        transcribe: (input) => actions.transcribe(input),
      }),
    ),
  );
  endRuns = async () => {
    await access.peek()?.close();
  };
  // After activation, which it must not prolong.
  const offer = setTimeout(() => void resumer.offer((batch) => panel.turnTo(batch)).catch(tell), 0);
  context.subscriptions.push({ dispose: () => clearTimeout(offer) });
}

/** What shows batches beside the panel: notices, the status bar and the activity view. */
function views(parts: {
  readonly access: CoreAccess;
  readonly actions: Actions;
  readonly batches: Batches;
  readonly keys: ContextKeys;
  readonly panel: Panel;
  readonly plans: Plans;
  readonly settings: EditorSettings;
  readonly secrets: EditorSecrets;
}): readonly { dispose(): unknown }[] {
  const { access, actions, batches, keys, panel } = parts;
  const acts = {
    showPanel: (batch: string) => panel.show(batch),
    retryFailed: (handle: BatchHandle) => actions.retryFailed(handle.folder),
    finished: async (handle: BatchHandle) => {
      if (handle.state.settings['notes.auto'] !== true) return;
      const { notesAtEnd } = await import('./editor/notes/autoNotes');
      await notesAtEnd(parts, handle);
    },
  };
  return [
    new Notices(batches, access, acts, keys),
    new BatchTree({
      access,
      batches,
      dropped: (text) => actions.dropped({ type: 'dropped', request: 0, text, name: '' }),
    }),
  ];
}

export async function deactivate(): Promise<void> {
  await endRuns?.();
}

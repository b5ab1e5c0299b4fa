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
import { CoreAccess, type Core } from './editor/core';
import { LogChannel } from './editor/logChannel';
import { Notices } from './editor/notices';
import { Panel } from './editor/panel/panel';
import { tell } from './editor/problems';
import { Resumer } from './editor/resume';
import { EditorSecrets } from './editor/secrets';
import { EditorSettings } from './editor/settings';
import { Transcriber } from './editor/transcribe';
import { trustedProcesses } from './editor/trustedProcesses';
import { registerUrlsLanguage } from './editor/urls/register';
import { systemClock } from './platform/clock';
import { createLog, Redactor } from './platform/log';

/** Ends what runs, keeping its state; set while the extension is active. */
let endRuns: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const redactor = new Redactor();
  const hide = (secret: string): void => redactor.add(secret);
  const log = new LogChannel();
  const settings = new EditorSettings();
  const secrets = new EditorSecrets(context.secrets, context.globalState, hide);
  const access = new CoreAccess(() => createCore({ redactor, log, settings, secrets }));
  const batches = new Batches(access, settings);
  const transcriber = new Transcriber(access, settings);
  const resumer = new Resumer(access, batches, settings);
  const actions = new Actions({ access, batches, settings, transcriber, resumer, log });
  const panel = new Panel({
    extensionUri: context.extensionUri,
    batches,
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
    await access.peek()?.engine.dispose();
  };
  void resumer.offer().catch(tell);
}

export async function deactivate(): Promise<void> {
  await endRuns?.();
}

interface CoreParts {
  readonly redactor: Redactor;
  readonly log: LogChannel;
  readonly settings: EditorSettings;
  readonly secrets: EditorSecrets;
}

async function createCore({ redactor, log: channel, settings, secrets }: CoreParts): Promise<Core> {
  const [
    { assemble },
    addresses,
    { NodeFiles },
    outlets,
    own,
    { createNetwork },
    processes,
    { systemRandom },
    { checkSetup },
  ] = await Promise.all([
    import('./assemble'),
    import('./platform/addresses'),
    import('./platform/files'),
    import('./platform/filterProxy'),
    import('./platform/machine'),
    import('./platform/network'),
    import('./platform/processes'),
    import('./platform/random'),
    import('./sources/doctor'),
  ]);
  const log = createLog(redactor, channel.write);
  const files = new NodeFiles();
  const stateFolder = own.stateFolder();
  const machine = await own.createMachine(files, systemRandom, stateFolder);
  const network = createNetwork({
    // VS Code's own stack knows the user's proxy and certificates.
    stack: 'host',
    settings: () => settings.read(),
    secrets,
    files,
    clock: systemClock,
    stateFolder,
    hostProxy: () => vscode.workspace.getConfiguration('http').get<string>('proxy'),
  });
  const world = {
    clock: systemClock,
    random: systemRandom,
    files,
    http: network.http,
    outlets: outlets.createOutlets(network.dial),
    processes: trustedProcesses(processes.createProcesses()),
    secrets,
    machine,
    log,
    stateFolder,
    mayBePublic: addresses.mayBePublic,
  };
  const house = assemble(world);
  return {
    engine: house.engine,
    sources: house.sources,
    files,
    machineId: machine.id,
    exportBatch: async (folder, format, out) => {
      await house.exportBatch(folder, format, out);
    },
    checkSetup: (wanted, outputFolder) =>
      checkSetup(world, wanted, outputFolder === undefined ? {} : { outputFolder }),
  };
}

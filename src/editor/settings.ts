/**
 * The user's settings out of VS Code: each from the scopes it may come from, validated, and watched. What
 * is the user's alone (programs, endpoints, proxies, money) is never taken from a workspace, and from a
 * workspace that is not trusted nothing is taken.
 */
import * as vscode from 'vscode';
import {
  readSettings,
  settingNames,
  settingProblem,
  settingsSchema,
  type SettingName,
  type Settings,
} from '../model/settings';
import type { SettingView } from '../protocol';
import { notice } from './messages';
import { settingsPage } from './settingsPage';

const section = 'bulkTranscribe';

export class EditorSettings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: readonly { dispose(): unknown }[];
  private readonly reported = new Set<string>();
  /** Fires after one of the extension's settings changed in any scope, or the workspace was trusted. */
  readonly onChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(section)) this.changed.fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
    ];
  }

  /** The settings that hold for a file or folder; wrong values are named once, and the default is used. */
  read(scope?: vscode.Uri): Settings {
    const layers = this.layers(scope);
    const { settings, problems } = readSettings(layers.user, layers.workspace, layers.folder);
    const fresh = problems.filter((problem) => !this.reported.has(problem));
    for (const problem of fresh) this.reported.add(problem);
    if (fresh.length > 0) void this.tell(fresh);
    return settings;
  }

  /** For the panel: each value, and the scope that overrides the user's own. */
  views(names: readonly SettingName[] = settingNames): Partial<Record<SettingName, SettingView>> {
    const { user, workspace, folder } = this.layers(undefined);
    const { settings } = readSettings(user, workspace, folder);
    const views: Partial<Record<SettingName, SettingView>> = {};
    for (const name of names) {
      const over =
        folder[name] !== undefined ? 'folder' : workspace[name] !== undefined ? 'workspace' : undefined;
      views[name] = { value: settings[name], ...(over === undefined ? {} : { overriddenBy: over }) };
    }
    return views;
  }

  /**
   * Writes where the value in force comes from, so that the change is seen at once: the workspace when it
   * overrides the user's value, else the user's settings. Returns what is wrong with the value, in words.
   */
  async write(name: SettingName, value: unknown): Promise<string | undefined> {
    const problem = settingProblem(name, value);
    if (problem !== undefined) return problem;
    const { workspace, folder } = this.layers(undefined);
    const target =
      folder[name] !== undefined
        ? vscode.ConfigurationTarget.WorkspaceFolder
        : workspace[name] !== undefined
          ? vscode.ConfigurationTarget.Workspace
          : vscode.ConfigurationTarget.Global;
    const scope = vscode.workspace.workspaceFolders?.[0]?.uri;
    await vscode.workspace.getConfiguration(section, scope).update(name, value, target);
    return undefined;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private layers(scope: vscode.Uri | undefined): Record<'user' | 'workspace' | 'folder', Values> {
    const configuration = vscode.workspace.getConfiguration(
      section,
      scope ?? vscode.workspace.workspaceFolders?.[0]?.uri,
    );
    const user: Values = {};
    const workspace: Values = {};
    const folder: Values = {};
    for (const name of settingNames) {
      const found = configuration.inspect<unknown>(name);
      if (!found) continue;
      user[name] = found.globalValue;
      if (!vscode.workspace.isTrusted) continue;
      const { scope: allowed } = settingsSchema[name];
      if (allowed === 'window' || allowed === 'resource') workspace[name] = found.workspaceValue;
      if (allowed === 'resource') folder[name] = found.workspaceFolderValue;
    }
    return { user, workspace, folder };
  }

  private async tell(problems: readonly string[]): Promise<void> {
    const open = 'Open Settings';
    const words = problems.map((problem) => `bulkTranscribe.${problem}`).join(' ');
    const answer = await notice('warning', words, open);
    if (answer === open) await openSettings();
  }
}

type Values = Partial<Record<SettingName, unknown>>;

/** Shows our settings, or one of them, in VS Code's own settings page. */
export async function openSettings(name?: string): Promise<void> {
  const { command, query } = settingsPage(name, vscode.env.remoteName);
  await vscode.commands.executeCommand(command, { query });
}

/**
 * Which of VS Code's settings pages shows a setting. In a remote window (SSH, WSL, containers, code-server) what is
 * set for the machine is on the page of the remote, and the user's own page shows nothing for it. Knows nothing
 * of VS Code.
 */
import { isSettingName, settingsSchema } from '../model/settings';

export interface SettingsPage {
  readonly command: 'workbench.action.openSettings' | 'workbench.action.openRemoteSettings';
  readonly query: string;
}

/**
 * `name`: without `bulkTranscribe.`; undefined or unknown: all of our settings. `remote`: VS Code's name of the remote.
 */
export function settingsPage(name: string | undefined, remote: string | undefined): SettingsPage {
  const known = name !== undefined && isSettingName(name) ? name : undefined;
  const query = `bulkTranscribe.${known ?? ''}`;
  // The remote's page lacks only what is set for all computers at once; the user's own lacks every program and service.
  const onUsers = known === undefined ? false : settingsSchema[known].scope !== 'machine';
  const command =
    remote === undefined || onUsers ? 'workbench.action.openSettings' : 'workbench.action.openRemoteSettings';
  return { command, query };
}

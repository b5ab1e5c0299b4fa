/** A step to a setting opens a page that shows it, also where the extension runs on another computer. */
import assert from 'node:assert/strict';
import { settingsPage } from '../../../src/editor/settingsPage';
import { settingNames, settingsSchema } from '../../../src/model/settings';

describe('the settings page', () => {
  it("is the user's own in a local window", () => {
    for (const name of settingNames)
      assert.deepEqual(settingsPage(name, undefined), {
        command: 'workbench.action.openSettings',
        query: `bulkTranscribe.${name}`,
      });
  });

  it("is the remote's for what is set for a machine, and for all settings at once", () => {
    for (const name of settingNames) {
      const isMachines = settingsSchema[name].scope === 'machine';
      assert.equal(
        settingsPage(name, 'ssh-remote').command,
        isMachines ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings',
        name,
      );
    }
    for (const name of [undefined, 'window.zoomLevel'])
      assert.deepEqual(settingsPage(name, 'wsl'), {
        command: 'workbench.action.openRemoteSettings',
        query: 'bulkTranscribe.',
      });
  });
});

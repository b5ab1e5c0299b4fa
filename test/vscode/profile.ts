/** Writes a profile's settings where the desktop program and a server both read them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSettingName, settingsSchema } from '../../src/model/settings';

/** What keeps the screen calm: no welcome pages, no assistants, no look-ups. */
const calm = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'window.restoreWindows': 'none',
  // Drawn on a canvas, as VS Code may decide, a terminal has no words that a test can read.
  'terminal.integrated.gpuAcceleration': 'off',
};

export async function writeProfile(
  userData: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await write(join(userData, 'User'), { ...calm, ...settings });
  // A server forgets machine settings of the user's file when that file changes; it keeps its own file's.
  const machine = Object.entries(settings).filter(([name]) => {
    const own = name.replace(/^bulkTranscribe\./, '');
    return isSettingName(own) && settingsSchema[own].scope === 'machine';
  });
  await write(join(userData, 'Machine'), Object.fromEntries(machine));
}

async function write(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

/**
 * Changes settings of an e2e desk while its window is open: the theme, for which a reload takes several seconds each,
 * and the user's own in their editor.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../vscode/workbench';
import { settled, type Desk } from './desk';

/** The class of a workbench that is drawn in the theme. */
const classes = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;
export type ThemeName = keyof typeof classes;
export const themes = Object.keys(classes) as readonly ThemeName[];

/** Sets it for the workspace: VS Code on a server watches that file, and reads the user's when a window opens. */
export async function showTheme(desk: Desk, name: ThemeName): Promise<void> {
  const file = join(desk.workspace, '.vscode', 'settings.json');
  await mkdir(dirname(file), { recursive: true });
  const settings = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...settings, 'workbench.colorTheme': name }));
  await desk.page.locator(`.monaco-workbench.${classes[name]}`).waitFor();
}

/** Changes the user's settings in their editor, which opens over the panel, and saves them. */
export async function editUser(desk: Desk, values: Readonly<Record<string, unknown>>): Promise<void> {
  const { page } = desk;
  await runCommand(page, 'Preferences: Open User Settings (JSON)');
  const editor = page.locator('.monaco-editor .view-lines', { hasText: '"bulkTranscribe.workers"' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await desk.copy(JSON.stringify({ ...(await desk.user()), ...values }, null, 2));
  await page.keyboard.press('Control+v');
  await page.keyboard.press('Control+s');
  for (const [name, value] of Object.entries(values))
    await desk.userHas(name.replace('bulkTranscribe.', ''), value);
  await settled('the editor is closed', async () => {
    if (await editor.isVisible()) await page.keyboard.press('Escape');
    return !(await editor.isVisible());
  });
}

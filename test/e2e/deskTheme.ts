/** Shows an e2e desk in another theme while its window is open, as a reload for each theme takes several seconds. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Desk } from './desk';

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

/**
 * `npm run demo -- --vscode`: the demo's folder in a workbench with the extension installed. The desktop
 * program is used where `code` is on PATH, else code-server, whose address is printed for a browser.
 *   open.ts <folder> <settings as JSON>
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../programs/find';
import { writeProfile } from './profile';
import { startServer } from './server';
import { codeServerEntry } from './tools';
import { workbenchUrl } from './workbench';

const root = join(import.meta.dirname, '..', '..');
const [folder = '', settingsText = '{}'] = process.argv.slice(2);
const settings = JSON.parse(settingsText) as Record<string, unknown>;

const next = 'Right-click lectures.urls in the explorer and choose Transcribe List.';

function built(): string {
  const vsix = join(folder, '.bulk-transcribe.vsix');
  console.log('Packing the extension…');
  run(['--import', 'tsx', join(root, 'scripts', 'package.ts'), '--out', vsix]);
  return vsix;
}

function run(args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const code = findProgram('code');
  if (code !== undefined) {
    const userData = join(folder, '.profile');
    mkdirSync(userData, { recursive: true });
    await writeProfile(userData, settings);
    const args = [
      '--new-window',
      '--wait',
      '--user-data-dir',
      userData,
      `--extensionDevelopmentPath=${root}`,
    ];
    console.log(`Opening VS Code. ${next} Ctrl-C ends the stand-in.`);
    spawn(code, [...args, folder], { stdio: 'inherit' }).once('exit', () => process.exit(0));
    return;
  }
  if (!existsSync(codeServerEntry)) {
    console.log('Installing a VS Code server (once, some minutes)…');
    run(['--import', 'tsx', join(root, 'scripts', 'setupTests.ts')]);
  }
  const server = await startServer({ userSettings: settings, vsix: built() });
  console.log(`\nOpen ${workbenchUrl(server.port, folder)} in a browser.\n${next} Ctrl-C ends it.`);
  const stop = (): void => {
    void server.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

void main();

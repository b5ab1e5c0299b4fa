/**
 * Which VS Code the suites run in: the desktop program where it can be downloaded and shown, else code-server
 * behind our own executable. `BULK_TRANSCRIBE_TEST_HOST=desktop|server` decides by hand, and
 * `BULK_TRANSCRIBE_TEST_VSCODE=oldest|stable|insiders|1.102.3` which desktop program it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { toolsFolder } from '../programs/table';
import { codeServerEntry } from './tools';

export interface VSCodeProgram {
  /** For `vscodeExecutablePath`. */
  readonly path: string;
  /** Whether a folder can be left untrusted: test-electron always turns trust off on the desktop. */
  readonly canDistrust: boolean;
}

const answerFile = join(toolsFolder, 'desktop.json');
const answerHoldsMs = 24 * 3_600_000;
/** Without a byte for this long the update host counts as unreachable. */
const idleMs = 5000;

/** `oldest` is the first version that package.json promises to work with. */
function desktopVersion(wish = 'stable'): string {
  if (wish !== 'oldest') return wish;
  const { engines } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  ) as { readonly engines: { readonly vscode: string } };
  return engines.vscode.replace(/^[^\d]*/, '');
}

export async function vscodeProgram(): Promise<VSCodeProgram> {
  const wish = process.env.BULK_TRANSCRIBE_TEST_HOST;
  const server: VSCodeProgram = { path: join(import.meta.dirname, 'code'), canDistrust: true };
  if (wish === 'server') return server;
  if (wish !== 'desktop') {
    // Without a screen the desktop program does not start; CI gives it one (xvfb-run).
    const noScreen = process.platform === 'linux' && process.env.DISPLAY === undefined;
    if (noScreen || (await wasOutOfReach())) return server;
  }
  try {
    const path = await downloadAndUnzipVSCode({
      version: desktopVersion(process.env.BULK_TRANSCRIBE_TEST_VSCODE),
      cachePath: join(toolsFolder, 'desktop'),
      timeout: idleMs,
    });
    return { path, canDistrust: false };
  } catch (error) {
    if (wish === 'desktop' || !existsSync(codeServerEntry)) throw error;
    await mkdir(toolsFolder, { recursive: true });
    await writeFile(answerFile, JSON.stringify({ outOfReachAt: Date.now() }));
    return server;
  }
}

async function wasOutOfReach(): Promise<boolean> {
  try {
    const kept: unknown = JSON.parse(await readFile(answerFile, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('outOfReachAt' in kept)) return false;
    return typeof kept.outOfReachAt === 'number' && Date.now() - kept.outOfReachAt < answerHoldsMs;
  } catch {
    return false;
  }
}

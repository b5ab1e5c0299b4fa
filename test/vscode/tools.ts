/**
 * Where the tools of the tests are kept: one folder outside the repository, filled by
 * `npm run setup-tests` and shared by all checkouts.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The versions that the suites are known to work with. */
export const codeServerVersion = '4.139.1';
export const nodeForCodeServer = '24';

export const toolsFolder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'bulk-transcribe-test',
);
export const nodeFolder = join(toolsFolder, 'node24');
export const codeServerFolder = join(toolsFolder, 'code-server');
/** A current yt-dlp, unpacked beside the system's own (scripts/currentYtDlp.ts). */
export const ytDlpFolder = join(toolsFolder, 'yt-dlp');

/** Holds `bin/node` and `include/`, the headers that native modules are built with. */
export const nodeHome = join(nodeFolder, 'node_modules', `node-linux-${process.arch}`);
export const nodeProgram = join(nodeHome, 'bin', 'node');
export const codeServerEntry = join(
  codeServerFolder,
  'node_modules',
  'code-server',
  'out',
  'node',
  'entry.js',
);
export const codeServerModules = join(
  codeServerFolder,
  'node_modules',
  'code-server',
  'lib',
  'vscode',
  'node_modules',
);

/** The absolute path of the first of these programs that stands on PATH. */
export function findOnPath(...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return undefined;
}

/** The yt-dlp that the tests run: the unpacked one, else the first on PATH. */
export function currentYtDlp(): string | undefined {
  const unpacked = join(ytDlpFolder, 'bin', 'yt-dlp');
  return existsSync(unpacked) ? unpacked : findOnPath('yt-dlp');
}

/** An environment in which the current yt-dlp is found before the system's. */
export function withCurrentYtDlp(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, PATH: [join(ytDlpFolder, 'bin'), env.PATH ?? ''].join(delimiter) };
}

/** A Chromium that playwright-core can drive; `CHROMIUM_PATH` names another one. */
export function chromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && existsSync(named)) return named;
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const windows = join(
    process.env.ProgramFiles ?? 'C:\\Program Files',
    'Google\\Chrome\\Application\\chrome.exe',
  );
  return (
    findOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    [mac, windows].find((path) => existsSync(path))
  );
}

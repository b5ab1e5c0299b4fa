/**
 * Plays the desktop program for @vscode/test-electron: takes its arguments, runs the mocha suite in the
 * extension host of a code-server, and ends with its result. Exit code 0 without mocha's own summary is a
 * failure, because the workbench also says 0 when the extension host was killed in mid-suite.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { startServer } from './server';
import { launchBrowser, workbenchUrl } from './workbench';

/** Variables with this beginning reach the extension host. */
const environmentPrefix = 'BULK_TRANSCRIBE_';
const longestRunMs = 15 * 60_000;

interface Arguments {
  readonly extension: string;
  /** Other extensions under development. A workbench in a browser takes only one: they are installed instead. */
  readonly more: readonly string[];
  readonly tests: string;
  readonly userData?: string;
  readonly trust: boolean;
  readonly folder: string;
}

async function parse(args: readonly string[]): Promise<Arguments> {
  const value = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const named = '--extensionDevelopmentPath=';
  const [extension, ...more] = args
    .filter((arg) => arg.startsWith(named))
    .map((arg) => resolve(arg.slice(named.length)));
  const tests = value('extensionTestsPath');
  if (extension === undefined || tests === undefined)
    throw new Error('Usage: code --extensionDevelopmentPath=… --extensionTestsPath=… [folder]');
  const folder = args.find((arg) => !arg.startsWith('-'));
  const userData = value('user-data-dir');
  return {
    extension,
    more,
    tests: resolve(tests),
    // test-electron names a profile of its own; it is used only when somebody put settings into it.
    ...(userData !== undefined && existsSync(join(userData, 'User', 'settings.json')) ? { userData } : {}),
    trust:
      !args.includes('--disable-workspace-trust') || process.env[`${environmentPrefix}TEST_TRUST`] === '1',
    folder: folder === undefined ? await mkdtemp(join(tmpdir(), 'bulk-transcribe-empty-')) : resolve(folder),
  };
}

async function main(): Promise<number> {
  const args = await parse(process.argv.slice(2));
  await mkdir(args.folder, { recursive: true });
  const server = await startServer({
    tests: true,
    trust: args.trust,
    more: args.more,
    ...(args.userData === undefined ? {} : { userData: args.userData }),
  });
  const browser = await launchBrowser();
  const seen = { summary: false };
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const code = await new Promise<number>((settle, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`No result after ${longestRunMs / 60_000} minutes.`)),
        longestRunMs,
      );
      const log = (type: unknown, logged: unknown): void => {
        const text = format(...(Array.isArray(logged) ? (logged as unknown[]) : [logged]));
        if (/^\s*\d+ passing\b/m.test(text)) seen.summary = true;
        (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${text}\n`);
      };
      const exit = (result: unknown): void => {
        clearTimeout(patience);
        settle(typeof result === 'number' ? result : 1);
      };
      page.on('crash', () => reject(new Error('The workbench crashed.')));
      const open = async (): Promise<void> => {
        await page.exposeFunction('codeAutomationLog', log);
        await page.exposeFunction('codeAutomationExit', exit);
        const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
        const environment = Object.fromEntries(
          Object.entries(process.env).filter(([name]) => name.startsWith(environmentPrefix)),
        );
        await page.goto(
          workbenchUrl(server.port, args.folder, [
            ['extensionDevelopmentPath', remote(args.extension)],
            ['extensionTestsPath', remote(args.tests)],
            ['skipWelcome', 'true'],
            ['extensionEnvironment', JSON.stringify(environment)],
          ]),
        );
      };
      open().catch(reject);
    });
    if (code === 0 && !seen.summary) {
      process.stderr.write(
        "The workbench said 0, but mocha's summary never came: this run counts as failed.\n",
      );
      return 1;
    }
    return code;
  } finally {
    await browser.close();
    await server.stop();
    if (args.folder.includes('bulk-transcribe-empty-'))
      await rm(args.folder, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);

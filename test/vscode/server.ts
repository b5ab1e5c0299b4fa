/**
 * A VS Code that needs no download from its update host: the npm package `code-server`, a real workbench
 * with a real extension host, started on a free loopback port with a home and a profile of its own.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { writeProfile } from './profile';
import { codeServerEntry, nodeProgram } from './tools';

export interface ServerOptions {
  /** Settings of the user, by full name; settings of every scope are read from here. */
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** A profile folder to use instead of a throw-away one; its settings stay as they are. */
  readonly userData?: string;
  /** A built extension to install. */
  readonly vsix?: string;
  /** Folders of more extensions, each with its package.json and what that names. */
  readonly more?: readonly string[];
  /** Leaves Workspace Trust on; off, every folder is trusted. */
  readonly trust?: boolean;
  /** Lets the page's address name a test suite to run. */
  readonly tests?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkbenchServer {
  readonly port: number;
  readonly userData: string;
  /** Ends the server, its extension hosts and their children; removes the throw-away home. */
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions = {}): Promise<WorkbenchServer> {
  const home = await mkdtemp(join(tmpdir(), 'code-'));
  const userData = options.userData ?? join(home, 'data');
  const extensions = join(home, 'extensions');
  if (options.userData === undefined) await writeProfile(userData, options.userSettings ?? {});
  const env = {
    ...process.env,
    ...options.env,
    HOME: home,
    XDG_DATA_HOME: join(home, 'share'),
    XDG_CONFIG_HOME: join(home, 'config'),
    PATH: `${dirname(nodeProgram)}${delimiter}${process.env.PATH ?? ''}`,
  };
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];
  // A server takes up what lies there when it first looks.
  for (const folder of options.more ?? [])
    await cp(folder, join(extensions, `tests.${basename(folder)}-1.0.0`), { recursive: true });
  if (options.vsix !== undefined) {
    const args = [codeServerEntry, ...folders, '--install-extension', options.vsix];
    const installed = spawnSync(nodeProgram, args, { env, encoding: 'utf8' });
    if (installed.status !== 0) throw new Error(`The .vsix did not install:\n${installed.stderr}`);
  }
  const args = [
    codeServerEntry,
    ...['--auth', 'none', '--config', join(home, 'config.yaml')],
    ...folders,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(options.trust === true ? [] : ['--disable-workspace-trust']),
    // A built product ignores `payload=` in the address without this.
    ...(options.tests === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  await writeFile(join(home, 'config.yaml'), '');
  for (let tries = 1; ; tries += 1) {
    try {
      const { port, end } = await launch(args, env);
      const stop = async (): Promise<void> => {
        await end();
        await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      };
      return { port, userData, stop };
    } catch (error) {
      // Another program may have taken the port that was free a moment ago.
      if (tries < 3) continue;
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      throw error;
    }
  }
}

async function launch(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly port: number; readonly end: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(nodeProgram, [...args, '--bind-addr', `127.0.0.1:${port}`], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer): void => {
    output = (output + data.toString()).slice(-8000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stopOnExit = (): void => killGroup(child, 'SIGKILL');
  process.once('exit', stopOnExit);
  const end = async (): Promise<void> => {
    process.removeListener('exit', stopOnExit);
    await endGroup(child);
  };
  try {
    await untilHealthy(port, child);
  } catch (error) {
    await end();
    throw new Error(`code-server did not start.\n${output}`, { cause: error });
  }
  return { port, end };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('No free port.'));
      });
    });
  });
}

async function untilHealthy(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`It does not answer; last: ${answer?.status ?? 'nothing'}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    // It leads a process group of its own, so this reaches its children as well.
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  killGroup(child, 'SIGTERM');
  const patience = setTimeout(() => killGroup(child, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(patience);
  killGroup(child, 'SIGKILL');
}

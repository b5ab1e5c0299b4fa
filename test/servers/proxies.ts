/**
 * Real proxies on loopback: tinyproxy and microsocks as Debian packs them, with what they saw. For the unit
 * tests and for the tests inside VS Code.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../programs/find';

export interface RunningProxy {
  readonly port: number;
  /** As written in the setting `proxies`, without a password. */
  readonly address: string;
  readonly user?: string;
  readonly password?: string;
  /** Hosts and ports that were asked of it, in order, as `127.0.0.1:8080`. */
  targets(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  readonly user?: string;
  readonly password?: string;
  readonly port?: number;
  /** Tunnels are made only to this port; otherwise to any. */
  readonly tunnelsTo?: number;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An HTTP proxy. */
export async function startTinyproxy(options: ProxyOptions = {}): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyproxy-'));
  const port = options.port ?? (await freePort());
  const log = join(folder, 'log');
  const { user, password, tunnelsTo } = options;
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 60',
    `LogFile "${log}"`,
    'LogLevel Connect',
    `PidFile "${join(folder, 'pid')}"`,
    'MaxClients 200',
    'Allow 127.0.0.1',
    'DisableViaHeader Yes',
    ...(user === undefined ? [] : [`BasicAuth ${user} ${password ?? ''}`]),
    ...(tunnelsTo === undefined ? [] : [`ConnectPort ${tunnelsTo}`]),
  ];
  const config = join(folder, 'tinyproxy.conf');
  await writeFile(config, `${lines.join('\n')}\n`);
  const child = spawn(program('tinyproxy'), ['-d', '-c', config], { stdio: 'ignore' });
  await listening(child, port);
  return {
    port,
    address: `http://${user === undefined ? '' : `${user}@`}127.0.0.1:${port}`,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    targets: async () => {
      const text = await readFile(log, 'utf8').catch(() => '');
      // Tunnels, and plain requests for a whole address.
      const asked = /Request \(file descriptor \d+\): (?:CONNECT (\S+)|[A-Z]+ http:\/\/([^/\s]+)\S*) HTTP/g;
      return [...text.matchAll(asked)].map(([, tunnel, host]) => tunnel ?? host ?? '');
    },
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A SOCKS5 proxy. */
export async function startMicrosocks(options: ProxyOptions = {}): Promise<RunningProxy> {
  const port = options.port ?? (await freePort());
  const { user, password } = options;
  const auth = user === undefined ? [] : ['-u', user, '-P', password ?? ''];
  const child = spawn(program('microsocks'), ['-i', '127.0.0.1', '-p', String(port), ...auth], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let seen = '';
  child.stderr.on('data', (piece: Buffer) => {
    seen += piece.toString('latin1');
  });
  await listening(child, port);
  return {
    port,
    address: `socks5h://${user === undefined ? '' : `${user}@`}127.0.0.1:${port}`,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    targets: () => Promise.resolve([...seen.matchAll(/: connected to (\S+)/g)].map(([, to = '']) => to)),
    stop: () => ended(child),
  };
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const until = Date.now() + 8000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The proxy ended with ${child.exitCode}.`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    if (Date.now() > until) throw new Error('The proxy does not listen.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** A redis-server of the tests on a free loopback port: started, killed, and started again on the same port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../programs/find';
import { freePort } from './proxies';

export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly keeps: boolean,
  ) {}

  /** `keeps`: every write is on disk before it is answered, so that a killed server has its data again. */
  static async start(keeps = false): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-redis-'));
    const server = new RedisServer(await freePort(), folder, keeps);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it on its port, and waits until it answers. */
  async begin(): Promise<void> {
    const disk = this.keeps ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const child = spawn(
      program('redis-server'),
      ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder, ...disk],
      { stdio: 'ignore' },
    );
    this.child = child;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('redis-server has ended');
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await over;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('data', (bytes) => end(bytes.toString('latin1').startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}

/** A redis-server of the tests on a free loopback port: started, killed, and started again on the same port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../programs/find';
import { freePort } from './proxies';

export interface RedisOptions {
  /** Every write is on disk before it is answered, so that a killed server has its data again. */
  readonly keeps?: boolean;
  /** Its port speaks TLS alone, with the certificate and key of these files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** More lines of its configuration, such as `requirepass`. */
  readonly lines?: readonly string[];
}

export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: RedisOptions,
  ) {}

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-redis-'));
    const server = new RedisServer(await freePort(), folder, options);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it on its port, and waits until it answers. It is empty unless it keeps its data. */
  async begin(): Promise<void> {
    // The configuration comes on standard input: a password is on no command line.
    const child = spawn(program('redis-server'), ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    child.stdin.end(this.configuration());
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server has ended: ${said}`)));
      child.stdout.on('data', (text) => {
        said += String(text);
        if (said.includes('Ready to accept connections')) resolve();
      });
    });
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

  private configuration(): string {
    const { keeps = false, tls, lines = [] } = this.options;
    const ports = tls
      ? [
          'port 0',
          `tls-port ${this.port}`,
          `tls-cert-file ${tls.certificate}`,
          `tls-key-file ${tls.key}`,
          'tls-auth-clients no',
        ]
      : [`port ${this.port}`];
    const disk = keeps ? ['appendonly yes', 'appendfsync always'] : ['appendonly no'];
    return [...ports, 'bind 127.0.0.1', 'save ""', `dir ${this.folder}`, ...disk, ...lines, ''].join('\n');
  }
}

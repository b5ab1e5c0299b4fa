/** Processes that share one account, and its service with a true sliding window. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Relay } from '../servers/relay';
import { SlidingWindow } from '../servers/slidingWindow';

export interface HerdOptions {
  readonly redisPort: number;
  /** What the service allows in any window. */
  readonly limit: number;
  readonly windowMs: number;
  /** How a peer is started: the arguments of Node before its own. */
  readonly program: readonly string[];
}

export interface Peer {
  readonly child: ChildProcess;
  readonly relay: Relay;
  readonly said: string[];
}

export class Herd {
  readonly peers: Peer[] = [];
  /** Arrivals at the service, ms; refused ones among them. */
  readonly arrivals: number[] = [];
  refused = 0;
  onArrival: (() => void) | undefined;
  private readonly folders: string[] = [];
  private readonly window: SlidingWindow;

  private constructor(
    private readonly options: HerdOptions,
    private readonly service: Server,
  ) {
    this.window = new SlidingWindow(options.limit, options.windowMs);
    service.on('request', (_request, response) => {
      const now = performance.now();
      this.arrivals.push(now);
      const fits = this.window.take(now);
      if (!fits) this.refused += 1;
      response.writeHead(fits ? 200 : 429).end('{}');
      this.onArrival?.();
    });
  }

  static async start(options: HerdOptions): Promise<Herd> {
    const service = createServer();
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    return new Herd(options, service);
  }

  /** Another machine, with a state folder and a way to Redis of its own. */
  async join(): Promise<Peer> {
    const { redisPort, limit, windowMs, program } = this.options;
    const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-peer-'));
    this.folders.push(folder);
    const relay = await Relay.start(redisPort);
    const { port } = this.service.address() as AddressInfo;
    const child = spawn(
      process.execPath,
      [
        ...program,
        `redis://127.0.0.1:${relay.port}`,
        folder,
        `http://127.0.0.1:${port}/`,
        String(limit),
        String(windowMs),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const said: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
    const peer = { child, relay, said };
    this.peers.push(peer);
    return peer;
  }

  /** kill −9. */
  async kill(peer: Peer): Promise<void> {
    this.peers.splice(this.peers.indexOf(peer), 1);
    const { child } = peer;
    if (child.exitCode === null && child.signalCode === null) {
      const over = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await over;
    }
    await peer.relay.end();
  }

  async end(): Promise<void> {
    for (const peer of [...this.peers]) await this.kill(peer);
    this.service.closeAllConnections();
    await new Promise((resolve) => this.service.close(resolve));
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

/** A TCP relay on loopback that can stop passing bytes, as a network does that is cut: nothing is closed. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Relay {
  private readonly sockets = new Set<Socket>();
  private cut = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(target: number): Promise<Relay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = new Relay(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => relay.pass(near, connect(target, '127.0.0.1')));
    return relay;
  }

  /** No byte passes until `mend`; new connections are accepted and stay silent. */
  stop(): void {
    this.cut = true;
    for (const socket of this.sockets) socket.pause();
  }

  mend(): void {
    this.cut = false;
    for (const socket of this.sockets) socket.resume();
  }

  async end(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      if (this.cut) from.pause();
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        // A cut network does not carry the end of a connection either.
        if (!this.cut) to.destroy();
      });
    }
  }
}

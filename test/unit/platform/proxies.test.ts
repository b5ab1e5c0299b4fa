import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpRequest, HttpResponse } from '../../../src/model/ports';
import { readSettings } from '../../../src/model/settings';
import { NodeFiles } from '../../../src/platform/files';
import { createOutlets } from '../../../src/platform/filterProxy';
import { createNetwork } from '../../../src/platform/network';
import type { Network, NetworkOptions } from '../../../src/platform/network';
import { FakeClock } from '../../helpers/fakeClock';
import { failureOf, rawServer } from '../../helpers/httpRig';
import { freePort, startMicrosocks, startTinyproxy } from '../../servers/proxies';
import type { RunningProxy } from '../../servers/proxies';

describe('proxies', () => {
  let folder: string;
  let target: Server;
  let origin: string;
  let place: string;
  /** The connections that reached the target, by their near port. */
  let peers: Set<number>;
  let answer: { status: number };
  const closers: (() => Promise<void> | void)[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxies-test-'));
    peers = new Set();
    answer = { status: 200 };
    target = createServer((request, response) => {
      response
        .writeHead(answer.status)
        .end(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''}`);
    }).listen(0, '127.0.0.1');
    target.on('connection', (socket) => peers.add(socket.remotePort ?? 0));
    await once(target, 'listening');
    place = `127.0.0.1:${(target.address() as AddressInfo).port}`;
    origin = `http://${place}`;
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    target.closeAllConnections();
    target.close();
    await rm(folder, { recursive: true, force: true });
  });

  const clock = new FakeClock();
  function network(
    proxies: readonly string[],
    more: Partial<NetworkOptions> & { mode?: 'pool' | 'rotating' | 'off'; password?: string } = {},
  ): Network {
    const { mode = 'pool', password, ...rest } = more;
    const made = createNetwork({
      stack: 'own',
      settings: () => ({ proxies, 'proxy.mode': mode }),
      secrets: { get: () => Promise.resolve(password) },
      files: new NodeFiles(folder),
      clock,
      stateFolder: folder,
      env: {},
      ...rest,
    });
    closers.push(() => made.close());
    return made;
  }
  const ask = (from: Network, more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
    from.http.request({
      method: 'GET',
      url: `${origin}/x`,
      signal: new AbortController().signal,
      timeoutMs: 5000,
      ...more,
    });
  const textOf = (found: HttpResponse): string => Buffer.from(found.body).toString('utf8');
  async function started(proxy: Promise<RunningProxy>): Promise<RunningProxy> {
    const running = await proxy;
    closers.push(() => running.stop());
    return running;
  }

  // Both programs come from Debian; elsewhere the proxies played by hand below have to do.
  const describeHere = process.platform === 'linux' ? describe : (): void => undefined;
  describeHere('that really run', () => {
    for (const [name, start] of [
      ['tinyproxy', startTinyproxy],
      ['microsocks', startMicrosocks],
    ] as const) {
      it(`${name} carries every request, plain and with a password`, async () => {
        for (const options of [{}, { user: 'me', password: 'p:w/ä%' }]) {
          if (name === 'tinyproxy' && 'user' in options) Object.assign(options, { password: 'pw-1' });
          const proxy = await started(start(options));
          const out = network([proxy.address], 'password' in options ? { password: options.password } : {});
          for (let i = 0; i < 3; i++) {
            const found = await ask(out);
            assert.equal(textOf(found), `GET /x ${place}`);
            assert.equal(found.via, 'proxy');
          }
          const before = await proxy.targets();
          assert.deepEqual(before, [place], 'one tunnel, kept alive');
          await out.close();
        }
      });

      it(`${name} refuses a wrong password, which is reported as such`, async () => {
        const proxy = await started(start({ user: 'me', password: 'right' }));
        const out = network([proxy.address], { password: 'wrong' });
        const found = await failureOf(ask(out));
        assert.equal(found.code, 'auth');
        assert.equal(found.needs, `proxy:${proxy.address.replace('me@', '')}`);
        assert.ok(!found.message.includes('wrong'));
        assert.equal(peers.size, 0);
      });

      it(`${name} that has died is never passed by`, async () => {
        const proxy = await started(start());
        const out = network([proxy.address]);
        await ask(out);
        await proxy.stop();
        peers.clear();
        const found = await failureOf(ask(out, { fresh: true }));
        assert.equal(found.code, 'network');
        assert.match(found.message, /^The proxy .* cannot be reached \(ECONNREFUSED\)\.$/);
        assert.equal(peers.size, 0);
      });

      it(`${name} tells that the host is not there`, async () => {
        const proxy = await started(start());
        const out = network([proxy.address]);
        const closed = await freePort();
        const found = await failureOf(ask(out, { url: `http://127.0.0.1:${closed}/` }));
        assert.equal(found.code, 'network');
        assert.match(found.message, /did not connect to 127\.0\.0\.1/);
      });
    }

    describe('and tunnel to port 443 alone', () => {
      const known = { user: 'me', password: 'right', tunnelsTo: 443 };

      it('are handed what is plain http, after one tunnel that they refused', async () => {
        for (const [options, password] of [
          [{ tunnelsTo: 443 }, undefined],
          [known, 'right'],
        ] as const) {
          const proxy = await started(startTinyproxy(options));
          const out = network([proxy.address], password === undefined ? {} : { password });
          for (let i = 0; i < 2; i++) {
            const found = await ask(out, { method: 'POST', body: 'once' });
            assert.equal(textOf(found), `POST /x ${place}`);
            assert.equal(found.via, 'proxy');
          }
          assert.deepEqual(await proxy.targets(), [place, place, place]);
          await out.close();
          assert.equal(await readFile(join(folder, 'proxies.json'), 'utf8').catch(() => '{}'), '{}');
        }
      });

      it('are distinguished from those that want another password', async () => {
        const proxy = await started(startTinyproxy(known));
        let password = 'wrong';
        const out = network([proxy.address], { secrets: { get: () => Promise.resolve(password) } });
        assert.equal((await failureOf(ask(out))).code, 'auth');
        password = 'right';
        assert.equal((await ask(out)).status, 200);
        assert.ok(peers.size > 0);
      });

      it('are not handed what was meant to be secret', async () => {
        const proxy = await started(startTinyproxy({ tunnelsTo: 443 }));
        const out = network([proxy.address]);
        await ask(out);
        const found = await failureOf(ask(out, { url: `https://${place}/secret` }));
        assert.equal(found.code, 'network');
        assert.match(found.message, /did not connect to 127\.0\.0\.1 \(403\)/);
        assert.equal(found.unsent, true);
      });

      it('lead nowhere inside either', async () => {
        const proxy = await started(startTinyproxy({ tunnelsTo: 443 }));
        const out = network([proxy.address]);
        await ask(out);
        const before = (await proxy.targets()).length;
        for (const url of [origin, 'http://10.1.2.3/'])
          assert.equal((await failureOf(ask(out, { url, reach: 'public-only' }))).code, 'invalid-url');
        assert.equal((await proxy.targets()).length, before);
      });

      it('are handed what programs ask for', async () => {
        const proxy = await started(startTinyproxy(known));
        const out = network([proxy.address], { password: 'right' });
        const outlet = await createOutlets(out.dial).open({
          asked: `${origin}/x`,
          identity: 'a',
          signal: new AbortController().signal,
        });
        closers.push(() => outlet.close());
        const near = new URL(outlet.environment.http_proxy ?? '');
        const basic = Buffer.from(`${near.username}:${near.password}`).toString('base64');
        for (let i = 0; i < 2; i++) {
          const request = get({
            host: near.hostname,
            port: near.port,
            path: `${origin}/x`,
            headers: { 'proxy-authorization': `Basic ${basic}` },
          });
          const [response] = (await once(request, 'response')) as [IncomingMessage];
          let text = '';
          for await (const piece of response as AsyncIterable<Buffer>) text += piece.toString();
          assert.equal(text, `GET /x ${place}`);
        }
        assert.deepEqual(await proxy.targets(), [place, place, place]);
      });
    });

    it('give a new connection for each request when they rotate', async () => {
      const proxy = await started(startTinyproxy());
      const out = network([proxy.address], { mode: 'rotating' });
      for (let i = 0; i < 3; i++) await ask(out);
      assert.deepEqual(await proxy.targets(), [place, place, place]);
    });

    it('are taken in turn, one exit an identity', async () => {
      const one = await started(startTinyproxy());
      const two = await started(startMicrosocks());
      const out = network([one.address, two.address], { mode: 'rotating' });
      for (const identity of ['a', 'a', 'b', 'b', 'a']) await ask(out, { identity });
      assert.equal((await one.targets()).length, 3);
      assert.equal((await two.targets()).length, 2);
    });

    it('stand in for each other before anything is sent, and the dead one rests', async () => {
      const alive = await started(startTinyproxy());
      const dead = `socks5h://127.0.0.1:${await freePort()}`;
      const out = network([dead, alive.address], { mode: 'rotating' });
      for (let i = 0; i < 3; i++) await ask(out, { method: 'POST', body: 'once' });
      assert.equal((await alive.targets()).length, 3);
      await out.close();
      const kept = JSON.parse(await readFile(join(folder, 'proxies.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      assert.deepEqual(Object.keys(kept), [dead]);
    });

    it('carry the connections of programs too', async () => {
      const proxy = await started(startMicrosocks());
      const out = network([proxy.address]);
      const { port } = new URL(origin);
      const dialled = await out.dial(
        { host: '127.0.0.1', port: Number(port) },
        { reach: 'asked', identity: 'a', signal: new AbortController().signal },
      );
      assert.equal(dialled.via, 'proxy');
      dialled.socket.write('GET /program HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      let text = '';
      for await (const piece of dialled.socket as AsyncIterable<Buffer>) text += piece.toString();
      assert.match(text, /GET \/program x/);
      assert.deepEqual(await proxy.targets(), [place]);
    });

    it('do not lead inside what a page names', async () => {
      const proxy = await started(startTinyproxy());
      const out = network([proxy.address]);
      for (const url of [origin, `http://localhost:${new URL(origin).port}/`, 'http://10.1.2.3/'])
        assert.equal((await failureOf(ask(out, { url, reach: 'public-only' }))).code, 'invalid-url');
      const dial = out.dial(
        { host: '127.0.0.1', port: Number(new URL(origin).port) },
        { reach: 'public-only', identity: 'a', signal: new AbortController().signal },
      );
      assert.equal((await failureOf(dial)).code, 'invalid-url');
      assert.deepEqual(await proxy.targets(), []);
    });

    it('are passed by only for a service of this computer that says so', async () => {
      const proxy = await started(startTinyproxy());
      const out = network([proxy.address]);
      assert.equal((await ask(out, { ownMachine: true })).via, 'direct');
      assert.deepEqual(await proxy.targets(), []);
      const off = network([proxy.address], { mode: 'off' });
      assert.equal((await ask(off)).via, 'direct');
    });

    it('of the environment count in a terminal, with their password, and not for loopback', async () => {
      const proxy = await started(startTinyproxy({ user: 'me', password: 'pw' }));
      const env = { HTTP_PROXY: `http://me:pw@127.0.0.1:${proxy.port}` };
      const out = network([], { env });
      assert.equal((await ask(out)).via, 'direct');
      assert.deepEqual(await proxy.targets(), []);
      // The name cannot be resolved: that the proxy was asked is all there is to see.
      const found = await failureOf(ask(out, { url: 'http://nowhere.invalid/' }));
      assert.match(found.message, /did not connect to nowhere\.invalid/);
      assert.deepEqual(await proxy.targets(), ['nowhere.invalid:80']);
    });
  });

  it('that are invalid let nothing out', async () => {
    const { proxies } = readSettings({ proxies: ['htp://a.example:1'] }).settings;
    const found = await failureOf(ask(network(proxies)));
    assert.equal(found.code, 'network');
    assert.match(found.message, /Correct the setting proxies/);
    assert.equal(peers.size, 0);
  });

  it('that answer nonsense, or nothing, or stop half-way, are reported as not being proxies', async () => {
    const nonsense = await rawServer((socket) => socket.end('220 mail ready\r\n\r\n'), closers);
    const closing = await rawServer((socket) => socket.end(), closers);
    const flood = await rawServer((socket) => {
      socket.write('x'.repeat(100_000));
    }, closers);
    for (const { port } of [nonsense, closing, flood])
      for (const scheme of ['http', 'socks5']) {
        const found = await failureOf(ask(network([`${scheme}://127.0.0.1:${port}`])));
        assert.equal(found.code, 'network', scheme);
        assert.match(found.message, /proxy|closed the connection/);
      }
    const silent = await rawServer(() => undefined, closers);
    const waiting = ask(network([`http://127.0.0.1:${silent.port}`]), { timeoutMs: 50 });
    assert.equal((await failureOf(waiting)).code, 'timeout');
    assert.equal(peers.size, 0);
  });

  it('get the name of a host, never its address, and nothing after it is lost', async () => {
    let head = '';
    const proxy = await rawServer((socket) => {
      socket.once('data', (piece) => {
        head = piece.toString();
        // The answer of the target comes in the same packet as the proxy's own.
        socket.once('data', () => undefined);
        socket.write('HTTP/1.1 200 fine\r\nX: y\r\n\r\n');
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
      });
    }, closers);
    const found = await ask(network([`http://127.0.0.1:${proxy.port}`]), { url: 'http://name.example:81/' });
    assert.equal(textOf(found), 'hi');
    assert.match(head, /^CONNECT name\.example:81 HTTP\/1\.1\r\nHost: name\.example:81\r\n\r\n$/);
  });

  it('of Tor get another user name for another identity', async () => {
    // Tor's own SOCKS port, played by hand: it takes any user and password.
    const users: string[] = [];
    const hosts: string[] = [];
    const tor = createRawServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(Uint8Array.from([5, 2]));
        socket.once('data', (auth) => {
          users.push(auth.subarray(2, 2 + (auth[1] ?? 0)).toString());
          socket.write(Uint8Array.from([1, 0]));
          socket.once('data', (wish) => {
            hosts.push(wish.subarray(5, 5 + (wish[4] ?? 0)).toString());
            socket.write(Uint8Array.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
          });
        });
      });
    });
    const isFree = await new Promise<boolean>((resolve) => {
      tor.once('error', () => {
        resolve(false);
      });
      tor.listen(9050, '127.0.0.1', () => {
        resolve(true);
      });
    });
    assert.ok(isFree, 'port 9050 is taken');
    closers.push(() => void tor.close());
    const out = network(['tor']);
    for (const identity of ['a', 'a', 'b']) {
      const found = await ask(out, { url: 'http://name.example/', identity });
      assert.equal(found.via, 'tor');
    }
    assert.equal(users[0], users[1]);
    assert.notEqual(users[1], users[2]);
    assert.deepEqual(hosts, ['name.example', 'name.example', 'name.example']);
  });

  it('rest longer with each failure, across a restart, and are all tried when none is well', async () => {
    const dead = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
    const out = network(dead);
    for (let i = 0; i < 3; i++) assert.equal((await failureOf(ask(out))).code, 'network');
    await out.close();
    const kept = JSON.parse(await readFile(join(folder, 'proxies.json'), 'utf8')) as Record<
      string,
      { failures: number; until: number }
    >;
    for (const key of dead) {
      assert.equal(kept[key]?.failures, 3);
      assert.equal(kept[key].until, clock.now() + 120_000);
    }
    const again = network(dead);
    assert.equal((await failureOf(ask(again))).code, 'network');
  });
});

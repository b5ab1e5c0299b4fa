import assert from 'node:assert/strict';
import http from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { createOutlets, directDial } from '../../../src/platform/filterProxy';

describe('the way out for programs that fetch by themselves', () => {
  let server: http.Server;
  let port = 0;
  const outlets = createOutlets(directDial());
  const signal = new AbortController().signal;
  before(async () => {
    server = http.createServer((request, response) => {
      response.setHeader('x-seen', JSON.stringify(request.headers));
      response.end(`${request.method ?? ''} ${request.url ?? ''}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  /** A plain GET through the proxy, as a program would send it. */
  const get = (proxy: string, target: string, auth = new URL(proxy)) =>
    new Promise<{ status: number; text: string; seen: string }>((resolve, reject) => {
      const { hostname, port: proxyPort } = new URL(proxy);
      const authorization = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
      http
        .get({
          host: hostname,
          port: proxyPort,
          path: target,
          headers: { 'proxy-authorization': authorization },
        })
        .once('error', reject)
        .once('response', (answer) => {
          let text = '';
          answer.on('data', (piece: Buffer) => (text += piece.toString()));
          answer.once('end', () =>
            resolve({ status: answer.statusCode ?? 0, text, seen: String(answer.headers['x-seen'] ?? '') }),
          );
        });
    });
  const tunnel = (proxy: string, target: string) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port: proxyPort, username, password } = new URL(proxy);
      const socket = connect(Number(proxyPort), hostname);
      let text = '';
      socket.on('data', (piece) => (text += piece.toString()));
      socket.once('close', () => resolve(text));
      socket.once('error', reject);
      const token = Buffer.from(`${username}:${password}`).toString('base64');
      socket.write(
        `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${token}\r\n\r\n`,
      );
      socket.write(`GET /inside HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
  const proxyOf = (outlet: { environment: Readonly<Record<string, string>> }): string =>
    outlet.environment.https_proxy ?? '';

  it('reaches the private address the user named, plain and tunnelled', async () => {
    const asked = `http://127.0.0.1:${port}/list`;
    const outlet = await outlets.open({ asked, identity: 'a', signal });
    const answer = await get(proxyOf(outlet), `http://127.0.0.1:${port}/page?x=1`);
    assert.deepEqual([answer.status, answer.text], [200, 'GET /page?x=1']);
    assert.ok(!answer.seen.includes('proxy-auth'), 'its own password stays here');
    assert.match(
      await tunnel(proxyOf(outlet), `127.0.0.1:${port}`),
      /200 Connection established[^]*GET \/inside/,
    );
    assert.deepEqual([outlet.connections, outlet.failures], [2, []]);
    outlet.close();
  });

  it('does not reach a private address of a list before the user has confirmed it', async () => {
    const asked = `http://127.0.0.1:${port}/list`;
    const outlet = await outlets.open({ asked, reach: 'unconfirmed', identity: 'a', signal });
    assert.equal((await get(proxyOf(outlet), asked)).status, 403);
    assert.equal((await get(proxyOf(outlet), `http://10.0.0.1/`)).status, 403);
    assert.deepEqual(
      outlet.failures.map(({ code, subject }) => [code, subject]),
      [
        ['auth', '127.0.0.1'],
        ['invalid-url', undefined],
      ],
    );
    outlet.close();
  });

  it('refuses every other private address: other ports, names of it, other notations, link-local', async () => {
    const outlet = await outlets.open({ asked: `http://127.0.0.1:1/`, identity: 'a', signal });
    const targets = [
      '127.0.0.1',
      'localhost',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
    ];
    for (const host of targets) {
      assert.equal((await get(proxyOf(outlet), `http://${host}:${port}/`)).status, 403, host);
      assert.match(await tunnel(proxyOf(outlet), `${host}:${port}`), /^HTTP\/1.1 403 /, host);
    }
    assert.ok(outlet.failures.every(({ code }) => code === 'invalid-url'));
    assert.equal(outlet.failures.length, targets.length * 2);
    outlet.close();
  });

  it('refuses requests without its password, and other schemes', async () => {
    const outlet = await outlets.open({ asked: `http://127.0.0.1:${port}/`, identity: 'a', signal });
    const wrong = new URL('http://x:wrong@h');
    assert.equal((await get(proxyOf(outlet), `http://127.0.0.1:${port}/`, wrong)).status, 407);
    assert.equal((await get(proxyOf(outlet), `ftp://127.0.0.1:${port}/`)).status, 400);
    assert.equal((await get(proxyOf(outlet), '/')).status, 400);
    assert.equal(outlet.connections, 0);
    outlet.close();
  });

  it('is gone after its use, and with a stop', async () => {
    const stop = new AbortController();
    const outlet = await outlets.open({ identity: 'a', signal: stop.signal });
    stop.abort();
    await assert.rejects(get(proxyOf(outlet), `http://127.0.0.1:${port}/`));
  });
});

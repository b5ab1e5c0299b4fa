import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Failure } from '../../../src/model/failure';
import { NodeHttp } from '../../../src/platform/http';
import { DirectRoute } from '../../../src/platform/httpRoute';
import type { Lookup } from '../../../src/platform/httpRoute';
import { DirectRouter } from '../../helpers/directRouter';
import { httpRig } from '../../helpers/httpRig';

describe('http', () => {
  const { ask, failed, serve, serveRaw, textOf } = httpRig();

  it('gives every status as an answer, with lower-case headers', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(429, { 'Retry-After': '7', 'X-Two': ['a', 'b'] }).end('slow down');
    });
    const answer = await ask(`${origin}/x`);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '7');
    assert.equal(answer.headers['x-two'], 'a, b');
    assert.equal(textOf(answer), 'slow down');
    assert.equal(answer.via, 'direct');
  });

  it('takes a part of an answer for all of it only where it is, or where a part was asked for', async () => {
    const { origin } = await serve((request, response) => {
      response.writeHead(206, { 'content-range': `bytes ${request.url?.slice(1)}` }).end('WEBVTT');
    });
    assert.equal((await failed(ask(`${origin}/0-5/900`))).code, 'bad-response');
    assert.equal(textOf(await ask(`${origin}/0-5/6`)), 'WEBVTT');
    assert.equal(textOf(await ask(`${origin}/0-5/900`, { headers: { Range: 'bytes=0-5' } })), 'WEBVTT');
  });

  for (const [name, pack] of Object.entries({
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    'raw deflate': deflateRawSync,
  }))
    it(`unpacks ${name}`, async () => {
      const text = 'Grüße '.repeat(20_000);
      const { origin } = await serve((request, response) => {
        assert.match(request.headers['accept-encoding'] ?? '', /gzip.*deflate.*br/);
        response.writeHead(200, { 'content-encoding': name.replace('raw ', '') }).end(pack(text));
      });
      assert.equal(textOf(await ask(origin)), text);
    });

  it('refuses what is too large: announced, streamed without end, or blown up by packing', async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': 1e9 }).write('x');
      else if (request.url === '/bomb')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
      else {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      }
    });
    for (const path of ['/announced', '/bomb', '/endless'])
      assert.equal((await failed(ask(origin + path))).code, 'bad-response', path);
    assert.equal((await failed(ask(`${origin}/endless`, { maxBytes: 1000 }))).code, 'bad-response');
  });

  it('wants the whole answer in time, however slowly it drips', async () => {
    const { origin } = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const found = await failed(ask(origin, { timeoutMs: 60 }));
    assert.equal(found.code, 'timeout');
    assert.match(found.message, /^No whole answer from 127\.0\.0\.1:\d+ in 0\.06 s\.$/);
  });

  it('ends at once on abort, before and during a request', async () => {
    const controller = new AbortController();
    const { origin } = await serve(() => {
      controller.abort();
    });
    assert.equal((await failed(ask(origin, { signal: controller.signal }))).code, 'cancelled');
    assert.equal((await failed(ask(origin, { signal: controller.signal }))).code, 'cancelled');
  });

  it('tells nonsense from a broken connection', async () => {
    const nonsense = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    assert.equal((await failed(ask(nonsense))).code, 'bad-response');
    const cut = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'));
    assert.equal((await failed(ask(cut))).code, 'network');
    const silent = await serveRaw((socket) => socket.destroy());
    assert.equal((await failed(ask(silent))).code, 'network');
    const broken = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all');
    });
    assert.equal((await failed(ask(broken.origin))).code, 'bad-response');
    const { origin, server } = await serve(() => undefined);
    server.close();
    const refused = await failed(ask(origin));
    assert.equal(refused.code, 'network');
    assert.match(refused.message, /refuses the connection \(ECONNREFUSED\): 127/);
  });

  describe('tells what was surely not sent, so that it may be sent again where it costs money', () => {
    const post = (url: string): Promise<Failure> =>
      failed(ask(url, { method: 'POST', body: '{}', timeoutMs: 150, fresh: true }));

    it('when no connection was made, or its encryption was not', async () => {
      const { origin, server } = await serve(() => undefined);
      server.close();
      assert.equal((await post(origin)).unsent, true);
      // Takes connections and says nothing; closes at the first word; speaks no TLS.
      const handlers: ((socket: Socket) => void)[] = [
        () => undefined,
        (socket) => socket.destroy(),
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ];
      for (const handler of handlers) {
        const secure = (await serveRaw(handler)).replace('http:', 'https:');
        assert.equal((await post(secure)).unsent, true);
      }
      const lost: Lookup = () => undefined;
      const nowhere = new NodeHttp(new DirectRouter(new DirectRoute('own', lost)));
      const found = await failed(ask('http://service.test/', { timeoutMs: 50 }, nowhere));
      assert.deepEqual([found.code, found.unsent], ['timeout', true]);
      nowhere.close();
    });

    it('and never when a connection stood', async () => {
      const silent = await serveRaw(() => undefined);
      assert.deepEqual([(await post(silent)).code, (await post(silent)).unsent], ['timeout', undefined]);
      const closing = await serveRaw((socket) => socket.destroy());
      assert.deepEqual([(await post(closing)).code, (await post(closing)).unsent], ['network', undefined]);
    });
  });

  it('keeps a connection for the next request', async () => {
    let connections = 0;
    const { origin, server } = await serve((_request, response) => response.end('ok'));
    server.on('connection', () => connections++);
    for (let i = 0; i < 5; i++) await ask(origin);
    assert.equal(connections, 1);
  });

  describe('redirects', () => {
    it('are followed within an origin by default, and answered as themselves beyond it', async () => {
      const other = await serve((_request, response) => response.end('other'));
      const { origin } = await serve((request, response) => {
        if (request.url === '/near') response.writeHead(302, { location: '/there' }).end();
        else if (request.url === '/far') response.writeHead(302, { location: `${other.origin}/sorry` }).end();
        else response.end(`at ${request.url ?? ''}`);
      });
      const near = await ask(`${origin}/near`);
      assert.equal(textOf(near), 'at /there');
      assert.equal(near.url, `${origin}/there`);
      assert.equal((await ask(`${origin}/far`)).status, 302);
      assert.equal((await ask(`${origin}/near`, { redirects: 'none' })).status, 302);
      assert.equal(textOf(await ask(`${origin}/far`, { redirects: 'public' })), 'other');
    });

    it('take no key to another host', async () => {
      let seen: IncomingMessage['headers'] = {};
      const other = await serve((request, response) => {
        seen = request.headers;
        response.end();
      });
      const { origin } = await serve((_request, response) =>
        response.writeHead(302, { location: other.origin }).end(),
      );
      const headers = { Authorization: 'Bearer x', Cookie: 'a=b', 'Api-Key': 'k', 'X-Plain': 'y' };
      await ask(origin, { redirects: 'public', headers });
      assert.equal(seen.authorization, undefined);
      assert.equal(seen.cookie, undefined);
      assert.equal(seen['api-key'], undefined);
      assert.equal(seen['x-plain'], 'y');
    });

    it('send a body once, and never to another host', async () => {
      let bodies = 0;
      const other = await serve((_request, response) => response.end('other'));
      const { origin } = await serve((request, response) => {
        request.on('data', () => bodies++);
        request.on('end', () => {
          if (request.url === '/303') response.writeHead(303, { location: '/done' }).end();
          else if (request.url === '/307') response.writeHead(307, { location: other.origin }).end();
          else response.end(request.method);
        });
      });
      const post = { method: 'POST', body: 'x', redirects: 'public' } as const;
      assert.equal(textOf(await ask(`${origin}/303`, post)), 'GET');
      assert.equal(bodies, 1);
      assert.equal((await ask(`${origin}/307`, post)).status, 307);
    });

    it('name the host that they led to, where that one fails', async () => {
      const other = await serve((request) => request.socket.destroy());
      const { origin } = await serve((_request, response) =>
        response.writeHead(302, { location: other.origin }).end(),
      );
      await assert.rejects(ask(origin, { redirects: 'public' }), new RegExp(other.origin.slice(7)));
    });

    it('end after five, and at other schemes', async () => {
      const { origin } = await serve((request, response) => {
        const location = request.url === '/file' ? 'file:///etc/passwd' : `${request.url ?? ''}x`;
        response.writeHead(302, { location }).end();
      });
      assert.equal((await ask(`${origin}/`)).url, `${origin}/xxxxx`);
      assert.equal((await ask(`${origin}/file`, { redirects: 'public' })).status, 302);
    });
  });

  describe('bodies', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'http-test-'));
    });
    afterEach(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    it('go to disk with progress, whole or not at all', async () => {
      const { origin } = await serve((request, response) => {
        if (request.url === '/cut') {
          response.writeHead(200, { 'content-length': 2_000_000 }).write(Buffer.alloc(1000));
          setImmediate(() => response.destroy());
        } else if (request.url === '/packed')
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
        else if (request.url === '/missing') response.writeHead(404).end('not here');
        else response.writeHead(200, { 'content-length': 2_000_000 }).end(Buffer.alloc(2_000_000, 7));
      });
      const saveTo = join(folder, 'a.mp3');
      let last = 0;
      const answer = await ask(origin, {
        saveTo,
        onProgress: (done, total) => {
          assert.ok(done >= last && total === 2_000_000);
          last = done;
        },
      });
      assert.equal(answer.body.byteLength, 0);
      assert.equal((await readFile(saveTo)).byteLength, 2_000_000);
      assert.equal(last, 2_000_000);
      await rm(saveTo);
      const packed = await failed(ask(`${origin}/packed`, { saveTo }));
      assert.equal(packed.code, 'bad-response');
      await assert.rejects(readFile(saveTo), 'a packed file is not kept');
      assert.equal(textOf(await ask(`${origin}/missing`, { saveTo })), 'not here');
      assert.equal((await failed(ask(`${origin}/cut`, { saveTo }))).code, 'network');
      assert.equal((await failed(ask(origin, { saveTo, maxBytes: 1_000_000 }))).code, 'too-large');
      assert.deepEqual(await readdir(folder), []);
      const nowhere = join(folder, 'no', 'where');
      assert.equal((await failed(ask(origin, { saveTo: nowhere }))).code, 'disk');
    });

    it('stream a file from disk as multipart, with its length', async () => {
      const path = join(folder, 'a.mp3');
      await writeFile(path, Buffer.alloc(300_000, 5));
      let type = '';
      let length = 0;
      const pieces: Buffer[] = [];
      const { origin } = await serve((request, response) => {
        type = request.headers['content-type'] ?? '';
        length = Number(request.headers['content-length']);
        request.on('data', (piece: Buffer) => pieces.push(piece));
        request.on('end', () => response.end('{}'));
      });
      await ask(origin, {
        method: 'POST',
        body: {
          fields: [['model', 'whisper-1'] as const, ['na"me\n', 'ä'] as const],
          file: { name: 'file', path, fileName: 'a "b".mp3', type: 'audio/mpeg' },
        },
      });
      const body = Buffer.concat(pieces);
      assert.equal(body.byteLength, length);
      const form = await new Response(body, { headers: { 'content-type': type } }).formData();
      assert.equal(form.get('model'), 'whisper-1');
      const file = form.get('file');
      assert.ok(file instanceof File);
      assert.equal(file.size, 300_000);
      assert.equal(file.type, 'audio/mpeg');
    });

    it('hear a refusal that comes before the upload is through', async () => {
      const path = join(folder, 'big.mp3');
      await writeFile(path, Buffer.alloc(8_000_000));
      const { origin } = await serve((_request, response) => {
        response.writeHead(401, { connection: 'close' }).end('no such key');
      });
      const file = { name: 'file', path, fileName: 'big.mp3', type: 'audio/mpeg' };
      const answer = await ask(origin, { method: 'POST', body: { fields: [], file } });
      assert.equal(answer.status, 401);
      assert.equal(textOf(answer), 'no such key');
    });

    it('say when the file to send is gone', async () => {
      const { origin } = await serve((_request, response) => response.end());
      const file = { name: 'file', path: join(folder, 'gone'), fileName: 'x', type: 'a/b' };
      assert.equal((await failed(ask(origin, { method: 'POST', body: { fields: [], file } }))).code, 'disk');
    });
  });
});

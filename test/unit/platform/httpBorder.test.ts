/** What of this computer and its network a request reaches: by its address, and by what its name is resolved to. */
import { strict as assert } from 'node:assert';
import { NodeHttp } from '../../../src/platform/http';
import { DirectRoute } from '../../../src/platform/httpRoute';
import type { Lookup } from '../../../src/platform/httpRoute';
import { DirectRouter } from '../../helpers/directRouter';
import { httpRig } from '../../helpers/httpRig';

describe('http', () => {
  const { ask, failed, serve, textOf } = httpRig();

  describe('the border between public and private', () => {
    /** Answers every name with the given addresses. */
    const resolving =
      (...addresses: string[]): Lookup =>
      (_host, _options, callback) => {
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
      };
    const withNames = (lookup: Lookup): NodeHttp =>
      new NodeHttp(new DirectRouter(new DirectRoute('own', lookup)));

    it('lets the user ask for a private address', async () => {
      const { origin } = await serve((_request, response) => response.end('mine'));
      assert.equal(textOf(await ask(origin, { reach: 'asked' })), 'mine');
    });

    it('keeps out an address that a page names, in whatever way it is written', async () => {
      let hits = 0;
      const { origin } = await serve((_request, response) => {
        hits++;
        response.end();
      });
      const { port } = new URL(origin);
      for (const host of [
        '127.0.0.1',
        '2130706433',
        '0x7f.1',
        '0',
        'localhost',
        'a.localhost',
        'printer.local',
        'intranet',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
        '[fd00::1]',
        '[fe80::1]',
        '10.0.0.1',
        '172.16.3.4',
        '192.168.0.1',
        '169.254.169.254',
        '168.63.129.16',
        '[64:ff9b::a83f:8110]',
        'localhost..',
        '100.64.0.1',
        '224.0.0.1',
        '255.255.255.255',
      ]) {
        const found = await failed(ask(`http://${host}:${port}/`, { reach: 'public-only' }));
        assert.equal(found.code, 'invalid-url', host);
      }
      assert.equal(hits, 0);
    });

    it('looks at the address a name resolves to, and connects to that very one', async () => {
      let hits = 0;
      const { origin } = await serve((_request, response) => {
        hits++;
        response.end('inside');
      });
      const { port } = new URL(origin);
      const url = `http://rebind.example:${port}/`;
      for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::ffff:127.0.0.1']]) {
        const inside = withNames(resolving(...addresses));
        assert.equal((await failed(ask(url, { reach: 'public-only' }, inside))).code, 'invalid-url');
      }
      assert.equal(hits, 0);
      // Asked for by the user, the same name is fine.
      assert.equal(textOf(await ask(url, { reach: 'asked' }, withNames(resolving('127.0.0.1')))), 'inside');
    });

    it('asks for the user’s OK where a list names it, by its own name or by what it resolves to', async () => {
      let hits = 0;
      const { origin } = await serve((_request, response) => {
        hits++;
        response.end('inside');
      });
      const { port } = new URL(origin);
      const inside = withNames(resolving('127.0.0.1'));
      for (const host of ['127.0.0.1', 'localhost', 'innocent.example']) {
        const found = await failed(ask(`http://${host}:${port}/`, { reach: 'unconfirmed' }, inside));
        assert.deepEqual([found.code, found.subject], ['auth', host]);
      }
      assert.equal(hits, 0);
    });

    it('lets a name that was public first lead nowhere inside later, though the user wrote it', async () => {
      let hits = 0;
      const { origin } = await serve((_request, response) => {
        hits++;
        response.end('inside');
      });
      const { port } = new URL(origin);
      let addresses = ['93.184.216.34'];
      const names = withNames((host, options, callback) => resolving(...addresses)(host, options, callback));
      const gone = { timeoutMs: 50, reach: 'asked' as const };
      await failed(ask(`http://rebind.example:${port}/`, gone, names));
      addresses = ['127.0.0.1'];
      const found = await failed(ask(`http://rebind.example:${port}/`, { reach: 'asked' }, names));
      assert.equal(found.code, 'invalid-url');
      assert.equal(hits, 0);
      // A name that was private from the start is the user's own, at the address it had.
      assert.equal(textOf(await ask(`http://mine.example:${port}/`, { reach: 'asked' }, names)), 'inside');
      addresses = ['10.0.0.1'];
      assert.equal(
        (await failed(ask(`http://mine.example:${port}/`, { reach: 'asked', fresh: true }, names))).code,
        'invalid-url',
      );
      assert.equal(hits, 1);
    });

    it("looks a name up before VS Code's stack may hand it to a proxy near by", async () => {
      let hits = 0;
      const { origin } = await serve((_request, response) => {
        hits++;
        response.end('inside');
      });
      const { port } = new URL(origin);
      const inHost = (lookup: Lookup): NodeHttp =>
        new NodeHttp(new DirectRouter(new DirectRoute('host', lookup)));
      const url = `http://innocent.example:${port}/`;
      const inside = inHost(resolving('127.0.0.1'));
      assert.equal((await failed(ask(url, { reach: 'public-only' }, inside))).code, 'invalid-url');
      assert.equal(hits, 0);
    });

    it('never reuses a connection that was opened for the user', async () => {
      const { origin } = await serve((_request, response) => response.end('inside'));
      const url = `http://name.example:${new URL(origin).port}/`;
      const names = withNames(resolving('127.0.0.1'));
      await ask(url, { reach: 'asked' }, names);
      assert.equal((await failed(ask(url, { reach: 'public-only' }, names))).code, 'invalid-url');
      names.close();
    });
  });
});

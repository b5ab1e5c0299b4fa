/**
 * Listed proxies inside VS Code's patched network stack, under each value of `http.proxySupport`: the proxy
 * sees every request and the site none directly. Without listed ones the user's own `http.proxy` counts.
 */
import * as assert from 'node:assert/strict';
import * as https from 'node:https';
import { Socket } from 'node:net';
import * as vscode from 'vscode';
import { run, set, until, untilState, watch, writeList } from '../suite/helpers';

interface Told {
  readonly http: readonly string[];
  readonly socks: readonly string[];
  /** The far port of each request's connection at the site. */
  readonly connections: readonly number[];
}

const { http, socks, dead, target, told } = JSON.parse(process.env.BULK_TRANSCRIBE_TEST_PROXIES ?? '{}') as {
  readonly http: string;
  readonly socks: string;
  readonly dead: string;
  readonly target: string;
  readonly told: string;
};

async function seen(): Promise<Told> {
  return (await (await fetch(told)).json()) as Told;
}

/** Whether a request keeps an agent of its own; the patched stack drops it under `override`. */
function keepsAgent(): Promise<boolean> {
  return new Promise((resolve) => {
    const agent = new https.Agent();
    let asked = false;
    agent.createConnection = () => {
      asked = true;
      const socket = new Socket();
      setImmediate(() => socket.destroy(new Error('Seen.')));
      return socket;
    };
    const request = https.request({ host: 'nowhere.invalid', agent });
    request.on('error', () => resolve(asked));
    request.end();
  });
}

async function setSupport(value: string): Promise<void> {
  await vscode.workspace
    .getConfiguration('http')
    .update('proxySupport', value, vscode.ConfigurationTarget.Global);
}

let lists = 0;
/** Runs a batch of two new videos; returns what each side saw of it. */
async function batch(): Promise<{
  readonly completed: number;
  readonly codes: unknown[];
  readonly news: Told;
}> {
  lists += 1;
  const before = await seen();
  const name = `proxies-${lists}`;
  const ids = [0, 1].map((at) => `Prox${String(lists).padStart(5, '0')}v${at}`);
  await run('transcribeList', await writeList(`${name}.urls`, ids.map(watch)));
  const manifest = await untilState(name, 'finished');
  const after = await seen();
  return {
    completed: manifest.completed,
    codes: manifest.videos.map((video) => video.error_code),
    news: {
      http: after.http.slice(before.http.length),
      socks: after.socks.slice(before.socks.length),
      connections: after.connections.slice(before.connections.length),
    },
  };
}

describe('listed proxies in VS Code', () => {
  after(async () => {
    await set('proxies', undefined);
    await setSupport('override');
  });

  for (const support of ['override', 'fallback', 'on', 'off']) {
    describe(`with http.proxySupport "${support}"`, () => {
      before(async () => {
        await setSupport(support);
        // The stack really follows the setting: of the four, `override` alone drops a request's own agent.
        await until('the setting to count', async () => (await keepsAgent()) === (support !== 'override'));
      });

      for (const [kind, address] of [
        ['http', http],
        ['socks', socks],
      ] as const)
        it(`sends everything through the ${kind} proxy and nothing directly`, async () => {
          await set('proxies', [address]);
          const { completed, codes, news } = await batch();
          assert.equal(completed, 2, JSON.stringify({ codes, news }));
          assert.equal(news.connections.length, 4);
          const tunnels = kind === 'http' ? news.http : news.socks;
          assert.ok(tunnels.length > 0);
          for (const to of tunnels) assert.equal(to, target);
          // Each connection at the site is one of the proxy's.
          assert.ok(new Set(news.connections).size <= tunnels.length, JSON.stringify(news));
        });

      it('never goes out directly when the proxy fails', async () => {
        await set('proxies', [dead]);
        const { completed, codes, news } = await batch();
        assert.equal(completed, 0);
        assert.deepEqual(codes, ['network', 'network']);
        assert.deepEqual(news.connections, []);
      });
    });
  }

  it('uses the user’s own http.proxy when no proxy is listed', async () => {
    await set('proxies', undefined);
    await setSupport('override');
    const configuration = vscode.workspace.getConfiguration('http');
    await configuration.update('proxy', http, vscode.ConfigurationTarget.Global);
    try {
      const { completed, codes, news } = await batch();
      assert.equal(completed, 2, JSON.stringify({ codes, news }));
      assert.ok(news.http.length >= 1, JSON.stringify(news));
      for (const to of news.http) assert.equal(to, target);
    } finally {
      await configuration.update('proxy', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

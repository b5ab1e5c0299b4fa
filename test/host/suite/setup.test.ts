/** Keys, proxies and Check Setup as the user meets them: where secrets go, and where they never go. */
import * as assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { answer, resetSettings, run, set, until } from './helpers';

/** A server that keeps the heads of what it was asked. */
class Listener {
  readonly heads: IncomingMessage['headers'][] = [];
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<Listener> {
    const server = createServer((_request, response) => response.end('{"data":[]}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const listener = new Listener(server, `http://127.0.0.1:${port}`);
    server.on('request', ({ headers }: IncomingMessage) => listener.heads.push(headers));
    server.on('connect', ({ headers }: IncomingMessage, socket) => {
      listener.heads.push(headers);
      socket.end(
        headers['proxy-authorization'] === undefined
          ? 'HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
          : 'HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n',
      );
    });
    return listener;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The head of the request that Check Setup makes to the service. */
async function checked(service: Listener): Promise<IncomingMessage['headers']> {
  const before = service.heads.length;
  await run('checkSetup');
  const head = await until('the service to be asked', () => service.heads[before]);
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  return head;
}

describe('keys and proxies in VS Code', () => {
  let own: Listener;
  let other: Listener;
  let putBack: (() => void) | undefined;
  before(async () => ([own, other] = [await Listener.start(), await Listener.start()]));
  afterEach(async () => {
    putBack?.();
    putBack = undefined;
    await resetSettings();
  });
  after(() => {
    own.close();
    other.close();
  });

  it('sends a key to the origin it was entered for, to no other, and to none once it is cleared', async () => {
    await set('openai.endpoint', `${own.origin}/v1`);
    assert.equal((await checked(own)).authorization, undefined);
    putBack = answer('showInputBox', 'sk-only-for-this-origin');
    await run('setApiKey', 'openai');
    assert.equal((await checked(own)).authorization, 'Bearer sk-only-for-this-origin');
    await set('openai.endpoint', `${other.origin}/v1`);
    assert.equal((await checked(other)).authorization, undefined);
    await set('openai.endpoint', `${own.origin}/v1`);
    putBack();
    putBack = answer('showWarningMessage', 'Clear All');
    await run('clearApiKeys');
    assert.equal((await checked(own)).authorization, undefined);
  });

  it('leads from a failed row to the part of the set-up of speech-to-text that it names', async () => {
    const asked: string[] = [];
    const { showQuickPick, showInputBox } = vscode.window;
    putBack = () => Object.assign(vscode.window, { showQuickPick, showInputBox });
    Object.assign(vscode.window, {
      showQuickPick: (_items: unknown, { placeHolder = '' }: vscode.QuickPickOptions) =>
        Promise.resolve(void asked.push(placeHolder)),
      showInputBox: ({ prompt = '' }: vscode.InputBoxOptions) => Promise.resolve(void asked.push(prompt)),
    });
    await set('openai.endpoint', 'https://api.groq.com/openai/v1');
    for (const part of ['openai.model', 'openai.endpoint', 'deapi.model', 'deapi.endpoint'])
      await run('setUpSpeech', part);
    await set('openai.endpoint', `${own.origin}/v1`);
    await run('setUpSpeech', 'openai.endpoint');
    assert.deepEqual(asked, [
      'Which model of Groq?',
      'Which service?',
      'Model at deAPI',
      'Where is deAPI?',
      'Address of Another server',
    ]);
  });

  it('keeps the password of a proxy out of the settings, and gives it to that proxy', async () => {
    await set('proxies', []);
    putBack = answer('showInputBox', other.origin.replace('://', '://me:not-in-settings@'));
    await run('addProxy');
    const listed = await until('the setting', () => {
      const found = vscode.workspace.getConfiguration('bulkTranscribe').get<string[]>('proxies');
      return found?.length === 1 && found;
    });
    assert.deepEqual(listed, [other.origin.replace('://', '://me@')]);
    const all = JSON.stringify(vscode.workspace.getConfiguration().inspect('bulkTranscribe'));
    assert.equal(all.includes('not-in-settings'), false);
    const before = other.heads.length;
    await run('checkSetup');
    const expected = `Basic ${Buffer.from('me:not-in-settings').toString('base64')}`;
    await until('the proxy to be told', () =>
      other.heads.slice(before).some((head) => head['proxy-authorization'] === expected),
    );
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  });
});

// A newer table of YouTube's clients: fetched only where the user wants it, taken only with the owner's signature.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../../../src/model/settings';
import { NodeFiles } from '../../../../src/platform/files';
import { NodeHttp } from '../../../../src/platform/http';
import { DirectRoute } from '../../../../src/platform/httpRoute';
import { YouTubeSource } from '../../../../src/sources/youtube';
import { builtInKnowledge, currentKnowledge, useKnowledge } from '../../../../src/sources/youtube/knowledge';
import { KnowledgeUpdater } from '../../../../src/sources/youtube/updater';
import { DirectRouter } from '../../../helpers/directRouter';
import { FakeClock } from '../../../helpers/fakeClock';
import { sourceRequest } from '../../../helpers/sourceRequest';
import { playable, retired, track, YouTubePlayers } from '../../../helpers/youtubePlayers';

const owner = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const key = owner.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const signed = (table: string, by = owner.privateKey): string =>
  JSON.stringify({ schema: 1, table, signature: sign(null, Buffer.from(table), by).toString('base64') });
const newer = builtInKnowledge.version + 1;
const tableOf = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({ ...builtInKnowledge, version: newer, ...more });

describe("a newer table of YouTube's clients", () => {
  let server: Server;
  let answer: { status: number; body: string };
  let asked: number;
  let folder: string;
  let clock: FakeClock;
  const logged: string[] = [];
  const http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  const updaterOf = (isTrusted = true): KnowledgeUpdater => {
    const log = { write: (_level: string, text: string) => void logged.push(text) };
    const parts = {
      http,
      clock,
      files: new NodeFiles(),
      log,
      stateFolder: folder,
      isTrusted: () => isTrusted,
    };
    return new KnowledgeUpdater(parts, key);
  };
  const settings = (more: Partial<Settings> = {}): Partial<Settings> => ({
    'youtube.updateClients': true,
    'youtube.clientsUrl': `http://127.0.0.1:${(server.address() as AddressInfo).port}/clients.json`,
    ...more,
  });
  const link = { kind: 'youtube', url: 'https://www.youtube.com/watch?v=a', id: 'aaaaaaaaaaa' } as const;
  const look = (
    updater: KnowledgeUpdater,
    more: Partial<Settings> = {},
    why: 'daily' | 'failure' = 'daily',
  ) => updater.look(sourceRequest(link, { settings: settings(more) }).request, why);

  before(async () => {
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-clients-'));
    clock = new FakeClock();
    asked = 0;
    logged.length = 0;
    answer = { status: 200, body: signed(tableOf()) };
  });
  afterEach(async () => {
    useKnowledge(builtInKnowledge);
    await rm(folder, { recursive: true, force: true });
  });
  after(() => {
    http.close();
    server.close();
  });

  it('is used when the owner has signed it, and kept for the next start', async () => {
    await look(updaterOf());
    assert.equal(currentKnowledge().version, newer);
    useKnowledge(builtInKnowledge);
    await look(updaterOf());
    assert.equal(currentKnowledge().version, newer);
    assert.equal(asked, 1);
  });

  it('is asked for only where the user has turned it on, given an address, and trusts the workspace', async () => {
    await look(updaterOf(), { 'youtube.updateClients': false });
    await look(updaterOf(), { 'youtube.clientsUrl': '' });
    await look(updaterOf(false));
    assert.equal(asked, 0);
    assert.equal(currentKnowledge(), builtInKnowledge);
  });

  it('is no longer used once it is turned off', async () => {
    await look(updaterOf());
    await look(updaterOf(), { 'youtube.updateClients': false });
    assert.equal(currentKnowledge(), builtInKnowledge);
  });

  it('is asked for once a day, and an hour after the last look when all clients are refused', async () => {
    const updater = updaterOf();
    await look(updater);
    await look(updater, {}, 'failure');
    assert.equal(asked, 1);
    await clock.advance(3_600_000);
    await look(updater);
    assert.equal(asked, 1);
    await look(updater, {}, 'failure');
    assert.equal(asked, 2);
    await clock.advance(24 * 3_600_000);
    await Promise.all([look(updater), look(updater)]);
    assert.equal(asked, 3);
  });

  const refused: Readonly<Record<string, () => string>> = {
    'signed by another': () => signed(tableOf(), stranger.privateKey),
    'changed after it was signed': () => signed(tableOf()).replace('21.26', '21.27'),
    'without a signature': () => tableOf(),
    'older than what is in use': () => signed(tableOf({ version: builtInKnowledge.version - 1 })),
    'with a host': () =>
      signed(
        tableOf({
          clients: [{ name: 'x', clientName: 'XX', clientVersion: '1', id: 1, host: 'evil.example' }],
        }),
      ),
    'with an address of its own': () => signed(tableOf({ endpoint: 'https://evil.example' })),
    'with code': () =>
      signed(
        tableOf({ reasons: [{ code: 'blocked', proves: 'block', phrases: ['x'], run: 'process.exit()' }] }),
      ),
    'that makes refusals "no captions"': () =>
      signed(tableOf({ reasons: [{ code: 'no-captions', proves: 'video', phrases: ['private video'] }] })),
    'of another schema': () => signed(tableOf({ schema: 2 })),
    huge: () => signed(tableOf({ ytDlp: 'x'.repeat(700_000) })),
    'that is a page': () => '<!doctype html><html></html>',
    empty: () => '',
  };
  for (const [what, body] of Object.entries(refused))
    it(`${what} changes nothing, and the last good one stays`, async () => {
      const updater = updaterOf();
      await look(updater);
      const good = currentKnowledge();
      answer = { status: 200, body: body() };
      await clock.advance(24 * 3_600_000);
      await look(updater);
      assert.equal(asked, 2);
      assert.equal(currentKnowledge(), good);
      assert.match(logged.at(-1) ?? '', /^YouTube's clients were not updated: /);
      useKnowledge(builtInKnowledge);
      await look(updaterOf());
      assert.equal(currentKnowledge().version, newer);
    });

  it('that somebody has put into the state folder is not trusted', async () => {
    answer = { status: 500, body: '' };
    const kept = { looked: clock.now(), signed: signed(tableOf(), stranger.privateKey) };
    await writeFile(join(folder, 'youtube-clients.json'), JSON.stringify(kept));
    await look(updaterOf());
    assert.equal(currentKnowledge(), builtInKnowledge);
    await writeFile(join(folder, 'youtube-clients.json'), '{"looked":"never"');
    await look(updaterOf());
    assert.match(await readFile(join(folder, 'youtube-clients.json'), 'utf8'), /"looked":\d+/);
  });

  it('is asked for when all clients are outdated, and the video is asked for again with it', async () => {
    const site = new YouTubePlayers({ '*': retired, NEWEST: playable([track('a.en')]) });
    answer = { status: 200, body: signed(tableOf()) };
    const updater = updaterOf();
    await look(updater);
    await clock.advance(2 * 3_600_000);
    const clients = [{ name: 'newest', clientName: 'NEWEST', clientVersion: '1.0', id: 99 }];
    answer = { status: 200, body: signed(tableOf({ version: newer + 1, clients })) };
    const source = new YouTubeSource({ http: site, clock }, updater);
    const result = await source.transcribe(sourceRequest(link, { settings: settings() }).request);
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual(site.names.slice(-2), ['NEWEST', 'captions']);
  });
});

/**
 * "An agent transcribes, searches and reads by itself, and neither pays nor leaves the output folder without my word."
 * The built program over stdio, asked by the protocol's own client library, against a stand-in for YouTube.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { cli, cliProgram, type CliOptions } from '../helpers/cli';
import { DeapiServer } from '../servers/deapi';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const key = 'the-key-of-the-user';
const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;
const ids = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(11 - prefix.length, '0')}`);
const feed = `<?xml version="1.0"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><title>Talks</title>
${ids('list', 3)
  .map(
    (id) =>
      `<entry><yt:videoId>${id}</yt:videoId><title>Talk ${id}</title><link rel="alternate" href="${watch(id)}"/><published>2026-11-20T00:00:00+00:00</published></entry>`,
  )
  .join('\n')}
</feed>`;

interface Answer {
  readonly text: string;
  readonly isError: boolean;
}

describe('an agent over the Model Context Protocol', () => {
  let folder: string;
  let site: YouTubeStandIn;
  let deapi: DeapiServer;
  const clients: Client[] = [];

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'bulk-transcribe-agents-')));
    site = await YouTubeStandIn.start({
      videos: (id) => (id.startsWith('60Paid') ? { ...standInVideo(id), tracks: [] } : undefined),
      routes: (_request, response, url) => {
        if (url.pathname !== '/feeds/videos.xml') return false;
        response.writeHead(200, { 'content-type': 'text/xml' }).end(feed);
        return true;
      },
    });
    deapi = await new DeapiServer({
      key,
      tier: 'premium',
      perMinute: 100_000,
      balance: 1000,
      polls: 0,
    }).start();
    await writeFile(
      join(folder, 'mine.json'),
      JSON.stringify({
        sources: ['youtube', 'deapi'],
        'youtube.endpoint': site.origin,
        'deapi.endpoint': deapi.origin,
        'rate.youtube.perHour': 0,
        'rate.youtube.spacing': 0,
        'rate.deapi.perMinute': 0,
        // The user's own agreement, for the user's own lists.
        'paid.maxCost': 100,
      }),
    );
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  after(async () => {
    await Promise.all([site.close(), deapi.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const env = (): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: folder,
    BULK_TRANSCRIBE_STATE: join(folder, 'state'),
    DEAPI_API_KEY: key,
  });

  async function connected(...args: string[]) {
    const client = new Client({ name: 'test', version: '1' });
    clients.push(client);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [cliProgram, 'mcp', '--settings', 'mine.json', ...args],
      cwd: folder,
      env: env(),
      stderr: 'ignore',
    });
    await client.connect(transport);
    const call = async (
      name: string,
      input: Record<string, unknown>,
      options: Parameters<Client['callTool']>[1] = {},
    ): Promise<Answer> => {
      const { content, isError } = await client.callTool({ name, arguments: input }, options);
      const [part] = content;
      assert.ok(part?.type === 'text' && content.length === 1);
      assert.ok(part.text.length <= 20_000, `${name}: ${part.text.length} characters`);
      return { text: part.text, isError: isError === true };
    };
    const json = async (
      name: string,
      input: Record<string, unknown>,
      options: Parameters<Client['callTool']>[1] = {},
    ): Promise<Record<string, unknown>> => {
      const { text, isError } = await call(name, input, options);
      assert.equal(isError, false, text);
      return JSON.parse(text) as Record<string, unknown>;
    };
    return { client, transport, call, json };
  }

  it('finds five tools, lists, transcribes, searches and reads', async () => {
    const { client, json, call } = await connected();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['list_videos', 'transcribe_links', 'batch_status', 'search_transcripts', 'read_transcript'],
    );
    const list = await json('list_videos', { link: 'https://www.youtube.com/playlist?list=PLtalks000000' });
    const links = (list.entries as { link: string; title: string }[]).map(({ link }) => link);
    assert.deepEqual(links, ids('list', 3).map(watch));
    const progress: number[] = [];
    const batch = await json(
      'transcribe_links',
      { links, wait_seconds: 60 },
      { onprogress: ({ progress: done }) => void progress.push(done) },
    );
    assert.equal(batch.done, 3, JSON.stringify(batch));
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a - b),
    );
    const [transcript] = batch.transcripts as { file: string }[];
    const read = await call('read_transcript', { file: transcript?.file ?? '', max_characters: 1_000 });
    assert.equal(read.isError, false, read.text);
    assert.ok(read.text.length <= 1_000);
    const word = /\] (?:.*? )?([a-z]{5,})/.exec(read.text)?.[1] ?? '';
    const { passages } = await json('search_transcripts', { words: word });
    assert.ok((passages as unknown[]).length > 0, `${word}: ${read.text}`);
    const status = await json('batch_status', { folder: batch.folder });
    assert.equal(status.state, 'finished');
    const again = await json('transcribe_links', { links: [...links].reverse(), wait_seconds: 60 });
    assert.equal(again.folder, batch.folder);
    assert.equal(site.count('captions'), 3);
  });

  it('is refused paid work with the sentence, whatever the settings say, until --max-cost is given', async () => {
    const input = { links: ids('60Paid', 2).map(watch), wait_seconds: 60 };
    const without = await connected();
    const refused = await without.json('transcribe_links', input);
    assert.equal(refused.done, 0);
    assert.match(JSON.stringify(refused), /Paid work needs the user's own OK: .* --max-cost AMOUNT or --yes/);
    assert.deepEqual(deapi.billed, []);
    await without.client.close();
    const agreed = await connected('--max-cost', '10');
    const done = await agreed.json('transcribe_links', input);
    assert.equal(done.done, 2, JSON.stringify(done));
    assert.equal(deapi.billed.length, 2);
  });

  it('ends its waiting when it cancels a call, and the batch goes on', async () => {
    const { json, client } = await connected();
    const release = site.hold();
    const stop = new AbortController();
    const input = { links: ids('cancel', 2).map(watch), name: 'cancelled', wait_seconds: 600 };
    const call = client.callTool(
      { name: 'transcribe_links', arguments: input },
      { signal: stop.signal, timeout: 600_000 },
    );
    call.catch(() => undefined);
    await until(async () => (await readdir(join(folder, 'transcripts'))).includes('cancelled'));
    stop.abort();
    await assert.rejects(call);
    release();
    const after = await json('transcribe_links', { ...input, wait_seconds: 60 });
    assert.equal(after.done, 2);
  });

  it('goes on with its batch after the server was killed, and a second server only looks meanwhile', async () => {
    const first = await connected();
    const release = site.hold();
    const input = { links: ids('killed', 4).map(watch), name: 'killed' };
    await first.json('transcribe_links', input);
    const second = await connected();
    const looked = await second.json('transcribe_links', input);
    assert.match(String(looked.runs), /another window or terminal/);
    process.kill(first.transport.pid ?? NaN, 'SIGKILL');
    release();
    const status = await until(async () => {
      const found = await second.json('batch_status', { folder: 'killed' });
      return found.state === 'interrupted' ? found : undefined;
    });
    assert.match(String(status.next_step), /same links/);
    const done = await second.json('transcribe_links', { ...input, wait_seconds: 60 });
    assert.equal(done.done, 4, JSON.stringify(done));
  });

  it('gets no file from elsewhere, and nothing private is asked for', async () => {
    const { call, json } = await connected();
    await mkdir(join(folder, 'elsewhere'), { recursive: true });
    const secret = `---\ntitle: "x"\nurl: "${watch('abcdefghijk')}"\nid: "abcdefghijk"\n---\n\n# x\n\nsecret words\n`;
    await writeFile(join(folder, 'elsewhere', 'x.md'), secret);
    await mkdir(join(folder, 'transcripts', 'linked'), { recursive: true });
    await writeFile(join(folder, 'transcripts', 'linked', 'batch.json'), '{}');
    await symlink(join(folder, 'elsewhere', 'x.md'), join(folder, 'transcripts', 'linked', 'x.md'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'transcripts', 'out'));
    for (const file of ['linked/x.md', 'out/x.md', '../elsewhere/x.md', join(folder, 'elsewhere', 'x.md')]) {
      const { text, isError } = await call('read_transcript', { file });
      assert.equal(isError, true, file);
      assert.doesNotMatch(text, /secret words/);
    }
    const before = site.seen.length;
    const parked = await json('transcribe_links', {
      links: [
        `${site.origin.replace('127.0.0.1', '127.0.0.2')}/talk.mp3`,
        'http://10.0.0.1/talk.vtt',
        '/etc/hostname.srt',
      ],
      name: 'private',
      wait_seconds: 30,
    });
    assert.equal(parked.done, 0);
    assert.equal(parked.needs_attention, 2, JSON.stringify(parked));
    assert.equal(site.seen.length, before);
  });
});

describe('the server of the Model Context Protocol', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-mcp-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const hello = `${JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    },
  })}\n`;
  const options = (onStart: (child: ChildProcess) => void): CliOptions => ({
    cwd: folder,
    env: { HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, 'state'), BULK_TRANSCRIBE_LOG: 'debug' },
    onStart,
  });

  it('ends with 0 when its input ends, has only the protocol on stdout and leaves nothing behind', async () => {
    const result = await cli(['mcp', '--json'], {
      ...options((child) => child.stdin?.write(`{ nonsense\n${hello}`)),
      onLine: () => undefined,
      onStart: (child) => {
        child.stdin?.write(`{ nonsense\n${hello}`);
        child.stdout?.once('data', () => child.stdin?.end());
      },
    });
    assert.equal(result.code, 0, result.stderr);
    for (const line of result.stdout.trim().split('\n'))
      assert.equal((JSON.parse(line) as { jsonrpc: string }).jsonrpc, '2.0');
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name === 'transcripts'),
      [],
    );
  });

  it('ends by SIGTERM as other commands do', async () => {
    const result = await cli(
      ['mcp'],
      options((child) => {
        child.stdin?.write(hello);
        child.stdout?.once('data', () => child.kill('SIGTERM'));
      }),
    );
    assert.ok(result.code === null || result.code === 130, String(result.code));
  });
});

async function until<T>(look: () => Promise<T | false | undefined>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

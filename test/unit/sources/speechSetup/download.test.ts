import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FailureError } from '../../../../src/model/failure';
import type { Http } from '../../../../src/model/ports';
import { readSettings } from '../../../../src/model/settings';
import { createNetwork } from '../../../../src/platform/network';
import { download, WrongFile, type DownloadParts } from '../../../../src/sources/speechSetup/download';
import type { ModelFile } from '../../../../src/sources/speechSetup/models';
import { FakeClock } from '../../../helpers/fakeClock';
import { realParts, type RealParts } from '../../../helpers/realParts';
import { startModelServer, type Mood, type ModelServer } from '../../../servers/models';
import { startTinyproxy } from '../../../servers/proxies';

const content = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 7 + (at >> 8)) % 251));
const other = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 5) % 241));
const file: ModelFile = {
  fileName: 'ggml-test.bin',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  sha1: '',
  repository: 'someone/models',
  licence: 'MIT',
};

describe('the download of a model', function () {
  this.timeout(20_000);
  let folder = '';
  let server: ModelServer;
  let clock: FakeClock;
  let parts: RealParts;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'download-'));
    server = await startModelServer(content);
    clock = new FakeClock();
    parts = realParts();
  });
  afterEach(() => {
    server.close();
    parts.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const target = (): string => path.join(folder, file.fileName);
  /** Runs it to its end: what waits for time gets it, what waits for the network does not. */
  const fetched = async (
    moods: readonly Mood[] = [],
    {
      signal = new AbortController().signal,
      onBytes,
      more = {},
    }: {
      signal?: AbortSignal;
      onBytes?: (done: number) => void;
      more?: Partial<DownloadParts>;
    } = {},
  ): Promise<unknown> => {
    server.moods.push(...moods);
    const http = more.http ?? parts.http;
    let open = 0;
    const counted: Http = {
      request: (request) => {
        open += 1;
        return http.request(request).finally(() => (open -= 1));
      },
    };
    let came = 0;
    const ended = new AbortController();
    const work = download(
      { ...parts, clock, ...more, http: counted },
      file,
      `${server.origin}/${file.fileName}`,
      target(),
      {
        signal,
        onProgress: (done) => {
          came = done;
          onBytes?.(done);
        },
      },
    )
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => ended.abort());
    const stallAt = moods.findIndex((mood) => mood.kind === 'stalls');
    const asked = server.asked.length + stallAt + 1;
    const stalls = moods[stallAt];
    const bytes = stalls?.kind === 'stalls' ? stalls.afterBytes : undefined;
    while (!ended.signal.aborted) {
      await clock.settle();
      if (open === 0 || (came === bytes && server.asked.length === asked)) await clock.advance(1000);
    }
    return work;
  };
  const isWhole = (): void => {
    assert.deepEqual(readFileSync(target()), content);
    assert.deepEqual(readdirSync(folder), [file.fileName]);
  };
  const failureOf = (error: unknown): FailureError => {
    assert.ok(error instanceof FailureError, String(error));
    return error;
  };

  it('gives the file its name once it is whole, and counts bytes on the way', async () => {
    const seen: number[] = [];
    assert.equal(await fetched([], { onBytes: (done) => seen.push(done) }), undefined);
    isWhole();
    assert.equal(seen.at(-1), content.length);
  });

  it('goes on where it broke off, as often as something comes', async () => {
    const breaks: Mood = { kind: 'breaks', afterBytes: 300_000 };
    assert.equal(await fetched(Array.from({ length: 7 }, () => breaks)), undefined);
    isWhole();
    assert.equal(server.asked.length, 8);
    assert.match(server.asked[1] ?? '', /bytes=[1-9]\d*-$/);
  });

  it('gives up a connection on which nothing comes, and goes on', async () => {
    assert.equal(await fetched([{ kind: 'stalls', afterBytes: 100_000 }]), undefined);
    isWhole();
    assert.match(server.asked[1] ?? '', /bytes=100000-$/);
  });

  it('ends when again and again nothing comes, and keeps what there is for the next time', async () => {
    const error = await fetched([
      { kind: 'breaks', afterBytes: 1_500_000 },
      ...Array.from({ length: 6 }, (): Mood => ({ kind: 'status', status: 503 })),
    ]);
    assert.match(failureOf(error).message, /answered 503/);
    assert.ok(existsSync(`${target()}.part`));
    assert.equal(await fetched(), undefined);
    isWhole();
    assert.match(server.asked.at(-1) ?? '', /bytes=1[0-9]{6}-$/);
  });

  it('waits as long as the server asks', async () => {
    const before = clock.monotonic();
    assert.equal(
      await fetched([{ kind: 'status', status: 429, headers: { 'retry-after': '17' } }]),
      undefined,
    );
    assert.ok(clock.monotonic() - before >= 17_000);
  });

  it('begins again where the file has changed meanwhile or ranges are not known', async () => {
    assert.equal(await fetched([{ kind: 'breaks', afterBytes: 900_000 }, { kind: 'noRanges' }]), undefined);
    isWhole();
  });

  it('does not mend the beginning of one file with the end of another', async () => {
    const error = await fetched([
      { kind: 'breaks', afterBytes: 900_000 },
      { kind: 'changed', content: other },
    ]);
    assert.ok(error instanceof WrongFile, String(error));
  });

  it('names both checksums of a file that is not the published one, and leaves nothing of it', async () => {
    const error = await fetched([{ kind: 'content', content: other }]);
    assert.ok(error instanceof WrongFile, String(error));
    assert.ok(error.message.includes(file.sha256));
    assert.ok(error.message.includes(createHash('sha256').update(other).digest('hex')));
    assert.deepEqual(readdirSync(folder), []);
  });

  it('knows a page that is sent instead by its size, before it is read', async () => {
    const page = Buffer.from('<!doctype html>Log in to the network first.');
    assert.ok((await fetched([{ kind: 'content', content: page }])) instanceof WrongFile);
    assert.ok(
      (await fetched([{ kind: 'content', content: Buffer.alloc(4_000_000), chunked: true }])) instanceof
        WrongFile,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it('tries again what came packed, though it was asked for as it is', async () => {
    assert.equal(await fetched([{ kind: 'packed' }]), undefined);
    isWhole();
  });

  it('follows to another server, and says so of a file that is not there', async () => {
    const elsewhere = await startModelServer(content);
    assert.equal(await fetched([{ kind: 'redirects', to: `${elsewhere.origin}/blob` }]), undefined);
    isWhole();
    elsewhere.close();
    rmSync(target());
    assert.match(failureOf(await fetched([{ kind: 'status', status: 404 }])).message, /answered 404/);
  });

  it('begins again from a part that has more than there is', async () => {
    writeFileSync(`${target()}.part`, content);
    writeFileSync(
      `${target()}.part.json`,
      JSON.stringify({ url: `${server.origin}/${file.fileName}`, etag: '"one"' }),
    );
    assert.equal(await fetched(), undefined);
    isWhole();
    assert.deepEqual(server.asked, [], 'a part that is whole needs no request');
  });

  it('keeps a right file, and replaces a broken one', async () => {
    writeFileSync(target(), content);
    assert.equal(await fetched(), undefined);
    assert.deepEqual(server.asked, []);
    writeFileSync(target(), other);
    assert.equal(await fetched(), undefined);
    isWhole();
  });

  it('asks for nothing where the disk has no room', async () => {
    const full = Object.assign(Object.create(parts.files) as typeof parts.files, {
      freeBytes: () => Promise.resolve(1_000_000),
    });
    const error = failureOf(await fetched([], { more: { files: full } }));
    assert.equal(error.failure.code, 'disk');
    assert.match(error.message, /needs 131 MB free, and .* has 1\.0 MB/);
    assert.deepEqual(server.asked, []);
  });

  it('stops at once and keeps what came', async () => {
    const stop = new AbortController();
    const error = await fetched([{ kind: 'stalls', afterBytes: 60_000 }], {
      signal: stop.signal,
      onBytes: () => stop.abort(),
    });
    assert.equal(failureOf(error).failure.code, 'cancelled');
    assert.ok(existsSync(`${target()}.part`));
    assert.equal(await fetched(), undefined);
    isWhole();
  });

  it("goes through the user's proxy", async () => {
    const proxy = await startTinyproxy();
    const { settings } = readSettings({ proxies: [proxy.address] });
    const network = createNetwork({
      stack: 'own',
      settings: () => settings,
      secrets: parts.secrets,
      files: parts.files,
      clock,
      stateFolder: folder,
      env: {},
    });
    assert.equal(await fetched([], { more: { http: network.http } }), undefined);
    assert.deepEqual(readFileSync(target()), content);
    assert.ok((await proxy.targets()).some((asked) => server.origin.endsWith(asked)));
    await network.close();
    await proxy.stop();
  });
});

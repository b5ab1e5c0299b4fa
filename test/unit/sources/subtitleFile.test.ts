import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import type { Transcript } from '../../../src/model/transcript';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { NodeHttp } from '../../../src/platform/http';
import { DirectRoute } from '../../../src/platform/httpRoute';
import { SubtitleFileSource } from '../../../src/sources/subtitleFile';
import { languageIn, readSubtitleName } from '../../../src/sources/subtitleNames';
import { sourceRequest } from '../../helpers/sourceRequest';
import { writeTimedtext } from '../../servers/youtubeFormats';
import { spokenLines, standInVideo } from '../../servers/youtubeVideos';
import { DirectRouter } from '../../helpers/directRouter';
import { program } from '../../programs/find';

describe('the source subtitleFile', () => {
  const lines = spokenLines(standInVideo('dQw4w9WgXcQ'), 'en');
  const said = lines.map(({ text }) => text);
  const http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  const source = new SubtitleFileSource({ http, files: new NodeFiles(), clock: systemClock });
  let folder: string;
  let server: Server;
  let origin: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'subtitles-test-'));
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const wanted = /\.(vtt|srt|ttml|json3)$/.exec(pathname)?.[1];
      if (pathname.startsWith('/gone')) response.writeHead(404).end('not here');
      else if (pathname.startsWith('/busy')) response.writeHead(429, { 'retry-after': '30' }).end();
      else if (pathname.startsWith('/login')) response.writeHead(401).end();
      else if (pathname.startsWith('/broken')) response.writeHead(503).end();
      else if (pathname.startsWith('/page')) response.end('<!DOCTYPE html><html><body>Log in</body></html>');
      else if (pathname.startsWith('/inside'))
        response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      else if (pathname.startsWith('/endless')) {
        const more = (): void => {
          while (!response.destroyed && response.write('WEBVTT\n'.repeat(10_000)));
        };
        response.on('drain', more);
        more();
      } else if (wanted === 'vtt' || wanted === 'srt' || wanted === 'ttml' || wanted === 'json3')
        response
          .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
          .end(gzipSync(writeTimedtext(wanted, lines, pathname.includes('auto'))));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    http.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const remote = (path: string, more: Partial<Link> = {}): Link => ({
    kind: 'subtitle',
    url: origin + path,
    id: 'x',
    ...more,
  });
  const local = (path: string): Link => ({ kind: 'subtitle', url: pathToFileURL(path).href, id: 'x', path });
  async function transcriptOf(link: Link): Promise<Transcript> {
    const result = await source.transcribe(sourceRequest(link).request);
    assert.ok('transcript' in result, JSON.stringify(result));
    return result.transcript;
  }
  async function failureOf(link: Link): Promise<Failure> {
    const result = await source.transcribe(sourceRequest(link).request);
    assert.ok('failure' in result);
    return result.failure;
  }

  for (const ending of ['vtt', 'srt', 'ttml', 'json3'] as const) {
    it(`reads .${ending} from a link, with the language of its name`, async () => {
      const transcript = await transcriptOf(remote(`/My%20talk.de.${ending}?token=1`));
      assert.deepEqual(
        transcript.cues.map(({ text }) => text),
        said,
      );
      assert.deepEqual([transcript.language, transcript.captions], ['de', 'manual']);
      assert.equal(transcript.meta.title, 'My talk');
    });

    it(`reads a local file whose content is ${ending}, whatever its name`, async () => {
      const path = join(folder, `${ending} talk.srt`);
      await writeFile(path, writeTimedtext(ending, lines, false));
      const transcript = await transcriptOf(local(path));
      assert.deepEqual(
        transcript.cues.map(({ text }) => text),
        said,
      );
      // Two of the formats have a place for it.
      assert.equal(transcript.language, ending === 'vtt' || ending === 'ttml' ? 'en' : 'und');
      assert.equal(transcript.meta.title, `${ending} talk`);
    });
  }

  it('takes a start from the host it asks, and none for a local file', () => {
    assert.deepEqual(source.quotas(remote('/a.vtt')), [`host:${new URL(origin).host}`]);
    assert.deepEqual(source.quotas(local('/x/a.vtt')), []);
  });

  it('keeps what the list knew about the title', async () => {
    const asked = sourceRequest(remote('/a.vtt'), { meta: { title: 'From the feed' } });
    const result = await source.transcribe(asked.request);
    assert.ok('transcript' in result);
    assert.equal(result.transcript.meta.title, 'From the feed');
  });

  it('tells what is wrong with a link', async () => {
    assert.equal((await failureOf(remote('/gone.vtt'))).code, 'unavailable');
    assert.equal((await failureOf(remote('/login.vtt'))).code, 'private');
    assert.equal((await failureOf(remote('/broken.vtt'))).code, 'bad-response');
    assert.equal((await failureOf(remote('/page.vtt'))).code, 'bad-response');
    assert.equal((await failureOf(remote('/endless.vtt'))).code, 'bad-response');
    const busy = await failureOf(remote('/busy.vtt'));
    assert.deepEqual([busy.code, busy.retryAfterMs], ['rate-limited', 30_000]);
  });

  it('does not go to a private address that a feed named', async () => {
    assert.equal((await failureOf(remote('/a.vtt', { reach: 'public-only' }))).code, 'invalid-url');
  });

  it('tells what is wrong with a local file, and parks nothing else for it', async () => {
    const path = join(folder, 'a.vtt');
    assert.equal((await failureOf(local(path))).code, 'unavailable');
    assert.equal((await failureOf(local(folder))).code, 'unsupported');
    await writeFile(path, '');
    assert.equal((await failureOf(local(path))).code, 'unsupported');
    await writeFile(path, Buffer.from([0, 1, 2, 255, 254, 0, 7]));
    assert.equal((await failureOf(local(path))).code, 'unsupported');
    await writeFile(path, 'WEBVTT\n\n');
    assert.equal((await failureOf(local(path))).code, 'no-captions');
    await truncate(path, 11 * 1024 * 1024);
    assert.equal((await failureOf(local(path))).code, 'too-large');
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'pipe.vtt');
    spawnSync(program('mkfifo'), [pipe]);
    assert.equal((await failureOf(local(pipe))).code, 'unsupported');
  });

  it('guesses a language from a name only where there is one', () => {
    assert.equal(languageIn('talk.de.vtt'), 'de');
    assert.equal(languageIn('talk [id].pt-BR.srt'), 'pt-BR');
    assert.equal(languageIn('talk.zh_Hans.vtt'), 'zh-Hans');
    assert.equal(languageIn('talk.vtt'), undefined);
    assert.equal(languageIn('v1.2.vtt'), undefined);
    assert.equal(languageIn('my.qzq.vtt'), undefined);
  });

  it('skips tags after the language in a name, and words that are not a language', () => {
    for (const [name, title, language] of [
      ['movie.en.sdh.srt', 'movie', 'en'],
      ['movie.en.hi.srt', 'movie', 'en'],
      ['movie.hi.srt', 'movie', 'hi'],
      ['movie.fr.forced.cc.vtt', 'movie', 'fr'],
      ['movie.sdh.srt', 'movie', undefined],
      ['movie.eng.srt', 'movie', 'en'],
      ['movie.no.srt', 'movie', 'no'],
      ['a.en-orig.vtt', 'a', 'en'],
      ['how.to.srt', 'how.to', undefined],
      ['Dr.No.srt', 'Dr.No', undefined],
    ] as const)
      assert.deepEqual(readSubtitleName(name), { title, language }, name);
  });
});

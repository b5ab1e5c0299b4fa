/** A small web site on loopback: pages with videos and tracks, media, and everything that can go wrong. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Pages {
  readonly origin: string;
  /** Paths in the order they were asked for. */
  readonly requests: string[];
  /** Path to where it redirects. */
  readonly redirects: Map<string, string>;
  /** Path of a page to the address of its one track. */
  readonly tracks: Map<string, string>;
  /** Path to content with its type. */
  readonly files: Map<string, { readonly type: string; readonly body: Buffer }>;
  waitFor(path: string): Promise<void>;
  close(): Promise<void>;
}

const vtt = (...lines: string[]): string =>
  `WEBVTT\n\n${lines.map((line, at) => `00:0${at}.000 --> 00:0${at + 1}.000\n${line}\n`).join('\n')}`;
const video = (title: string, tracks: string): string =>
  `<!doctype html><html><head><title>${title}</title></head><body><video src="/media.mp3">${tracks}</video></body></html>`;
const track = (language: string, src: string): string =>
  `<track kind="subtitles" srclang="${language}" src="${src}">`;

export async function startPages(): Promise<Pages> {
  const requests: string[] = [];
  const redirects = new Map<string, string>();
  const tracks = new Map<string, string>();
  const files = new Map<string, { type: string; body: Buffer }>();
  const waiting = new Map<string, () => void>();
  const html: Readonly<Record<string, string>> = {
    '/talk.html': video('Local talk', track('en', '/en.vtt') + track('fr', '/fr.vtt')),
    '/bare.html': video('Bare', ''),
    '/throttled.html': video('Throttled', track('en', '/429')),
    '/wrong.html': video('Wrong', track('en', '/page.vtt')),
    '/text.html': '<!doctype html><html><head><title>Words</title></head><body>Nothing to see.</body></html>',
    '/page.vtt': '<!doctype html><html><body>Please log in.</body></html>',
  };
  const texts: Readonly<Record<string, string>> = {
    '/en.vtt': vtt('Hello from the page.', 'Second line.'),
    '/fr.vtt': vtt('Bonjour.'),
  };
  const server = http.createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    requests.push(path);
    waiting.get(path)?.();
    const to = redirects.get(path);
    const own = tracks.get(path);
    const file = files.get(path);
    const page = own === undefined ? html[path] : video('Own', track('en', own));
    if (path === '/slow.html') return;
    if (to !== undefined) response.writeHead(302, { location: to }).end();
    else if (file) {
      response
        .writeHead(200, { 'content-type': file.type, 'content-length': file.body.length })
        .end(file.body);
    } else if (page !== undefined) response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    else if (texts[path] !== undefined)
      response.writeHead(200, { 'content-type': 'text/vtt' }).end(texts[path]);
    else {
      const status = Number(/^\/(\d{3})/.exec(path)?.[1] ?? 404);
      response.writeHead(status, { 'content-type': 'text/html', 'retry-after': '7' }).end('<p>No.</p>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    redirects,
    tracks,
    files,
    waitFor: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The panel's page for tests: built as the package builds it, served on loopback with the headers VS Code
 * gives a webview, with a fake host in the place of VS Code's API.
 */
import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { usedCodicons } from '../../scripts/codicons.js';
import { themes, type ThemeName } from './themes';

const root = join(import.meta.dirname, '../..');
const codicons = join(root, 'node_modules/@vscode/codicons/dist');

export interface PageFiles {
  readonly 'panel.js': Buffer;
  readonly 'toolkit.js': Buffer;
  readonly 'panel.css': Buffer;
  readonly 'codicon.css': Buffer;
  readonly 'codicon.ttf': Buffer;
}

/** Builds the page alone, into memory. */
export async function buildPage(): Promise<PageFiles> {
  const result = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    entryPoints: {
      panel: join(root, 'webview-ui/main.tsx'),
      toolkit: join(root, 'webview-ui/toolkitEntry.ts'),
    },
    outdir: join(root, 'dist/webview'),
    write: false,
  });
  const file = (end: string): Buffer => {
    const found = result.outputFiles.find(({ path }) => path.endsWith(end));
    if (!found) throw new Error(`The build made no ${end}.`);
    return Buffer.from(found.contents);
  };
  const page = {
    'panel.js': file('panel.js'),
    'toolkit.js': file('toolkit.js'),
    'panel.css': file('panel.css'),
  };
  const icons = usedCodicons(
    readFileSync(join(codicons, 'codicon.ttf')),
    readFileSync(join(codicons, 'codicon.css'), 'utf8'),
    Object.values(page).join('\n'),
  );
  return { ...page, 'codicon.css': Buffer.from(icons.css), 'codicon.ttf': icons.font };
}

/**
 * VS Code's side of a webview, as far as the page sees it: its API, its theme variables on the root element
 * and its classes on the body. `window.host` is what the tests play on.
 */
const hostScript = `
  window.__name = (made) => made; // what the tests' compiler puts around functions that they send here
  window.sent = [];
  window.focuses = 0;
  window.kept = JSON.parse(sessionStorage.getItem('kept') || 'null') ?? undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      // Chromium decides when a page gets the keyboard: no test that counts messages is to see that.
      if (message.type === 'focused') window.focuses += 1;
      else window.sent.push(structuredClone(message));
    },
    getState: () => window.kept,
    setState: (state) => { window.kept = state; sessionStorage.setItem('kept', JSON.stringify(state)); },
  });
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective + ' ' + event.sourceFile + ':' + event.lineNumber + ' ' + (event.sample || '')));
  window.read = (text) => JSON.parse(text, (key, value) =>
    value && value.$bytes !== undefined ? Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)) : value);
  window.send = (message) => window.postMessage(message, '*');
  const at = Number(new URLSearchParams(location.search).get('now'));
  if (at) Date.now = () => at;
  window.setTheme = (name) => {
    const { kind, values } = window.themes[name];
    document.documentElement.removeAttribute('style');
    for (const [key, value] of Object.entries(values)) document.documentElement.style.setProperty(key, value);
    document.body.className = kind;
  };
`;

function html(theme: ThemeName): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="test"><link rel="icon" href="data:,"><title>Bulk Transcribe</title>
<link rel="stylesheet" href="/codicon.css"><link rel="stylesheet" href="/panel.css"></head>
<body><div id="root" data-toolkit="/toolkit.js"></div>
<script nonce="test">window.themes = ${JSON.stringify(themes)};${hostScript}window.setTheme(${JSON.stringify(theme)});</script>
<script nonce="test" src="/panel.js"></script></body></html>`;
}

/** The same policy as the real panel's. */
const policy =
  "default-src 'none'; script-src 'nonce-test'; style-src 'self' 'nonce-test'; font-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

export interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

export async function servePage(files: PageFiles, csp = policy): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const send = (type: string, body: string | Buffer): void => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': csp });
      response.end(body);
    };
    const name = url.pathname.slice(1);
    if (name === 'panel.js' || name === 'toolkit.js') send('text/javascript', files[name]);
    else if (name === 'panel.css') send('text/css', files['panel.css']);
    else if (name === 'codicon.css') send('text/css', files[name]);
    else if (name === 'codicon.ttf') send('font/ttf', files[name]);
    else if (name === '') {
      const theme = url.searchParams.get('theme');
      send('text/html', html(theme !== null && theme in themes ? (theme as ThemeName) : 'dark'));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

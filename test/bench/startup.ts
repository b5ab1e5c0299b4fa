/**
 * What the extension costs before it does anything: loading and activating the packaged code in a fresh
 * process, with an editor that answers at once, and the size of the package.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

const starts = 9;

/** Whatever is asked of it is there, may be called and constructed; events and settings stay empty. */
const editor = `
const { Module } = require('node:module');
const anything = (name) => new Proxy(function () {}, {
  set: (_, key, value, receiver) =>
    Reflect.defineProperty(receiver, key, { value, writable: true, configurable: true, enumerable: true }),
  get: (_, key) =>
    key === Symbol.toPrimitive ? () => name : key === 'then' ? undefined
      : key === Symbol.iterator ? function* () {} : typeof key === 'symbol' ? undefined : anything(String(key)),
  apply: () => (name === 'get' || name === 'inspect' ? undefined : anything(name)),
  construct: (_, __, made) => Object.create(made.prototype),
});
const load = Module._load;
// As the prototype: bundled code copies what a module itself has.
const vscode = Object.create(anything('vscode'));
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
// What the editor itself has loaded long before.
for (const name of ['fs', 'path', 'crypto', 'url', 'os', 'events', 'stream', 'zlib', 'http', 'https', 'net', 'tls', 'child_process', 'util', 'fs/promises', 'timers/promises', 'dns'])
  require('node:' + name);
const context = { ...Object.fromEntries(['secrets', 'globalState', 'workspaceState', 'extension', 'extensionUri', 'globalStorageUri', 'storageUri', 'logUri', 'environmentVariableCollection'].map((name) => [name, anything(name)])), subscriptions: [], extensionPath: __dirname };
const from = performance.now();
const extension = require(process.argv[2]);
const loaded = performance.now();
Promise.resolve(extension.activate(context)).then(() => {
  console.log(JSON.stringify({ load: loaded - from, all: performance.now() - from }));
  process.exit(0);
});
`;

function say(name: string, value: number, unit: string, atLeast: number, aim: number): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 100) / 100, unit, atLeast, aim }));
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'startup-bench-'));
  try {
    const vsix = join(folder, 'extension.vsix');
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/package.ts', '--out', vsix]);
    for (const [path, content] of Object.entries(unzipSync(readFileSync(vsix))))
      if (/^extension\/dist\/.*\.js$/.test(path)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    const harness = join(folder, 'harness.cjs');
    writeFileSync(harness, editor);
    const times = Array.from({ length: starts }, () => {
      const said = execFileSync(
        process.execPath,
        [harness, join(folder, 'extension', 'dist', 'extension.js')],
        {
          encoding: 'utf8',
        },
      );
      return JSON.parse(said) as { readonly load: number; readonly all: number };
    }).sort((a, b) => a.all - b.all);
    const median = times[Math.floor(starts / 2)];
    console.log(`loading ${median?.load.toFixed(1)} ms, best start ${times[0]?.all.toFixed(1)} ms`);
    say('activation, cold: load and activate', median?.all ?? NaN, 'ms', 50, 15);
    say('size of the .vsix', statSync(vsix).size / 1024, 'KB', 700, 400);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();

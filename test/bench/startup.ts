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
const cpu = process.cpuUsage();
const from = performance.now();
const extension = require(process.argv[2]);
const loaded = performance.now();
Promise.resolve(extension.activate(context)).then(() => {
  const { user, system } = process.cpuUsage(cpu);
  const all = performance.now() - from;
  console.log(JSON.stringify({ load: loaded - from, all, cpu: (user + system) / 1000 }));
  process.exit(0);
});
`;

const rounded = (value: number): number => Math.round(value * 100) / 100;

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
      const from = Date.now();
      const said = execFileSync(
        process.execPath,
        [harness, join(folder, 'extension', 'dist', 'extension.js')],
        {
          encoding: 'utf8',
        },
      );
      const took = JSON.parse(said) as Record<'load' | 'all' | 'cpu', number>;
      return { ...took, from, to: Date.now() };
    });
    const quickest = (what: 'load' | 'all'): string =>
      Math.min(...times.map((each) => each[what])).toFixed(1);
    console.log(`the quickest: loading ${quickest('load')} ms, all ${quickest('all')} ms`);
    const runs = times.map(({ all, cpu, from, to }) => ({
      value: rounded(all),
      cpu: rounded(cpu),
      from,
      to,
    }));
    const activation = { name: 'activation, cold: load and activate', unit: 'ms', atLeast: 50, aim: 15 };
    console.log(JSON.stringify({ ...activation, runs }));
    const size = { name: 'size of the .vsix', unit: 'KB', atLeast: 800, aim: 600 };
    console.log(JSON.stringify({ ...size, value: rounded(statSync(vsix).size / 1024) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();

/**
 * The speech engine for a platform's package: the prebuilt module in the version that package-lock.json states,
 * from node_modules where this is the platform, else by `npm pack`, and only with the lock's checksum.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { enginePackage } from '../src/platform/whisper/boxed';
import { permission } from './notices.js';
import { npmArguments } from './npm.mjs';

const root = join(import.meta.dirname, '..');
const lockShape = v.object({
  packages: v.record(
    v.string(),
    v.object({ version: v.optional(v.string()), integrity: v.optional(v.string()) }),
  ),
});

/** For ThirdPartyNotices.txt: the packages for single platforms hold no licence file. */
export function engineNotice({ name, version }: EngineFile): string {
  const owners = [
    'Copyright (c) 2023-2026 The ggml authors',
    'Copyright (c) 2025 ggml / whisper.cpp contributors',
    'Copyright (c) 2025 Jhen-Jie Hong <developer@jhen.me>',
    'Copyright (c) 2025 Hans Chen <hans.chen@bricks.tools>',
  ];
  return `\n${'-'.repeat(80)}\n\n${name} ${version} (MIT), with whisper.cpp\n\n${owners.join('\n')}\n\n${permission.MIT}\n`;
}

export interface EngineFile {
  readonly name: string;
  readonly version: string;
  readonly content: Uint8Array;
}

/** `platform`: as `process.platform` and `process.arch` name it, `linux-x64`. Throws Error in words. */
export function engineFile(platform: string): EngineFile {
  const name = enginePackage(platform);
  const lock = v.parse(lockShape, JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json has no ${name}: add it to optionalDependencies.`);
  const installed = join(root, 'node_modules', name);
  if (existsSync(join(installed, 'index.node'))) {
    const manifest = v.parse(
      v.object({ version: v.string() }),
      JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')),
    );
    if (manifest.version === version)
      return { name, version, content: readFileSync(join(installed, 'index.node')) };
  }
  return { name, version, content: packed(name, version, integrity) };
}

function packed(name: string, version: string, integrity: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    // It is made for another platform than this one, which --force allows.
    const args = ['pack', `${name}@${version}`, '--force', '--silent', '--pack-destination', folder];
    execFileSync(process.execPath, npmArguments(args), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error(`npm packed nothing for ${name}.`);
    const bytes = readFileSync(join(folder, file));
    const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (found !== integrity)
      throw new Error(`${name} ${version} has ${found}, and the lock says ${integrity}.`);
    return fileInTar(gunzipSync(bytes), 'package/index.node');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const block = 512;

/** A tar file is blocks of 512 bytes: a header with name and length, then the content. */
function fileInTar(tar: Buffer, wanted: string): Uint8Array {
  for (let at = 0; at + block <= tar.length;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (name === wanted) return tar.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  throw new Error(`There is no ${wanted} in the package.`);
}

/**
 * `npm run test:bare` (root, on Debian): the two commands of the README in a fresh Debian with Node alone, as the
 * proof that a green run here means a green run there. Takes half an hour and three gigabytes under the
 * temporary folder; --keep leaves the system there.
 *   testBare.ts [--keep] [command…]    each command is a script of package.json; without: demo test
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownProgram, program, type ProgramPath } from '../test/programs/find';
import { npmArguments } from './npm.mjs';

const root = join(import.meta.dirname, '..');
const keep = process.argv.includes('--keep');
const named = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const commands = named.length > 0 ? named : ['demo', 'test'];

/** Shown as it comes. @throws Error when it fails */
function run(command: ProgramPath, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`It failed with ${status}: ${[command, ...args].join(' ')}`);
}

function said(command: ProgramPath, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${stderr}`);
  return stdout;
}

interface Repository {
  readonly site: string;
  readonly release: string;
  readonly label: string;
}

/** Debian's own sources of this machine's apt; what else it knows is not part of a bare system. */
function repositories(): readonly Repository[] {
  const format = '$(SITE)|$(RELEASE)|$(ORIGIN)|$(LABEL)';
  const lines = said(program('apt-get'), 'indextargets', '--format', format, 'Identifier: Packages');
  return [...new Set(lines.split('\n'))].flatMap((line) => {
    const [site = '', release = '', origin, label = ''] = line.split('|');
    return origin === 'Debian' ? [{ site, release, label }] : [];
  });
}

function makeSystem(system: string): void {
  const known = repositories();
  const main = known.find(({ label, release }) => label === 'Debian' && !release.includes('-'));
  if (main === undefined) throw new Error('apt knows no source of Debian here. Run apt-get update first.');
  run(program('debootstrap'), '--variant=minbase', main.release, system, main.site);
  const sources = known.map(({ site, release }) => `deb ${site} ${release} main\n`);
  writeFileSync(join(system, 'etc/apt/sources.list'), sources.join(''));
  // How this machine reaches its mirror: proxies and certificates, and how old it may be.
  const reach = said(program('apt-config'), 'dump').split('\n');
  const conf = reach.filter((line) => /^Acquire::(https?::|Check-)/i.test(line)).join('\n');
  writeFileSync(join(system, 'etc/apt/apt.conf.d/99reach'), `${conf}\n`);
}

/** Node and npm as an archive of nodejs.org would put them, and nothing else. */
function copyNode(system: string): void {
  const local = join(system, 'usr/local');
  const [npmScript = ''] = npmArguments([]);
  mkdirSync(join(local, 'lib/node_modules'), { recursive: true });
  cpSync(process.execPath, join(local, 'bin/node'), { dereference: true });
  cpSync(dirname(dirname(npmScript)), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
}

/** Variables that say how the network is reached: proxies, certificates, npm's registry. */
const ofTheNetwork =
  /^(https?|no|all)_proxy$|CERT|CA_BUNDLE|^npm_config_(registry|cafile|strict_ssl|proxy|https_proxy|noproxy)$/i;

function networkVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && ofTheNetwork.test(name) ? [[name, value]] : [],
    ),
  );
}

/** Gives the system this machine's network: names, certificates, npm's configuration. */
function copyNetwork(system: string): void {
  const npm = (name: string): string =>
    said(ownProgram(process.execPath), ...npmArguments(['config', 'get', name])).trim();
  const configurations = [npm('userconfig'), npm('globalconfig')];
  const files = new Set([
    ...['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs', '/usr/local/share/ca-certificates'],
    ...['/usr/share/ca-certificates', npm('cafile')],
    ...Object.entries(networkVariables()).flatMap(([name, value]) => (/CERT|CA_/i.test(name) ? [value] : [])),
  ]);
  for (const path of files) {
    if (path.startsWith('/') && existsSync(path))
      cpSync(path, join(system, path), { recursive: true, dereference: true, force: true });
  }
  // The bare system's npm looks under its own prefix and in root's home.
  const places = ['root/.npmrc', 'usr/local/etc/npmrc'];
  for (const [at, place] of places.entries()) {
    const path = configurations[at] ?? '';
    if (!existsSync(path)) continue;
    mkdirSync(dirname(join(system, place)), { recursive: true });
    writeFileSync(join(system, place), readFileSync(path));
  }
}

/** The files of the working tree that git knows or would take. */
function copyTree(system: string): void {
  const files = said(program('git'), 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const name of files.split('\0'))
    if (name !== '' && existsSync(join(root, name))) cpSync(join(root, name), join(system, 'src', name));
}

/** Runs the commands in the system, in namespaces of their own, which end with all that was mounted or started. */
function runCommands(system: string): boolean {
  const env = {
    ...networkVariables(),
    HOME: '/root',
    LANG: 'C.UTF-8',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const inside = [
    'cd /src',
    ...commands.map((name) => `echo "=== npm run ${name}"; npm run ${name} < /dev/null || exit 1`),
  ].join('; ');
  const outside = [
    // A root of its own to be mounted on, so that tests can make namespaces there.
    `mount --bind '${system}' '${system}'`,
    `mount -t proc proc '${system}/proc'`,
    `mount --rbind /dev '${system}/dev'`,
    `exec chroot '${system}' /usr/bin/env -i "$@"`,
  ].join(' && ');
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
  const shell = [program('sh'), '-c', outside, 'sh', ...variables, 'sh', '-c', inside];
  const { status } = spawnSync(program('unshare'), [...namespaces, ...shell], { stdio: 'inherit' });
  return status === 0;
}

function main(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('test:bare makes a whole system: run it as root, on Debian.');
  run(ownProgram(process.execPath), '--import', 'tsx', 'scripts/setupTests.ts', 'bare');
  const system = mkdtempSync(join(tmpdir(), 'bt-bare-'));
  console.log(`The bare system is made in ${system}.`);
  try {
    makeSystem(system);
    copyNode(system);
    copyNetwork(system);
    copyTree(system);
    const begun = Date.now();
    const good = runCommands(system);
    const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
    console.log(`On the bare system, ${commands.join(' and ')}: ${good ? 'ok' : 'FAILED'} (${minutes} min)`);
    if (!good) process.exitCode = 1;
  } finally {
    if (keep) console.log(`Kept: ${system}`);
    else rmSync(system, { recursive: true, force: true });
  }
}

main();

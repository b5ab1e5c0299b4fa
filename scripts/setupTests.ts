/**
 * `npm run setup-tests`: installs what the suites need and is not there yet. Programs come from the system's
 * package manager; Node 24 and code-server from the npm registry into a folder outside the repository.
 * Says exactly what is missing, with the command, where it may not install.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import {
  chromium,
  codeServerEntry,
  codeServerFolder,
  codeServerModules,
  codeServerVersion,
  findOnPath,
  nodeFolder,
  nodeForCodeServer,
  nodeHome,
  nodeProgram,
} from '../test/vscode/tools';
import { setUpCurrentYtDlp } from './currentYtDlp';

const problems: string[] = [];

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): boolean {
  console.log(`> ${[command, ...args].join(' ')}`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return true;
  console.error(`${stdout}\n${stderr}`.slice(-4000));
  return false;
}

/** Programs of the system by the Debian package that has them; each with the question whether it is there. */
const systemPackages: readonly (readonly [name: string, present: () => boolean])[] = [
  ['chromium', () => chromium() !== undefined],
  ['ffmpeg', () => findOnPath('ffmpeg') !== undefined],
  ['yt-dlp', () => findOnPath('yt-dlp') !== undefined],
  [
    'tinyproxy',
    () => findOnPath('tinyproxy', '/usr/sbin/tinyproxy') !== undefined || existsSync('/usr/sbin/tinyproxy'),
  ],
  ['microsocks', () => findOnPath('microsocks') !== undefined || existsSync('/usr/sbin/microsocks')],
  ['fonts-dejavu-core', () => existsSync('/usr/share/fonts')],
];
/** Needed only to build code-server's native modules. */
const buildPackages: readonly (readonly [name: string, present: () => boolean])[] = [
  ['libkrb5-dev', () => existsSync('/usr/include/krb5.h') || existsSync('/usr/include/krb5/krb5.h')],
  ['build-essential', () => findOnPath('g++') !== undefined && findOnPath('make') !== undefined],
  ['python3', () => findOnPath('python3') !== undefined],
  ['pkg-config', () => findOnPath('pkg-config') !== undefined],
];

function setUpPrograms(): void {
  const wanted = codeServerWorks() ? systemPackages : [...systemPackages, ...buildPackages];
  const missing = wanted.filter(([, present]) => !present()).map(([name]) => name);
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const root = process.getuid?.() === 0;
  const able =
    findOnPath('apt-get') !== undefined && (root || spawnSync('sudo', ['-n', 'true']).status === 0);
  if (able) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const asRoot = (args: readonly string[]): boolean =>
      root ? run(args[0] ?? '', args.slice(1), { env }) : run('sudo', ['-n', ...args], { env });
    asRoot(['apt-get', 'update']);
    if (asRoot(install)) return;
  }
  const still = wanted.filter(([, present]) => !present()).map(([name]) => name);
  if (still.length > 0)
    problems.push(
      process.platform === 'linux'
        ? `Missing: ${still.join(', ')}. Install with: sudo ${install.join(' ')}`
        : `Missing: ${still.join(', ')}. Install them with your system's package manager.`,
    );
}

/** Variables of npm that are meant for the inner one. */
const ours: ReadonlySet<string> = new Set([
  'npm_config_nodedir',
  'npm_config_unsafe_perm',
  'npm_config_registry',
]);

function npmInstall(folder: string, name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A package of its own, so that npm looks no further up. npm 11 runs the install scripts only of packages
  // that are allowed to; older ones know no such list and run them all.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { '*': true } }));
  const args = ['install', name, '--foreground-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  // Under `npm test` the outer npm's own variables say, among other things, that Node is the outer one.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([key]) => !/^(npm_|NODE$|INIT_CWD$)/.test(key) || ours.has(key)),
  );
  return run('npm', args, { cwd: folder, env: clean });
}

function setUpNode(): boolean {
  if (spawnSync(nodeProgram, ['--version']).status === 0) return true;
  if (npmInstall(nodeFolder, `node-linux-${process.arch}@${nodeForCodeServer}`)) return true;
  problems.push(`Node ${nodeForCodeServer} could not be installed from the npm registry.`);
  return false;
}

/** Native modules that the server cannot do without; a build that was skipped leaves no file. */
const nativeModules = ['@vscode/spdlog/build/Release/spdlog.node', 'kerberos/build/Release/kerberos.node'];

function codeServerWorks(): boolean {
  if (!existsSync(codeServerEntry)) return false;
  if (!nativeModules.every((path) => existsSync(join(codeServerModules, path)))) return false;
  const { status, stdout } = spawnSync(nodeProgram, [codeServerEntry, '--version'], { encoding: 'utf8' });
  return status === 0 && stdout.includes(codeServerVersion);
}

function setUpCodeServer(): void {
  if (codeServerWorks()) return;
  if (!setUpNode()) return;
  console.log('Installing code-server; this takes about two minutes, once.');
  const env = {
    ...process.env,
    PATH: `${dirname(nodeProgram)}${delimiter}${process.env.PATH ?? ''}`,
    // The headers come with that Node, so that none have to be downloaded.
    npm_config_nodedir: nodeHome,
    npm_config_unsafe_perm: 'true',
  };
  npmInstall(codeServerFolder, `code-server@${codeServerVersion}`, env);
  if (codeServerWorks()) return;
  const unbuilt = nativeModules.filter((path) => !existsSync(join(codeServerModules, path)));
  problems.push(
    unbuilt.length > 0 && existsSync(codeServerEntry)
      ? `code-server was installed, but not built: ${unbuilt.join(', ')}.`
      : 'code-server could not be installed from the npm registry.',
  );
}

setUpPrograms();
const ytDlpProblem = setUpCurrentYtDlp();
if (ytDlpProblem !== undefined) problems.push(ytDlpProblem);
// On other systems the suites use the desktop program, which @vscode/test-electron fetches.
if (process.platform === 'linux') setUpCodeServer();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else {
  const tools = process.platform === 'linux' ? readdirSync(dirname(codeServerFolder)).join(', ') : 'desktop';
  console.log(`The tools of the tests are there (${tools}).`);
}

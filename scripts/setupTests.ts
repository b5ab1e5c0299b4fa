/**
 * `npm run setup-tests`: installs what the suites need and is not there yet. Programs come from the system's
 * package manager (test/programs/table.ts says which); Node 24 and code-server from the npm registry into a
 * folder outside the repository. Where it may not install, it says what is missing, with the command.
 *   setupTests.ts [programs | code-server | bare | mutation | whisper]    only this part; without, the first two. The
 *       others are what npm run test:bare, test:mutation and test:whisper need
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import {
  findProgram,
  installCommand,
  isThere,
  ownProgram,
  packageFor,
  program,
  type ProgramPath,
} from '../test/programs/find';
import { parts, programs, toolsFolder, type ProgramName, type Purpose } from '../test/programs/table';
import {
  codeServerEntry,
  codeServerFolder,
  codeServerModules,
  codeServerVersion,
  nodeFolder,
  nodeForCodeServer,
  nodeHome,
  nodeProgram,
  strykerEntry,
  strykerFolder,
  strykerPackages,
  whisperBuild,
  whisperCli,
  whisperFolder,
  whisperPackage,
  whisperSource,
} from '../test/vscode/tools';
import { setUpCurrentYtDlp } from './currentYtDlp';
import { alone } from './lock';
import { npmArguments } from './npm.mjs';

const problems: string[] = [];

function run(
  command: ProgramPath,
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

interface Missing {
  /** What to tell the user: the program and why it is needed. */
  readonly words: string;
  readonly package: string;
}

/** What of the table is needed for these purposes, can be had on this system, and is not there. */
function missing(purposes: readonly Purpose[]): readonly Missing[] {
  const wanted = Object.keys(programs) as ProgramName[];
  const lacking = [
    ...wanted
      .filter((name) => purposes.includes(programs[name].for) && findProgram(name) === undefined)
      .map((name) => ({ name, ...programs[name] })),
    ...Object.entries(parts)
      .filter(
        ([, part]) => purposes.includes(part.for) && process.platform === 'linux' && !isThere(part.shownBy),
      )
      .map(([name, part]) => ({ name, ...part })),
  ];
  return lacking.flatMap(({ name, why, packages }) => {
    const found = packages === undefined ? undefined : packageFor(packages);
    return found === undefined ? [] : [{ words: `${name} (${why})`, package: found }];
  });
}

const packagesOf = (list: readonly Missing[]): readonly string[] => [
  ...new Set(list.map((one) => one.package)),
];

/** Answers whether all of them are there now. */
function setUpPrograms(purposes: readonly Purpose[]): boolean {
  const before = missing(purposes);
  if (before.length === 0) return true;
  installPackages(packagesOf(before));
  const after = missing(purposes);
  if (after.length === 0) return true;
  for (const one of after) problems.push(`Missing: ${one.words}, in the package ${one.package}.`);
  problems.push(`Install with: ${installCommand(packagesOf(after)).join(' ')}`);
  return false;
}

/** With the system's package manager, where we may. */
function installPackages(packages: readonly string[]): void {
  const manager = findProgram(
    process.platform === 'darwin' ? 'brew' : process.platform === 'win32' ? 'choco' : 'apt-get',
  );
  if (manager === undefined) return;
  const [, ...install] = installCommand(packages).filter((word) => word !== 'sudo');
  if (process.platform !== 'linux') {
    run(manager, install);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Somebody else may be installing: apt-get waits for him.
  const patient = ['-o', 'DPkg::Lock::Timeout=300'];
  const sudo = process.getuid?.() === 0 ? undefined : findProgram('sudo');
  const asRoot = (args: readonly string[]): boolean => {
    if (process.getuid?.() === 0) return run(manager, args, { env });
    return sudo !== undefined && run(sudo, ['-n', manager, ...args], { env });
  };
  // A mirror that is out of reach now may have been read before.
  asRoot([...patient, 'update']);
  asRoot([...patient, ...install]);
}

/** Variables of npm that are meant for the inner one. */
const ours: ReadonlySet<string> = new Set([
  'npm_config_nodedir',
  'npm_config_unsafe_perm',
  'npm_config_registry',
]);

/** @param node runs npm and what npm runs. */
function npmInstall(
  folder: string,
  names: readonly string[],
  node: string = process.execPath,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A package of its own, so that npm looks no further up. npm 11 runs the install scripts only of packages
  // that are allowed to; older ones know no such list and run them all.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { '*': true } }));
  const args = ['install', ...names, '--foreground-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  // Under `npm test` the outer npm's own variables say, among other things, that Node is the outer one.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([key]) => !/^(npm_|NODE$|INIT_CWD$)/.test(key) || ours.has(key)),
  );
  return run(ownProgram(node), npmArguments(args), { cwd: folder, env: clean });
}

function setUpNode(): boolean {
  if (spawnSync(nodeProgram, ['--version']).status === 0) return true;
  const name = `node-linux-${process.arch}@${nodeForCodeServer}`;
  if (npmInstall(nodeFolder, [name])) return true;
  problems.push(notFromNpm(nodeFolder, [name]));
  return false;
}

const notFromNpm = (folder: string, names: readonly string[]): string =>
  `${names.join(', ')} could not be installed from the npm registry. See what is wrong with: npm install --prefix ${folder} ${names.join(' ')}`;

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
  if (!setUpPrograms(['code-server']) || !setUpNode()) return;
  console.log('Installing code-server; this takes about two minutes, once.');
  const name = `code-server@${codeServerVersion}`;
  npmInstall(codeServerFolder, [name], nodeProgram, {
    ...process.env,
    PATH: `${dirname(nodeProgram)}${delimiter}${process.env.PATH ?? ''}`,
    // The headers come with that Node, so that none have to be downloaded.
    npm_config_nodedir: nodeHome,
    npm_config_unsafe_perm: 'true',
  });
  if (codeServerWorks()) return;
  const unbuilt = nativeModules.filter((path) => !existsSync(join(codeServerModules, path)));
  problems.push(
    unbuilt.length > 0 && existsSync(codeServerEntry)
      ? `code-server was installed, but not built: ${unbuilt.join(', ')}.`
      : notFromNpm(codeServerFolder, [name]),
  );
}

function setUpStryker(): void {
  if (existsSync(strykerEntry) || npmInstall(strykerFolder, strykerPackages)) return;
  problems.push(notFromNpm(strykerFolder, strykerPackages));
}

/** Builds whisper-cli from source; some minutes, once. */
function setUpWhisper(): void {
  if (spawnSync(whisperCli, ['--version']).status === 0) return;
  if (!setUpPrograms(['whisper', 'code-server'])) return;
  if (!npmInstall(whisperFolder, [whisperPackage])) {
    problems.push(notFromNpm(whisperFolder, [whisperPackage]));
    return;
  }
  const cmake = program('cmake');
  const options = ['CMAKE_BUILD_TYPE=Release', 'BUILD_SHARED_LIBS=OFF', 'WHISPER_BUILD_TESTS=OFF'];
  const made =
    run(cmake, ['-S', whisperSource, '-B', whisperBuild, ...options.map((option) => `-D${option}`)]) &&
    run(cmake, ['--build', whisperBuild, '--target', 'whisper-cli', '-j', String(availableParallelism())]);
  if (!made) problems.push(`whisper-cli could not be built in ${whisperBuild}.`);
}

/** The parts of the set-up by name. */
const steps: Readonly<Record<string, () => unknown>> = {
  programs: () => {
    setUpPrograms(['suites']);
    const problem = setUpCurrentYtDlp();
    if (problem !== undefined) problems.push(problem);
  },
  // On other systems the suites use the desktop program, which @vscode/test-electron fetches.
  'code-server': () => (process.platform === 'linux' ? setUpCodeServer() : undefined),
  bare: () => setUpPrograms(['bare']),
  mutation: setUpStryker,
  whisper: setUpWhisper,
};

async function main(wanted: readonly string[]): Promise<void> {
  for (const name of wanted) {
    const step = steps[name];
    if (step === undefined) throw new Error(`There is no "${name}", only ${Object.keys(steps).join(', ')}.`);
    // Each has a lock of its own: packages come while code-server is built, and a second run waits for both.
    await alone(join(toolsFolder, `${name}.lock`), step);
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`The tools of the tests are there (${wanted.join(', ')}).`);
}

const asked = process.argv.slice(2);
void main(asked.length > 0 ? asked : ['programs', 'code-server']);

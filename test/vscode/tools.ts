/** What the set-up installs from npm beside the repository: the VS Code of the tests, Stryker, whisper.cpp's source. */
import { join } from 'node:path';
import { ownProgram } from '../programs/find';
import { toolsFolder } from '../programs/table';

/** The versions that the suites are known to work with. */
export const codeServerVersion = '4.139.1';
export const nodeForCodeServer = '24';
/** The last that runs on Node 20. It knows mocha up to 11, and TypeScript for the paths in tsconfig.json. */
export const strykerPackages = [
  ...['@stryker-mutator/core@9.6.1', '@stryker-mutator/mocha-runner@9.6.1'],
  ...['mocha@11', 'typescript@6.0.3'],
];

export const nodeFolder = join(toolsFolder, 'node24');
export const strykerFolder = join(toolsFolder, 'stryker');
export const strykerEntry = join(
  strykerFolder,
  'node_modules',
  '@stryker-mutator',
  'core',
  'bin',
  'stryker.js',
);
export const codeServerFolder = join(toolsFolder, 'code-server');

/** Holds `bin/node` and `include/`, the headers that native modules are built with. */
export const nodeHome = join(nodeFolder, 'node_modules', `node-linux-${process.arch}`);
export const nodeProgram = ownProgram(join(nodeHome, 'bin', 'node'));
export const codeServerEntry = join(
  codeServerFolder,
  'node_modules',
  'code-server',
  'out',
  'node',
  'entry.js',
);
export const codeServerModules = join(
  codeServerFolder,
  'node_modules',
  'code-server',
  'lib',
  'vscode',
  'node_modules',
);

/** It ships the whole source of whisper.cpp 1.9.1; both have the MIT licence. */
export const whisperPackage = 'nodejs-whisper@0.3.1';
export const whisperFolder = join(toolsFolder, 'whisper.cpp');
export const whisperSource = join(whisperFolder, 'node_modules', 'nodejs-whisper', 'cpp', 'whisper.cpp');
export const whisperBuild = join(whisperFolder, 'build');
/** For `npm run test:whisper` alone: other tests must not find it, so it is no program of the table. */
export const whisperCli = ownProgram(join(whisperBuild, 'bin', 'whisper-cli'));

/** What the set-up installs from npm beside the repository: the VS Code of the tests, and Stryker. */
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

/** The VS Code of the tests, where `npm run setup-tests` puts it. */
import { join } from 'node:path';
import { ownProgram } from '../programs/find';
import { toolsFolder } from '../programs/table';

/** The versions that the suites are known to work with. */
export const codeServerVersion = '4.139.1';
export const nodeForCodeServer = '24';

export const nodeFolder = join(toolsFolder, 'node24');
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

/**
 * `npm run package:platforms [-- --out folder]`: one .vsix for each platform that there is a speech engine for.
 * Marketplaces give each user the one for the platform, and the one for all to everybody else.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { enginePlatforms } from '../src/platform/whisper/boxed';
import { manifestOf } from './pageReadme';

const root = join(import.meta.dirname, '..');
const { name, version } = manifestOf(root);
const asked = process.argv.indexOf('--out');
const folder = resolve((asked > 0 ? process.argv[asked + 1] : undefined) ?? root);

for (const platform of enginePlatforms) {
  const out = join(folder, `${name}-${version}-${platform}.vsix`);
  const args = ['--import', 'tsx', join('scripts', 'package.ts'), '--target', platform, '--out', out];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The speech engine of a platform's package as it runs for users: built by esbuild, in a process of its own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { BoxedProgram } from '../../src/model/ports';
import { boxedEngine } from '../../src/platform/whisper/boxed';

const root = path.join(__dirname, '..', '..');
const folder = path.join(root, 'out', `test-engine-${process.pid}`);

/** Throws where this platform has no prebuilt module, or `npm ci` left it out. */
export function builtInEngine(): BoxedProgram {
  const outfile = path.join(folder, 'whisperEngine.js');
  if (!existsSync(outfile))
    buildSync({
      entryPoints: [path.join(root, 'src', 'platform', 'whisper', 'child.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      outfile,
    });
  const engine = boxedEngine(folder);
  if (engine === undefined)
    throw new Error('The speech engine of this platform is not installed: run npm ci.');
  return engine;
}

/**
 * Finds the speech engine that came with the product: in a platform's package beside the program, or in the
 * npm package that the terminal program asks for on each platform. Nothing is downloaded.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BoxedProgram } from '../../model/ports';

/** The platforms for which there is a prebuilt module, as `process.platform` and `process.arch` name them. */
export const enginePlatforms = [
  'linux-x64',
  'linux-arm64',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
] as const;

export const enginePackage = (platform: string): string => `@fugood/node-whisper-${platform}`;

/** `folder`: absolute, where the product's built files are. Undefined: this is a package without an engine. */
export function boxedEngine(
  folder: string,
  platform = `${process.platform}-${process.arch}`,
): BoxedProgram | undefined {
  const script = join(folder, 'whisperEngine.js');
  if (!existsSync(script)) return undefined;
  const module = moduleOf(folder, platform);
  if (module === undefined) return undefined;
  return {
    command: process.execPath,
    args: [script, module],
    // Inside VS Code, Node is the editor's own program, which this makes behave as Node.
    env: { ELECTRON_RUN_AS_NODE: '1' },
    file: module,
  };
}

function moduleOf(folder: string, platform: string): string | undefined {
  const beside = join(folder, 'engine', 'whisper.node');
  if (existsSync(beside)) return beside;
  if (!enginePlatforms.some((known) => known === platform)) return undefined;
  try {
    return createRequire(join(folder, 'whisperEngine.js')).resolve(enginePackage(platform));
  } catch {
    return undefined;
  }
}

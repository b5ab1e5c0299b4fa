/**
 * Which whisper.cpp runs: the program that the user named, else the engine that came with the product, else a
 * `whisper-cli` that is found. All take the same options and write the same result.
 */
import type { Settings } from '../model/settings';
import type { SourceParts } from './parts';

export interface WhisperProgram {
  readonly command: string;
  /** These come before the options. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** As users see it: a path, or `built-in engine`. */
  readonly shown: string;
  /** The file by which another version of it is known. */
  readonly file: string;
}

/** Undefined when there is none; a path in the settings is the only one tried. */
export async function findWhisper(
  { processes, whisperEngine }: Pick<SourceParts, 'processes' | 'whisperEngine'>,
  settings: Pick<Settings, 'whisper.path'>,
): Promise<WhisperProgram | undefined> {
  const configured = settings['whisper.path'].trim();
  if (configured === '' && whisperEngine !== undefined) return { ...whisperEngine, shown: 'built-in engine' };
  const found = await processes.find('whisper-cli', configured);
  return found === undefined ? undefined : { command: found, args: [], env: {}, shown: found, file: found };
}

/**
 * Which whisper.cpp runs: the program that the user named, else the engine that came with the product, else a
 * `whisper-cli` that is found. All take the same options and write the same result.
 */
import path from 'node:path';
import type { Settings } from '../model/settings';
import { missingProgram, type MissingProgram } from './missingProgram';
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

/**
 * Undefined when there is none, and where no program may be started; a path in the settings is the only one tried. The
 * built-in engine gets the voice detection that lies beside the model; whisper-cli knows it since 1.7.6 only, and the
 * user's own may be older.
 */
export async function findWhisper(
  { processes, files, whisperEngine }: Pick<SourceParts, 'processes' | 'files' | 'whisperEngine'>,
  settings: Pick<Settings, 'whisper.path' | 'whisper.model'>,
): Promise<WhisperProgram | undefined> {
  if (processes.barred?.() !== undefined) return undefined;
  const configured = settings['whisper.path'].trim();
  if (configured === '' && whisperEngine !== undefined) {
    const vad = await voiceDetection(files, modelPath({ processes }, settings));
    const args = vad === undefined ? [] : ['--vad', '-vm', vad];
    return { ...whisperEngine, args: [...whisperEngine.args, ...args], shown: 'built-in engine' };
  }
  const found = await processes.find('whisper-cli', configured);
  return found === undefined ? undefined : { command: found, args: [], env: {}, shown: found, file: found };
}

/** What is said where `findWhisper` finds none. */
export function missingWhisper(
  { processes }: Pick<SourceParts, 'processes'>,
  settings: Pick<Settings, 'whisper.path'>,
): MissingProgram {
  return missingProgram(processes, 'The engine whisper.cpp', 'whisper.path', settings['whisper.path'], {
    why: 'whisper-cli was not found.',
    nextStep: 'Install whisper.cpp, or set whisper.path.',
  });
}

/** The Silero model in the folder of a Whisper model; undefined where there is none. */
async function voiceDetection(
  files: Pick<SourceParts['files'], 'list'>,
  model: string,
): Promise<string | undefined> {
  if (!path.isAbsolute(model)) return undefined;
  const folder = path.dirname(model);
  const names = await files.list(folder).catch((): readonly string[] => []);
  const name = names
    .filter((one) => /^ggml-silero-[\w.-]+\.bin$/.test(one))
    .sort()
    .at(-1);
  return name === undefined ? undefined : path.join(folder, name);
}

/** The setting whisper.model with `~` as the user's home; empty: off. */
export function modelPath(
  { processes }: Pick<SourceParts, 'processes'>,
  settings: Pick<Settings, 'whisper.model'>,
): string {
  const given = settings['whisper.model'].trim();
  return processes.expanded?.(given) ?? given;
}

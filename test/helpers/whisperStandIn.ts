/** Places an executable `whisper-cli` that behaves like whisper.cpp's, and a model that says how. */
import { chmodSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export type WhisperMode = 'ok' | 'slow' | 'broken-json' | 'no-file' | 'empty' | 'crash' | 'cut-character';

export function placeWhisper(folder: string, mode: WhisperMode): { program: string; model: string } {
  const program = path.join(folder, 'whisper-cli');
  const model = path.join(folder, 'ggml-base.bin');
  const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
  const script = path.join(__dirname, '..', 'servers', 'whisperCli.ts');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${script}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(model, mode);
  return { program, model };
}

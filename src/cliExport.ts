/** `export`: a batch as one file, or as a stream where `--out` names one. Part of the terminal's composition root. */
import { createReadStream, createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { House } from './assemble';
import type { CliConsole } from './cliConsole';
import { FailureError, failure, toFailure } from './model/failure';
import type { Settings } from './model/settings';
import { isEarlierExport } from './output/earlierExport';
import type { ExportFormat } from './output/exports';
import type { NodeFiles } from './platform/files';
import { exportedJson, exportedWords } from './terminal/exported';
import type { ExitCode } from './terminal/exitCodes';
import type { Command } from './terminal/options';

/** Writes the export as a file of its own, or as a stream where `--out` names one. */
export async function exportTo(
  command: Extract<Command, { kind: 'export' }>,
  settings: Settings,
  house: House,
  { console, files }: { readonly console: CliConsole; readonly files: NodeFiles },
): Promise<ExitCode> {
  const folder = resolve(command.folder);
  const { format, force } = command;
  const named = command.options.out;
  const font = settings['export.pdfFont'];
  const pdfFont = font === '' ? '' : resolve(font);
  const asked = resolve(named === undefined || named === '-' ? `${folder}.${format}` : named);
  // A pipe or a device is written to as it is; a file in its place would take it away from everybody.
  const stream = named === '-' || (await files.stat(asked))?.kind === 'other';
  if (!stream && !force) await refuseOverwriting(asked, format, files);
  const scratch = stream ? await files.tempFolder('export') : undefined;
  const out = scratch === undefined ? asked : join(scratch, `export.${format}`);
  try {
    const result = await house.exportBatch(folder, format, out, pdfFont).catch((error: unknown) => {
      const { code, needs, message } = toFailure(error);
      if (code !== 'disk' || needs === 'journal') throw error;
      throw new FailureError(failure('disk', `${message}. Name another file after --out.`));
    });
    if (scratch !== undefined) {
      await pipeline(
        createReadStream(out),
        named === '-' ? process.stdout : createWriteStream(asked, { flags: 'w' }),
        { end: named !== '-' },
      );
    }
    const shown = scratch === undefined ? out : (named ?? '-');
    const say = named === '-' ? console.problem : console.words;
    for (const line of exportedWords(result, shown)) say(line);
    if (named !== '-') console.json?.(exportedJson(result, { folder, format, out: shown }));
    return 0;
  } finally {
    if (scratch !== undefined) await files.remove(scratch);
  }
}

/** An export may be made again over itself; any other file is the user's. */
async function refuseOverwriting(path: string, format: ExportFormat, files: NodeFiles): Promise<void> {
  if ((await files.stat(path)) === undefined) return;
  if (await isEarlierExport(path, format, files)) return;
  throw new FailureError(
    failure(
      'invalid-url',
      `${path} is there already and is no earlier export. Name another file after --out, or add --force.`,
    ),
  );
}

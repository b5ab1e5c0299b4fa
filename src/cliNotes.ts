/** `notes`, and the notes after a run. Part of the terminal program's composition root. */
import { resolve } from 'node:path';
import type { House } from './assemble';
import type { CliConsole } from './cliConsole';
import { FailureError, failure } from './model/failure';
import type { Settings } from './model/settings';
import type { NodeFiles } from './platform/files';
import type { ExitCode } from './terminal/exitCodes';
import { writeNotes, type NotesWorld } from './terminal/notes';
import type { Command } from './terminal/options';
import type { Session } from './terminal/session';

/** `notes`. */
export async function notesAbout(
  command: Extract<Command, { kind: 'notes' }>,
  settings: Settings,
  house: House,
  session: Session,
  { console, files }: { readonly console: CliConsole; readonly files: NodeFiles },
): Promise<ExitCode> {
  const { templateFile } = command;
  if (templateFile !== undefined && (await files.stat(resolve(templateFile)))?.kind !== 'file')
    throw new FailureError(
      failure('invalid-url', `There is no file ${templateFile}. Correct the path after --template.`),
    );
  return writeNotes(command.dryRun, plannedNotes(resolve(command.folder), settings, house, session, console));
}

/** How notes about the batch in `folder` (absolute) are planned and started. */
function plannedNotes(
  folder: string,
  settings: Settings,
  { notes }: House,
  session: Session,
  console: CliConsole,
): NotesWorld {
  return {
    console,
    plan: (signal, onProgress) => notes.plan(folder, settings, signal, undefined, onProgress),
    start: ({ request }) => session.run({ ...request, redo: false }),
  };
}

/** The same for whichever batch has ended. */
export function notesPlanning(
  house: House,
  session: Session,
  console: CliConsole,
): (folder: string, settings: Settings) => NotesWorld {
  return (folder, settings) => plannedNotes(folder, settings, house, session, console);
}

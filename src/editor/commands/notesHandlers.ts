/** The commands about notes. What they do is a part of its own in dist/, read when it is first wanted. */
import { isNotesFolder } from '../../model/filesFolder';
import type { Batches } from '../batches';
import { statusMessage } from '../messages';
import type { NotesParts } from '../notes/writeNotes';
import { Refusal } from '../problems';
import { pickBatch } from '../resume';

export function notesHandlers(parts: NotesParts & { readonly batches: Batches }) {
  const { batches } = parts;
  return {
    'bulkTranscribe.writeNotes': async (target: unknown, targets: unknown) => {
      const { notesTargets } = await import('../notes/targets');
      const { writeNotes } = await import('../notes/writeNotes');
      const chosen = await notesTargets(target, targets, batches);
      if (chosen.length > 0) return writeNotes(parts, chosen);
      const folder = await pickFinished(batches);
      if (folder !== undefined) await writeNotes(parts, await notesTargets({ folder }, undefined, batches));
    },
    'bulkTranscribe.groupBySubject': async () => {
      const { groupBySubject } = await import('../notes/groupBySubject');
      await groupBySubject(parts);
    },
    'bulkTranscribe.chooseNotesModel': async () => {
      const { chooseNotesModel } = await import('../notes/chooseModel');
      if (await chooseNotesModel(parts)) statusMessage('The model for notes is set.', 5000);
    },
  };
}

/** A batch with transcripts; the user chooses where there are several. Throws Refusal where there is none. */
async function pickFinished(batches: Batches): Promise<string | undefined> {
  await batches.refresh();
  const done = batches
    .all()
    .filter(({ counts, folder }) => counts.completed + counts.skipped > 0 && !isNotesFolder(folder));
  if (done.length === 0) throw new Refusal('There are no transcripts yet. Transcribe a list first.');
  return pickBatch(done, 'Write Notes');
}

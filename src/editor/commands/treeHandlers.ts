/** The commands on a batch's line of the activity view that are not on the panel. */
import * as vscode from 'vscode';
import { doneOf } from '../../engine/state/counts';
import { filesFolder, isNotesFolder } from '../../model/filesFolder';
import { isPlain } from '../../model/plain';
import { formatCount, joinAnd, plural } from '../../model/words';
import type { Batches } from '../batches';
import type { KnownBatch } from '../knownBatch';
import { question, statusMessage } from '../messages';
import { Refusal } from '../problems';

export interface TreeCommandParts {
  readonly batches: Batches;
  /** The list that a batch was made of. Throws Refusal. */
  readonly listOf: (folder: string) => Promise<vscode.Uri>;
}

export function treeHandlers({ batches, listOf }: TreeCommandParts) {
  return {
    'bulkTranscribe.revealList': async (target: unknown) => {
      const [batch] = chosen(batches, target, undefined);
      if (!batch) throw new Refusal('This batch is no longer there.');
      const uri = await listOf(batch.folder);
      const isThere = await vscode.workspace.fs.stat(uri).then(
        () => true,
        () => false,
      );
      if (!isThere) throw new Refusal(`The list of ${batch.name} is no longer there: ${uri.fsPath}.`);
      await vscode.window.showTextDocument(uri);
      if (vscode.workspace.getWorkspaceFolder(uri))
        await vscode.commands.executeCommand('revealInExplorer', uri);
    },
    'bulkTranscribe.copyPath': async (target: unknown, targets: unknown) => {
      const nodes = Array.isArray(targets) && targets.length > 0 ? targets : [target];
      const paths = nodes.flatMap((node: unknown) => {
        if (!isPlain(node)) return [];
        if (typeof node.path === 'string') return [node.path];
        const batch = isPlain(node.batch) ? node.batch : node;
        return typeof batch.folder === 'string' ? [batch.folder] : [];
      });
      await vscode.env.clipboard.writeText(paths.join('\n'));
    },
    'bulkTranscribe.removeBatch': async (target: unknown, targets: unknown) => {
      const wanted = chosen(batches, target, targets);
      if (wanted.length === 0) throw new Refusal('This batch is no longer there.');
      const busy = withNotes(batches, wanted).find(isBusy);
      if (busy) throw new Refusal(`${busy.name} is not stopped. Stop it first.`);
      const move = 'Move to Trash';
      const done = wanted.reduce((sum, { counts }) => sum + doneOf(counts), 0);
      const names = wanted.slice(0, 5).map(({ name }) => name);
      if (wanted.length > 5) names.push(`${formatCount(wanted.length - 5)} more`);
      const answer = await question(
        `Remove ${joinAnd(names)}?`,
        wanted.every(({ folder }) => isNotesFolder(folder))
          ? 'The notes stay beside their transcripts. The report and what is needed to resume go to the trash.'
          : `${wanted.length === 1 ? 'Its folder goes' : 'Their folders go'} to the trash with everything inside: ${plural(done, 'transcript')}, the report, and what is needed to resume.`,
        move,
      );
      if (answer !== move) return;
      for (const { folder } of wanted) {
        // It may have been resumed while the question was open.
        const now = batches.byFolder(folder);
        const runs = withNotes(batches, now ? [now] : []).find(isBusy);
        if (runs) throw new Refusal(`${runs.name} is not stopped. Stop it first.`);
        await batches.remove(folder);
      }
      statusMessage(`${plural(wanted.length, 'batch', 'batches')} removed.`, 5000);
    },
  };
}

/** The batches, and those of notes inside of their folders, which go with them. */
function withNotes(batches: Batches, wanted: readonly KnownBatch[]): readonly KnownBatch[] {
  const folders = new Set(wanted.map(({ folder }) => folder));
  return batches.all().filter(({ folder }) => folders.has(folder) || folders.has(filesFolder(folder)));
}

function isBusy(batch: KnownBatch): boolean {
  return (
    batch.owner !== undefined ||
    (batch.handle !== undefined && (batch.phase === 'running' || batch.phase === 'paused'))
  );
}

/** The batches that are selected in the view, as they are known now. */
function chosen(batches: Batches, target: unknown, targets: unknown): readonly KnownBatch[] {
  const nodes: readonly unknown[] = Array.isArray(targets) && targets.length > 0 ? targets : [target];
  return nodes.flatMap((node) => {
    const folder = isPlain(node) && typeof node.id === 'string' ? node.folder : undefined;
    const batch = typeof folder === 'string' ? batches.byFolder(folder) : undefined;
    return batch ? [batch] : [];
  });
}

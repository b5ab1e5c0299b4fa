/** The activity view: one line a batch, with its state and counts; its actions are in package.json. */
import * as vscode from 'vscode';
import { toGoOf } from '../engine/state/counts';
import type { Batches } from './batches';
import type { KnownBatch } from './knownBatch';
import { batchStateWords, isInterrupted } from './batchWords';

export class BatchTree implements vscode.TreeDataProvider<KnownBatch> {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private asked = false;

  constructor(private readonly batches: Batches) {
    this.onDidChangeTreeData = batches.onChange;
  }

  getChildren(element?: KnownBatch): KnownBatch[] {
    if (element) return [];
    if (!this.asked) {
      // The first look fills the list in its own time; the change it makes brings us back here.
      this.asked = true;
      this.batches.refresh().catch(() => undefined);
    }
    return [...this.batches.all()];
  }

  getTreeItem(batch: KnownBatch): vscode.TreeItem {
    const item = new vscode.TreeItem(batch.name);
    item.id = batch.folder;
    const { words, icon } = batchStateWords(batch);
    item.description = words;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.tooltip = `${batch.name}\n${words}\n${batch.folder}`;
    item.contextValue = contextOf(batch);
    item.command = { command: 'bulkTranscribe.showPanel', title: 'Show Panel', arguments: [batch] };
    return item;
  }
}

/** Capabilities, read by the `when` clauses of the inline actions. */
function contextOf(batch: KnownBatch): string {
  if (batch.owner !== undefined) return 'batch';
  const running = batch.phase === 'running' && batch.handle !== undefined;
  const open = toGoOf(batch.counts) + batch.counts.parked > 0;
  return [
    'batch',
    running ? 'running' : '',
    running || batch.phase === 'paused' ? 'stoppable' : '',
    (!running && open) || isInterrupted(batch) ? 'resumable' : '',
    batch.counts.failed > 0 ? 'failed' : '',
    batch.phase === 'finished' || batch.phase === 'stopped' ? 'ended' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

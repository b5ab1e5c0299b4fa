/**
 * The activity view: a line for each batch with its state and counts, below it what failed by cause, the report and the
 * videos. Its actions are in package.json. Lists and links dropped on it are transcribed.
 */
import * as vscode from 'vscode';
import { toGoOf } from '../engine/state/counts';
import { attentionOf } from './attention';
import type { Batches } from './batches';
import { batchStateWords, isInterrupted } from './batchWords';
import { viewId } from './commands/table';
import type { CoreAccess } from './core';
import type { KnownBatch } from './knownBatch';
import { plainLine } from './messages';
import { tell } from './problems';
import { BatchChildren, type TreeNode } from './treeNodes';

export interface TreeParts {
  readonly batches: Batches;
  readonly access: CoreAccess;
  /** Transcribes what was dropped: addresses of files one a line, or a text with links. */
  readonly dropped: (text: string) => Promise<void>;
}

export class BatchTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private asked = false;
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly own: vscode.Disposable;
  private readonly children: BatchChildren;

  constructor(private readonly parts: TreeParts) {
    const { batches, dropped } = parts;
    this.onDidChangeTreeData = batches.onChange;
    this.children = new BatchChildren(parts);
    this.view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this,
      canSelectMany: true,
      dragAndDropController: dropController(dropped),
    });
    this.own = vscode.Disposable.from(
      this.view,
      batches.onChange(() => this.badge()),
    );
  }

  dispose(): void {
    this.own.dispose();
  }

  getChildren(element?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    if (element) return this.children.of(element).then((nodes): TreeNode[] => [...nodes]);
    if (!this.asked) {
      // The first look fills the list in its own time; the change it makes brings us back here.
      this.asked = true;
      this.parts.batches.refresh().catch(() => undefined);
    }
    return this.parts.batches.all().map((batch): TreeNode => ({ kind: 'batch', ...batch }));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.kind === 'batch' ? batchItem(node) : this.children.item(node);
  }

  private badge(): void {
    const waits = attentionOf(this.parts.batches.all());
    const { badge } = this.view;
    if (badge?.value === waits?.count && badge?.tooltip === waits?.badge) return;
    this.view.badge = waits && { value: waits.count, tooltip: waits.badge };
  }
}

function batchItem(batch: KnownBatch): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(batch.name), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = batch.folder;
  const { words, icon } = batchStateWords(batch);
  item.description = words;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = `${plainLine(batch.name)}\n${words}\n${plainLine(batch.folder)}`;
  item.contextValue = contextOf(batch);
  item.command = { command: 'bulkTranscribe.showPanel', title: 'Show Panel', arguments: [batch] };
  return item;
}

/** Capabilities, read by the `when` clauses of the inline actions. */
function contextOf(batch: KnownBatch): string {
  if (batch.owner !== undefined) return 'batch';
  const running = batch.phase === 'running' && batch.handle !== undefined;
  const open = toGoOf(batch.counts) + batch.counts.parked > 0;
  return [
    'batch',
    running ? 'running' : '',
    running || batch.phase === 'paused' ? 'stoppable' : 'removable',
    (!running && open) || isInterrupted(batch) ? 'resumable' : '',
    batch.counts.failed > 0 ? 'failed' : '',
    batch.phase === 'finished' || batch.phase === 'stopped' ? 'ended' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

function dropController(dropped: TreeParts['dropped']): vscode.TreeDragAndDropController<TreeNode> {
  return {
    dropMimeTypes: ['text/uri-list', 'text/plain'],
    dragMimeTypes: [],
    handleDrop: async (_target, transfer) => {
      const item = transfer.get('text/uri-list') ?? transfer.get('text/plain');
      const text = (await item?.asString()) ?? '';
      if (text.trim() !== '') await dropped(text).catch(tell);
    },
  };
}

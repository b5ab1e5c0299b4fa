/**
 * What is below a batch in the activity view: its failures by cause, its report and its videos, each with its files.
 * Read when a line is unfolded, and again when the batch has changed.
 */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { ReadonlyRow } from '../engine/state/reducer';
import type { JobStatus } from '../model/events';
import { filesFolder, notesEnding } from '../model/filesFolder';
import { formatCount, plural } from '../model/numberWords';
import type { Batches } from './batches';
import type { CoreAccess } from './core';
import type { KnownBatch } from './knownBatch';
import { plainLine } from './messages';
import type { VideoLine } from './treeVideos';

export type TreeNode =
  | ({ readonly kind: 'batch' } & KnownBatch)
  | {
      readonly kind: 'cause';
      readonly batch: KnownBatch;
      readonly key: string;
      readonly icon: string;
      readonly words: string;
      readonly sentence: string;
      readonly jobs: readonly ReadonlyRow[];
    }
  | { readonly kind: 'video'; readonly batch: KnownBatch; readonly job: ReadonlyRow }
  | { readonly kind: 'report'; readonly batch: KnownBatch }
  /** A video that has not failed; `path`: what a click opens. */
  | { readonly kind: 'line'; readonly batch: KnownBatch; readonly line: VideoLine; readonly path?: string }
  | { readonly kind: 'file'; readonly batch: KnownBatch; readonly path: string; readonly label: string }
  | { readonly kind: 'more'; readonly batch: KnownBatch; readonly key: string; readonly count: number };

type Below = Exclude<TreeNode, { readonly kind: 'batch' }>;

/** A view is no place for more; the panel and the explorer have them all. */
const mostLines = 500;

export class BatchChildren {
  /** The causes of a batch, until the number of its failures changes. */
  private readonly causes = new Map<string, { readonly key: string; readonly nodes: readonly Below[] }>();

  constructor(private readonly parts: { readonly batches: Batches; readonly access: CoreAccess }) {}

  async of(node: TreeNode): Promise<readonly Below[]> {
    switch (node.kind) {
      case 'batch':
        return [...(await this.failures(node)), ...(await this.written(node))];
      case 'cause':
        return limited(node.batch, node.key, node.jobs, (job): Below => ({
          kind: 'video',
          batch: node.batch,
          job,
        }));
      case 'line':
        return node.line.files.slice(1).map((name): Below => ({
          kind: 'file',
          batch: node.batch,
          path: join(filesFolder(node.batch.folder), name),
          // The line above has the title already.
          label: name.startsWith(node.line.stem) ? name.slice(node.line.stem.length) : name,
        }));
      default:
        return [];
    }
  }

  item(node: Below): vscode.TreeItem {
    const item = itemOf(node);
    item.id = idOf(node);
    return item;
  }

  private async failures(batch: KnownBatch): Promise<readonly Below[]> {
    if (batch.counts.failed + batch.counts.parked === 0) return [];
    const key = `${batch.counts.failed} ${batch.counts.parked} ${batch.phase}`;
    const known = this.causes.get(batch.folder);
    if (known?.key === key) return known.nodes;
    const handle = await this.parts.batches.look(batch.folder).catch(() => undefined);
    if (!handle) return [];
    const { byCause, groupWords } = await import('../engine/state/causes');
    const nodes = (['failed', 'parked'] as const).flatMap((status) =>
      byCause(handle.state, status, Date.now()).map((group): Below => {
        const { cause, sentence } = groupWords(group, handle.state, Date.now());
        const words = status === 'parked' ? `Parked: ${cause}` : cause;
        return {
          kind: 'cause',
          batch,
          key: `${status} ${group.code} ${group.consent}`,
          icon: group.consent ? 'bell-dot' : status === 'parked' ? 'debug-pause' : 'error',
          words,
          sentence,
          jobs: group.jobs,
        };
      }),
    );
    this.causes.set(batch.folder, { key, nodes });
    return nodes;
  }

  private async written(batch: KnownBatch): Promise<readonly Below[]> {
    const files = await this.parts.access.files();
    const names = await files.list(batch.folder).catch((): readonly string[] => []);
    const nodes: Below[] = names.includes('report.md') ? [{ kind: 'report', batch }] : [];
    const place = filesFolder(batch.folder);
    const beside = place === batch.folder ? names : await files.list(place).catch(() => []);
    const { videoLines } = await import('./treeVideos');
    const { lines, more } = await videoLines(files, batch, beside, mostLines);
    for (const line of lines) {
      const [first] = line.files;
      nodes.push({
        kind: 'line',
        batch,
        line,
        ...(first === undefined ? {} : { path: join(place, first) }),
      });
    }
    if (more > 0) nodes.push({ kind: 'more', batch, key: 'videos', count: more });
    return nodes;
  }
}

function limited<T>(
  batch: KnownBatch,
  key: string,
  all: readonly T[],
  nodeOf: (one: T) => Below,
): readonly Below[] {
  const nodes = all.slice(0, mostLines).map(nodeOf);
  if (all.length > mostLines) nodes.push({ kind: 'more', batch, key, count: all.length - mostLines });
  return nodes;
}

function idOf(node: Below): string {
  const within = `${node.batch.folder}\n${node.kind}`;
  switch (node.kind) {
    case 'cause':
    case 'more':
      return `${within} ${node.key}`;
    case 'video':
      return `${within} ${node.job.index}`;
    case 'file':
      return `${within} ${node.path}`;
    case 'line':
      return `${within} ${node.line.key}`;
    default:
      return within;
  }
}

function itemOf(node: Below): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'cause': {
      const item = new vscode.TreeItem(node.words, Collapsed);
      item.description = formatCount(node.jobs.length);
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.tooltip = plainLine(node.sentence);
      // Without it the tooltip alone is read out.
      item.accessibilityInformation = {
        label: `${node.words}, ${plural(node.jobs.length, 'video')}. ${node.sentence}`,
      };
      item.contextValue = 'cause';
      return item;
    }
    case 'video': {
      const { meta, link, index } = node.job;
      const item = new vscode.TreeItem(plainLine(meta.title ?? link.url), None);
      if (meta.title !== undefined) item.description = plainLine(meta.channel ?? '');
      item.tooltip = [meta.title ?? '', meta.channel ?? '', link.url]
        .map(plainLine)
        .filter((line) => line !== '')
        .join('\n');
      item.iconPath = new vscode.ThemeIcon('circle-small');
      item.contextValue = 'video';
      item.command = {
        command: 'bulkTranscribe.showPanel',
        title: 'Show in Panel',
        arguments: [{ id: node.batch.id, folder: node.batch.folder }, index],
      };
      return item;
    }
    case 'report':
      return opening(new vscode.TreeItem('Report', None), join(node.batch.folder, 'report.md'), 'note');
    case 'line':
      return lineItem(node);
    case 'file':
      return fileItem(node);
    case 'more': {
      const item = new vscode.TreeItem(`${formatCount(node.count)} more`, None);
      item.description = 'in the panel';
      item.command = { command: 'bulkTranscribe.showPanel', title: 'Show', arguments: [node.batch] };
      return item;
    }
  }
}

function fileItem({ path, label }: Extract<Below, { readonly kind: 'file' }>): vscode.TreeItem {
  const icon = path.endsWith(notesEnding) ? 'notebook' : undefined;
  const item = opening(
    new vscode.TreeItem(plainLine(label), vscode.TreeItemCollapsibleState.None),
    path,
    icon,
  );
  item.contextValue = fileContext(path);
  item.accessibilityInformation = { label: basename(path) };
  return item;
}

/** `transcript`: notes can be written about it. */
function fileContext(path: string): string {
  return path.endsWith('.md') && !path.endsWith(notesEnding) ? 'file transcript' : 'file';
}

/** How the states of videos look; the words beside say the same. */
const icons: Readonly<Record<JobStatus, readonly [icon: string, color?: string]>> = {
  completed: ['pass', 'testing.iconPassed'],
  running: ['loading~spin'],
  pending: ['circle-outline'],
  skipped: ['debug-step-over'],
  cancelled: ['circle-slash'],
  failed: ['error'],
  parked: ['debug-pause'],
};

function lineItem({ batch, line, path }: Extract<Below, { readonly kind: 'line' }>): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(plainLine(line.title), line.files.length > 1 ? Collapsed : None);
  const [icon, color] = icons[line.status];
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = line.words;
  item.tooltip = [line.title, line.words, line.url].map(plainLine).join('\n');
  item.contextValue = path === undefined ? 'video' : fileContext(path);
  item.command =
    path === undefined
      ? {
          command: 'bulkTranscribe.showPanel',
          title: 'Show in Panel',
          arguments: [{ id: batch.id, folder: batch.folder }, line.index],
        }
      : { command: 'vscode.open', title: 'Open Transcript', arguments: [vscode.Uri.file(path)] };
  return item;
}

function opening(item: vscode.TreeItem, path: string, icon?: string): vscode.TreeItem {
  item.resourceUri = vscode.Uri.file(path);
  item.iconPath = icon === undefined ? vscode.ThemeIcon.File : new vscode.ThemeIcon(icon);
  item.contextValue = 'file';
  item.command = { command: 'vscode.open', title: 'Open', arguments: [item.resourceUri] };
  return item;
}

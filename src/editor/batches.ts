/**
 * The batches this window knows: those that run here, and those found in the workspace's output folders.
 * Everything that shows batches (tree, status bar, panel, commands) asks here and keeps nothing itself.
 */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { Core, CoreAccess } from './core';
import { OtherWindows } from './otherWindows';
import type { KnownBatch } from './knownBatch';
import { leadsOut, outputFolderOf } from './outputFolder';
import { ownSettings } from './ownSettings';
import type { EditorSettings } from './settings';

/** Views are redrawn at most this often. */
const quietMs = 250;

export class Batches implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires, at most four times a second, when any batch may look different. */
  readonly onChange = this.changed.event;
  private readonly elsewhere: OtherWindows;
  private readonly listening = new Map<BatchHandle, () => void>();
  private timer: NodeJS.Timeout | undefined;
  private chosen: string | undefined;
  /** Folders that the user has removed, with the handle that was open on them. */
  private readonly removed = new Map<string, BatchHandle | undefined>();

  constructor(
    private readonly access: CoreAccess,
    private readonly settings: EditorSettings,
  ) {
    this.elsewhere = new OtherWindows(
      access,
      () => this.soon(),
      () => void this.refresh().catch(() => undefined),
    );
    access.whenReady((core) => {
      core.engine.onBatches(() => this.listen(core));
      this.listen(core);
    });
  }

  /** Newest first; those that run here before all others. */
  all(): readonly KnownBatch[] {
    const here = (this.access.peek()?.engine.batches ?? [])
      .filter((handle) => !this.removed.has(handle.folder) || this.removed.get(handle.folder) !== handle)
      .map(fromHandle);
    const folders = new Set(here.map((batch) => batch.folder));
    const others = this.elsewhere.batches.filter((batch) => !folders.has(batch.folder));
    return [...here, ...others].sort(
      (a, b) => rank(a) - rank(b) || b.updatedAt - a.updatedAt || a.name.localeCompare(b.name),
    );
  }

  /** The batch that commands without an argument mean: the chosen one, else the first that runs. */
  current(): KnownBatch | undefined {
    const all = this.all();
    return all.find((batch) => batch.id === this.chosen) ?? all[0];
  }

  choose(id: string): void {
    this.chosen = id;
    this.changed.fire();
  }

  byId(id: string): KnownBatch | undefined {
    return this.all().find((batch) => batch.id === id);
  }

  byFolder(folder: string): KnownBatch | undefined {
    return this.all().find((batch) => batch.folder === folder);
  }

  /** The id of the batch in a folder, also of one that another window began a moment ago. */
  async idOf(folder: string): Promise<string | undefined> {
    if (!this.byFolder(folder)) await this.refresh();
    return this.byFolder(folder)?.id;
  }

  /** A handle to look at: the running one, else a view of the folder, which starts nothing. Throws FailureError. */
  async look(folder: string): Promise<BatchHandle> {
    const core = await this.access.get();
    const running = core.engine.batches.find((handle) => handle.folder === folder);
    if (running) return running;
    return this.elsewhere.view(folder);
  }

  /**
   * A handle that may act: becomes the batch's owner where it is not yet. `foreignToo`: the user was asked and
   * wants a batch that comes from elsewhere. Throws FailureError.
   */
  async own(folder: string, foreignToo: boolean): Promise<BatchHandle> {
    const core = await this.access.get();
    const running = core.engine.batches.find((handle) => handle.folder === folder);
    if (running) return running;
    const view = await this.elsewhere.view(folder);
    // What a batch from elsewhere calls its list is a path of another computer.
    const own = view.foreign === true ? {} : await ownSettings(folder, view.state);
    const settings = { ...this.settings.read(vscode.Uri.file(folder)), ...own };
    return core.engine.open(folder, 'resume', settings, () => Promise.resolve(foreignToo));
  }

  /** Moves a batch that nobody runs to the trash, with all its files. Throws what the file system says. */
  async remove(folder: string): Promise<void> {
    const uri = vscode.Uri.file(folder);
    // Some remotes have no trash; the user has agreed to lose the files.
    await Promise.resolve(vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true })).catch(() =>
      vscode.workspace.fs.delete(uri, { recursive: true }),
    );
    this.removed.set(
      folder,
      this.access.peek()?.engine.batches.find((handle) => handle.folder === folder),
    );
    this.elsewhere.forget(folder);
    await this.refresh();
  }

  /** Searches the workspace's output folders for batches again; the engine is loaded only if one seems to run. */
  async refresh(): Promise<void> {
    const files = await this.access.files();
    const roots = new Set<string>();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const root = outputFolderOf(this.settings, uri);
      if (root !== undefined && (await leadsOut(files, root, uri)) === undefined) roots.add(root);
    }
    await this.elsewhere.find([...roots]);
    this.changed.fire();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.elsewhere.dispose();
    for (const unlisten of this.listening.values()) unlisten();
    this.changed.dispose();
  }

  private listen(core: Core): void {
    for (const [handle, unlisten] of this.listening) {
      if (core.engine.batches.includes(handle)) continue;
      unlisten();
      this.listening.delete(handle);
    }
    for (const handle of core.engine.batches) {
      this.elsewhere.forget(handle.folder);
      if (!this.listening.has(handle))
        this.listening.set(
          handle,
          handle.onEvents(() => this.soon()),
        );
    }
    this.soon();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, quietMs);
  }
}

/** Counting them means a look at every row, so it is done again only after another event. */
const asked = new WeakMap<BatchHandle, { readonly seq: number; readonly count: number }>();

function asksOf(handle: BatchHandle): number {
  const { state, seq } = handle;
  if (state.counts.parked === 0) return 0;
  const known = asked.get(handle);
  if (known?.seq === seq) return known.count;
  const count = state.jobs.filter((job) => job.status === 'parked' && job.consent !== undefined).length;
  asked.set(handle, { seq, count });
  return count;
}

function fromHandle(handle: BatchHandle): KnownBatch {
  const { state, folder, owner } = handle;
  const asks = asksOf(handle);
  return {
    id: state.id,
    name: state.name,
    folder,
    phase: state.phase,
    counts: state.counts,
    total: state.total,
    updatedAt: state.updatedAt,
    handle,
    ...(asks === 0 ? {} : { asks }),
    ...(owner === undefined ? {} : { owner }),
  };
}

function rank(batch: KnownBatch): number {
  return batch.handle && batch.owner === undefined ? (batch.phase === 'running' ? 0 : 1) : 2;
}

/** The batch folder that a menu or the explorer means: the folder itself, or the one a file lies in. */
export function batchFolderOf(uri: vscode.Uri): string {
  return /[\\/](batch\.json|report\.md|failed\.urls)$/.test(uri.fsPath) ? dirname(uri.fsPath) : uri.fsPath;
}

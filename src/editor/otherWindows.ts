/**
 * Batches of the workspace that run in another window or a terminal: which process has them and how far they are. They
 * are looked at when their files change, and every second while somebody runs one.
 */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import { readBatches } from '../engine/folder/batchFolders';
import { notesFolderName } from '../model/filesFolder';
import type { Files } from '../model/ports';
import type { KnownBatch } from './knownBatch';
import type { CoreAccess } from './core';

const lockName = '.owner.json';
const journalName = '.journal.jsonl';
const lookEveryMs = 1000;
/** Changes of files come in flocks. */
const quietMs = 200;

export class OtherWindows implements vscode.Disposable {
  private heads = new Map<string, KnownBatch>();
  private readonly owners = new Map<string, string>();
  private readonly views = new Map<string, Promise<BatchHandle>>();
  /** Those of `views` that are open by now. */
  private readonly opened = new Map<string, BatchHandle>();
  private readonly watchers = new Map<string, vscode.Disposable>();
  private timer: NodeJS.Timeout | undefined;
  private finding: NodeJS.Timeout | undefined;
  private disposed = false;

  /**
   * @param changed is called when a batch may look different.
   * @param refresh is called when a batch has come or gone.
   */
  constructor(
    private readonly access: CoreAccess,
    private readonly changed: () => void,
    private readonly refresh: () => void,
  ) {}

  /** The batches in the output folders, by their manifests; those that this window runs may be among them. */
  get batches(): readonly KnownBatch[] {
    return [...this.heads.values()].map((head) => this.known(head));
  }

  /** A view of the folder, which starts nothing and follows what others write. Throws FailureError. */
  view(folder: string): Promise<BatchHandle> {
    const known = this.views.get(folder);
    if (known) return known;
    const view = this.access.get().then(({ engine }) => engine.open(folder, 'view'));
    this.views.set(folder, view);
    view.then(
      (handle) => {
        if (this.views.get(folder) !== view) return;
        this.opened.set(folder, handle);
        this.setOwner(folder, handle.owner);
        this.arm(lookEveryMs);
      },
      () => this.forget(folder),
    );
    return view;
  }

  /** The batch runs here now, or is gone. */
  forget(folder: string): void {
    this.views.delete(folder);
    this.opened.delete(folder);
    this.owners.delete(folder);
  }

  /** Searches these output folders for batch folders again. */
  async find(roots: readonly string[]): Promise<void> {
    const files = await this.access.files();
    const { readManifestHead } = await import('../output/manifestHead');
    const heads = new Map<string, KnownBatch>();
    for (const root of roots)
      for (const head of await readBatches(root, files, (folder) => readManifestHead(files, folder)).catch(
        () => [],
      ))
        heads.set(head.folder, await withJournal(files, head));
    this.heads = heads;
    this.watch(roots);
    await this.look();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    clearTimeout(this.finding);
    for (const watcher of this.watchers.values()) watcher.dispose();
  }

  private known(head: KnownBatch): KnownBatch {
    const owner = this.owners.get(head.folder);
    const view = this.opened.get(head.folder);
    if (owner === undefined) return head;
    if (!view) return { ...head, owner };
    const { phase, counts, total, updatedAt } = view.state;
    return { ...head, phase, counts, total, updatedAt, owner };
  }

  /** Which process runs which batch now, and what it has written since. */
  private async look(): Promise<void> {
    const files = await this.access.files();
    const here = new Set(this.access.peek()?.engine.batches.map((handle) => handle.folder));
    let some = false;
    for (const folder of this.heads.keys()) {
      if (here.has(folder)) continue;
      const before = this.owners.get(folder);
      // Without a lock nobody has it, and the engine need not be read to know that.
      const locked = (await files.stat(join(folder, lockName))) !== undefined;
      if (!locked && before === undefined && !this.opened.has(folder)) continue;
      some = true;
      const owner = await this.ownerOf(folder);
      if (owner !== before || (owner !== undefined && !this.opened.has(folder))) {
        const { readManifestHead } = await import('../output/manifestHead');
        const head = await readManifestHead(files, folder);
        if (head) this.heads.set(folder, await withJournal(files, head));
      }
      this.setOwner(folder, owner);
    }
    if (some) this.changed();
    this.arm(lookEveryMs);
  }

  private async ownerOf(folder: string): Promise<string | undefined> {
    const view = this.opened.get(folder);
    try {
      if (!view?.follow) return await (await this.access.get()).ownerOf(folder);
      await view.follow();
      return view.owner;
    } catch {
      this.forget(folder);
      return undefined;
    }
  }

  private setOwner(folder: string, owner: string | undefined): void {
    if (owner === undefined) this.owners.delete(folder);
    else this.owners.set(folder, owner);
  }

  /** Looks again soon: by the clock only while somebody else runs something. */
  private arm(ms: number): void {
    if (this.disposed || this.timer || (this.owners.size === 0 && ms === lookEveryMs)) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.look().catch(() => undefined);
    }, ms);
  }

  private watch(roots: readonly string[]): void {
    for (const [root, watcher] of this.watchers) {
      if (roots.includes(root)) continue;
      watcher.dispose();
      this.watchers.delete(root);
    }
    for (const root of roots) {
      if (this.watchers.has(root)) continue;
      const { createFileSystemWatcher } = vscode.workspace;
      const pattern = (folder: string, glob: string): vscode.RelativePattern =>
        new vscode.RelativePattern(vscode.Uri.file(folder), glob);
      const ofBatches = ['*', `*/${notesFolderName}*`].map((place) =>
        createFileSystemWatcher(pattern(root, `${place}/{${lockName},batch.json}`)),
      );
      // A folder that goes takes its files with it without a word about them.
      const batches = createFileSystemWatcher(pattern(root, '*'), true, true);
      const whole = createFileSystemWatcher(pattern(dirname(root), basename(root)), true, true);
      const comes = (uri: vscode.Uri): void => {
        const isKnown = this.heads.has(dirname(uri.fsPath));
        if (isKnown || basename(uri.fsPath) === lockName) this.fileChanged(uri);
        else this.findSoon();
      };
      this.watchers.set(
        root,
        vscode.Disposable.from(
          ...[...ofBatches, batches, whole],
          ...ofBatches.flatMap((files) => [
            files.onDidChange((uri) => this.fileChanged(uri)),
            files.onDidCreate(comes),
            files.onDidDelete((uri) =>
              basename(uri.fsPath) === lockName ? this.fileChanged(uri) : this.findSoon(),
            ),
          ]),
          batches.onDidDelete(() => this.findSoon()),
          whole.onDidDelete(() => this.findSoon()),
        ),
      );
    }
  }

  private findSoon(): void {
    this.finding ??= setTimeout(() => {
      this.finding = undefined;
      this.refresh();
    }, quietMs);
  }

  /** A file of a batch has changed. */
  private fileChanged(uri: vscode.Uri): void {
    const folder = dirname(uri.fsPath);
    if (this.access.peek()?.engine.batches.some((handle) => handle.folder === folder) === true) return;
    this.arm(quietMs);
  }
}

/** With what its journal adds: its list, and that it can go on, which a batch that seems to be open needs. */
async function withJournal(files: Files, head: KnownBatch): Promise<KnownBatch> {
  const path = join(head.folder, journalName);
  // A part of its own in dist/, read when there is a batch; see esbuild.js.
  const { listOfJournal } = await import('../engine/journal/listOf');
  const list = await listOfJournal(files, path);
  if (list !== undefined) return { ...head, list };
  if (head.phase !== 'running' && head.phase !== 'paused') return head;
  return (await files.stat(path)) === undefined ? { ...head, lost: true } : head;
}

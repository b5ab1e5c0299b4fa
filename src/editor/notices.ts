/**
 * The status bar item while something runs, the context keys for menus, and notifications: what was found when a
 * batch was opened, and one when it has come to rest by itself, not where the user has stopped or paused it.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import { attentionOf, type Attention } from './attention';
import type { Batches } from './batches';
import { openReport } from './batchFiles';
import { isInterrupted, statusLine } from './batchWords';
import { contextKeys } from './commands/table';
import type { ContextKeys } from './contextKeys';
import type { CoreAccess } from './core';
import { News } from './news';
import { ask, tell, type Button } from './problems';

export interface NoticeActions {
  showPanel(batch: string): void;
  retryFailed(handle: BatchHandle): Promise<void>;
  /** The batch has finished: notes about it, where they are wanted. */
  finished(handle: BatchHandle): Promise<void>;
}

export class Notices implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'bulkTranscribe.progress',
    vscode.StatusBarAlignment.Left,
    0,
  );
  private readonly watched = new WeakSet<BatchHandle>();
  private readonly news = new News((words, handle) => {
    if (!this.disposed) void ask('warning', words, [this.showPanel(handle)]).catch(tell);
  });
  private readonly subscription: { dispose(): unknown };
  private disposed = false;

  constructor(
    private readonly batches: Batches,
    access: CoreAccess,
    private readonly actions: NoticeActions,
    private readonly keys: ContextKeys,
  ) {
    this.item.name = 'Bulk Transcribe';
    this.subscription = batches.onChange(() => this.update());
    access.whenReady(({ engine }) => {
      const watchAll = (): void => {
        for (const handle of engine.batches) this.watch(handle);
      };
      engine.onBatches(watchAll);
      watchAll();
    });
  }

  dispose(): void {
    this.disposed = true;
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const all = this.batches.all();
    this.showItem(statusLine(all), attentionOf(all));
    const here = all.filter((batch) => batch.handle !== undefined && batch.owner === undefined);
    this.keys.set(
      contextKeys.running,
      here.some((batch) => batch.phase === 'running'),
    );
    this.keys.set(
      contextKeys.resumable,
      all.some(
        (batch) =>
          batch.owner === undefined &&
          (batch.phase === 'paused' || batch.phase === 'stopped' || isInterrupted(batch)),
      ),
    );
    this.keys.set(
      contextKeys.hasFailed,
      all.some((batch) => batch.counts.failed > 0),
    );
    this.keys.set(
      contextKeys.videoDone,
      all.some(({ counts }) => counts.completed > 0),
    );
    this.keys.set(
      contextKeys.batchFolders,
      all.map((batch) => vscode.Uri.file(batch.folder).fsPath),
    );
  }

  /** One item: what runs, and beside it how many batches wait for the user; alone, which one waits and why. */
  private showItem(runs: ReturnType<typeof statusLine>, waits: Attention | undefined): void {
    const { item } = this;
    if (!runs && !waits) {
      item.hide();
      return;
    }
    item.text = runs && waits ? `${runs.text} $(bell-dot) ${waits.count}` : (runs?.text ?? waits?.text ?? '');
    item.tooltip = [runs?.tooltip, waits?.tooltip].filter((words) => words !== undefined).join('\n');
    // Else a screen reader is given the text with the names of its icons.
    item.accessibilityInformation = { label: item.tooltip, role: 'button' };
    item.command = {
      command: 'bulkTranscribe.showPanel',
      title: 'Show Panel',
      ...(waits && !runs ? { arguments: [waits.batch] } : {}),
    };
    item.show();
  }

  private watch(handle: BatchHandle): void {
    if (this.watched.has(handle) || handle.owner !== undefined) return;
    this.watched.add(handle);
    this.news.watch(handle);
    void this.follow(handle);
  }

  private async follow(handle: BatchHandle): Promise<void> {
    for (;;) {
      const failure = await handle.settled();
      if (this.disposed) return;
      const { state } = handle;
      const parked = state.phase === 'running' && state.counts.parked > 0;
      if (state.phase === 'finished' || failure !== undefined || state.why !== undefined || parked)
        void this.notify(handle).catch(tell);
      if (state.phase === 'finished') void this.actions.finished(handle).catch(tell);
      if (!(await this.worksAgain(handle))) return;
    }
  }

  /** Settles when the batch goes on after it had come to rest; false when this window closes. */
  private worksAgain(handle: BatchHandle): Promise<boolean> {
    return new Promise((resolve) => {
      const unlisten = handle.onEvents((events) => {
        const again = events.some(
          (event) =>
            event.type === 'job-started' ||
            (event.type === 'control' && (event.action === 'start' || event.action === 'resume')),
        );
        if (!again && !this.disposed) return;
        unlisten();
        resolve(!this.disposed);
      });
    });
  }

  private showPanel({ state }: BatchHandle): Button {
    return { words: 'Show Panel', press: () => this.actions.showPanel(state.id) };
  }

  private async notify(handle: BatchHandle): Promise<void> {
    const { endSentence, offersRetry } = await import('./endSentence');
    const { state, folder } = handle;
    const { failed, parked } = state.counts;
    const buttons: Button[] = [];
    if (state.phase === 'finished') buttons.push({ words: 'Open Report', press: () => openReport(folder) });
    if (offersRetry(state, Date.now()))
      buttons.push({ words: 'Retry Failed', press: () => this.actions.retryFailed(handle) });
    buttons.push(this.showPanel(handle));
    await ask(failed > 0 || parked > 0 || state.why ? 'warning' : 'info', endSentence(state), buttons);
  }
}

/**
 * The panel in its editor tab: one webview, made on demand and restored after a reload. It owns no state:
 * the page asks for what it shows, and gets a snapshot and events of one batch from a feed.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../../engine/api';
import type { JobStatus } from '../../model/events';
import type { ReadonlyRow } from '../../engine/state/reducer';
import type { Clock } from '../../model/ports';
import type { SettingName } from '../../model/settings';
import type { FromPage, MenuAction, ResumedNote, ToPage } from '../../protocol';
import type { Batches } from '../batches';
import type { KnownBatch } from '../knownBatch';
import { pageFocused } from '../pickers';
import { panelType } from '../commands/table';
import { isPlanId, type Plans } from '../plans';
import { Refusal, tell } from '../problems';
import type { EditorSettings } from '../settings';
import type { BatchFeed } from './feed';
import { panelHtml } from './html';
import { Outbox } from './outbox';
import { Replies } from './replies';
import { SourceNews, type SourcesMessage } from './sourceNews';

/** What the page may ask for that is done elsewhere. Each throws what the user should see. */
export interface PanelActions {
  batch(message: Extract<FromPage, { type: 'batchAction' }>): Promise<void>;
  /** `panel`: the column it is in. */
  rows(
    message: Extract<FromPage, { type: 'rowAction' }>,
    panel: vscode.ViewColumn | undefined,
  ): Promise<void>;
  next(message: Extract<FromPage, { type: 'nextStep' }>): Promise<void>;
  dropped(message: Extract<FromPage, { type: 'dropped' }>): Promise<void>;
  /** Starts programs. `handle`: the batch that is shown. */
  sources(handle: BatchHandle | undefined): Promise<SourcesMessage>;
  /** What a resume has kept and picked up in this session. */
  resumed(folder: string): ResumedNote | undefined;
  outputFolder(): string;
}

export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly batches: Batches;
  readonly plans: Plans;
  readonly settings: EditorSettings;
  readonly clock: Clock;
  readonly actions: PanelActions;
}

/** Of a batch that is not started. */
const noCounts: Readonly<Record<JobStatus, number>> = {
  pending: 0,
  running: 0,
  completed: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
  parked: 0,
};

export class Panel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private feed: BatchFeed | undefined;
  private ready = false;
  private reveal: number | undefined;
  private lastFailure: { readonly batch: string; readonly job: number } | undefined;
  /** The plan that is shown in the place of a batch. */
  private plan: string | undefined;
  /** Plans that were shown at least once. */
  private readonly seen = new Set<string>();
  /** The batch or plan that was asked for, until the page shows it. */
  private asked: string | undefined;
  private readonly own: { dispose(): unknown }[];
  private readonly outbox: Outbox;
  private readonly sources: SourceNews;
  /** Folders whose journals could not be read. */
  private readonly unreadable = new Set<string>();
  /** Counts requests for another batch, so that a slow answer to an old one is dropped. */
  private choice = 0;
  private readonly replies = new Replies((message) => this.post(message));

  constructor(private readonly parts: PanelParts) {
    this.outbox = new Outbox(parts.clock, (message) => this.send(message));
    this.sources = new SourceNews(parts.actions.sources.bind(parts.actions), (news) => this.post(news));
    this.own = [
      this.sources,
      parts.batches.onChange(() => void this.batchesChanged()),
      parts.settings.onChange(() => this.postSettings()),
    ];
    parts.plans.opened = (id) => this.show(id);
    parts.plans.changed = () => void this.batchesChanged();
  }

  /** Shows the panel, with a batch and perhaps one of its rows, or with a plan. */
  show(batch?: string, job?: number): void {
    if (batch !== undefined && !isPlanId(batch)) this.parts.batches.choose(batch);
    // A page that is hidden or new asks for what it showed last; it gets what is wanted now.
    this.asked = batch;
    this.reveal = job;
    if (this.panel) {
      this.panel.reveal();
      if (this.ready) void this.followAsked(null);
      return;
    }
    // A tab of the last session that was not looked at yet is no panel so far, and would become a second one.
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const restored = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(panelType),
    );
    if (restored.length > 0) void vscode.window.tabGroups.close(restored);
    this.adopt(vscode.window.createWebviewPanel(panelType, 'Bulk Transcribe', vscode.ViewColumn.Active));
  }

  /** A batch goes on by itself: an open panel turns to it, unless it shows one that runs. */
  turnTo(batch: string): void {
    if (!this.panel || this.plan !== undefined || this.feed?.handle.state.phase === 'running') return;
    this.asked = batch;
    if (this.ready) void this.followAsked(null);
  }

  /** What waits for the user's word since the last moment. */
  get newestPlan(): string | undefined {
    return this.parts.plans.all[0]?.id;
  }

  /** The panel has the focus, or had it last. */
  get active(): boolean {
    return this.panel?.active === true;
  }

  /** Shows the failed row after the one that was shown last, from the beginning where there is none below. */
  async nextFailure(): Promise<void> {
    if (!this.panel || !this.feed) this.show();
    const { feed } = this;
    const jobs = feed?.handle.state.jobs ?? [];
    const isFailed = (job: ReadonlyRow): boolean => job.status === 'failed';
    const last = this.lastFailure?.batch === feed?.handle.state.id ? (this.lastFailure?.job ?? -1) : -1;
    const next = jobs.find((job) => job.index > last && isFailed(job)) ?? jobs.find(isFailed);
    if (!feed || !next) throw new Refusal('No video of the batch that the panel shows has failed.');
    this.lastFailure = { batch: feed.handle.state.id, job: next.index };
    this.panel?.reveal();
    if (this.ready) await this.post({ type: 'reveal', job: next.index });
    else this.reveal = next.index;
  }

  get visible(): boolean {
    return this.panel?.visible === true;
  }

  /** Keys, settings or programs have changed. */
  sourcesChanged(): void {
    if (this.visible && this.ready) void this.sources.send();
  }

  /** Passes a command from VS Code's menu to the page, which knows the selection and the column. */
  act(action: MenuAction): void {
    void this.post({ type: 'act', action });
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) panel.dispose();
    else this.adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    for (const part of this.own) part.dispose();
    this.feed?.dispose();
    this.panel?.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const root = vscode.Uri.joinPath(this.parts.extensionUri, 'dist', 'webview');
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.parts.extensionUri, 'media', 'activity.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.webview.onDidReceiveMessage(async (data: unknown) => {
      // As the feed, read when there is a page.
      const { parseMessage } = await import('./messages');
      const message = parseMessage(data);
      if (message) void this.received(message);
    });
    panel.onDidChangeViewState(() => {
      // VS Code discards a hidden page; shown again, it starts over and asks.
      if (panel.visible) return;
      this.ready = false;
      this.feed?.pause();
      this.outbox.forget();
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.ready = false;
      this.feed?.dispose();
      this.feed = undefined;
      this.plan = undefined;
      this.outbox.forget();
      // Nothing of them is on disk: what the user has closed is not wanted.
      this.parts.plans.forgetAll();
    });
    panel.webview.html = panelHtml(panel.webview, root);
  }

  private post(message: ToPage): Promise<boolean> {
    return this.outbox.post(message);
  }

  private async send(message: ToPage): Promise<boolean> {
    if (!this.panel || !this.ready || !this.panel.visible) return false;
    return this.panel.webview.postMessage(message);
  }

  private async received(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.postSettings();
        await this.refreshed(message.batch);
        await this.followAsked(message.batch, message.at);
        return;
      case 'gap':
        if (this.feed?.handle.state.id === message.batch) await this.feed.snapshot();
        return;
      case 'focused':
        pageFocused();
        return;
      case 'choose':
        if (!isPlanId(message.batch)) this.parts.batches.choose(message.batch);
        await this.follow(message.batch);
        return;
      case 'plan':
        return this.reply(message.request, () => this.answer(message));
      case 'batchAction':
        return this.reply(message.request, () => this.parts.actions.batch(message));
      case 'rowAction':
        return this.reply(message.request, () => this.parts.actions.rows(message, this.panel?.viewColumn));
      case 'nextStep':
        await this.reply(message.request, () => this.parts.actions.next(message));
        // A key was set or a program installed: the empty page says what is ready now.
        if (!this.feed) await this.follow(null);
        return;
      case 'press':
        return this.reply(message.request, () => this.replies.press(message.of));
      case 'dropped':
        return this.reply(message.request, () => this.parts.actions.dropped(message));
      case 'setting':
        return this.reply(message.request, async () => {
          const problem = await this.parts.settings.write(message.name, message.value);
          this.postSettings([message.name]);
          if (problem !== undefined) throw new Error(problem);
        });
    }
  }

  private reply(request: number, work: () => Promise<void>): Promise<void> {
    return this.replies.answer(request, work);
  }

  /** The user's word on a plan. What comes of it is shown next. */
  private async answer({ plan, answer, agreed }: Extract<FromPage, { type: 'plan' }>): Promise<void> {
    const { batches, plans } = this.parts;
    if (answer === 'forget') plans.forget(plan);
    else {
      const handle = await plans.start(plan, agreed);
      if (plans.byId(plan)) return;
      if (handle) batches.choose(handle.state.id);
    }
    // Several lists were chosen: each is asked about in its turn.
    const next = plans.all.find(({ id }) => !this.seen.has(id));
    await this.follow(next?.id ?? batches.current()?.id ?? null);
  }

  /** Searches for batches again; waits for it where the page showed one that is not known yet, as after a reload. */
  private async refreshed(last: string | null): Promise<void> {
    const { batches } = this.parts;
    const refreshed = batches.refresh().catch(() => undefined);
    if (last !== null && !isPlanId(last) && !batches.byId(last)) await refreshed;
  }

  private followAsked(last: string | null, at?: number): Promise<void> {
    const wanted = this.asked ?? last;
    this.asked = undefined;
    return this.follow(wanted, at);
  }

  /**
   * Shows this batch, else the one that is current; without any the page shows how to begin. `at`: the row that
   * the page looks at, if it is still the same batch.
   */
  private async follow(wanted: string | null, at?: number): Promise<void> {
    const choice = ++this.choice;
    const { batches, actions, plans } = this.parts;
    const plan = wanted === null ? undefined : plans.byId(wanted);
    this.plan = plan?.id;
    if (plan) {
      this.seen.add(plan.id);
      this.feed?.dispose();
      this.feed = undefined;
      await this.postBatches(plan.id);
      await this.post({ type: 'plan', plan });
      return;
    }
    const asked = wanted === null ? undefined : batches.byId(wanted);
    let handle = asked && (await this.look(asked));
    if (asked && !handle)
      void tell(
        new Refusal(`${asked.name} cannot be shown: ${asked.folder} holds no journal that can be read.`),
      );
    for (let other = this.readable(); !handle && other; other = this.readable())
      handle = await this.look(other);
    const { BatchFeed } = await import('./feed');
    if (choice !== this.choice) return;
    if (this.feed?.handle !== handle) {
      this.feed?.dispose();
      const ports = { clock: this.parts.clock, outbox: this.outbox };
      // Set before the page is notified, so that nothing in between takes another batch for the one shown.
      this.feed = handle && new BatchFeed(handle, ports, actions.resumed(handle.folder));
    }
    const { feed } = this;
    this.sources.watch(handle);
    await this.postBatches(handle?.state.id ?? null);
    if (choice !== this.choice) return;
    if (!handle || !feed) {
      await this.post({ type: 'sources', sources: [], outputFolder: actions.outputFolder() });
      await this.sources.send();
      return;
    }
    await feed.snapshot(handle.state.id === wanted ? at : undefined);
    if (this.reveal !== undefined) await this.post({ type: 'reveal', job: this.reveal });
    this.reveal = undefined;
    // Last, because programs are started for it: a batch that is blocked offers the next source that is ready.
    if (handle.state.phase === 'running') await this.sources.send();
  }

  /** Undefined when it is gone or cannot be read; the page shows the others. */
  private async look({ folder }: KnownBatch): Promise<BatchHandle | undefined> {
    try {
      const handle = await this.parts.batches.look(folder);
      this.unreadable.delete(folder);
      return handle;
    } catch {
      this.unreadable.add(folder);
      return undefined;
    }
  }

  /** The batch to show when no particular one is asked for. */
  private readable(): KnownBatch | undefined {
    const { batches } = this.parts;
    const all = [batches.current(), ...batches.all()];
    return all.find((batch) => batch && !this.unreadable.has(batch.folder));
  }

  private async batchesChanged(): Promise<void> {
    if (!this.ready || !this.panel?.visible) return;
    const { parts, plan } = this;
    if (plan !== undefined) {
      this.outbox.later('batches', () => this.heads(plan));
      return;
    }
    const shown = this.feed?.handle;
    // Nothing is shown yet and now there is something; or what was only looked at has become our own.
    const better = shown ? parts.batches.byFolder(shown.folder) : this.readable();
    const isNew = shown ? better?.handle !== undefined && better.handle !== shown : better !== undefined;
    if (better && isNew) await this.follow(better.id);
    else this.outbox.later('batches', () => this.heads(this.feed?.handle.state.id ?? null));
  }

  private async postBatches(current: string | null): Promise<void> {
    this.outbox.forget('batches');
    await this.post(this.heads(current));
  }

  private heads(current: string | null): ToPage {
    const heads = this.parts.batches
      .all()
      .filter(({ folder }) => !this.unreadable.has(folder))
      .map(({ id, name, phase, counts, total, owner }) => ({
        id,
        name,
        phase,
        counts,
        total,
        ...(owner === undefined ? {} : { owner }),
      }));
    const waiting = this.parts.plans.all.map(({ id, name, total = 0 }) => ({
      id,
      name,
      phase: 'stopped' as const,
      counts: noCounts,
      total,
      notStarted: true as const,
    }));
    return { type: 'batches', batches: [...waiting, ...heads], current };
  }

  private postSettings(names?: readonly SettingName[]): void {
    void this.post({ type: 'settings', values: this.parts.settings.views(names) });
  }
}

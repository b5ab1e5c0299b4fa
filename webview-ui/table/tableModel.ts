/** The table apart from its pixels: scroll position, open details, and actions on the selected rows. */
import type { RowAction, RowContext } from '../../src/protocol';
import { abilities } from '../../src/engine/state/abilities';
import { narrowWidth } from './columns';
import { detailLines } from './detailLines';
import { Layout, lineHeight } from './layout';
import { topic, type PanelStore } from '../store/store';
import type { Ui } from '../store/ui';

const viewOf = ({ tab, search }: Ui): string => `${tab} ${search.trim()}`;

export class TableModel {
  readonly layout = new Layout();
  /** Jobs whose details are open, with the lines they take. */
  readonly open = new Map<number, number>();
  /** The job under the pointer. */
  hovered: number | undefined;
  grid: { readonly current: HTMLElement | null } = { current: null };
  scroller: { readonly current: HTMLElement | null } = { current: null };
  /** How far the table is scrolled, px; read when it changes, because reading lays the page out. */
  top = 0;
  private placed = -1;
  /** Where details that were opened can be seen, px. */
  private scrollTo: number | undefined;
  /** Where each view was left; a search is a view of its own, so that it begins at its first row. */
  private readonly tops = new Map<string, number>();
  private view: string | undefined;
  private batch: string | null = null;

  constructor(readonly store: PanelStore) {
    store.onAct = (action) => {
      if (action === 'details') this.toggle(store.selection.active);
      else this.act(action);
    };
    store.onReveal = (job) => this.reveal(job, true);
  }

  /** After the view was rebuilt: puts details below their rows, and scrolls to where the view was left. */
  placeView(height: number): void {
    const { store } = this;
    if (!store.state) return;
    if (this.batch !== store.ui.batch) {
      this.batch = store.ui.batch;
      this.open.clear();
      this.tops.clear();
      this.placed = -1;
      this.view = undefined;
    }
    this.layOut();
    const box = this.scroller.current;
    if (!box || height === 0) return;
    const { ui } = store;
    const view = viewOf(ui);
    const same = this.view === view && this.placed === 0;
    if (same) return;
    const kept = this.view === undefined ? ui.top : this.tops.get(view);
    const place = kept ?? this.edge(height);
    if (place === undefined) return;
    this.placed = 0;
    this.view = view;
    box.scrollTop = place * lineHeight;
    this.top = box.scrollTop;
    this.scrolled();
    store.mark(topic.rows);
  }

  /**
   * The first line in view when nothing was remembered: the edge between done and waiting, once. Undefined:
   * not known before the whole snapshot has arrived.
   */
  private edge(height: number): number | undefined {
    const { state, ui, rows, partial } = this.store;
    if (!state || ui.tab !== 'all' || ui.sort.column !== 'index' || ui.sort.descending || ui.search !== '')
      return 0;
    let edge: number | undefined;
    for (const worker of state.workers)
      if (worker.job !== undefined) edge = Math.min(edge ?? Infinity, worker.job);
    if (edge === undefined) {
      if (partial) return undefined;
      edge = state.jobs.findIndex((job) => job.status === 'pending');
      if (edge < 0) return 0;
    }
    const inView = Math.floor(height / lineHeight);
    return Math.max(0, Math.min(edge - Math.floor(inView * 0.6), rows.length - inView));
  }

  scrolled(): void {
    const { ui } = this.store;
    if (this.view !== viewOf(ui)) return;
    const top = Math.round((this.top / lineHeight) * 100) / 100;
    if (top === ui.top) return;
    ui.top = top;
    this.tops.set(viewOf(ui), top);
    this.store.keepAtRest();
  }

  private layOut(): void {
    this.layout.place(this.open, (job) => this.store.rows.rowOf(job));
  }

  /** Opens or closes details; says whether they are open now. */
  toggle(job: number | undefined, to?: boolean): void {
    const state = job === undefined ? undefined : this.store.state?.jobs[job];
    if (job === undefined || !state) return;
    const isOpen = this.open.has(job);
    if (isOpen === (to ?? !isOpen)) return;
    if (isOpen) this.open.delete(job);
    else this.open.set(job, detailLines(state, (this.grid.current?.clientWidth ?? Infinity) <= narrowWidth));
    this.layOut();
    this.store.mark(topic.view);
    if (!isOpen) this.showDetails(job);
  }

  /** Scrolls details that have just been opened into view, with their row if both have room. */
  private showDetails(job: number): void {
    const box = this.scroller.current;
    const row = this.store.rows.rowOf(job);
    const lines = this.open.get(job);
    if (!box || row === undefined || lines === undefined) return;
    const top = this.layout.lineOf(row) * lineHeight;
    const bottom = top + (lines + 1) * lineHeight;
    const to = Math.min(top, bottom - box.clientHeight);
    if (to <= box.scrollTop) return;
    this.scrollTo = to;
  }

  /** After the table was drawn: only then is it as long as its details make it. */
  drawn(): void {
    const box = this.scroller.current;
    if (this.scrollTo === undefined || !box) return;
    box.scrollTop = this.scrollTo;
    this.top = box.scrollTop;
    this.scrollTo = undefined;
  }

  act(action: RowAction): void {
    const { state, selection, rows } = this.store;
    if (!state) return;
    const single =
      action === 'openTranscript' ||
      action === 'openVideo' ||
      action === 'showLog' ||
      action === 'revealFile';
    const chosen = single ? [] : [...selection.jobs];
    const { active } = selection;
    // A row outside this view is not acted on.
    if (chosen.length === 0 && active !== undefined && rows.rowOf(active) !== undefined) chosen.push(active);
    const able = {
      retry: 'canRetry',
      release: 'canRetry',
      redo: 'canRedo',
      next: 'canRunNext',
      skip: 'canSkip',
    } as const;
    const need = action in able ? able[action as keyof typeof able] : undefined;
    const jobs = chosen.filter((index) => {
      const job = state.jobs[index];
      return job && (need === undefined || abilities(job)[need]);
    });
    this.store.rowAction(action, jobs);
  }

  /** Makes a row the active one and brings it into view; from elsewhere it comes to the middle. */
  reveal(job: number, details = false): void {
    const { store } = this;
    if (store.rows.rowOf(job) === undefined) store.choose({ tab: 'all', search: '' });
    const row = store.rows.rowOf(job);
    if (row === undefined) return;
    this.view = viewOf(store.ui);
    this.placed = 0;
    if (details) this.toggle(job, true);
    this.layOut();
    store.selection.only(job);
    this.scrollToRow(row, 0.4);
    store.mark(topic.selection | topic.view);
  }

  /** Scrolls as little as needed; with `share`, a row out of view comes to that share of the height. */
  scrollToRow(row: number, share?: number): void {
    const box = this.scroller.current;
    if (!box) return;
    const top = this.layout.lineOf(row) * lineHeight;
    const isAbove = top < box.scrollTop;
    const isBelow = top + lineHeight > box.scrollTop + box.clientHeight;
    if (!isAbove && !isBelow) return;
    if (share !== undefined) box.scrollTop = top - box.clientHeight * share;
    else box.scrollTop = isAbove ? top : top + lineHeight - box.clientHeight;
    this.top = box.scrollTop;
  }

  /** The context of VS Code's menu and its commands. */
  context(): RowContext | undefined {
    const { state, selection, ui } = this.store;
    const job = selection.active === undefined ? undefined : state?.jobs[selection.active];
    if (!state || !job || ui.batch === null) return undefined;
    const can = {
      canOpen: abilities(job).canOpen,
      canRetry: false,
      canRunNext: false,
      canSkip: false,
      canRedo: false,
    };
    for (const index of selection.jobs.size > 0 ? selection.jobs : [job.index]) {
      const one = state.jobs[index];
      if (!one) continue;
      const able = abilities(one);
      can.canRetry ||= able.canRetry;
      can.canRunNext ||= able.canRunNext;
      can.canSkip ||= able.canSkip;
      can.canRedo ||= able.canRedo;
      if (can.canRetry && can.canRunNext && can.canSkip && can.canRedo) break;
    }
    return {
      webviewSection: 'row',
      preventDefaultContextMenuItems: true,
      batch: ui.batch,
      job: job.index,
      selected: Math.max(1, selection.jobs.size),
      ...can,
    };
  }
}

/** What keys and pointer do on the table. */
import type { RowAction } from '../../src/protocol';
import { abilities } from '../../src/engine/state/abilities';
import { lineHeight, rowId } from './layout';
import { topic } from '../store/store';
import { headContext, headId, setWidth, sortBy } from './heads';
import type { TableModel } from './tableModel';
import type { Column } from '../store/ui';

const plainKeys: Readonly<Record<string, RowAction>> = { r: 'retry', n: 'next', Delete: 'skip' };

export class TableKeys {
  columns: readonly Column[] = [];
  /** The column head that has the focus; undefined: a row has it. */
  headColumn: Column | undefined;

  constructor(private readonly table: TableModel) {
    table.store.onHead = (action) => {
      if (action === 'resetColumns') {
        table.store.ui.hidden = [];
        table.store.ui.widths = {};
      } else if (this.headColumn && headContext(this.headColumn).canHide) {
        table.store.ui.hidden = [...table.store.ui.hidden, this.headColumn];
        this.headColumn = undefined;
      }
      table.store.columnsChanged();
    };
  }

  /** The row that keys act on: the active one, or -1. */
  private row(): number {
    const { selection, rows } = this.table.store;
    if (selection.activeGroupRow !== undefined) return selection.activeGroupRow;
    return (selection.active === undefined ? undefined : rows.rowOf(selection.active)) ?? -1;
  }

  focused(): void {
    const { store, scroller, layout } = this.table;
    if (this.row() >= 0 || this.headColumn !== undefined) return;
    const top = scroller.current?.scrollTop ?? 0;
    this.go(layout.rowAt(Math.ceil(top / lineHeight)), false);
    store.mark(topic.selection);
  }

  private go(to: number, extend: boolean): void {
    const { store } = this.table;
    const row = Math.max(0, Math.min(store.rows.length - 1, to));
    const item = store.rows.at(row);
    if (!item) return;
    this.headColumn = undefined;
    // Selected text belongs to another row.
    getSelection()?.removeAllRanges();
    if (item.kind === 'group') store.selection.group(row);
    else if (item.job !== undefined && extend)
      store.selection.extend(
        item.job,
        (job) => store.rows.rowOf(job),
        (at) => store.rows.jobAt(at),
      );
    else if (item.job !== undefined) store.selection.only(item.job);
    if (store.selection.active !== undefined) store.ui.active = store.selection.active;
    this.table.scrollToRow(row);
    store.mark(topic.selection);
  }

  down(event: KeyboardEvent): void {
    const { target } = event;
    if (target instanceof HTMLElement && target.closest('button, input')) {
      // From a link in the table back to its rows.
      if (event.key === 'Escape') this.table.grid.current?.focus();
      return;
    }
    if (this.headColumn !== undefined ? this.headKey(event) : this.rowKey(event)) event.preventDefault();
  }

  private rowKey(event: KeyboardEvent): boolean {
    const { table } = this;
    const { store } = table;
    const row = this.row();
    const page = Math.max(1, Math.floor((table.scroller.current?.clientHeight ?? 0) / lineHeight) - 1);
    const item = store.rows.at(row);
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && event.key.toLowerCase() === 'a') {
      store.selection.all(store.rows.length, (at) => store.rows.jobAt(at));
      store.mark(topic.selection);
      return true;
    }
    if (ctrl && event.key.toLowerCase() === 'c') {
      if (getSelection()?.isCollapsed === false) return false;
      table.act('copyLink');
      return true;
    }
    switch (event.key) {
      case 'ArrowDown':
        this.go(row + 1, event.shiftKey);
        return true;
      case 'ArrowUp':
        if (row <= 0 && !event.shiftKey) return this.enterHead();
        this.go(row - 1, event.shiftKey);
        return true;
      case 'PageDown':
        this.go(row + page, event.shiftKey);
        return true;
      case 'PageUp':
        this.go(row - page, event.shiftKey);
        return true;
      case 'Home':
        this.go(0, event.shiftKey);
        return true;
      case 'End':
        this.go(store.rows.length - 1, event.shiftKey);
        return true;
      case 'F10':
        return event.shiftKey && this.openMenu();
      case 'ContextMenu':
        return this.openMenu();
    }
    if (item?.kind === 'group') {
      const opens = event.key === 'ArrowRight' && !item.group.open;
      const closes = event.key === 'ArrowLeft' && item.group.open;
      if (!opens && !closes && event.key !== 'Enter' && event.key !== ' ') return false;
      store.rows.toggle(item.group);
      store.choose();
      return true;
    }
    const job = store.selection.active;
    if (job === undefined) return false;
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      table.toggle(job, event.key === 'ArrowRight');
      return true;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      this.openTranscript(job);
      return true;
    }
    const action =
      ctrl || event.altKey ? undefined : (plainKeys[event.key] ?? plainKeys[event.key.toLowerCase()]);
    if (action === undefined) return false;
    table.act(action);
    return true;
  }

  private enterHead(): boolean {
    this.headColumn = this.columns[0];
    const element = document.getElementById(this.headColumn ? headId(this.headColumn) : '');
    if (!element) this.headColumn = undefined;
    this.table.store.mark(topic.selection);
    return true;
  }

  private headKey(event: KeyboardEvent): boolean {
    const { table } = this;
    const column = this.headColumn;
    if (column === undefined) return false;
    const at = this.columns.indexOf(column);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined && event.shiftKey) {
      const width = document.getElementById(headId(column))?.offsetWidth ?? 0;
      setWidth(table.store, column, width + step * 8);
      return true;
    }
    if (step !== undefined)
      this.headColumn = this.columns[Math.max(0, Math.min(this.columns.length - 1, at + step))];
    else if (event.key === 'ArrowDown' || event.key === 'Escape') this.go(0, false);
    else if (event.key === 'Enter' || event.key === ' ') sortBy(table.store, column);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) return this.openMenu();
    else return false;
    table.store.mark(topic.selection);
    return true;
  }

  // --------------------------------------------------------------------------------------------- pointer

  private jobUnder(event: Event): number | undefined {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-job]') : null;
    return row?.dataset.job === undefined ? undefined : Number(row.dataset.job);
  }

  hovered(event: MouseEvent): void {
    const job = this.jobUnder(event);
    if (job === this.table.hovered) return;
    this.table.hovered = job;
    this.table.store.mark(topic.selection);
  }

  left(): void {
    this.table.hovered = undefined;
    this.table.store.mark(topic.selection);
  }

  pressed(event: MouseEvent): void {
    const { table } = this;
    const { store } = table;
    // Text of the details can be selected and copied, such as a service's own message.
    if (event.target instanceof Element && event.target.closest('.det') && !event.target.closest('button'))
      return;
    // The table keeps the focus; rows only lend it their id.
    event.preventDefault();
    getSelection()?.removeAllRanges();
    table.grid.current?.focus({ preventScroll: true });
    const head = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null;
    this.headColumn = this.columns.find((column) => column === head?.dataset.column);
    const group = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-group]') : null;
    const job = this.jobUnder(event);
    if (job === undefined) {
      if (
        group &&
        event.button === 0 &&
        !(event.target instanceof Element && event.target.closest('.link'))
      ) {
        const row = Number(group.dataset.group);
        const item = store.rows.at(row);
        store.selection.group(row);
        if (item?.kind === 'group') {
          store.rows.toggle(item.group);
          store.choose();
        }
      }
      return;
    }
    if (event.button === 2 && store.selection.jobs.has(job)) store.selection.active = job;
    else if (event.shiftKey)
      store.selection.extend(
        job,
        (other) => store.rows.rowOf(other),
        (row) => store.rows.jobAt(row),
      );
    else if (event.ctrlKey || event.metaKey) store.selection.toggle(job);
    else store.selection.only(job);
    store.ui.active = job;
    store.mark(topic.selection);
  }

  clicked(event: MouseEvent): void {
    const { target } = event;
    const more = target instanceof Element ? target.closest<HTMLElement>('[data-menu]') : null;
    if (!more) return;
    event.preventDefault();
    const box = more.getBoundingClientRect();
    this.dispatchMenu(box.left, box.bottom);
  }

  doubleClicked(event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest('button, .det')) return;
    const job = this.jobUnder(event);
    if (job !== undefined) this.openTranscript(job);
  }

  private openTranscript(job: number): void {
    const state = this.table.store.state?.jobs[job];
    if (state && abilities(state).canOpen) this.table.store.rowAction('openTranscript', [job]);
    else this.table.toggle(job);
  }

  // ------------------------------------------------------------------------------------------------ menu

  /** VS Code reads the context when the event reaches the window, so it is written now. */
  menu(event: MouseEvent): void {
    const { grid } = this.table;
    const byKey =
      event.isTrusted && event.button !== 2 && !('pointerType' in event && event.pointerType !== '');
    if (byKey) {
      // The browser would open it at the table's corner, not at the row.
      event.preventDefault();
      event.stopPropagation();
      this.openMenu();
      return;
    }
    const context = this.headColumn === undefined ? this.table.context() : headContext(this.headColumn);
    if (context) grid.current?.setAttribute('data-vscode-context', JSON.stringify(context));
    else grid.current?.removeAttribute('data-vscode-context');
  }

  private openMenu(): boolean {
    const { selection } = this.table.store;
    const id = this.headColumn
      ? headId(this.headColumn)
      : selection.active === undefined
        ? undefined
        : rowId(selection.active);
    const box = id === undefined ? undefined : document.getElementById(id)?.getBoundingClientRect();
    if (box) this.dispatchMenu(box.left + Math.min(200, box.width / 2), box.bottom);
    return box !== undefined;
  }

  private dispatchMenu(clientX: number, clientY: number): void {
    this.table.grid.current?.dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX, clientY }),
    );
  }
}

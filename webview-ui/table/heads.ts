/** The column heads apart from their pixels: sort, width, and the context of VS Code's menu. */
import type { HeadContext } from '../../src/protocol';
import { leastWidth } from './columns';
import type { PanelStore } from '../store/store';
import { lastingColumns, listOrder, type Column } from '../store/ui';

/** By column: up, down, then the list's own order again. */
export function sortBy(store: PanelStore, column: Column): void {
  const { sort } = store.ui;
  if (sort.column !== column) store.choose({ sort: { column, descending: false } });
  else if (!sort.descending) store.choose({ sort: { column, descending: true } });
  else store.choose({ sort: listOrder });
}

export function setWidth(store: PanelStore, column: Column, width: number): void {
  store.ui.widths = { ...store.ui.widths, [column]: Math.round(Math.max(leastWidth, Math.min(800, width))) };
  store.columnsChanged();
}

export function headContext(column: Column): HeadContext {
  return {
    webviewSection: 'head',
    preventDefaultContextMenuItems: true,
    column,
    canHide: !lastingColumns.includes(column) && column !== 'index',
  };
}

export const headId = (column: Column): string => `head-${column}`;

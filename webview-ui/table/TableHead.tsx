/** The heads of the columns: click sorts, the right edge resizes, VS Code's menu hides. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import type { HeadContext } from '../../src/protocol';
import { headOf, leastWidth, numeric } from './columns';
import { Icon } from '../shared/controls';
import type { PanelStore } from '../store/store';
import { lastingColumns, listOrder, type Column, type Sort } from '../store/ui';

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

/** Draws itself anew only when columns or order change, not with every frame of a scroll. */
export const TableHead = memo(function TableHead(props: {
  readonly store: PanelStore;
  readonly columns: readonly Column[];
  readonly sort: Sort;
  readonly active: Column | undefined;
}): JSX.Element {
  const { store, columns, sort } = props;
  return (
    <div class="cols colh" role="row" aria-rowindex={1}>
      {columns.map((column) => {
        const sorted = sort.column === column && (column !== 'index' || sort.descending);
        const direction = sort.descending ? 'descending' : 'ascending';
        return (
          <span
            key={column}
            id={headId(column)}
            role="columnheader"
            class={`c-${column}${numeric.has(column) ? ' num' : ''}${props.active === column ? ' active' : ''}`}
            aria-sort={sorted ? direction : 'none'}
            data-column={column}
            title={`Sort by ${headOf[column].replace('#', 'number').toLowerCase()}`}
            onClick={() => sortBy(store, column)}
          >
            <span class="cut">{headOf[column]}</span>
            {sorted && <Icon name={sort.descending ? 'arrow-down' : 'arrow-up'} />}
            {column !== 'index' && column !== columns.at(-1) && <Grip store={store} column={column} />}
          </span>
        );
      })}
    </div>
  );
});

/** The right edge of a head: drag resizes, a double click goes back to the width it had. */
function Grip({ store, column }: { readonly store: PanelStore; readonly column: Column }): JSX.Element {
  return (
    <span
      class="grip"
      onClick={(event) => event.stopPropagation()}
      onDblClick={() => {
        store.ui.widths = Object.fromEntries(
          Object.entries(store.ui.widths).filter(([name]) => name !== column),
        );
        store.columnsChanged();
      }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const head = event.currentTarget.parentElement;
        if (!head || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        setWidth(store, column, event.clientX - head.getBoundingClientRect().left);
      }}
    />
  );
}

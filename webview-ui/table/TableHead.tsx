/** The heads of the columns: click sorts, the right edge resizes, VS Code's menu hides. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { headOf, numeric } from './columns';
import { headId, setWidth, sortBy } from './heads';
import { Icon } from '../shared/controls';
import type { PanelStore } from '../store/store';
import type { Column, Sort } from '../store/ui';

/** Redrawn only when columns or order change, not with every frame of a scroll. */
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

/** The right edge of a head: dragging resizes, a double click restores the default width. */
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

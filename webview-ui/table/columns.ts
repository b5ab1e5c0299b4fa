/** The table's columns: their heads, widths, and the order in which they leave a narrowing panel. */
import { columns, lastingColumns, type Column } from '../store/ui';

export const headOf: Readonly<Record<Column, string>> = {
  index: '#',
  status: 'Status',
  title: 'Title',
  length: 'Length',
  source: 'Source',
  language: 'Lang',
  tries: 'Tries',
  time: 'Time',
  note: 'Note',
};

const widthOf: Readonly<Record<Column, string>> = {
  index: 'var(--numw)',
  status: '148px',
  title: 'minmax(120px, 1fr)',
  length: '68px',
  source: '72px',
  language: '44px',
  tries: '48px',
  time: '60px',
  note: 'minmax(150px, 1fr)',
};

/** Panel widths in px below which columns leave. */
const steps: readonly (readonly [width: number, leave: readonly Column[]])[] = [
  [980, ['tries', 'language']],
  [760, ['length', 'source', 'time']],
];
export const narrowWidth = 560;

export function visibleColumns(panelWidth: number, hidden: readonly Column[]): Column[] {
  const gone = new Set<Column>(hidden.filter((column) => !lastingColumns.includes(column)));
  for (const [width, leave] of steps) if (panelWidth <= width) for (const column of leave) gone.add(column);
  return columns.filter((column) => !gone.has(column));
}

export function template(
  panelWidth: number,
  visible: readonly Column[],
  widths: Readonly<Partial<Record<Column, number>>>,
): string {
  if (panelWidth <= narrowWidth)
    return visible
      .map(
        (column) =>
          ({ index: 'var(--numw-narrow)', status: '22px', note: 'auto' })[column as string] ??
          'minmax(72px, 1fr)',
      )
      .join(' ');
  return visible
    .map((column) =>
      // What the user has made wider than there is room gives way: nothing is pushed out of the panel.
      widths[column] === undefined ? widthOf[column] : `minmax(${leastWidth}px, ${widths[column]}px)`,
    )
    .join(' ');
}

export const numeric: ReadonlySet<Column> = new Set(['index', 'length', 'tries', 'time']);
export const leastWidth = 32;

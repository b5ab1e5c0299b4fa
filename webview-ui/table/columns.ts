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

/** `ch` is the width of a digit: texts fit whatever font the editor has. */
const widthOf: Readonly<Record<Column, string>> = {
  index: 'var(--numw)',
  status: 'calc(22px + 19ch)', // "Rate limit, about 36 s" in a proportional font
  title: 'minmax(120px, 1fr)',
  length: 'calc(8px + 8ch)', // "12:34:56"
  source: 'calc(16px + 9ch)', // "subtitleFile"
  language: 'calc(16px + 6ch)', // "pt-BR", "unknown"
  tries: 'calc(16px + 4ch)',
  time: 'calc(16px + 7ch)', // "1:02:03"
  note: 'minmax(150px, 1fr)',
};

/** Panel widths in px below which columns leave. */
const steps: readonly (readonly [width: number, leave: readonly Column[]])[] = [
  [980, ['tries', 'language']],
  [860, ['source']],
  [760, ['length', 'time']],
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
          'minmax(56px, 1fr)',
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

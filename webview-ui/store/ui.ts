/**
 * What the user is looking at: tab, search, sort, columns, what is unfolded, the scroll position. Only this is
 * kept over a reload; everything about the batch comes from the host.
 */
import { isPlain, type Plain } from '../../src/model/plain';

const tabs = ['all', 'running', 'failed', 'done', 'waiting', 'skipped', 'parked'] as const;
export type Tab = (typeof tabs)[number];

export const columns = [
  'index',
  'status',
  'title',
  'length',
  'source',
  'language',
  'tries',
  'time',
  'note',
] as const;
export type Column = (typeof columns)[number];
/** Always shown; the other columns can be hidden. */
export const lastingColumns: readonly Column[] = ['status', 'title'];

export interface Sort {
  readonly column: Column;
  readonly descending: boolean;
}

export interface Ui {
  batch: string | null;
  tab: Tab;
  search: string;
  sort: Sort;
  hidden: readonly Column[];
  /** Pixels, of the columns that the user has resized. */
  widths: Readonly<Partial<Record<Column, number>>>;
  workersOpen: boolean;
  settingsOpen: boolean;
  /** First line in view, in rows; undefined: not placed yet, opens at the edge between done and waiting. */
  top?: number;
  active?: number;
  /** The selected rows by their jobs, the active one among them. */
  selected?: readonly number[];
}

/** More selected rows than this are not kept: VS Code keeps what is kept as one text. */
export const mostSelected = 5000;

export const listOrder: Sort = { column: 'index', descending: false };

/** All jobs in the list's own order: the row of a job is its index. */
export const isListOrder = (ui: Pick<Ui, 'tab' | 'search' | 'sort'>): boolean =>
  ui.tab === 'all' && ui.search === '' && ui.sort.column === 'index' && !ui.sort.descending;

export const freshUi = (batch: string | null): Ui => ({
  batch,
  tab: 'all',
  search: '',
  sort: listOrder,
  hidden: [],
  widths: {},
  workersOpen: true,
  settingsOpen: false,
});

const isColumn = (value: unknown): value is Column => (columns as readonly unknown[]).includes(value);
const isTab = (value: unknown): value is Tab => (tabs as readonly unknown[]).includes(value);
const isPlace = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
const record = (value: unknown): Plain => (isPlain(value) ? value : {});

/** Reads what an earlier version of the page may have kept; what is invalid keeps its default. */
export function readUi(kept: unknown): Ui {
  const from = record(kept);
  const sort = record(from.sort);
  const ui = freshUi(typeof from.batch === 'string' ? from.batch : null);
  if (isTab(from.tab)) ui.tab = from.tab;
  if (typeof from.search === 'string') ui.search = from.search;
  if (isColumn(sort.column)) ui.sort = { column: sort.column, descending: sort.descending === true };
  if (Array.isArray(from.hidden))
    ui.hidden = from.hidden.filter(isColumn).filter((column) => !lastingColumns.includes(column));
  ui.widths = Object.fromEntries(
    Object.entries(record(from.widths)).filter(([name, width]) => isColumn(name) && isPlace(width)),
  );
  ui.workersOpen = from.workersOpen !== false;
  ui.settingsOpen = from.settingsOpen === true;
  if (isPlace(from.top)) ui.top = from.top;
  if (isPlace(from.active)) ui.active = from.active;
  if (Array.isArray(from.selected)) ui.selected = from.selected.filter(isPlace).slice(0, mostSelected);
  return ui;
}

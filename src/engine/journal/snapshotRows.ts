/**
 * A run of jobs as one line of a snapshot: in columns, jobs with the same fields together. Jobs are much
 * alike, so the line is a third as long as with one object for each job, and is read in half the time.
 * Nothing is lost: an unknown field becomes a column as well.
 */
import { isPlain, type Plain } from '../../model/plain';
import type { JobState } from '../state/reducer';

/** One value for each row; a single one counts for all rows. */
type Column = readonly unknown[];
type Columns = Readonly<Record<string, Column>>;

/** Jobs that have the same fields; `link` and `meta` are encoded separately, because they too are alike. */
interface Shape {
  readonly rows: number;
  readonly job: Columns;
  readonly link: Columns;
  readonly meta: Columns;
}

const nested = ['link', 'meta'];
/** Always written once per row, even if equal: their number is the row count. */
const always = ['index', 'url'];
/** Most fields per written value: a short forged line must not create a long list. */
const mostShared = 10;

/** Jobs as fields of a record, which `jobsOf` reads. */
export function packed(jobs: readonly JobState[]): { readonly shapes: readonly Shape[] } {
  const alike = new Map<string, { jobs: object[]; links: object[]; metas: object[] }>();
  for (const each of jobs) {
    const job = said(each);
    const link = said(each.link);
    const meta = said(each.meta);
    const shape = `${namesOf(job)}\n\n${namesOf(link)}\n\n${namesOf(meta)}`;
    const rows = alike.get(shape) ?? { jobs: [], links: [], metas: [] };
    alike.set(shape, rows);
    rows.jobs.push(job);
    rows.links.push(link);
    rows.metas.push(meta);
  }
  const shapes = Array.from(alike.values(), (rows) => ({
    rows: rows.jobs.length,
    job: columns(rows.jobs, nested),
    link: columns(rows.links),
    meta: columns(rows.metas),
  }));
  return { shapes };
}

/** Without fields that are undefined: a column would turn them into `null`, which is no valid value. */
function said(value: object): object {
  const values: readonly unknown[] = Object.values(value);
  if (!values.includes(undefined)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

const namesOf = (value: object): string => Object.keys(value).join('\n');

/** Of objects that have the same fields in the same order. */
function columns(rows: readonly object[], without: readonly string[] = []): Columns {
  const names = Object.keys(rows[0] ?? {});
  const values: unknown[][] = names.map(() => []);
  for (const row of rows) {
    const own: readonly unknown[] = Object.values(row);
    for (let at = 0; at < own.length; at += 1) values[at]?.push(own[at]);
  }
  const kept = names
    .map((name, at): readonly [string, Column] => [name, column(name, values[at] ?? [])])
    .filter(([name]) => isName(name) && !without.includes(name));
  return Object.fromEntries(kept);
}

function column(name: string, values: Column): Column {
  const [first] = values;
  return !always.includes(name) && isScalar(first) && values.every((value) => value === first)
    ? [first]
    : values;
}

/**
 * The jobs of a snapshot's record, by number; undefined when the record is invalid. The jobs themselves are
 * not validated here.
 */
export function jobsOf(record: Plain): readonly unknown[] | undefined {
  // The first format: one object for each job.
  if (Array.isArray(record.jobs)) return record.jobs as readonly unknown[];
  if (!Array.isArray(record.shapes)) return undefined;
  const shapes = record.shapes as readonly unknown[];
  const jobs: Record<string, unknown>[] = [];
  for (const shape of shapes) if (!unpack(shape, jobs)) return undefined;
  return shapes.length === 1 ? jobs : jobs.sort((a, b) => Number(a.index) - Number(b.index));
}

/** Adds the jobs of one shape; false when it is invalid. */
function unpack(shape: unknown, jobs: Record<string, unknown>[]): boolean {
  if (!isPlain(shape) || typeof shape.rows !== 'number') return false;
  const { rows } = shape;
  const job = Rows.of(shape.job, rows, nested);
  const link = Rows.of(shape.link, rows);
  const meta = Rows.of(shape.meta, rows);
  if (!job || !link || !meta) return false;
  // `rows` is counted, not taken from the line, which may be forged.
  if (rows !== 1 && !(job.hasEach('index') && link.hasEach('url'))) return false;
  if (rows * (job.fields + link.fields + meta.fields) > mostShared * (job.size + link.size + meta.size))
    return false;
  for (let row = 0; row < rows; row += 1) {
    const made = job.at(row);
    made.link = link.at(row);
    made.meta = meta.at(row);
    jobs.push(made);
  }
  return true;
}

/** Objects from columns: copies of one with the common values, then the different values are filled in. */
class Rows {
  private constructor(
    private readonly common: Readonly<Record<string, unknown>>,
    /** The names of the columns with a value for each row, and these. */
    private readonly names: readonly string[],
    private readonly values: readonly Column[],
  ) {}

  /** `places`: fields that are filled in later. Undefined when a column does not have that many rows. */
  static of(columns: unknown, rows: number, places: readonly string[] = []): Rows | undefined {
    if (!isPlain(columns)) return undefined;
    const common: Record<string, unknown> = {};
    for (const name of places) common[name] = undefined;
    const names: string[] = [];
    const values: Column[] = [];
    for (const [name, column] of Object.entries(columns)) {
      if (!isName(name) || !Array.isArray(column)) return undefined;
      const all = column as Column;
      common[name] = all[0];
      // A value that many rows share must be immutable.
      if (all.length === 1 && isScalar(all[0])) continue;
      if (all.length !== rows) return undefined;
      names.push(name);
      values.push(all);
    }
    return new Rows(common, names, values);
  }

  /** Fields of each row. */
  get fields(): number {
    return Object.keys(this.common).length;
  }

  /** Number of values. */
  get size(): number {
    return this.fields + this.values.reduce((sum, column) => sum + column.length, 0);
  }

  /** Whether the field has a value for each row. */
  hasEach(name: string): boolean {
    return this.names.includes(name);
  }

  at(row: number): Record<string, unknown> {
    const made = { ...this.common };
    for (let at = 0; at < this.names.length; at += 1) {
      const name = this.names[at];
      if (name !== undefined) made[name] = this.values[at]?.[row];
    }
    return made;
  }
}

/** Any name except the one that creates no field when assigned. */
const isName = (name: string): boolean => name !== '__proto__';

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * A run of jobs as one line of a snapshot: column by column, jobs of one shape together. Jobs are much alike, so
 * the line is a third as long as with one object a job, and is read in half the time. Nothing is left out: a
 * field that nobody here knows is a column as well.
 */
import { isPlain, type Plain } from '../../model/plain';
import type { JobState } from '../state/reducer';

/** Values row by row; a single one stands for all rows. */
type Column = readonly unknown[];
type Columns = Readonly<Record<string, Column>>;

/** Jobs that have the same fields; those of `link` and `meta` stand apart, because they too are alike. */
interface Shape {
  readonly rows: number;
  readonly job: Columns;
  readonly link: Columns;
  readonly meta: Columns;
}

const nested = ['link', 'meta'];
/** Said for each row, also where they are the same: what stands there is how many rows there are. */
const always = ['index', 'url'];
/** Fields a job has for each value that stands there: a short forged line must not make a long list. */
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

/** Without fields that are there but say nothing: in a column they would read as `null`, which no field is. */
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
 * The jobs of a snapshot's record, in the order of their numbers; undefined when it is none. Whether each is a
 * job has still to be asked: nothing in it has been looked at.
 */
export function jobsOf(record: Plain): readonly unknown[] | undefined {
  // One object a job, as they were written at first.
  if (Array.isArray(record.jobs)) return record.jobs as readonly unknown[];
  if (!Array.isArray(record.shapes)) return undefined;
  const shapes = record.shapes as readonly unknown[];
  const jobs: Record<string, unknown>[] = [];
  for (const shape of shapes) if (!unpack(shape, jobs)) return undefined;
  return shapes.length === 1 ? jobs : jobs.sort((a, b) => Number(a.index) - Number(b.index));
}

/** Adds the jobs of one shape; false when it is none. */
function unpack(shape: unknown, jobs: Record<string, unknown>[]): boolean {
  if (!isPlain(shape) || typeof shape.rows !== 'number') return false;
  const { rows } = shape;
  const job = Rows.of(shape.job, rows, nested);
  const link = Rows.of(shape.link, rows);
  const meta = Rows.of(shape.meta, rows);
  if (!job || !link || !meta) return false;
  // `rows` is what is there, and not what a forged line says.
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

/** Objects from columns: copies of one that has what all have in common, with what differs put in. */
class Rows {
  private constructor(
    private readonly common: Readonly<Record<string, unknown>>,
    /** The names of the columns that are said for each row, and these. */
    private readonly names: readonly string[],
    private readonly values: readonly Column[],
  ) {}

  /** `places`: fields that are filled in later. Undefined when the columns are not so many rows long. */
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
      // What is shared by many must be nothing that one of them could change.
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

  /** Values that are there. */
  get size(): number {
    return this.fields + this.values.reduce((sum, column) => sum + column.length, 0);
  }

  /** Whether the field is said for each row. */
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

/** Any but the one that is no field when it is assigned. */
const isName = (name: string): boolean => name !== '__proto__';

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * How rows travel from the panel's host to its page: as bytes, which VS Code passes on without looking at
 * every value, in columns of values instead of objects with names. What repeats is written once; what follows
 * from something else (the link of a video from its id, most of a file name from the title) is left out.
 */
import type { JobState, ReadonlyRow } from './engine/state/reducer';
import type { Link } from './model/link';
import { isPlain, type Plain } from './model/plain';

/**
 * How a field is written; those not named here go as they are, so that a new field of a row needs no change.
 * `fields` is an object of fields again and `list` an array of them; `shared` values are said once for all rows
 * and must not be changed in place by the reducer.
 */
type Kind = 'delta' | 'ms' | 'shared' | 'link' | 'files' | 'fields' | 'list';
const kinds: Readonly<Record<string, Kind>> = {
  index: 'delta',
  line: 'delta',
  parent: 'shared',
  endedAt: 'delta',
  startedAt: 'delta',
  at: 'delta',
  seconds: 'ms',
  paidSeconds: 'ms',
  link: 'link',
  files: 'files',
  meta: 'fields',
  attempts: 'list',
  status: 'shared',
  source: 'shared',
  language: 'shared',
  captions: 'shared',
  via: 'shared',
  viaMachine: 'shared',
  stage: 'shared',
  failure: 'shared',
  skip: 'shared',
  consent: 'shared',
  wait: 'shared',
  passed: 'shared',
  channel: 'shared',
  published: 'shared',
};

const watch = 'https://www.youtube.com/watch?v=';
const idMark = '\u0000';
/** A row of which nothing is known yet costs no object of its own, as in the reducer. */
const nothingKnown = Object.freeze({});

/** Rows in their order as bytes: UTF-8 JSON of shapes (lists of names), shared values, and one flat list. */
export function packRows(jobs: Iterable<ReadonlyRow>): Uint8Array {
  const packer = new RowPacker();
  for (const job of jobs) packer.add(job);
  return packer.bytes();
}

interface Shape {
  readonly at: number;
  readonly names: readonly string[];
  readonly kinds: readonly (Kind | undefined)[];
}

/** As `packRows`, row by row, for callers that must not block for long. */
export class RowPacker {
  private readonly shapes = new Map<string, Shape>();
  private readonly shared: unknown[] = [];
  private readonly sharedOf = new Map<unknown, number>();
  private readonly flat: unknown[] = [];
  private readonly last = new Map<string, number>();
  private title = '';
  private id = '';
  count = 0;

  add(job: ReadonlyRow): void {
    this.count += 1;
    this.title = job.meta.title ?? '';
    this.id = job.link.id;
    this.fields(job);
  }

  bytes(): Uint8Array {
    const names = [...this.shapes.values()].map((shape) => shape.names);
    return new TextEncoder().encode(JSON.stringify([names, this.shared, this.flat]));
  }

  private fields(of: object): void {
    const fields = of as Plain;
    const shape = this.shapeOf(fields);
    this.flat.push(shape.at);
    const { names, kinds } = shape;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at] ?? '';
      const kind = kinds[at];
      if (kind === undefined) this.flat.push(fields[name]);
      else if (kind === 'shared') this.flat.push(this.share(fields[name]));
      else this.value(name, kind, fields[name]);
    }
  }

  private shapeOf(fields: Plain): Shape {
    const names = Object.keys(fields);
    const key = names.join();
    const known = this.shapes.get(key);
    if (known) return known;
    const shape = { at: this.shapes.size, names, kinds: names.map((name) => kinds[name]) };
    this.shapes.set(key, shape);
    return shape;
  }

  private value(name: string, kind: Kind, value: unknown): void {
    const flat = this.flat;
    switch (kind) {
      case 'delta': {
        const whole = Math.round(Number(value));
        flat.push(whole - (this.last.get(name) ?? 0));
        this.last.set(name, whole);
        return;
      }
      case 'ms':
        flat.push(Math.round(Number(value) * 1000));
        return;
      case 'shared':
        flat.push(this.share(value));
        return;
      case 'link': {
        const link = value as Link;
        const follows =
          link.kind === 'youtube' && link.url === watch + link.id && Object.keys(link).length === 3;
        flat.push(follows ? link.id : link);
        return;
      }
      case 'files':
        this.files(value as readonly string[]);
        return;
      case 'fields':
        this.fields(value as object);
        return;
      case 'list': {
        const list = value as readonly object[];
        flat.push(list.length);
        for (const one of list) this.fields(one);
      }
    }
  }

  private share(value: unknown): number {
    const key = typeof value === 'string' ? value : idMark + JSON.stringify(value);
    let at = this.sharedOf.get(key);
    if (at === undefined) {
      at = this.shared.push(value) - 1;
      this.sharedOf.set(key, at);
    }
    return at;
  }

  /** Each as the length of what it has in common with the title, and the rest. */
  private files(files: readonly string[]): void {
    const title = this.title;
    this.flat.push(files.length);
    for (const file of files) {
      let same = 0;
      while (same < title.length && title.charCodeAt(same) === file.charCodeAt(same)) same += 1;
      this.flat.push(same, file.slice(same).replace(this.id, idMark));
    }
  }
}

/** The rows that were packed. Throws where the bytes are not packed rows. */
export function unpackRows(bytes: Uint8Array): JobState[] {
  const parts: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!Array.isArray(parts)) throw new Error('These are no rows.');
  const [shapes, shared, flat] = parts as readonly unknown[];
  if (!Array.isArray(shapes) || !Array.isArray(shared) || !Array.isArray(flat))
    throw new Error('These are no rows.');
  const unpacker = new Unpacker(
    (shapes as readonly (readonly string[])[]).map((names) => names.map((name) => [name, kinds[name]])),
    shared,
    flat,
  );
  const jobs: JobState[] = [];
  while (unpacker.more) {
    const row = unpacker.row();
    if (!isRow(row)) throw new Error('This is no row.');
    jobs.push(row);
  }
  return jobs;
}

function isRow(value: unknown): value is JobState {
  return (
    isPlain(value) &&
    typeof value.index === 'number' &&
    typeof value.status === 'string' &&
    isPlain(value.link) &&
    isPlain(value.meta)
  );
}

class Unpacker {
  private at = 0;
  private readonly last = new Map<string, number>();
  private title = '';
  private id = '';

  constructor(
    private readonly shapes: readonly (readonly (readonly [name: string, kind: Kind | undefined])[])[],
    private readonly shared: readonly unknown[],
    private readonly flat: readonly unknown[],
  ) {}

  get more(): boolean {
    return this.at < this.flat.length;
  }

  row(): unknown {
    this.title = '';
    return this.fields();
  }

  private next(): unknown {
    return this.flat[this.at++];
  }

  private fields(): Plain {
    const names = this.shapes[Number(this.next())];
    if (!names) throw new Error('These are no rows.');
    if (names.length === 0) return nothingKnown;
    const made: Record<string, unknown> = {};
    for (const [name, kind] of names)
      made[name] =
        kind === undefined
          ? this.next()
          : kind === 'shared'
            ? this.shared[Number(this.next())]
            : this.value(name, kind);
    return made;
  }

  private value(name: string, kind: Kind): unknown {
    switch (kind) {
      case 'delta': {
        const value = Number(this.next()) + (this.last.get(name) ?? 0);
        this.last.set(name, value);
        return value;
      }
      case 'ms':
        return Number(this.next()) / 1000;
      case 'shared':
        return this.shared[Number(this.next())];
      case 'link':
        return this.link();
      case 'files':
        return Array.from({ length: Number(this.next()) }, () => this.file());
      case 'fields': {
        const made = this.fields();
        if (typeof made.title === 'string') this.title = made.title;
        return made;
      }
      case 'list':
        return Array.from({ length: Number(this.next()) }, () => this.fields());
    }
  }

  private link(): unknown {
    const link = this.next();
    const made = typeof link === 'string' ? { kind: 'youtube', url: watch + link, id: link } : link;
    this.id = isPlain(made) && typeof made.id === 'string' ? made.id : '';
    return made;
  }

  private file(): string {
    const same = Number(this.next());
    return this.title.slice(0, same) + String(this.next()).replace(idMark, () => this.id);
  }
}

/**
 * Puts together what the host sends about one batch: the slices of a snapshot, then events in their order.
 * The first slice is painted before the next is unpacked, and between two slices the page has its turn.
 * Where something is missing it asks, once, for a new snapshot.
 */
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import type { BatchEvent } from '../../src/model/events';
import { unpackRows, type ToPage } from '../../src/protocol';
import { afterPaint, nextTurn } from './turns';

type Slice = Extract<ToPage, { readonly type: 'snapshot' }>;
type Events = Extract<ToPage, { readonly type: 'events' }>;

export interface FeedReader {
  /** A snapshot has begun: the state has its head and the first rows, and holes for the others. */
  begun(state: BatchState): void;
  /** Some of its holes are filled; these rows are new. */
  filled(state: BatchState): void;
  whole(state: BatchState): void;
  fold(event: BatchEvent): void;
  missing(batch: string, have: number): void;
}

interface Loading {
  readonly state: BatchState;
  readonly snapshot: number;
  /** Received, not unpacked yet. */
  readonly slices: Slice[];
  /** Rows not received yet. */
  left: number;
  painted: boolean;
}

export class Feed {
  private seq = -1;
  private incoming: Loading | undefined;
  /** Received before the snapshot was complete. */
  private early: Events[] = [];
  private asked = false;

  constructor(private readonly reader: FeedReader) {}

  /** The state whose slices are still arriving. */
  get loading(): BatchState | undefined {
    return this.incoming?.state;
  }

  forget(): void {
    this.incoming = undefined;
    this.early = [];
    this.seq = -1;
    this.asked = false;
  }

  snapshot(slice: Slice): void {
    if (slice.head && slice.seq === undefined) {
      this.begin(slice, slice.head);
      return;
    }
    const loading = this.incoming;
    if (slice.snapshot !== loading?.snapshot) {
      this.gap(slice.batch);
      return;
    }
    loading.slices.push(slice);
    if (loading.painted && loading.slices.length === 1) nextTurn(() => this.turn(loading));
  }

  events(message: Events): void {
    if (this.incoming) {
      this.early.push(message);
      return;
    }
    if (this.seq < 0 || message.seq > this.seq + 1) {
      this.gap(message.batch);
      return;
    }
    for (const event of message.events.slice(Math.max(0, this.seq + 1 - message.seq)))
      this.reader.fold(event);
    this.seq = Math.max(this.seq, message.seq + message.events.length - 1);
  }

  private begin(slice: Slice, head: Omit<BatchState, 'jobs'>): void {
    const state: BatchState = { ...head, jobs: [] };
    state.jobs.length = slice.total;
    const loading: Loading = {
      state,
      snapshot: slice.snapshot,
      slices: [],
      left: slice.total,
      painted: false,
    };
    this.incoming = loading;
    this.early = [];
    if (!this.unpack(loading, slice)) return;
    this.reader.begun(state);
    afterPaint(() => {
      loading.painted = true;
      if (loading.slices.length > 0) this.turn(loading);
    });
  }

  /** Takes one slice in, and the next one in another turn. */
  private turn(loading: Loading): void {
    if (this.incoming !== loading) return;
    const slice = loading.slices[0];
    if (!slice || !this.unpack(loading, slice)) return;
    loading.slices.shift();
    if (slice.seq !== undefined && slice.head) {
      this.end(loading, slice.head, slice.seq);
      return;
    }
    this.reader.filled(loading.state);
    if (loading.slices.length > 0) nextTurn(() => this.turn(loading));
  }

  private end(loading: Loading, head: Omit<BatchState, 'jobs'>, seq: number): void {
    this.incoming = undefined;
    if (loading.left > 0) {
      this.seq = -1;
      this.gap(loading.state.id);
      return;
    }
    this.asked = false;
    this.seq = seq;
    // Fields that the newer head lacks are removed.
    const { jobs, ...old } = loading.state;
    for (const name of Object.keys(old)) Reflect.deleteProperty(loading.state, name);
    Object.assign(loading.state, head, { jobs });
    this.reader.whole(loading.state);
    const early = this.early;
    this.early = [];
    for (const events of early) this.events(events);
  }

  /** False when the bytes are not rows: then this snapshot is dropped. */
  private unpack(loading: Loading, slice: Slice): boolean {
    let rows: readonly JobState[];
    try {
      rows = unpackRows(slice.rows);
    } catch {
      this.incoming = undefined;
      this.gap(slice.batch);
      return false;
    }
    const { jobs } = loading.state;
    for (const row of rows) {
      if (row.index >= jobs.length) loading.left += row.index + 1 - jobs.length;
      if (jobs[row.index] === undefined) loading.left -= 1;
      jobs[row.index] = row;
    }
    return true;
  }

  private gap(batch: string): void {
    if (this.asked) return;
    this.asked = true;
    this.reader.missing(batch, Math.max(0, this.seq));
  }
}

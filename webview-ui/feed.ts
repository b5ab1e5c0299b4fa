/**
 * Puts together what the host sends about one batch: the slices of a snapshot, then events in their order.
 * Where one is missing it asks, once, for a new snapshot.
 */
import type { BatchState } from '../src/engine/state';
import type { BatchEvent } from '../src/model/events';
import type { ToPage } from '../src/protocol';

type Slice = Extract<ToPage, { readonly type: 'snapshot' }>;
type Events = Extract<ToPage, { readonly type: 'events' }>;

export interface FeedReader {
  /** A snapshot has begun: the state has its head and the first rows, and holes where others will stand. */
  begun(state: BatchState): void;
  /** Some of its holes are filled. */
  filled(state: BatchState): void;
  whole(state: BatchState): void;
  fold(event: BatchEvent): void;
  missing(batch: string, have: number): void;
}

export class Feed {
  #seq = -1;
  #loading: { readonly state: BatchState; left: number; readonly seq: number } | undefined;
  /** Came while a snapshot was on its way. */
  #early: Events[] = [];
  #asked = false;

  constructor(private readonly reader: FeedReader) {}

  /** True while slices are on their way. */
  get loading(): boolean {
    return this.#loading !== undefined;
  }

  forget(): void {
    this.#loading = undefined;
    this.#early = [];
    this.#seq = -1;
    this.#asked = false;
  }

  snapshot(slice: Slice): void {
    if (slice.head) {
      const state: BatchState = { ...slice.head, jobs: [] };
      state.jobs.length = slice.total;
      this.#loading = { state, left: slice.total, seq: slice.seq };
    }
    const loading = this.#loading;
    if (slice.seq !== loading?.seq) {
      this.#gap(slice.batch);
      return;
    }
    slice.jobs.forEach((job, at) => {
      loading.state.jobs[slice.first + at] = job;
    });
    loading.left -= slice.jobs.length;
    if (loading.left > 0) {
      if (slice.head) this.reader.begun(loading.state);
      else this.reader.filled(loading.state);
      return;
    }
    this.#loading = undefined;
    this.#asked = false;
    this.#seq = loading.seq;
    this.reader.whole(loading.state);
    const early = this.#early;
    this.#early = [];
    for (const events of early) this.events(events);
  }

  events(message: Events): void {
    if (this.#loading) {
      this.#early.push(message);
      return;
    }
    if (this.#seq < 0 || message.seq > this.#seq + 1) {
      this.#gap(message.batch);
      return;
    }
    for (const event of message.events.slice(Math.max(0, this.#seq + 1 - message.seq)))
      this.reader.fold(event);
    this.#seq = Math.max(this.#seq, message.seq + message.events.length - 1);
  }

  #gap(batch: string): void {
    if (this.#asked) return;
    this.#asked = true;
    this.reader.missing(batch, Math.max(0, this.#seq));
  }
}

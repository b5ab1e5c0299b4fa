/**
 * What batches know about the links of a list. Reads the engine's state and what is remembered, keeps only an index.
 */
import type { BatchHandle, Engine } from '../../engine/api';
import type { ReadonlyRow } from '../../engine/state/reducer';
import type { Failure } from '../../model/failure';
import type { Link, VideoMeta } from '../../model/link';
import { isSamePath } from '../../model/pathForm';
import type { StatusOf } from '../../model/statusWords';
import type { KnownBatch } from '../knownBatch';

/** What is known of a link; a row of a batch fits, and so does a video of a manifest. */
export interface LineJob extends StatusOf {
  readonly meta: VideoMeta;
  readonly expandedInto?: number;
  readonly failure?: Failure;
  readonly files?: readonly string[];
  readonly skip?: { readonly reason: 'by-user' | 'already-done'; readonly file?: string };
}

/** Batches that are not open in this window; RememberedLists. */
export interface Remembered {
  batchOf(list: string): KnownBatch | undefined;
  videoOf(list: string, id: string): LineJob | undefined;
}

/** The batch of a list, as lens and commands need it. */
export type ListBatch = Pick<KnownBatch, 'id' | 'folder' | 'phase' | 'counts' | 'total'>;

/** Where a link is known. */
export interface Place {
  readonly batch: ListBatch;
  readonly job: LineJob;
}

interface Index {
  readonly jobs: Map<string, number>;
  length: number;
}

export class ListProgress {
  private readonly indexes = new WeakMap<BatchHandle, Index>();

  /**
   * @param unsaved the id of the batch of a list that is in no file, by its address.
   * @param remembered batches that are not open in this window.
   */
  constructor(
    private readonly engine: () => Pick<Engine, 'batches'> | undefined,
    private readonly unsaved: (list: string) => string | undefined = () => undefined,
    private readonly remembered?: Remembered,
  ) {}

  /** The batch of a list: that of this window, the latest one, else the one in its folder. */
  batchOf(list: string): ListBatch | undefined {
    const handle = this.handleOf(list);
    if (handle) return asBatch(handle);
    const batch = this.remembered?.batchOf(list);
    // Nobody runs it: it was interrupted, and its lens is not to say that it is under way.
    return batch?.phase === 'running' && batch.owner === undefined ? { ...batch, phase: 'stopped' } : batch;
  }

  /** What the list's own batch knows about a link, else any other batch of this window. */
  jobOf(list: string, link: Link): LineJob | undefined {
    return this.placeOf(list, link)?.job;
  }

  /** The same with the batch that knows it. */
  placeOf(list: string, link: Link): Place | undefined {
    const own = this.handleOf(list);
    const found = own && this.find(own, link.url);
    if (found) return { batch: asBatch(own), job: found };
    const batch = own ? undefined : this.batchOf(list);
    const video = batch && this.remembered?.videoOf(list, link.id);
    if (video) return { batch, job: video };
    for (const handle of this.engine()?.batches ?? []) {
      const other = handle === own ? undefined : this.find(handle, link.url);
      if (other) return { batch: asBatch(handle), job: other };
    }
    return undefined;
  }

  /** What the list's batch has noted, by line from 1. */
  notesOf(list: string): readonly { readonly line: number; readonly text: string }[] {
    const state = this.handleOf(list)?.state;
    return (state?.notes ?? []).flatMap(({ text, job, line }) => {
      const at = line ?? (job === undefined ? undefined : state?.jobs[job]?.line);
      return at === undefined ? [] : [{ line: at, text }];
    });
  }

  private handleOf(list: string): BatchHandle | undefined {
    const id = this.unsaved(list);
    return this.engine()?.batches.findLast(
      ({ state }) => (state.list !== undefined && isSamePath(state.list, list)) || state.id === id,
    );
  }

  private find(batch: BatchHandle, url: string): ReadonlyRow | undefined {
    const { jobs } = batch.state;
    let index = this.indexes.get(batch);
    if (!index || index.length > jobs.length) {
      index = { jobs: new Map(), length: 0 };
      this.indexes.set(batch, index);
    }
    // Jobs are only ever added, so the index is read on from where it was.
    for (; index.length < jobs.length; index.length += 1) {
      const job = jobs[index.length];
      if (job && !index.jobs.has(job.link.url)) index.jobs.set(job.link.url, index.length);
    }
    const at = index.jobs.get(url);
    return at === undefined ? undefined : jobs[at];
  }
}

function asBatch({ folder, state: { id, phase, counts, total } }: BatchHandle): ListBatch {
  return { id, folder, phase, counts, total };
}

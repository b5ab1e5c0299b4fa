/** What running and finished batches know about the links of a list. Reads the engine's state, keeps only an index. */
import type { BatchHandle, Engine } from '../../engine/api';
import type { ReadonlyRow } from '../../engine/state/reducer';

interface Index {
  readonly jobs: Map<string, number>;
  length: number;
}

export class ListProgress {
  private readonly indexes = new WeakMap<BatchHandle, Index>();

  /** @param unsaved the id of the batch of a list that is in no file, by its address. */
  constructor(
    private readonly engine: () => Pick<Engine, 'batches'> | undefined,
    private readonly unsaved: (list: string) => string | undefined = () => undefined,
  ) {}

  /** The batch of a list in this window, the latest one. */
  batchOf(list: string): BatchHandle | undefined {
    const id = this.unsaved(list);
    return this.engine()?.batches.findLast(({ state }) => state.list === list || state.id === id);
  }

  /** What the list's own batch knows about a link, else any other batch of this window. */
  jobOf(list: string, url: string): ReadonlyRow | undefined {
    return this.placeOf(list, url)?.job;
  }

  /** The same with the batch that knows it. */
  placeOf(list: string, url: string): { readonly batch: BatchHandle; readonly job: ReadonlyRow } | undefined {
    const own = this.batchOf(list);
    const found = own && this.find(own, url);
    if (found) return { batch: own, job: found };
    for (const batch of this.engine()?.batches ?? []) {
      const other = batch === own ? undefined : this.find(batch, url);
      if (other) return { batch, job: other };
    }
    return undefined;
  }

  /** What the list's batch has noted, by line from 1. */
  notesOf(list: string): readonly { readonly line: number; readonly text: string }[] {
    const state = this.batchOf(list)?.state;
    return (state?.notes ?? []).flatMap(({ text, job, line }) => {
      const at = line ?? (job === undefined ? undefined : state?.jobs[job]?.line);
      return at === undefined ? [] : [{ line: at, text }];
    });
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

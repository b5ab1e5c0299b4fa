/** Notifies views of changes to what they depend on: once a frame, however many changes there were. */
import type { BatchEvent } from '../../src/model/events';

/** What a view depends on; several are added. `second` comes once a second, `rows` when a row has changed. */
export const topic = {
  batches: 1,
  phase: 2,
  second: 4,
  workers: 8,
  rows: 16,
  settings: 32,
  sources: 64,
  view: 128,
  quotas: 256,
  selection: 512,
} as const;
export type Topics = number;

/** What an event changes besides the rows it is about. */
export const topicsOf: Readonly<Record<BatchEvent['type'], Topics>> = {
  'batch-created': topic.phase | topic.workers,
  settings: topic.phase | topic.workers,
  'jobs-added': 0,
  'notes-added': topic.rows,
  control: topic.phase | topic.workers,
  'job-control': topic.phase,
  'process-died': 0,
  consent: topic.phase | topic.workers,
  workers: topic.workers | topic.view,
  quotas: topic.quotas,
  helpers: topic.workers | topic.quotas | topic.phase,
  pace: topic.phase,
  machine: 0,
  'job-learnt': 0,
  attempt: topic.workers,
  intent: topic.workers,
  writing: topic.workers,
  'request-id': topic.workers,
  charged: topic.workers,
  outcome: topic.workers,
  'job-started': topic.workers,
  stage: topic.workers,
  wait: topic.workers,
  'job-left': topic.workers,
};

export class Changes {
  private readonly listeners = new Map<() => void, Topics>();
  private dirty: Topics = 0;
  private frame = 0;

  subscribe(topics: Topics, listener: () => void): () => void {
    this.listeners.set(listener, topics);
    return () => this.listeners.delete(listener);
  }

  mark(topics: Topics): void {
    if (topics === 0) return;
    this.dirty |= topics;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  private flush(): void {
    const dirty = this.dirty;
    this.dirty = 0;
    this.frame = 0;
    for (const [listener, topics] of [...this.listeners]) if ((topics & dirty) !== 0) listener();
  }
}

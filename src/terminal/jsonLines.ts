/**
 * `--json`: one object a line on stdout. A reader of events like every other; the shapes are public:
 * `{"type":"batch"|"job"|"quota"|"summary"|"total"|"error","seq","time",…}`. One reader serves a whole call: `seq`
 * goes on over its lists.
 */
import { endSpan, type EndSpan } from '../model/endWords';
import type { BatchEvent } from '../model/events';
import { publicAddress } from '../model/publicUrl';
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import { notesOf } from '../output/manifest';

export class JsonLines {
  private seq = 0;
  /** What was last written for a quota, so that a line means a change. */
  private readonly quotas = new Map<string, string>();
  /** When it will end, as last written: a new estimate is a line only when it is news. */
  private end: EndSpan | undefined;
  private readonly sums = { total: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0, parked: 0 };
  private lists = 0;
  /** As last written; nobody helps at first. */
  private helpersSaid = '{"helpers":[]}';

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number,
  ) {}

  /** The first line of a batch. */
  begin(state: ReadonlyState, folder: string): void {
    this.quotas.clear();
    this.end = undefined;
    this.batch(state, folder);
  }

  batch(state: ReadonlyState, folder: string): void {
    const { endsAt, endsWithinMs } = state.phase === 'running' ? (state.pace ?? {}) : {};
    this.line('batch', {
      batch_id: state.id,
      name: state.name,
      state: state.phase,
      batch_dir: folder,
      total: state.total,
      ...state.counts,
      ...(endsAt === undefined ? {} : { ends_at: new Date(endsAt).toISOString() }),
      ...(endsWithinMs === undefined ? {} : { ends_within_seconds: Math.round(endsWithinMs / 1000) }),
      ...(state.why ? { error_code: state.why.code, error: state.why.message } : {}),
    });
  }

  events(events: readonly BatchEvent[], state: ReadonlyState, folder: string): void {
    for (const event of events) {
      switch (event.type) {
        case 'control':
          this.batch(state, folder);
          break;
        case 'pace': {
          const span = endSpan(event.pace, this.end);
          if (span === undefined || span === this.end || state.phase !== 'running') break;
          this.end = span;
          this.batch(state, folder);
          break;
        }
        case 'quotas':
          for (const quota of event.quotas) {
            const { name, limit, allowed, used, unit, heldUntil, blocked, unreached, shared } = quota;
            const shown = JSON.stringify({ limit, allowed, used, heldUntil, blocked, unreached, shared });
            if (this.quotas.get(name) === shown) continue;
            this.quotas.set(name, shown);
            this.line('quota', {
              name,
              limit,
              allowed,
              used,
              per: unit,
              ...(heldUntil === undefined ? {} : { held_until: new Date(heldUntil).toISOString() }),
              ...(blocked ? { blocked } : {}),
              ...(unreached ? { unreached } : {}),
              ...(shared ? { shared } : {}),
            });
          }
          break;
        case 'helpers': {
          const helpers = event.helpers.map(({ name, egress, workers }) => ({
            name,
            ...(egress === undefined ? {} : { egress }),
            workers: workers.length,
          }));
          const note = event.trouble === undefined ? {} : { note: event.trouble };
          this.helpers(state.id, folder, { helpers, ...note });
          break;
        }
        case 'notes-added':
          for (const { job, line, text } of event.notes) {
            const row = job === undefined ? undefined : state.jobs[job];
            if (row) this.job(state.id, row, event, text);
            else this.line('batch', { batch_id: state.id, batch_dir: folder, line, note: text });
          }
          break;
        case 'job-started':
        case 'stage':
        case 'wait':
        case 'job-left':
        case 'attempt':
        case 'outcome': {
          const job = state.jobs[event.job];
          if (job) this.job(state.id, job, event);
          break;
        }
        default:
          break;
      }
    }
  }

  /** Who helps, when that has changed. */
  private helpers(id: string, folder: string, who: object): void {
    const said = JSON.stringify(who);
    if (said === this.helpersSaid) return;
    this.helpersSaid = said;
    this.line('batch', { batch_id: id, batch_dir: folder, ...who });
  }

  summary(state: ReadonlyState, folder: string, wallSeconds: number): void {
    const { completed, failed, skipped, cancelled, parked } = state.counts;
    const counts = { total: state.total, completed, failed, skipped, cancelled, parked };
    this.lists += 1;
    for (const name of Object.keys(this.sums) as (keyof typeof this.sums)[]) this.sums[name] += counts[name];
    const notes = state.notes.length > 0 ? { notes: notesOf(state) } : {};
    this.line('summary', { batch_dir: folder, ...counts, ...notes, wall_seconds: rounded(wallSeconds) });
  }

  /** The last line of a call with several lists. */
  total(wallSeconds: number): void {
    this.line('total', { lists: this.lists, ...this.sums, wall_seconds: rounded(wallSeconds) });
  }

  /** Why nothing could start. `code`: `usage`, `running-elsewhere`, `foreign`, `disk`, or a failure code. */
  error(code: string, message: string): void {
    this.line('error', { code, message });
  }

  /** The state may be ahead of the event; what the event says of the job goes first. */
  private job(batch: string, job: ReadonlyRow, event: BatchEvent, note?: string): void {
    const stage = event.type === 'stage' ? event : undefined;
    const wait = event.type === 'wait' ? event.wait : undefined;
    const failure =
      event.type === 'attempt'
        ? event.failure
        : event.type === 'outcome' && 'failure' in event.outcome
          ? event.outcome.failure
          : event.type === 'notes-added'
            ? job.failure
            : undefined;
    const source =
      event.type === 'attempt'
        ? event.source
        : event.type === 'outcome' && 'source' in event.outcome
          ? event.outcome.source
          : (stage?.source ?? job.source);
    this.line('job', {
      batch_id: batch,
      id: job.link.id,
      url: publicAddress(job.link),
      status: statusOf(job, event),
      ...(stage ? { stage: stage.stage } : {}),
      ...(stage?.percent === undefined ? {} : { percent: stage.percent }),
      ...(stage?.part === undefined ? {} : { part: stage.part.at, parts: stage.part.of }),
      ...(wait
        ? {
            waiting_for: wait.for,
            ...(wait.until === undefined ? {} : { waiting_until: new Date(wait.until).toISOString() }),
          }
        : {}),
      attempt: event.type === 'job-started' ? event.attempt : Math.max(1, job.tries),
      ...(source === undefined ? {} : { source }),
      ...(failure ? { error_code: failure.code, error: failure.message } : {}),
      ...(note === undefined ? {} : { note }),
      // A list link that was read is no video: it counts in no total.
      ...(event.type === 'outcome' && event.outcome.status === 'expanded'
        ? { entries: event.outcome.entries }
        : {}),
      ...(event.type === 'outcome' && event.outcome.status === 'completed'
        ? { language: event.outcome.language, output_files: event.outcome.files }
        : {}),
    });
  }

  private line(
    type: 'batch' | 'job' | 'quota' | 'summary' | 'total' | 'error',
    fields: Readonly<Record<string, unknown>>,
  ): void {
    this.seq += 1;
    this.write(
      `${JSON.stringify({ type, seq: this.seq, time: new Date(this.now()).toISOString(), ...fields })}\n`,
    );
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function statusOf(job: ReadonlyRow, event: BatchEvent): string {
  switch (event.type) {
    case 'outcome':
      return event.outcome.status === 'expanded' ? 'completed' : event.outcome.status;
    case 'job-started':
    case 'stage':
      return 'running';
    case 'job-left':
      return 'pending';
    case 'attempt':
    case 'wait':
      // The job goes on after it: how it ends is the word of its outcome alone.
      return job.status === 'pending' ? 'pending' : 'running';
    default:
      return job.status;
  }
}

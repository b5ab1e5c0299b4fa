/**
 * Reads the head of a batch's manifest for lists of batches: its name, state and counts, without the videos,
 * which may be a hundred thousand. A manifest is untrusted input: what does not fit is no batch.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import type { BatchPhase, JobStatus } from '../model/events';
import type { Files } from '../model/ports';

export interface ManifestHead {
  readonly id: string;
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly phase: BatchPhase;
  readonly counts: Readonly<Record<JobStatus, number>>;
  readonly total: number;
  /** Epoch ms; 0 where the manifest does not say. */
  readonly updatedAt: number;
}

/** Notes about thousands of rows come before the videos. */
const headBytes = 8 * 1024 * 1024;
const count = v.fallback(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0);
const head = v.object({
  schema: v.literal(1),
  batch_id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  name: v.pipe(v.string(), v.maxLength(500)),
  updated_at: v.fallback(v.string(), ''),
  state: v.picklist(['running', 'paused', 'stopped', 'finished']),
  total: count,
  completed: count,
  failed: count,
  skipped: count,
  cancelled: count,
  parked: count,
  pending: count,
});

/** The head of this folder's manifest; undefined when there is no readable manifest. */
export async function readManifestHead(files: Files, folder: string): Promise<ManifestHead | undefined> {
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const piece of files.readPieces(join(folder, 'batch.json'))) {
      text += decoder.decode(piece, { stream: true });
      if (text.length >= headBytes || /"videos"\s*:/.test(text)) break;
    }
  } catch {
    return undefined;
  }
  return parseManifestHead(text, folder);
}

/** `text`: the manifest's beginning, at least up to its videos. */
export function parseManifestHead(text: string, folder: string): ManifestHead | undefined {
  const end = /,\s*"videos"\s*:/.exec(text);
  let data: unknown;
  try {
    data = JSON.parse(end ? `${text.slice(0, end.index)}}` : text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(head, data);
  if (!parsed.success) return undefined;
  const { batch_id: id, name, state: phase, total, updated_at, ...rest } = parsed.output;
  const updatedAt = Date.parse(updated_at);
  const { completed, failed, skipped, cancelled, parked, pending } = rest;
  return {
    id,
    name,
    folder,
    phase,
    total,
    counts: { completed, failed, skipped, cancelled, parked, pending, running: 0 },
    updatedAt: Number.isNaN(updatedAt) ? 0 : updatedAt,
  };
}

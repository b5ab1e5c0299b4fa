/** `batch_status`: one batch with its transcripts, or all batches. */
import { isBatch, readStatus, statusOf } from '../library/batchStatus';
import { FailureError } from '../model/failure';
import { dataNote, fitting, offsetOf, oneLine, ToolProblem } from './answers';
import { batchReport, batchSummary } from './batchReport';
import type { ToolInput } from './tools';
import { batchFolder, type AgentWorld } from './world';

export async function batchStatus(
  { folder: given, cursor }: ToolInput<'batch_status'>,
  world: AgentWorld,
): Promise<string> {
  const { engine, files, clock } = world;
  const outputFolder = await world.outputFolder();
  const about = { about: dataNote, output_folder: outputFolder };
  const from = offsetOf(cursor);
  if (given !== undefined) {
    const folder = await batchFolder(world, outputFolder, given);
    if (!(await isBatch(folder, files)))
      throw new ToolProblem(
        `There is no batch in ${JSON.stringify(given.slice(0, 200))}. Call batch_status without folder for all batches.`,
      );
    return JSON.stringify(batchReport(await statusOf(folder, engine), about, clock.now(), from));
  }
  const isThere = (await files.stat(outputFolder))?.kind === 'folder';
  const all = isThere ? await readStatus(outputFolder, engine, files).catch(none) : [];
  if (all.length === 0)
    return JSON.stringify({ ...about, batches: [], next_step: 'Start one with transcribe_links.' });
  const summaries = all.map((status) =>
    status instanceof FailureError
      ? { problem: oneLine(status.failure.message) }
      : batchSummary(status, clock.now()),
  );
  const some = summaries.slice(from);
  const count = fitting(about, some);
  return JSON.stringify({
    ...about,
    batches: some.slice(0, count),
    ...(count < some.length ? { next_cursor: String(from + count) } : {}),
  });
}

/** A folder without a batch is no mistake of the model's. */
function none(error: unknown): readonly never[] {
  if (error instanceof FailureError && error.failure.code === 'invalid-url') return [];
  throw error;
}

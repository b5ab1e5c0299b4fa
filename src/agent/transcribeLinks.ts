/**
 * `transcribe_links`: starts or continues a batch, and waits for it as long as it is asked to. A call that is cancelled
 * ends its waiting alone; the batch goes on.
 */
import { join } from 'node:path';
import type { BatchHandle, StartRequest } from '../engine/api';
import { safeFolderName } from '../engine/folder/names';
import { endedOf } from '../engine/state/counts';
import { statusOf } from '../library/batchStatus';
import { FailureError, toFailure } from '../model/failure';
import { plural } from '../model/words';
import { dataNote } from './answers';
import { batchReport } from './batchReport';
import { planLinks } from './linksPlan';
import type { ToolInput } from './tools';
import type { AgentWorld, ToolCall } from './world';

/** How often progress is said, and how often a batch of another process is looked at. */
const lookMs = 1_000;

export async function transcribeLinks(
  input: ToolInput<'transcribe_links'>,
  world: AgentWorld,
  call: ToolCall,
): Promise<string> {
  const request = await planLinks(input, world);
  call.signal.throwIfAborted();
  await world.files.makeFolder(request.outputFolder);
  const handle = await started(request, world);
  const over = await waited(handle, input.wait_seconds * 1000, world, call);
  const status = await statusOf(handle.folder, world.engine);
  const about = {
    about: dataNote,
    output_folder: request.outputFolder,
    ...(call.signal.aborted
      ? { note: 'Waiting was cancelled. The batch goes on; cancelling does not stop it.' }
      : {}),
    ...(over
      ? {}
      : { next_step: 'The batch goes on. Call batch_status with this folder after a while, not at once.' }),
  };
  return JSON.stringify(batchReport(status, about, world.clock.now()));
}

/** Where another window or terminal runs the batch already, it is looked at. Throws FailureError. */
async function started(request: StartRequest, { engine }: AgentWorld): Promise<BatchHandle> {
  try {
    return await engine.start(request);
  } catch (error) {
    const known = toFailure(error);
    if (known.needs !== 'owner') throw error;
    const folder = join(request.outputFolder, safeFolderName(request.name));
    const handle = await engine.open(folder, 'view').catch(() => undefined);
    if (handle?.owner === undefined) throw new FailureError(known);
    return handle;
  }
}

/** True once nothing more happens by itself; false where the time is over or the call was cancelled before. */
async function waited(
  handle: BatchHandle,
  ms: number,
  { clock }: AgentWorld,
  { signal, progress }: ToolCall,
): Promise<boolean> {
  const ends = new AbortController();
  let cancelLook: () => void = () => undefined;
  let said = -1;
  const look = (): void => {
    const { counts, total } = handle.state;
    const ended = endedOf(counts);
    if (ended > said && said >= 0) progress?.(ended, total, `${ended} of ${plural(total, 'video')} ended`);
    said = Math.max(said, ended);
    // A batch of another process tells nothing by itself.
    void handle.follow?.().catch(() => undefined);
    cancelLook = clock.after(lookMs, look);
  };
  look();
  const settled = settledOf(handle, ends.signal);
  const tooLong = new Promise<false>((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const cancelled = (): void => resolve(false);
    signal.addEventListener('abort', cancelled);
    if (signal.aborted) cancelled();
    ends.signal.addEventListener('abort', () => {
      cancel();
      signal.removeEventListener('abort', cancelled);
    });
  });
  try {
    return await Promise.race([settled, tooLong]);
  } finally {
    cancelLook();
    ends.abort();
  }
}

function settledOf(handle: BatchHandle, ends: AbortSignal): Promise<true> {
  if (handle.owner === undefined) return handle.settled().then(() => true);
  return new Promise((resolve) => {
    const look = (): void => {
      if (handle.owner === undefined || handle.state.phase === 'finished') resolve(true);
    };
    const unlisten = handle.onEvents(look);
    ends.addEventListener('abort', unlisten);
    look();
  });
}

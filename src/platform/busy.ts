/**
 * Whether a program that says nothing still works: one that takes processor time does, itself or by what it started.
 */
import { workOf } from './processWork';

/** Often enough for the shortest `stallTimeout`, 6 s. */
const lookMs = 2000;

/**
 * Calls `onBusy` each time the process tree has taken processor time since the last look; returns what ends the
 * looking. Where its work cannot be seen (processWork.ts), a process that lives counts as busy.
 */
export function watchBusy(
  pid: number | undefined,
  onBusy: () => void,
  platform: NodeJS.Platform,
  everyMs = lookMs,
): () => void {
  if (pid === undefined) return () => undefined;
  let before = 0;
  let looking = false;
  let over = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const now = await workOf(pid, platform).finally(() => (looking = false));
    if (over || now === undefined || now === before) return;
    if (now !== 'unseen') before = now;
    onBusy();
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return () => {
    over = true;
    clearInterval(timer);
  };
}

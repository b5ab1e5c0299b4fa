/** Whether a program that says nothing still works: a process that takes processor time does. */
import { readFile } from 'node:fs/promises';

/** Often enough for the shortest `stallTimeout`, 6 s. */
const lookMs = 2000;

/**
 * Calls `onBusy` each time the process has taken processor time since the last look; returns what ends the looking.
 * Only Linux says how much (`/proc/<pid>/stat`, fields 14 and 15); elsewhere a process that lives counts as busy.
 */
export function watchBusy(
  pid: number | undefined,
  onBusy: () => void,
  platform: NodeJS.Platform,
  everyMs = lookMs,
): () => void {
  if (pid === undefined) return () => undefined;
  let before: number | undefined = 0;
  const look = async (): Promise<void> => {
    const now = platform === 'linux' ? await ticksOf(pid) : undefined;
    if (platform !== 'linux' || (now !== undefined && now !== before)) onBusy();
    before = now;
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The processor time of a process so far, in the kernel's ticks; undefined when it is gone. */
export async function ticksOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; field 3 follows the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How much processor time a program and all it has started took so far: `whisper.path` may be a script that waits for
 * the engine (conda, nix, a user's own), and then the script itself takes none.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * A number that grows while the tree works, in the system's own unit. `unseen`: it lives, and its work cannot be looked
 * at. Undefined: it has gone.
 */
export type Work = number | 'unseen' | undefined;

/** Clients of work that another process tree or computer does: their own processor time says nothing. */
const clients = /^(?:docker|podman|nerdctl|finch|kubectl|ssh|flatpak-spawn|distrobox|toolbox|machinectl)\b/;

/** Windows tells processor times to native code alone, and its PowerShell takes a second to say them. */
export async function workOf(pid: number, platform: NodeJS.Platform): Promise<Work> {
  if (platform === 'linux') return workInProc(pid);
  if (platform === 'darwin') return workInTable(pid, await processTable());
  return 'unseen';
}

interface ProcStat {
  readonly name: string;
  /** Clock ticks of the process, and of its children that have ended and were waited for. */
  readonly ticks: number;
}

/** @param proc where Linux shows its processes (proc(5)). */
export async function workInProc(pid: number, proc = '/proc'): Promise<Work> {
  const own = await statOf(pid, proc);
  if (own === undefined) return undefined;
  let ticks = 0;
  const seen = new Set<number>();
  const waiting = [pid];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const stat = await statOf(at, proc);
    if (stat === undefined) continue;
    if (clients.test(stat.name)) return 'unseen';
    ticks += stat.ticks;
    const children = await childrenOf(at, proc);
    if (children === undefined) return 'unseen';
    waiting.push(...children);
  }
  return ticks;
}

/** Fields 2 and 14 to 17 of `stat`; undefined when the process has gone. */
async function statOf(pid: number, proc: string): Promise<ProcStat | undefined> {
  const text = await readFile(path.join(proc, String(pid), 'stat'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in parentheses may hold blanks and parentheses; field 3 follows the last one.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(ticks) ? { name: text.slice(text.indexOf('(') + 1, end), ticks } : undefined;
}

/** Children of all threads, from `task/<tid>/children`; undefined where this kernel has no such file. */
async function childrenOf(pid: number, proc: string): Promise<readonly number[] | undefined> {
  const tasks = path.join(proc, String(pid), 'task');
  const threads = await readdir(tasks).catch((): readonly string[] => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(path.join(tasks, thread, 'children'), 'utf8').catch(() => undefined)),
  );
  const read = lists.filter((list) => list !== undefined);
  // Without any, the process has gone in this moment, or its kernel does not say.
  if (read.length === 0) return (await statOf(pid, proc)) === undefined ? [] : undefined;
  return read.flatMap((list) => list.split(' ').filter((id) => id.trim() !== '')).map(Number);
}

/** `ps` of macOS; undefined where it does not answer. */
function processTable(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      '/bin/ps',
      ['-axo', 'pid=,ppid=,time=,comm='],
      { timeout: 5000, maxBuffer: 8 * 1024 * 1024, env: { LC_ALL: 'C' } },
      (error, stdout) => resolve(error ? undefined : stdout),
    );
  });
}

/** @param table lines of pid, parent, time as `[hours:]minutes:seconds` and program, as ps(1) writes them. */
export function workInTable(pid: number, table: string | undefined): Work {
  if (table === undefined) return 'unseen';
  const programs = new Map<number, { readonly work: number; readonly name: string }>();
  const children = new Map<number, number[]>();
  for (const line of table.split('\n')) {
    const [, id = '', parent = '', time = '', file = ''] =
      /^\s*(\d+)\s+(\d+)\s+([\d:.-]+)\s+(.*)$/.exec(line) ?? [];
    if (id === '') continue;
    programs.set(Number(id), { work: secondsOf(time), name: path.posix.basename(file.trim()) });
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(id)]);
  }
  if (!programs.has(pid)) return undefined;
  let work = 0;
  const seen = new Set<number>();
  const waiting = [pid];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const one = programs.get(at);
    if (one === undefined || seen.has(at)) continue;
    seen.add(at);
    if (clients.test(one.name)) return 'unseen';
    work += one.work;
    waiting.push(...(children.get(at) ?? []));
  }
  return work;
}

/** `1-02:03:04`, `63:04.50` and the like as seconds. */
function secondsOf(time: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(time) ?? [];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

/**
 * Names a process so that it is never confused with a later one with the same id: host, boot, id and start.
 * On Linux the start counts from the boot; elsewhere it is a time of day, which needs no boot to be unique.
 */
import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ProcessIdentity } from '../model/ports';

/** Other systems report the start to the second, and ours is read a moment after it. */
const startToleranceMs = 5000;

/** Distinguishes this process from a later one with the same number: its start, and on Linux the boot. */
export function identityOfSelf(): ProcessIdentity {
  const started = process.platform === 'linux' ? linuxStart(process.pid) : undefined;
  return {
    host: ownHost(),
    boot: started === undefined ? '' : linuxBoot(),
    pid: process.pid,
    started: started ?? `@${Math.round(performance.timeOrigin)}`,
  };
}

/**
 * Whether exactly that process is alive. One of another host cannot be checked and counts as alive: taking
 * over from a living owner would do work twice, asking the user would not.
 */
export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  if (identity.host !== ownHost()) return true;
  if (!Number.isSafeInteger(identity.pid) || identity.pid <= 0) return false;
  if (process.platform === 'linux') {
    return identity.boot === linuxBoot() && identity.started === linuxStart(identity.pid);
  }
  if (!exists(identity.pid)) return false;
  const known = Number(/^@(\d+)$/.exec(identity.started)?.[1] ?? NaN);
  const now = await startOf(identity.pid);
  if (now === undefined || Number.isNaN(known)) return true;
  return Math.abs(now - known) <= startToleranceMs;
}

/** The number of a Linux system's first process namespace: PROC_PID_INIT_INO of include/linux/proc_ns.h. */
const firstNamespace = 'pid:[4026531836]';

/**
 * This computer's name. Process ids of two containers mean different processes, even where both have the
 * same host name, so a process namespace that is not the system's first is part of the name.
 */
export function ownHost(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const namespace = readlinkSync('/proc/self/ns/pid');
    return namespace === firstNamespace ? hostname() : `${hostname()} ${namespace}`;
  } catch {
    return hostname();
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function linuxBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Field 22 of proc(5) `stat`, in clock ticks since boot; undefined when there is no such process. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, may contain spaces and brackets: fields are counted after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; it only waits for its parent to notice.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startOf(pid: number): Promise<number | undefined> {
  const windows = process.platform === 'win32';
  const command = windows
    ? path.win32.join(
        process.env.SystemRoot ?? 'C:\\Windows',
        'System32',
        'WindowsPowerShell',
        'v1.0',
        'powershell.exe',
      )
    : '/bin/ps';
  const args = windows
    ? [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`,
      ]
    : ['-o', 'lstart=', '-p', String(pid)];
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { timeout: 10_000, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout) => {
        const text = stdout.trim();
        const ms = windows ? Number(text) : Date.parse(text);
        resolve(error || text === '' || Number.isNaN(ms) ? undefined : ms);
      },
    );
  });
}

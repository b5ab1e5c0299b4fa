/**
 * One owner for each batch. A lock file names the process; a dead owner on the same machine is replaced at
 * once, one on another machine when its heartbeat has stopped. An owner that was suspended checks the lock
 * before it writes.
 */
import { basename, dirname, join } from 'node:path';
import { failure, FailureError, toFailure } from '../../model/failure';
import type { Clock, Files, ProcessIdentity, Processes, Random } from '../../model/ports';
import { isPlain } from '../../model/plain';
import { isIndex, isText } from '../journal/checks';

export const lockName = '.owner.json';
const beatMs = 5_000;
/**
 * An owner on another machine counts as dead when its heartbeat has not changed for this long, by our own
 * clock.
 */
const silentMs = 16_000;
/** After a pause longer than this another process may own the batch: check before writing. */
const frozenMs = 8_000;
/** A lock that cannot be read may be in the middle of being written. */
const unreadableTries = 10;
const unreadableMs = 50;

interface Lock extends ProcessIdentity {
  readonly nonce: string;
  readonly beat: number;
}

export interface OwnerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly processes: Processes;
}

export interface Holder {
  /** Which process, in words. */
  readonly words: string;
  /** Of its lock: another holder has another one. */
  readonly nonce: string;
}

/** The owner; undefined when there is none. Starts nothing and does not wait. */
export async function holderOf(folder: string, parts: OwnerParts): Promise<Holder | undefined> {
  const lock = await readLock(join(folder, lockName), parts.files).catch(() => undefined);
  if (lock === undefined || lock === 'unreadable') return undefined;
  if (lock.host === parts.processes.own.host && !(await parts.processes.isAlive(lock))) return undefined;
  return { words: inWords(lock, parts.processes.own), nonce: lock.nonce };
}

/** As `holderOf`, in words. */
export async function ownerOf(folder: string, parts: OwnerParts): Promise<string | undefined> {
  return (await holderOf(folder, parts))?.words;
}

/** Becomes the owner. Throws FailureError whose message names the current owner. */
export async function takeOwnership(folder: string, parts: OwnerParts): Promise<Ownership> {
  const path = join(folder, lockName);
  const nonce = parts.random.id();
  const other = await claim(path, nonce, parts, 0);
  if (other) throw runsElsewhere(folder, inWords(other, parts.processes.own));
  return new Ownership(path, nonce, parts);
}

/** `lectures already runs in another window or terminal (process 5566).`; the subject is the batch's folder. */
export function runsElsewhere(folder: string, where: string): FailureError {
  const words = `${basename(folder)} already runs ${where}.`;
  return new FailureError(failure('disk', words, { needs: 'owner', subject: folder }));
}

function inWords(lock: ProcessIdentity, own: ProcessIdentity): string {
  if (lock.host !== own.host) return `on another computer (${lock.host.slice(0, 60)}, process ${lock.pid})`;
  return lock.pid === own.pid && lock.started === own.started
    ? 'in this window'
    : `in another window or terminal (process ${lock.pid})`;
}

/**
 * Takes the lock at `path`; returns the living owner when there is one. A dead owner is replaced under a
 * separate lock, named by the dead owner's nonce, so that only one of several processes succeeds; a later
 * one finds another nonce and checks again.
 */
async function claim(
  path: string,
  nonce: string,
  parts: OwnerParts,
  depth: number,
): Promise<Lock | undefined> {
  const { files } = parts;
  for (;;) {
    if (await files.createExclusive(path, content(nonce, parts))) return undefined;
    const lock = await readFirmly(path, parts);
    if (lock === undefined) continue;
    if (lock !== 'unreadable' && (await lives(lock, path, parts))) return lock;
    if (depth > 4) throw new FailureError(failure('disk', `${path} cannot be taken over.`));
    const dead = lock === 'unreadable' ? 'unreadable' : lock.nonce;
    const gate = `${path}.${dead}`;
    const rival = await claim(gate, nonce, parts, depth + 1);
    if (rival) return rival;
    try {
      const still = await readLock(path, files);
      const same = still === 'unreadable' ? dead === 'unreadable' : still?.nonce === dead;
      if (!same) continue;
      await files.writeWhole(path, content(nonce, parts));
      return undefined;
    } finally {
      await files.remove(gate);
    }
  }
}

function content(nonce: string, parts: OwnerParts): string {
  const { host, boot, pid, started } = parts.processes.own;
  return JSON.stringify({ v: 1, host, boot, pid, started, nonce, beat: parts.clock.now() });
}

/** Throws FailureError `disk` where the system does not let it be read: its owner may be alive. */
async function readLock(path: string, files: Files): Promise<Lock | 'unreadable' | undefined> {
  const bytes = await files.read(path, 65_536).catch((error: unknown) => {
    if (toFailure(error).code !== 'too-large') throw error;
  });
  if (!bytes) return (await files.stat(path)) === undefined ? undefined : 'unreadable';
  try {
    const lock: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isPlain(lock)) return 'unreadable';
    const { host, boot, pid, started, nonce, beat } = lock;
    if (!isText(host) || !isText(boot) || !isText(started) || !isIndex(pid) || !isIndex(beat))
      return 'unreadable';
    // The nonce becomes part of a file name.
    if (!isText(nonce) || !/^[0-9a-f]{8,32}$/.test(nonce)) return 'unreadable';
    return { host, boot, pid, started, nonce, beat };
  } catch {
    return 'unreadable';
  }
}

/** A lock is empty for a moment while it is created; one left empty by a kill stays empty. */
async function readFirmly(path: string, parts: OwnerParts): Promise<Lock | 'unreadable' | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= unreadableTries;
    // On Windows another program may hold it for a moment.
    const lock = await readLock(path, parts.files).catch((error: unknown) => {
      if (isLast) throw error;
      return 'unreadable' as const;
    });
    if (lock !== 'unreadable' || isLast) return lock;
    await sleep(parts.clock, unreadableMs);
  }
}

async function lives(lock: Lock, path: string, parts: OwnerParts): Promise<boolean> {
  if (lock.host === parts.processes.own.host) return parts.processes.isAlive(lock);
  // Clocks of two machines are not compared; only whether the heartbeat changes while we watch.
  const from = parts.clock.monotonic();
  while (parts.clock.monotonic() - from < silentMs) {
    await sleep(parts.clock, 1_000);
    const now = await readLock(path, parts.files);
    if (now === undefined) return false;
    if (now !== 'unreadable' && (now.nonce !== lock.nonce || now.beat !== lock.beat)) return true;
  }
  return false;
}

function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

export class Ownership {
  /** A description of the process that took the batch from us. */
  lostTo: string | undefined;
  private readonly cancel: { call: () => void } = { call: () => undefined };
  private seenWall: number;
  private seenMono: number;
  private released = false;
  private beating: Promise<void> | undefined;

  constructor(
    private readonly path: string,
    readonly nonce: string,
    private readonly parts: OwnerParts,
  ) {
    this.seenWall = parts.clock.now();
    this.seenMono = parts.clock.monotonic();
    this.arm();
  }

  /**
   * Throws FailureError when the batch is no longer ours. Cheap while the process is awake; after a pause
   * (suspended process, sleeping laptop) it reads the lock first.
   */
  async check(): Promise<void> {
    const { clock } = this.parts;
    const paused =
      clock.monotonic() - this.seenMono > frozenMs || Math.abs(clock.now() - this.seenWall) > frozenMs;
    if (paused && this.lostTo === undefined) await this.look();
    if (this.lostTo !== undefined) throw runsElsewhere(dirname(this.path), this.lostTo);
  }

  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    this.cancel.call();
    await this.beating;
    if (this.lostTo !== undefined) return;
    const lock = await readLock(this.path, this.parts.files).catch(() => undefined);
    if (lock !== undefined && lock !== 'unreadable' && lock.nonce === this.nonce)
      await this.parts.files.remove(this.path).catch(() => undefined);
  }

  private async look(): Promise<void> {
    const { clock, files, processes } = this.parts;
    const lock = await readLock(this.path, files);
    if (lock !== undefined && lock !== 'unreadable' && lock.nonce !== this.nonce)
      this.lostTo = inWords(lock, processes.own);
    else {
      this.seenWall = clock.now();
      this.seenMono = clock.monotonic();
    }
  }

  private arm(): void {
    this.cancel.call = this.parts.clock.after(beatMs, () => {
      this.beating = this.beat().finally(() => {
        this.beating = undefined;
        if (!this.released && this.lostTo === undefined) this.arm();
      });
    });
  }

  private async beat(): Promise<void> {
    try {
      await this.look();
      if (this.lostTo === undefined && !this.released)
        await this.parts.files.writeWhole(this.path, content(this.nonce, this.parts));
    } catch {
      // A full or missing disk is reported by the journal; the next heartbeat tries again.
    }
  }
}

/**
 * A batch and its disk: the journal, which only its owner writes, and what happens when the disk refuses a
 * write of the journal or of a transcript. The batch pauses at once, checks every few seconds whether the
 * folder takes writes again, and then continues by itself. No result is lost meanwhile.
 */
import { dirname } from 'node:path';
import type { LastingEvent } from '../../model/events';
import { toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { BatchCore } from '../job/context';
import type { Phases } from './phase';
import type { Journal } from '../journal/journal';
import type { Ownership } from '../folder/owner';

/** A journal that has grown by more than this since its snapshot is compacted. */
const compactBytes = 4_000_000;
const diskRetryMs = 5_000;

export interface DiskActions {
  closed(): boolean;
  /** The batch was closed or taken over while the disk refused; it does not continue here. */
  lose(): void;
}

export class BatchDisk {
  /** Set while the disk refuses; `shown`: the pause could not wait for the disk. */
  private disk: { readonly resume: boolean; readonly shown: boolean; wake: () => void } | undefined;

  constructor(
    private readonly core: BatchCore,
    private readonly phases: Phases,
    private readonly journal: Journal,
    private readonly ownership: Ownership,
    private readonly host: DiskActions,
  ) {}

  /** Whether the batch waits for the disk. */
  get waits(): boolean {
    return this.disk !== undefined;
  }

  /** Checks now instead of at the next interval. */
  wake(): void {
    this.disk?.wake();
  }

  /** On disk when it returns; throws when the disk refuses, or another process owns the batch. */
  async write(events: readonly LastingEvent[]): Promise<void> {
    await this.ownership.check();
    await this.journal.write(events);
  }

  /**
   * Replaces a long journal by a snapshot, so that the next resume is quick. On an error it stays as it
   * was.
   */
  async compact(): Promise<void> {
    if (this.core.phase === 'lost' || this.journal.grown < compactBytes) return;
    try {
      await this.ownership.check();
      await this.journal.compact();
    } catch (error) {
      this.core.shared.parts.log.write('warn', `The journal stays long: ${toFailure(error).message}`);
    }
  }

  /** A transcript could not be written: nothing new starts until the disk takes writes again. */
  writeFailed(fail: Failure): void {
    const { core } = this;
    if (this.disk || core.phase !== 'running') return;
    this.phases.go('paused');
    this.disk = { resume: true, shown: false, wake: () => undefined };
    this.core.emit({ type: 'control', at: core.now, action: 'pause', by: 'engine', why: fail });
    void this.mended().then((ok) => {
      if (ok) this.goOn();
    });
  }

  /** The journal could not be written: the batch shows this at once and pauses. */
  refused(fail: Failure): LastingEvent | undefined {
    const { core } = this;
    if (core.phase === 'lost' || this.disk?.shown === true) return undefined;
    const resume = this.disk?.resume ?? core.phase === 'running';
    if (resume) this.phases.go('paused');
    this.disk = { resume, shown: true, wake: this.disk?.wake ?? (() => undefined) };
    return { type: 'control', at: core.now, action: 'pause', by: 'engine', why: fail };
  }

  /** Waits until the folder takes writes again; false when the batch was closed or taken over meanwhile. */
  async mended(): Promise<boolean> {
    const { clock, files } = this.core.shared.parts;
    const isOver = (): boolean => this.host.closed() || this.ownership.lostTo !== undefined;
    for (;;) {
      if (!isOver())
        await new Promise<void>((resolve) => {
          const cancel = clock.after(diskRetryMs, resolve);
          if (this.disk)
            this.disk.wake = () => {
              cancel();
              resolve();
            };
        });
      // It may have ended during the wait: a journal that is closed stays closed.
      if (isOver()) {
        this.host.lose();
        return false;
      }
      try {
        await files.makeFolder(dirname(this.journal.path));
        const probe = `${this.journal.path}.probe`;
        await files.writeWhole(probe, 'x'.repeat(65_536));
        await files.remove(probe);
        // The folder may take files while the journal alone is refused.
        await this.journal.mend();
        if (this.disk) this.goOn();
        return true;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  private goOn(): void {
    const { core } = this;
    const { disk } = this;
    this.disk = undefined;
    if (!disk?.resume || core.phase !== 'paused') return;
    this.phases.go('running');
    core.emit({ type: 'control', at: core.now, action: 'resume', by: 'engine' });
    core.shared.scheduler.wake();
  }
}

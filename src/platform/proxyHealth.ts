/**
 * Which of the listed proxies rest, and until when. Stored in the user's state folder, so that a restart
 * does not try a dead one first.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock, Files } from '../model/ports';

const firstRestMs = 30_000;
const longestRestMs = 30 * 60_000;
const saveAfterMs = 500;

interface Health {
  /** Failures in a row. */
  readonly failures: number;
  /** Rests until then, epoch ms. */
  readonly until: number;
}

const stored = v.record(
  v.string(),
  v.object({ failures: v.pipe(v.number(), v.minValue(0)), until: v.pipe(v.number(), v.minValue(0)) }),
);

export class ProxyHealth {
  private readonly health = new Map<string, Health>();
  private loading: Promise<void> | undefined;
  private saving: (() => void) | undefined;
  private readonly path: string;

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly stateFolder: string,
  ) {
    this.path = join(stateFolder, 'proxies.json');
  }

  /** Reads the stored health; once. */
  load(): Promise<void> {
    this.loading ??= this.read();
    return this.loading;
  }

  /** When the proxy's rest ends, epoch ms; 0: it works. */
  restsUntil(key: string): number {
    const until = this.health.get(key)?.until ?? 0;
    return until > this.clock.now() ? until : 0;
  }

  /** The proxy failed: it rests 30 s, then twice as long each time, up to half an hour. */
  failed(key: string): void {
    const failures = (this.health.get(key)?.failures ?? 0) + 1;
    const restMs = Math.min(longestRestMs, firstRestMs * 2 ** Math.min(20, failures - 1));
    this.set(key, { failures, until: this.clock.now() + restMs });
  }

  /** The service throttles this exit: it rests, without counting as failed. */
  throttled(key: string, restMs: number): void {
    const until = this.clock.now() + Math.min(Math.max(restMs, firstRestMs), longestRestMs);
    this.set(key, { failures: this.health.get(key)?.failures ?? 0, until });
  }

  worked(key: string): void {
    if (this.health.get(key)?.failures) this.set(key, undefined);
  }

  /** Writes pending changes. */
  async close(): Promise<void> {
    if (!this.saving) return;
    this.saving();
    this.saving = undefined;
    await this.save();
  }

  private set(key: string, health: Health | undefined): void {
    if (health) this.health.set(key, health);
    else this.health.delete(key);
    this.saving ??= this.clock.after(saveAfterMs, () => {
      this.saving = undefined;
      void this.save();
    });
  }

  private async read(): Promise<void> {
    try {
      const bytes = await this.files.read(this.path, 1_000_000);
      const read = v.safeParse(stored, JSON.parse(bytes ? Buffer.from(bytes).toString('utf8') : '{}'));
      if (!read.success) return;
      const latest = this.clock.now() + longestRestMs;
      for (const [key, { failures, until }] of Object.entries(read.output))
        if (!this.health.has(key)) this.health.set(key, { failures, until: Math.min(until, latest) });
    } catch {
      // Without the file every proxy counts as working.
    }
  }

  private async save(): Promise<void> {
    try {
      await this.files.makeFolder(this.stateFolder);
      await this.files.writeWhole(this.path, JSON.stringify(Object.fromEntries(this.health)));
    } catch {
      // Health is only a hint; losing it does no harm.
    }
  }
}

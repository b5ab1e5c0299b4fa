/**
 * Once a second, while something runs: updates each batch's pace, the quotas, memory, CPU and the governor.
 */
import type { Elsewhere } from '../../model/elsewhere';
import type { Settings } from '../../model/settings';
import type { BatchRun } from './run';
import type { Shared } from '../job/context';

const everyMs = 1_000;
const megabyte = 1_048_576;

export class EverySecond {
  private cancel: (() => void) | undefined;
  private readonly memoryAtStart: number;
  private cpuBefore = 0;
  private at = 0;
  /** As last told of. */
  private helpersSaid = '';
  /** The sources that other machines have, as last seen. */
  private served = '';

  constructor(
    private readonly shared: Shared,
    private readonly runs: () => readonly BatchRun[],
    private readonly settings: () => Settings,
  ) {
    this.memoryAtStart = shared.parts.machine.memory();
  }

  /** Starts the timer if it is not running; it stops by itself when nothing runs. */
  wake(): void {
    if (this.cancel) return;
    this.at = this.shared.parts.clock.monotonic();
    this.cpuBefore = this.shared.parts.machine.cpuMs();
    this.arm();
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Tells the batches of the machines that help, when that has changed, and one that has just come. */
  helpers(newcomer?: BatchRun): void {
    const { elsewhere, clock } = this.shared.parts;
    if (!elsewhere) return;
    const helpers = elsewhere.helpers();
    this.lookAtSources(elsewhere);
    const trouble = elsewhere.trouble();
    const said = JSON.stringify([helpers, trouble]);
    const told = said === this.helpersSaid ? [newcomer] : this.runs();
    this.helpersSaid = said;
    const event = { type: 'helpers', at: clock.now(), helpers } as const;
    this.shared.scheduler.wake();
    for (const run of told) run?.core.emit(trouble === undefined ? event : { ...event, trouble });
  }

  /** Sources that other machines alone have come and go with them. */
  private lookAtSources(elsewhere: Elsewhere): void {
    const { sources } = this.shared.parts;
    const served = sources.flatMap(({ id }) => (elsewhere.serves(id) ? [id] : [])).join(' ');
    if (served === this.served) return;
    this.served = served;
    for (const run of this.runs()) void run.sourcesChanged().catch(() => undefined);
  }

  private arm(): void {
    this.cancel = this.shared.parts.clock.after(everyMs, () => {
      this.cancel = undefined;
      const runs = this.runs().filter((run) => run.core.phase === 'running');
      if (runs.length === 0) return;
      this.look(runs);
      this.arm();
    });
  }

  private look(runs: readonly BatchRun[]): void {
    const { clock, machine } = this.shared.parts;
    const { governor, limiter } = this.shared;
    const before = this.at;
    this.at = clock.monotonic();
    const passed = Math.max(1, this.at - before);
    const cpu = machine.cpuMs();
    const cpuPercent = Math.round((100 * (cpu - this.cpuBefore)) / passed);
    this.cpuBefore = cpu;
    const memoryMB = Math.max(0, Math.round((machine.memory() - this.memoryAtStart) / megabyte));
    governor.load({
      memoryMB,
      maxMemoryMB: this.settings().maxMemoryMB,
      lagMs: Math.max(0, passed - everyMs),
    });
    const quotas = limiter.views();
    const at = clock.now();
    let bound = false;
    for (const run of runs) {
      const pace = run.pace();
      bound ||= pace.by.kind === 'quota' || pace.by.kind === 'held';
      run.core.emit({ type: 'pace', at, pace });
      run.core.emit({ type: 'quotas', at, quotas });
      run.core.emit({ type: 'machine', at, memoryMB, cpuPercent });
    }
    governor.quotaBound(bound);
  }
}

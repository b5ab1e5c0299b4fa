/**
 * The rows of the workers' list: lanes alone where one computer works; where others help, each machine with its lanes
 * under it. Pure, over the state.
 */
import type { BatchState } from '../../src/engine/state/reducer';
import type { HelperView, QuotaView } from '../../src/model/events';
import { settingsSchema } from '../../src/model/settingsTable';
import { untilWords } from '../../src/model/numberWords';
import { serviceName, capitalised } from '../../src/model/serviceNames';

/** With more lanes than this, machines are folded until one is opened. */
const mostOpen = 24;
/** Lanes above these are on other machines. */
export const ownLanes = settingsSchema.workers.max;

export interface Machine {
  /** Its first lane, from 0: nobody else has it. */
  readonly key: number;
  /** Undefined: the computer that runs the batch. */
  readonly helper: HelperView | undefined;
  /** Its lanes, from 0. */
  readonly lanes: readonly number[];
}

export type LaneRow =
  | { readonly kind: 'machine'; readonly machine: Machine; readonly open: boolean }
  /** `label`: its number on its machine, from 1. */
  | { readonly kind: 'lane'; readonly worker: number; readonly label: number; readonly inMachine: boolean };

/** `own`: lanes of this computer. */
export function machinesOf({ helpers }: BatchState, own: number): readonly Machine[] {
  if (helpers.length === 0) return [];
  const here: Machine = { key: 0, helper: undefined, lanes: Array.from({ length: own }, (_, lane) => lane) };
  const others = helpers.flatMap((helper): Machine[] => {
    const [first] = helper.workers;
    return first === undefined
      ? []
      : [{ key: first - 1, helper, lanes: helper.workers.map((lane) => lane - 1) }];
  });
  return [here, ...others];
}

/** `chosen`: the machines that the user has opened or folded. */
export function rowsOf(
  machines: readonly Machine[],
  own: number,
  chosen: ReadonlyMap<number, boolean>,
): readonly LaneRow[] {
  const lane = (worker: number, label: number, inMachine: boolean): LaneRow => ({
    kind: 'lane',
    worker,
    label,
    inMachine,
  });
  if (machines.length === 0)
    return Array.from({ length: own }, (_, worker) => lane(worker, worker + 1, false));
  const all = machines.reduce((sum, { lanes }) => sum + lanes.length, 0);
  return machines.flatMap((machine): LaneRow[] => {
    const open = chosen.get(machine.key) ?? all <= mostOpen;
    const lanes = open ? machine.lanes.map((worker, at) => lane(worker, at + 1, true)) : [];
    return [{ kind: 'machine', machine, open }, ...lanes];
  });
}

export interface Busy {
  readonly working: number;
  readonly waiting: number;
  readonly idle: number;
}

export function busyOf({ workers, jobs }: BatchState, lanes: readonly number[]): Busy {
  let working = 0;
  let waiting = 0;
  for (const lane of lanes) {
    const job = workers[lane]?.job;
    if (job === undefined) continue;
    if (jobs[job]?.wait) waiting += 1;
    else working += 1;
  }
  return { working, waiting, idle: Math.max(0, lanes.length - working - waiting) };
}

/** "3 working, 1 idle"; `rest`: why the idle ones are. */
export function busyWords({ working, waiting, idle }: Busy, rest = ''): string {
  return [
    ...(working > 0 ? [`${working} working`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(idle > 0 ? [`${idle} idle${rest}`] : []),
  ].join(', ');
}

/** What is said of a machine beside its name: its address, what holds it, and why it takes nothing. */
export function aboutMachine({ helper }: Machine, now: number): string {
  if (helper === undefined) return '';
  const { egress, trouble, quotas } = helper;
  const held = quotas.flatMap((quota) => heldWords(quota, now) ?? []);
  return [
    ...(egress === undefined ? [] : [`behind ${egress}`]),
    ...held,
    ...(trouble === undefined ? [] : [trouble]),
  ].join(', ');
}

function heldWords(
  { name, service, blocked, unreached, heldUntil }: QuotaView,
  now: number,
): string | undefined {
  const by = capitalised(service ?? serviceName(name));
  if (blocked === true) return `${by} blocks it`;
  if (unreached === true) return `no connection to ${by}`;
  return heldUntil !== undefined && heldUntil > now ? `${by} held ${untilWords(heldUntil, now)}` : undefined;
}

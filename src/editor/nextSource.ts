/** Which source can go on with what a block holds, and what that costs. Knows nothing of VS Code. */
import type { ReadonlyRow, ReadonlyState } from '../engine/state/reducer';
import { nextMoveOf } from '../model/failure';
import { quotaName } from '../model/quotaNames';
import { serviceHere } from '../model/serviceAt';
import type { Settings } from '../model/settings';
import type { Source } from '../model/source';
import type { SourceId } from '../model/transcript';
import type { NextSource } from '../protocol';
import { isOwnServer } from '../sources/ownServer';
import { blockedQuotas } from './blockedQuotas';

/** Services that send an invoice; whisper only costs time, and so does a server of one's own. */
export function charges(id: SourceId, settings: Settings): boolean {
  return id === 'deapi' || (id === 'openai' && !isOwnServer(settings));
}

/**
 * A source after the blocked one that is ready, takes the links and does not need the blocked service itself: to
 * fetch the sound from a site that blocks is blocked as well. Undefined where there is none.
 */
export async function nextSource(
  state: ReadonlyState,
  sources: readonly Source[],
  settings: Settings,
  signal: AbortSignal,
): Promise<NextSource | undefined> {
  const blocked = new Set(blockedQuotas(state).split(' '));
  const chain = settings.sources.flatMap((id) => sources.filter((source) => source.id === id));
  const isShut = (source: Source, { link }: ReadonlyRow): boolean =>
    source.quotas(link, settings).some((name) => blocked.has(quotaName(name)));
  const firstShut = (row: ReadonlyRow): number =>
    chain.findIndex((source) => source.accepts(row.link, settings) && isShut(source, row));
  const sample = state.jobs.find((row) => isHeld(row) && firstShut(row) >= 0);
  if (!sample) return undefined;
  const held = state.jobs.filter((row) => isHeld(row) && row.link.kind === sample.link.kind);
  for (const source of chain.slice(firstShut(sample) + 1)) {
    if (!source.accepts(sample.link, settings) || isShut(source, sample)) continue;
    const found = await source.readiness(settings).catch(() => undefined);
    if (found?.ready !== true) continue;
    const named = { id: source.id, name: nameOf(source.id, settings) };
    if (!charges(source.id, settings)) return named;
    const hour = await source.hourPrice?.(settings, signal);
    if (hour === undefined) return { ...named, charge: {} };
    const seconds = secondsOf(held, state);
    return {
      ...named,
      charge: { hour, ...(seconds === undefined ? {} : { waiting: (hour * seconds) / 3600 }) },
    };
  }
  return undefined;
}

function nameOf(id: SourceId, settings: Settings): string {
  const name = serviceHere(id, settings['openai.endpoint']);
  return id === 'whisper' ? `${name} on this computer` : name;
}

/** Waits, and not for an OK or a next step of the user; one that was refused keeps its worker. */
function isHeld({ status, consent, failure }: ReadonlyRow): boolean {
  if (status === 'pending' || status === 'running') return true;
  return status === 'parked' && !consent && failure !== undefined && nextMoveOf[failure.code] === 'breaker';
}

/** The sound of these rows; undefined where the length of no video is known. */
function secondsOf(rows: readonly ReadonlyRow[], { jobs }: ReadonlyState): number | undefined {
  let sum = 0;
  let count = 0;
  for (const { meta } of jobs) {
    if (meta.duration === undefined) continue;
    sum += meta.duration;
    count += 1;
  }
  if (count === 0) return undefined;
  const mean = sum / count;
  return rows.reduce((seconds, { meta }) => seconds + (meta.duration ?? mean), 0);
}

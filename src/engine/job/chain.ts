/**
 * Which sources a job may still ask, in order, and which are left out because they are not ready. Pure.
 * What follows a source's failure is in model/failureRules.ts.
 */
import type { Link } from '../../model/link';
import type { Settings } from '../../model/settings';
import type { Readiness, Source } from '../../model/source';
import { chainOf } from '../../model/chainOf';
import type { NotAsked } from '../../model/failureRules';
import type { SourceId } from '../../model/transcript';
import type { JobMemory } from '../state/memory';

export interface ReadySource {
  readonly source: Source;
  readonly readiness: Readiness;
  /** It is ready on other machines, and not here. */
  readonly isAway?: true;
}

export interface ChainQuestion {
  readonly link: Link;
  readonly settings: Settings;
  /** All sources by id, with whether they are ready. */
  readonly sources: ReadonlyMap<SourceId, ReadySource>;
  readonly memory: JobMemory;
  /** The source that holds a paid request of this job; only this one is asked, ready or not. */
  readonly paid?: SourceId;
}

/** The sources that may still be asked, in order. */
export function remaining(question: ChainQuestion): readonly Source[] {
  const { link, settings, sources, memory, paid } = question;
  // Also when its key is missing: it then reports what it needs, and no other service is paid for the same
  // video.
  const holder = paid === undefined ? undefined : sources.get(paid)?.source;
  if (holder) return [holder];
  const chain: Source[] = [];
  for (const id of chainOf(link, settings)) {
    const entry = sources.get(id);
    if (!entry?.readiness.ready || chain.includes(entry.source)) continue;
    if (memory.passed.includes(id) || memory.skipped.includes(id)) continue;
    if (entry.source.accepts(link, settings, memory.noCaptions)) chain.push(entry.source);
  }
  return chain;
}

/** Sources that would be asked if they were ready, each with the reason why they are not. */
export function leftOut(question: ChainQuestion): readonly NotAsked[] {
  const { link, settings, sources, memory } = question;
  return chainOf(link, settings).flatMap((id) => {
    const entry = sources.get(id);
    if (!entry || entry.readiness.ready || !entry.source.accepts(link, settings, memory.noCaptions))
      return [];
    const { why, needs } = entry.readiness;
    return [{ id, why, ...(needs === undefined ? {} : { needs }) }];
  });
}

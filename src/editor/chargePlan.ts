/** A submit of unknown fate is made again only when the user has read that it may be charged twice. Pure. */
import type { ReadonlyRow } from '../engine/state/reducer';
import { plural } from '../model/numberWords';
import { named, type Plan } from './plans';

export function maybeCharged(rows: readonly ReadonlyRow[]): readonly ReadonlyRow[] {
  return rows.filter((job) => job.failure?.code === 'maybe-charged');
}

/** `name`: the batch's. */
export function chargePlan(name: string, doubtful: readonly ReadonlyRow[]): Omit<Plan, 'start'> {
  return {
    name,
    text: `${plural(doubtful.length, 'video')} may have been charged already.`,
    lines: [
      'The connection broke after the service had received the request. If it was accepted, another one is charged again.',
    ],
    questions: [
      {
        id: 'charge',
        kind: 'must',
        words: `Submit ${doubtful.length === 1 ? 'it' : 'them'} again`,
        details: named(doubtful.map(({ meta, link }) => meta.title ?? link.url)),
        agreed: false,
      },
    ],
    yes: 'Submit Again',
  };
}

/**
 * The user's OK to files and private addresses that a list names, where they only came up while its batch was
 * running: asked by name on the panel. Pure.
 */
import type { ReadonlyRow } from '../engine/state/reducer';
import { needsConfirmation } from '../model/need';
import { plural } from '../model/numberWords';
import { named, type Plan } from './plans';

export function waitsForPlace({ status, failure }: ReadonlyRow): boolean {
  return status === 'parked' && failure !== undefined && needsConfirmation(failure);
}

/** `name`: the batch's. */
export function placesPlan(name: string, rows: readonly ReadonlyRow[]): Omit<Plan, 'start'> {
  return {
    name,
    text: `${plural(rows.length, 'link')} of the list ${rows.length === 1 ? 'leads' : 'lead'} to this computer or its network.`,
    lines: [
      'Allow it only if you trust the list. A stranger could reach a router or a server of yours with it.',
    ],
    questions: [
      {
        id: 'places',
        kind: 'must',
        words: 'Read what is there',
        details: named([...new Set(rows.flatMap(({ failure }) => failure?.subject ?? []))]),
        agreed: false,
      },
    ],
    yes: 'Allow',
  };
}

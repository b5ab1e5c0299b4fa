/**
 * The user's OK to files and private addresses that a list names: rows that wait for it are freed. A row that has
 * not waited yet will not.
 */
import type { NewJob } from '../../model/events';
import { isUnconfirmed } from '../../model/link';
import type { BatchHandle } from '../api';
import type { ReadonlyRow } from '../state/reducer';

/** A list was run again: what the user has confirmed this time counts for the rows that are there. */
export async function allowConfirmed(batch: BatchHandle, jobs: readonly NewJob[]): Promise<void> {
  const waiting = unconfirmed(batch);
  if (waiting.length === 0) return;
  const ids = new Set(jobs.flatMap(({ link }) => (isUnconfirmed(link) ? [] : [link.id])));
  await allow(
    batch,
    waiting.filter(({ link }) => ids.has(link.id)),
  );
}

/** The user has confirmed everything that the batch's list names. */
export async function allowAll(batch: BatchHandle): Promise<void> {
  await allow(batch, unconfirmed(batch));
}

const unconfirmed = ({ state }: BatchHandle): readonly ReadonlyRow[] =>
  state.jobs.filter(({ link }) => isUnconfirmed(link));

async function allow(batch: BatchHandle, waiting: readonly ReadonlyRow[]): Promise<void> {
  if (waiting.length === 0) return;
  await batch.rows(
    waiting.map(({ index }) => index),
    'allow',
  );
}

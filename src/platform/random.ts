/** Chance: numbers for jitter, ids that no one can guess. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../model/ports';

export const systemRandom: Random = {
  next: () => Math.random(),
  id: () => randomBytes(8).toString('hex'),
};

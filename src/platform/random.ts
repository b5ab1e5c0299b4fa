/** Random numbers: for jitter, and ids that cannot be guessed. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../model/ports';

export const systemRandom: Random = {
  next: () => Math.random(),
  id: () => randomBytes(8).toString('hex'),
};

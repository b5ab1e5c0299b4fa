/** The states of the panel's design by name, and the moment at which its pictures are taken. */

export const sceneNames = [
  'running',
  'paused',
  'held',
  'parked',
  'consent',
  'stopped',
  'finished',
  'allDone',
  'resumed',
  'elsewhere',
  'machines',
  'diskFull',
] as const;
/** `manyMachines` is looked at by one test alone: it has the most lanes that there can be. */
export type SceneName = (typeof sceneNames)[number] | 'manyMachines';

/** 14:18 on the day of the pictures, in UTC. */
export const now = Date.UTC(2026, 10, 20, 14, 18, 0);

/** The batch has ended. */
export const over = (name: SceneName): boolean => name === 'finished' || name === 'allDone';

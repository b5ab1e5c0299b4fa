/** What this computer has, for the choice of a speech model; asks the system once and starts nothing. */
import { availableParallelism, totalmem } from 'node:os';

export interface ComputerFacts {
  readonly cores: number;
  readonly memoryMB: number;
  /** A Mac with Apple's own chip: the prebuilt engine computes on its graphics. */
  readonly graphics: boolean;
}

export function computerFacts(): ComputerFacts {
  return {
    cores: availableParallelism(),
    memoryMB: Math.floor(totalmem() / 1024 / 1024),
    graphics: process.platform === 'darwin' && process.arch === 'arm64',
  };
}

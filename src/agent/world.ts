/** What the tools for language models work with, and the places that they may touch. */
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Engine } from '../engine/api';
import { isInsidePath } from '../model/insidePath';
import type { Clock, Files } from '../model/ports';
import type { Settings } from '../model/settings';
import type { TranscriptSearch } from '../search/search';
import { ToolProblem } from './answers';

/** What each adapter says about where it runs. */
export interface AgentPlace {
  /** The settings of this moment. */
  readonly settings: () => Settings;
  /** Up to which amount the user has agreed to paid work of models; `paid.maxCost` is for the user's own lists. */
  readonly maxCost: number;
  /** Absolute. Throws FailureError with the next step where there is none, or where a link leads it elsewhere. */
  readonly outputFolder: () => Promise<string>;
  /** Absolute; local files are read inside these alone, and relative paths begin at the first. */
  readonly folders: () => readonly string[];
}

export interface AgentWorld extends AgentPlace {
  readonly engine: Engine;
  readonly files: Files;
  readonly clock: Clock;
  readonly search: TranscriptSearch;
  /** Called with a feed's address before anything is said of it: it may hold a token. */
  readonly hideFeed: (url: string) => void;
}

/** One call of a tool. */
export interface ToolCall {
  /** Cancelled: waiting ends, and the batch goes on. */
  readonly signal: AbortSignal;
  /** Called with growing numbers of ended videos while a call waits. */
  readonly progress?: (ended: number, total: number, words: string) => void;
}

/**
 * The path below the output folder, with `/` between its parts, for a file or folder as a model names it. Throws
 * ToolProblem for what lies elsewhere or is hidden.
 */
export function nameBelow(outputFolder: string, given: string): string {
  const path = isAbsolute(given) ? given : join(outputFolder, given);
  const name = relative(outputFolder, path).split(sep).join('/');
  if (isInsidePath(name) && !name.split('/').some((part) => part.startsWith('.'))) return name;
  throw new ToolProblem(
    `${JSON.stringify(given.slice(0, 200))} is not inside of the output folder. Take a name from batch_status or search_transcripts.`,
  );
}

/** The absolute folder of a batch that a model names. Throws ToolProblem where it is none, or a link to elsewhere. */
export async function batchFolder(
  { files }: Pick<AgentWorld, 'files'>,
  outputFolder: string,
  given: string,
): Promise<string> {
  const name = nameBelow(outputFolder, given);
  const folder = join(outputFolder, name);
  const [real, root] = await Promise.all([files.realPath(folder), files.realPath(outputFolder)]);
  if (!name.includes('/') && root !== undefined && real === join(root, name)) return folder;
  throw new ToolProblem(
    `There is no batch ${JSON.stringify(name.slice(0, 200))}. Call batch_status without folder for all batches.`,
  );
}

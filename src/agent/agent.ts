/**
 * The tools for language models behind one door: input checked by its schema, one answer in text, errors as sentences
 * with the next step. Used by VS Code's tools and by the Model Context Protocol alike.
 */
import * as v from 'valibot';
import type { StartRequest } from '../engine/api';
import { cut, problemWords, ToolProblem } from './answers';
import { batchStatus } from './batchStatus';
import { planLinks } from './linksPlan';
import { listVideos } from './listVideos';
import { readTranscript } from './readTranscript';
import { searchTranscripts } from './searchTranscripts';
import { toolInputs, type ToolInput } from './tools';
import { toolNames, type ToolName } from './toolNames';
import { transcribeLinks } from './transcribeLinks';
import type { AgentWorld, ToolCall } from './world';

const mostErrorCharacters = 4_000;

export interface ToolAnswer {
  readonly text: string;
  /** The text says what went wrong and what to do next. */
  readonly isError: boolean;
}

export class Agent {
  constructor(
    private readonly world: AgentWorld,
    /** Takes keys, passwords and the private parts of feeds out of an answer. */
    private readonly redact: (text: string) => string,
  ) {}

  /** Never throws: what goes wrong is an answer. `input`: as the model gave it. */
  async call(name: string, input: unknown, call: ToolCall): Promise<ToolAnswer> {
    try {
      return { text: this.redact(await this.answer(name, input, call)), isError: false };
    } catch (error) {
      const words = call.signal.aborted ? 'The call was cancelled. Nothing was begun.' : problemWords(error);
      // What it was called with may be quoted in it.
      return { text: cut(this.redact(words), mostErrorCharacters), isError: true };
    }
  }

  /** What `transcribe_links` would start, for a confirmation. Throws ToolProblem, FailureError. */
  async plan(input: unknown): Promise<StartRequest> {
    return planLinks(checked('transcribe_links', input), this.world);
  }

  private answer(name: string, input: unknown, call: ToolCall): Promise<string> {
    const { world } = this;
    const tool = toolNames.find((known) => known === name);
    switch (tool) {
      case 'list_videos':
        return listVideos(checked(tool, input), world, call);
      case 'transcribe_links':
        return transcribeLinks(checked(tool, input), world, call);
      case 'batch_status':
        return batchStatus(checked(tool, input), world);
      case 'search_transcripts':
        return searchTranscripts(checked(tool, input), world, call);
      case 'read_transcript':
        return readTranscript(checked(tool, input), world);
      case undefined:
        throw new ToolProblem(
          `There is no tool ${JSON.stringify(cut(name, 100))}. There are ${toolNames.join(', ')}.`,
        );
    }
  }
}

/** The input as the tool's schema has it. Models write null for what they leave out. Throws ToolProblem. */
function checked<N extends ToolName>(name: N, input: unknown): ToolInput<N> {
  const given = Object.entries(typeof input === 'object' && input !== null ? input : {});
  const parsed = v.safeParse(
    toolInputs[name],
    Object.fromEntries(given.filter(([, value]) => value !== null)),
    { abortPipeEarly: true },
  );
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.slice(0, 3).map((issue) => {
    const path = v.getDotPath(issue);
    return `${path === null ? '' : `${cut(path, 100)}: `}${cut(issue.message, 300)}`;
  });
  const fields = Object.keys(toolInputs[name].entries).join(', ');
  throw new ToolProblem(`${name}: ${problems.join('. ')}. Correct it and call again; it takes ${fields}.`);
}

/**
 * One video's notes: whole where the transcript fits into the model, else gathered piece by piece and merged. Nothing
 * is left out in silence: what does not fit becomes more pieces, and an answer without words is a failure.
 */
import { inSlices } from '../../captions/sliced';
import { failure, FailureError } from '../../model/failure';
import { hasTimes, titleOf, type TranscriptDocument } from '../../output/document';
import { formatLength } from '../../model/words';
import { publicAddress } from '../../model/publicUrl';
import { checkAnswer, type CheckedNotes } from './answer';
import type { ChatAnswer, ChatMessage, ChatModel } from './chatModel';
import { Ground } from './grounding';
import { estimateTokens, expectTokens, piecesOf, timedLines, type Piece, type TimedLine } from './pieces';
import { mergePrompt, piecePrompt, restPrompt, wholePrompt, type PromptFacts } from './prompts';
import { fillTemplate, type NotesTemplate } from './template';

export interface NotesRequest {
  readonly document: TranscriptDocument;
  readonly template: NotesTemplate;
  readonly model: ChatModel;
  /** Random letters and digits, 16 or more (prompts.ts). */
  readonly mark: string;
  readonly signal: AbortSignal;
  /** Before each request: what is on disk by then is not asked, or paid for, a second time. */
  readonly asks: AskLog;
  /** `part` of `of` is asked; the merge is the last. */
  progress(part: number, of: number): void;
}

/** The answers of one video's requests, kept until its notes are written. */
export interface AskLog {
  /** The answer to a request that was asked before, also by a process that was killed since. */
  answered(messages: readonly ChatMessage[]): Promise<ChatAnswer | undefined>;
  /** On disk before the next one is asked. */
  keep(messages: readonly ChatMessage[], answer: ChatAnswer): Promise<void>;
}

export interface WrittenNotes {
  readonly notes: CheckedNotes;
  /** Input and output together: as the service counts, else estimated. */
  readonly tokens: number;
}

/** Share of the context that the request may take; the rest is for the answer and what an estimate misses. */
const requestShare = 0.7;
/** Answers to requests for notes are rarely longer than a page and this. */
const mostAnswered = 3000;
/** What the model is told besides the template and the transcript. */
const systemTokens = 330;
const leastBudget = 500;
/** An answer that is cut is continued so many times. */
const mostContinued = 4;
/** Each time that a model's context turns out to be smaller than it says, the pieces are halved. */
const mostHalved = 4;
const mostPieces = 500;

/**
 * Tokens of all requests for one transcript, input and output, as a forecast: what the user is told before anything
 * is sent. `parts`: how many requests.
 */
export function forecastTokens(
  document: { readonly transcript: Pick<TranscriptDocument['transcript'], 'cues'> },
  template: NotesTemplate,
  contextTokens: number,
): { readonly tokens: number; readonly parts: number } {
  const lines = linesOf(document);
  const budget = budgetOf(contextTokens, template);
  const pieces = piecesOf(lines, budget);
  const asked = pieces.length > 1 ? pieces.length + 1 : 1;
  // The pieces are cut by an estimate that no language exceeds. What is foretold is what is likely.
  const inputs = pieces.map((piece) =>
    piece.lines.reduce((sum, { text }) => sum + expectTokens(text) + 1, 0),
  );
  const input = inputs.reduce((sum, tokens) => sum + tokens, 0);
  const answers = inputs.reduce((sum, tokens) => sum + answerTo(tokens), 0);
  const merge = pieces.length > 1 ? answers + answerTo(input) : 0;
  const frame = expectTokens(template.text) + systemTokens;
  return { tokens: Math.round(input + answers + merge + asked * frame), parts: asked };
}

/** A model's answer is a page, and longer about a longer talk. */
function answerTo(input: number): number {
  return 400 + Math.min(mostAnswered, input / 10);
}

/** Asks the model and checks what it says. Throws FailureError with the service's words or the next step. */
export async function writeNotes(request: NotesRequest): Promise<WrittenNotes> {
  const { document, template, model } = request;
  const lines = linesOf(document);
  if (lines.length === 0)
    throw new FailureError(
      failure('no-captions', 'The transcript has no words.', { subject: 'notes-empty' }),
    );
  const { cues, meta } = document.transcript;
  const timed = hasTimes(cues);
  const facts: PromptFacts = {
    title: titleOf(meta, document.link),
    channel: meta.channel ?? '',
    hasTimes: timed,
    mark: request.mark,
    instructions: fillTemplate(template, {
      title: titleOf(meta, document.link),
      channel: meta.channel ?? '',
      duration: formatLength(meta.duration),
      published: meta.published ?? '',
      language: document.transcript.language,
      url: publicAddress(document.link),
    }),
  };
  const talk = new Talk(request);
  const answer = await inFittingPieces(budgetOf(model.contextTokens, template), (budget) =>
    ask(talk, facts, lines, budget, request),
  );
  const ground = await inSlices(Ground.of(cues, meta.duration, timed));
  const notes = checkAnswer(answer, ground, publicAddress(document.link));
  if (notes.markdown.trim() === '') noWords();
  return { notes, tokens: talk.tokens };
}

function linesOf({ transcript }: Parameters<typeof forecastTokens>[0]): readonly TimedLine[] {
  return timedLines(transcript.cues, hasTimes(transcript.cues));
}

function budgetOf(contextTokens: number, template: NotesTemplate): number {
  const frame = estimateTokens(template.text) + 600;
  return Math.max(leastBudget, Math.floor(contextTokens * requestShare) - frame);
}

/** Runs it with smaller pieces where the model refuses a request as too long. */
async function inFittingPieces(budget: number, run: (budget: number) => Promise<string>): Promise<string> {
  let size = budget;
  for (let halved = 0; ; halved += 1) {
    try {
      return await run(size);
    } catch (error) {
      const tooLong = error instanceof FailureError && error.failure.code === 'too-large';
      if (!tooLong || halved >= mostHalved || size <= leastBudget) throw error;
      size = Math.max(leastBudget, Math.floor(size / 2));
    }
  }
}

async function ask(
  talk: Talk,
  facts: PromptFacts,
  lines: readonly TimedLine[],
  budget: number,
  request: NotesRequest,
): Promise<string> {
  const { model, signal } = request;
  const text = lines.map((line) => line.text).join('\n');
  const estimated = estimateTokens(text) + lines.length;
  // The model's own counter is asked only where the estimate, which is too high, does not settle it.
  const counted = estimated <= budget ? estimated : ((await model.count?.(text, signal)) ?? estimated);
  if (counted <= budget) {
    request.progress(1, 1);
    return talk.whole(wholePrompt(facts, lines));
  }
  const pieces = piecesOf(lines, Math.floor((budget * estimated) / counted));
  if (pieces.length > mostPieces)
    throw new FailureError(
      failure(
        'unsupported',
        `The transcript would take ${pieces.length} requests to ${model.name}. Choose a model that reads more at once.`,
        { subject: 'notes-model' },
      ),
    );
  const gathered = await gather(talk, facts, pieces, request);
  request.progress(pieces.length + 1, pieces.length + 1);
  return merge(talk, facts, gathered, budget);
}

async function gather(
  talk: Talk,
  facts: PromptFacts,
  pieces: readonly Piece[],
  request: NotesRequest,
): Promise<readonly string[]> {
  const gathered: string[] = [];
  for (const [at, piece] of pieces.entries()) {
    request.progress(at + 1, pieces.length + 1);
    gathered.push(await talk.whole(piecePrompt(facts, piece.lines, at + 1, pieces.length)));
  }
  return gathered;
}

/** What was gathered in one request where it fits, else in groups first. */
async function merge(
  talk: Talk,
  facts: PromptFacts,
  gathered: readonly string[],
  budget: number,
): Promise<string> {
  let lists = gathered;
  for (;;) {
    const groups = groupsOf(lists, budget);
    if (groups.length <= 1) return talk.whole(mergePrompt(facts, lists, true));
    if (groups.length >= lists.length)
      throw new FailureError(
        failure('too-large', 'What was gathered of the parts is too long for one request.', {
          subject: 'notes-model',
        }),
      );
    const shorter: string[] = [];
    for (const group of groups)
      shorter.push(
        group.length === 1 ? (group[0] ?? '') : await talk.whole(mergePrompt(facts, group, false)),
      );
    lists = shorter;
  }
}

function groupsOf(lists: readonly string[], budget: number): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let size = Infinity;
  for (const list of lists) {
    const tokens = estimateTokens(list);
    if (size + tokens > budget) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(list);
    size += tokens;
  }
  return groups;
}

/** The requests of one video, each asked once. */
class Talk {
  tokens = 0;

  constructor(private readonly request: NotesRequest) {}

  /** The whole answer: one that is cut is continued. Throws FailureError where it has no words. */
  async whole(messages: readonly ChatMessage[]): Promise<string> {
    let answer = '';
    let asked = messages;
    for (let continued = 0; ; continued += 1) {
      const next = await this.once(asked);
      answer += next.text;
      if (next.isCut !== true) break;
      if (continued >= mostContinued || next.text.trim() === '')
        throw new FailureError(
          failure(
            'bad-response',
            'The model stopped in the middle of its answer. Choose a model with longer answers, or a shorter template.',
            { subject: 'notes-model' },
          ),
        );
      asked = restPrompt(messages, answer);
    }
    return answer.trim() === '' ? noWords() : answer;
  }

  private async once(messages: readonly ChatMessage[]): Promise<ChatAnswer> {
    const { asks, model, signal } = this.request;
    const before = await asks.answered(messages);
    const answer = before ?? (await this.send(messages, asks, model, signal));
    const input = answer.tokens?.input ?? sizeOf(messages);
    this.tokens += input + (answer.tokens?.output ?? estimateTokens(answer.text));
    return answer;
  }

  private async send(
    messages: readonly ChatMessage[],
    asks: AskLog,
    model: ChatModel,
    signal: AbortSignal,
  ): Promise<ChatAnswer> {
    const answer = await model.ask(messages, { signal });
    await asks.keep(messages, answer);
    return answer;
  }
}

function sizeOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { text }) => sum + estimateTokens(text), 0);
}

function noWords(): never {
  throw new FailureError(
    failure('bad-response', 'The model answered without words.', { subject: 'notes-model' }),
  );
}

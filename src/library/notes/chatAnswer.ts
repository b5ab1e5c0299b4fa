/**
 * The answer of `/chat/completions`: one object, or the events of a stream from a service that always streams. Pure,
 * sliced.
 */
import * as v from 'valibot';
import { linesOf, Share, type Sliced } from '../../captions/sliced';
import type { HttpResponse } from '../../model/ports';
import { readJson } from '../../sources/parts';
import type { ChatAnswer } from './chatModel';

const content = v.nullish(v.union([v.string(), v.array(v.object({ text: v.optional(v.string()) }))]));
const words = v.object({ content, refusal: v.nullish(v.string()) });
const schema = v.object({
  choices: v.array(
    v.object({
      message: v.optional(words),
      delta: v.optional(words),
      finish_reason: v.nullish(v.string()),
    }),
  ),
  usage: v.nullish(
    v.object({ prompt_tokens: v.optional(v.number()), completion_tokens: v.optional(v.number()) }),
  ),
});
type Completion = v.InferOutput<typeof schema>;

export interface ReadAnswer {
  readonly answer: ChatAnswer;
  /** The model's or the service's words where it does not answer. */
  readonly refused?: string;
}

/** Undefined for another form, and for a stream that broke off. Other work runs while a long one is read. */
export function* readChatAnswer({ body, headers }: HttpResponse): Sliced<ReadAnswer | undefined> {
  const text = new TextDecoder().decode(body);
  const isStream =
    /text\/event-stream/i.test(headers['content-type'] ?? '') ||
    /^\s*(?:data|event|:)\s?[:{]/.test(text.slice(0, 1000));
  const heard: Heard = { said: '', refusal: '', reason: undefined, usage: undefined };
  const isRead = isStream ? yield* hearStream(text, heard) : hear(readJson(text), heard);
  const { said, refusal, reason, usage } = heard;
  if (!isRead || (isStream && reason === undefined)) return undefined;
  const input = usage?.prompt_tokens;
  const answer: ChatAnswer = {
    text: said,
    ...(input === undefined ? {} : { tokens: { input, output: usage?.completion_tokens ?? 0 } }),
    ...(reason === 'length' || reason === 'max_tokens' ? { isCut: true } : {}),
  };
  if (refusal !== '') return { answer, refused: refusal };
  if (reason === 'content_filter') return { answer, refused: 'its content filter stopped the answer.' };
  return { answer };
}

/** What the pieces of an answer say together. */
interface Heard {
  said: string;
  refusal: string;
  reason: string | undefined;
  usage: Completion['usage'];
}

/** Adds one object; false where it is of another form. The last one of a stream may have no choices. */
function hear(value: unknown, heard: Heard, mayBeEmpty = false): boolean {
  const read = v.safeParse(schema, value);
  if (!read.success) return false;
  const { usage, choices } = read.output;
  const [choice] = choices;
  const part = choice?.message ?? choice?.delta;
  heard.usage = usage ?? heard.usage;
  heard.said += textOf(part?.content);
  heard.refusal += part?.refusal ?? '';
  heard.reason = choice?.finish_reason ?? heard.reason;
  return mayBeEmpty || choice !== undefined;
}

/** Events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html); the last is `[DONE]`. */
function* hearStream(text: string, heard: Heard): Sliced<boolean> {
  const share = new Share();
  let count = 0;
  for (const lines of linesOf(text)) {
    // A carriage return ends a line too.
    for (const line of lines.split('\r')) {
      if (share.due(line.length)) yield;
      const data = /^data: ?(.*)$/.exec(line)?.[1]?.trim();
      if (data === undefined || data === '' || data === '[DONE]') continue;
      // The end of a connection may cut a line; what came before it is no whole answer either.
      if (!hear(readJson(data), heard, true)) return false;
      count += 1;
    }
  }
  return count > 0;
}

function textOf(said: v.InferOutput<typeof content>): string {
  if (typeof said === 'string') return said;
  return said?.map(({ text = '' }) => text).join('') ?? '';
}

/** The answer of `/chat/completions`: one object, or the events of a stream from a service that always streams. Pure. */
import * as v from 'valibot';
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

/** Undefined for another form, and for a stream that broke off. */
export function readChatAnswer({ body, headers }: HttpResponse): ReadAnswer | undefined {
  const text = new TextDecoder().decode(body);
  const isStream =
    /text\/event-stream/i.test(headers['content-type'] ?? '') || /^\s*(?:data|event|:)\s?[:{]/.test(text);
  const pieces = isStream ? streamed(text) : one(readJson(text));
  if (pieces === undefined) return undefined;
  let said = '';
  let refusal = '';
  let reason: string | undefined;
  let usage: Completion['usage'];
  for (const piece of pieces) {
    usage = piece.usage ?? usage;
    const [choice] = piece.choices;
    const part = choice?.message ?? choice?.delta;
    said += textOf(part?.content);
    refusal += part?.refusal ?? '';
    reason = choice?.finish_reason ?? reason;
  }
  if (pieces.length === 0 || (isStream && reason === undefined)) return undefined;
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

function one(value: unknown): readonly Completion[] | undefined {
  const read = v.safeParse(schema, value);
  return read.success && read.output.choices.length > 0 ? [read.output] : undefined;
}

/** Events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html); the last is `[DONE]`. */
function streamed(text: string): readonly Completion[] | undefined {
  const pieces: Completion[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    const data = /^data: ?(.*)$/.exec(line)?.[1]?.trim();
    if (data === undefined || data === '' || data === '[DONE]') continue;
    const read = v.safeParse(schema, readJson(data));
    // The end of a connection may cut a line; what came before it is no whole answer either.
    if (!read.success) return undefined;
    pieces.push(read.output);
  }
  return pieces;
}

function textOf(said: v.InferOutput<typeof content>): string {
  if (typeof said === 'string') return said;
  return said?.map(({ text = '' }) => text).join('') ?? '';
}

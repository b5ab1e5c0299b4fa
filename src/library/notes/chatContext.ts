/** How many tokens a model reads at once, as far as its service's list of models says. Pure. */
import * as v from 'valibot';
import { usualContextTokens } from '../../model/notesSettings';
import type { Settings } from '../../model/settings';
import { urlOf } from '../../model/webUrl';

/** OpenAI's list does not say it; all its chat models of today read as much: https://platform.openai.com/docs/models */
const openAiContext = 128_000;

/** OpenRouter, Groq, vLLM, Mistral and LM Studio, llama.cpp, in the order in which they are trusted. */
const fields = [
  'context_length',
  'context_window',
  'max_model_len',
  'loaded_context_length',
  'max_context_length',
  'n_ctx',
] as const;

const count = v.optional(v.unknown());
const entry = v.object({
  id: v.string(),
  context_length: count,
  context_window: count,
  max_model_len: count,
  loaded_context_length: count,
  max_context_length: count,
  meta: v.optional(v.nullable(v.looseObject({ n_ctx: count }))),
});
const schema = v.object({ data: v.array(v.unknown()) });

/** `list`: the answer of `/models`; anything else counts as unknown. */
export function contextOf(list: unknown, settings: Pick<Settings, 'notes.endpoint' | 'notes.model'>): number {
  const read = v.safeParse(schema, list);
  for (const one of read.success ? read.output.data : []) {
    const model = v.safeParse(entry, one);
    if (!model.success || model.output.id !== settings['notes.model']) continue;
    const { meta, ...own } = model.output;
    const all: Readonly<Record<string, unknown>> = { ...own, n_ctx: meta?.n_ctx };
    for (const name of fields) {
      const value = all[name];
      if (typeof value === 'number' && Number.isFinite(value) && value >= 1024) return Math.floor(value);
    }
  }
  return urlOf(settings['notes.endpoint'])?.hostname === 'api.openai.com'
    ? openAiContext
    : usualContextTokens;
}

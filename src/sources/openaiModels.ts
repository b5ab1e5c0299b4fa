/**
 * Requests to an OpenAI-compatible service that hold no sound and cost nothing: its list of models, and who runs it.
 */
import * as v from 'valibot';
import type { HttpResponse } from '../model/ports';
import type { Settings } from '../model/settings';
import { keyHeaders, openAiUrl, type OpenAiEnd } from './openaiAddress';
import { keyFor } from './keyKeptBack';
import { isOwnServer } from './ownServer';
import { readJson, type SourceParts } from './parts';

const answerMs = 6000;

const list = v.object({
  data: v.array(v.object({ id: v.string(), owned_by: v.fallback(v.optional(v.string()), undefined) })),
});

export interface OpenAiModel {
  readonly id: string;
  /** Who runs it: `vllm`, `library` (Ollama), `openai-internal`. */
  readonly owner?: string;
}

/** One request without sound. Throws FailureError as `Http.request` does. */
export async function askWithoutSound(
  parts: Pick<SourceParts, 'http' | 'secrets'>,
  settings: Settings,
  signal: AbortSignal,
  method: 'GET' | 'POST',
  end: OpenAiEnd,
): Promise<HttpResponse> {
  const endpoint = settings['openai.endpoint'];
  const key = await keyFor(parts.secrets, settings, 'openai');
  return parts.http.request({
    method,
    url: openAiUrl(endpoint, end),
    headers: { accept: 'application/json', 'user-agent': 'bulk-transcribe', ...keyHeaders(endpoint, key) },
    signal,
    timeoutMs: answerMs,
    redirects: 'none',
    ownMachine: isOwnServer(settings),
    // A request without sound is refused by every service that is there.
    ...(method === 'POST' ? { body: '' } : {}),
  });
}

/** The models of an answer of `/models`; none where it is no list. */
export function readModels(body: Uint8Array): readonly OpenAiModel[] {
  const read = v.safeParse(list, readJson(body));
  if (!read.success) return [];
  return read.output.data.map(({ id, owned_by: owner }) => ({
    id,
    ...(owner === undefined ? {} : { owner }),
  }));
}

/** Those of the models that probably hear sound; all where none has such a name. */
export function speechModelsOf(ids: readonly string[]): readonly string[] {
  const likely = ids.filter((id) => /whisper|transcri|voxtral|parakeet|canary|speech|asr|stt/i.test(id));
  return likely.length > 0 ? likely : ids;
}

/** The models that the server lists and that probably hear sound; none where it cannot be asked. Never throws. */
export async function listedModels(
  parts: Pick<SourceParts, 'http' | 'secrets'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { status, body } = await askWithoutSound(parts, settings, signal, 'GET', 'models');
    return status < 300 ? speechModelsOf(readModels(body).map(({ id }) => id)) : [];
  } catch {
    return [];
  }
}

/** Whether the server is vLLM, by its list of models; false where it cannot be asked. */
export async function isVllm(
  parts: Pick<SourceParts, 'http' | 'secrets'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const answer = await askWithoutSound(parts, settings, signal, 'GET', 'models');
    return readModels(answer.body).some(({ owner }) => owner?.toLowerCase() === 'vllm');
  } catch {
    return false;
  }
}

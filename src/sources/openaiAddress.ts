/**
 * From the setting `openai.endpoint` to what is asked: people paste what they find, so a full path, an Azure
 * resource and a missing end are understood where they have one meaning. Pure.
 */
import type { Failure } from '../model/failure';
import { failure } from '../model/failure';
import { urlOf } from '../model/webUrl';
import { isAzure } from './openaiPresets';

/** What people paste behind the address of the interface itself. */
const knownEnds =
  /\/(?:audio\/(?:transcriptions|translations|speech)|chat\/completions|completions|responses|models)\/*$/i;
/** The oldest version of Azure's classic interface that has all our fields. */
const azureVersion = '2024-10-21';

export type OpenAiEnd = 'audio/transcriptions' | 'audio/translations' | 'chat/completions' | 'models';

/** The address of `/audio/transcriptions`, its brother or `/models` at an endpoint. */
export function openAiUrl(endpoint: string, end: OpenAiEnd): string {
  const url = urlOf(endpoint);
  if (url === undefined) return endpoint;
  let base = url.pathname.replace(/\/+$/, '').replace(knownEnds, '').replace(/\/+$/, '');
  let query = url.search;
  if (isAzure(endpoint)) {
    if (base === '' || base === '/openai') base = '/openai/v1';
    const classic = /^(\/openai)\/deployments\/[^/]+$/i.exec(base);
    if (classic && query === '') query = `?api-version=${azureVersion}`;
    // The list of models is that of the resource.
    if (classic && end === 'models') base = classic[1] ?? base;
  }
  return `${url.origin}${base}/${end}${query}`;
}

/** The header that carries the key: Azure has one of its own. */
export function keyHeaders(endpoint: string, key: string | undefined): Readonly<Record<string, string>> {
  if (key === undefined) return {};
  return isAzure(endpoint) ? { 'api-key': key } : { authorization: `Bearer ${key}` };
}

/** Whether the path says which version of the interface it is, as nearly all do (`/v1`). */
export function hasVersion(endpoint: string): boolean {
  return /\/v\d+(?:\/|$)|\/openai(?:\/|$)/i.test(urlOf(openAiUrl(endpoint, 'models'))?.pathname ?? '');
}

/** Why nothing is sent to an address at all; undefined: it may work. */
export function addressProblem(endpoint: string): Failure | undefined {
  const host = urlOf(endpoint)?.hostname ?? '';
  // Its endpoint of the same name takes JSON with the sound in base64: https://openrouter.ai/docs (speech-to-text).
  if (!/(?:^|\.)openrouter\.ai$/i.test(host)) return undefined;
  return failure('tool-missing', 'OpenRouter takes sound as JSON, not as OpenAI’s interface does.', {
    subject: 'openai-form',
    forAll: true,
    unsent: true,
  });
}

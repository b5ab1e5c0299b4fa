/**
 * *A service* and *My own server* without their surface: what a preset writes, what a typed address means, and which
 * part of a set-up a failed trial found wrong. The wizard and the terminal both read it here. Pure.
 */
import { isPlainAway } from '../../model/addresses';
import type { Failure } from '../../model/failure';
import type { Settings } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import { hasVersion } from '../openaiAddress';
import { serviceAt, type OpenAiPreset } from '../openaiPresets';
import { isOwnAddress, mayBeOwnServer } from '../ownServer';

/** Where the user types the address of a server that no preset knows. */
export const otherServer: OpenAiPreset = {
  id: 'other',
  name: 'Another server',
  kind: 'own',
  endpoint: 'http://127.0.0.1:8080/v1',
  model: 'whisper-1',
  needsKey: false,
  maxUploadMB: 25,
  note: 'Any program with OpenAI’s /audio/transcriptions.',
};

/**
 * The settings of a preset. `endpoint`: complete. `openai.ownServer` is written where the address alone does not say
 * that the server is the user's, and where a key goes to it over plain http; never for a service that costs money.
 */
export function serviceSettings(
  preset: Pick<OpenAiPreset, 'kind' | 'maxUploadMB'>,
  endpoint: string,
  model: string,
): Pick<Settings, 'openai.endpoint' | 'openai.model' | 'openai.maxUploadMB' | 'openai.ownServer'> {
  const url = urlOf(endpoint);
  const needsWord = !isOwnAddress(endpoint) || (url !== undefined && isPlainAway(url));
  return {
    'openai.endpoint': endpoint,
    'openai.model': model,
    'openai.maxUploadMB': preset.maxUploadMB,
    'openai.ownServer': preset.kind === 'own' && serviceAt(endpoint) === undefined && needsWord,
  };
}

/** An address as people type it: `gpu-box:8000` is http, `asr.example.com` https; others are only trimmed. */
export function typedAddress(text: string): string {
  const typed = text.trim();
  if (typed === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return typed;
  return mayBeOwnServer(`http://${typed}`) ? `http://${typed}` : `https://${typed}`;
}

/** What the user can set otherwise after a trial that failed. */
export type SetUpPart = 'key' | 'model' | 'address' | 'program';

/** The part that is wrong; undefined: it may pass, or nothing that was set up is the cause. */
export function wrongPart({ code, subject = '' }: Failure): SetUpPart | undefined {
  // No key helps where none is sent.
  if (subject.endsWith('-http')) return 'address';
  if (code === 'auth' || code === 'payment') return 'key';
  if (/-(?:model|memory)$/.test(subject)) return 'model';
  if (subject === 'whisper-program') return 'program';
  if (/-(?:address|form)$/.test(subject)) return 'address';
  if (code === 'network' || code === 'timeout') return 'address';
  return undefined;
}

/** The address with the `/v1` that a refused one lacks; undefined where that is not the cause. */
export function withVersion(failure: Failure, endpoint: string): string | undefined {
  if (failure.subject !== 'openai-address' || hasVersion(endpoint)) return undefined;
  return `${endpoint.replace(/\/+$/, '')}/v1`;
}

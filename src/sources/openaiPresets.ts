/**
 * Services and servers with OpenAI's transcription interface, as data: what *Set Up Speech-to-Text…* offers, and
 * what Check Setup calls them. Limits of single models are in speechLimits.ts.
 */
import { urlOf } from '../model/webUrl';

export interface OpenAiPreset {
  /** For `--service` and tests; never shown. */
  readonly id: string;
  readonly name: string;
  /** `service`: costs money and wants a key. `own`: a program that the user runs. */
  readonly kind: 'service' | 'own';
  /** The value of `openai.endpoint`. In capitals what the user has to fill in (`RESOURCE`). */
  readonly endpoint: string;
  /** The value of `openai.model`; empty where the user has to name it. */
  readonly model: string;
  /** Other models that work, best first. */
  readonly otherModels?: readonly string[];
  readonly needsKey: boolean;
  /** Where the user gets the key. */
  readonly keyPage?: string;
  /** The value of `openai.maxUploadMB`. */
  readonly maxUploadMB: number;
  /** Price of an hour of sound with `model`, US dollars, as the service states it. */
  readonly dollarsAnHour?: number;
  /** One sentence: how to start it, or what to know. */
  readonly note?: string;
}

export const openAiPresets: readonly OpenAiPreset[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    kind: 'service',
    endpoint: 'https://api.openai.com/v1',
    model: 'whisper-1',
    otherModels: ['gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize'],
    needsKey: true,
    keyPage: 'https://platform.openai.com/api-keys',
    maxUploadMB: 25,
    dollarsAnHour: 0.36,
    note: 'whisper-1 gives times; gpt-4o-transcribe is better at words and gives none.',
  },
  {
    id: 'groq',
    name: 'Groq',
    kind: 'service',
    endpoint: 'https://api.groq.com/openai/v1',
    model: 'whisper-large-v3-turbo',
    otherModels: ['whisper-large-v3'],
    needsKey: true,
    keyPage: 'https://console.groq.com/keys',
    maxUploadMB: 25,
    dollarsAnHour: 0.04,
    note: '20 requests a minute without a paid plan.',
  },
  {
    id: 'deapi-gateway',
    name: 'deAPI gateway',
    kind: 'service',
    endpoint: 'https://oai.deapi.ai/v1',
    model: 'WhisperLargeV3',
    needsKey: true,
    keyPage: 'https://app.deapi.ai/settings/api-keys',
    maxUploadMB: 10,
    dollarsAnHour: 0.052,
    note: 'For keys that begin with dpn-sk-. Unlike deAPI, it wants the sound sent to it.',
  },
  {
    id: 'mistral',
    name: 'Mistral',
    kind: 'service',
    endpoint: 'https://api.mistral.ai/v1',
    model: 'voxtral-mini-latest',
    needsKey: true,
    keyPage: 'https://console.mistral.ai/api-keys',
    maxUploadMB: 25,
    note: 'Tells speakers apart.',
  },
  {
    id: 'deepinfra',
    name: 'DeepInfra',
    kind: 'service',
    endpoint: 'https://api.deepinfra.com/v1/openai',
    model: 'openai/whisper-large-v3-turbo',
    otherModels: ['openai/whisper-large-v3'],
    needsKey: true,
    keyPage: 'https://deepinfra.com/dash/api_keys',
    maxUploadMB: 25,
    dollarsAnHour: 0.012,
  },
  {
    id: 'azure',
    name: 'Azure OpenAI',
    kind: 'service',
    endpoint: 'https://RESOURCE.openai.azure.com/openai/v1',
    model: '',
    needsKey: true,
    keyPage: 'https://portal.azure.com',
    maxUploadMB: 25,
    note: 'The model is the name of your deployment. Addresses with ?api-version= work too.',
  },
  {
    id: 'localai',
    name: 'LocalAI',
    kind: 'own',
    endpoint: 'http://127.0.0.1:8080/v1',
    model: 'whisper-1',
    needsKey: false,
    maxUploadMB: 15,
    note: 'Start it with a LOCALAI_UPLOAD_LIMIT that is large enough.',
  },
  {
    id: 'speaches',
    name: 'speaches',
    kind: 'own',
    endpoint: 'http://127.0.0.1:8000/v1',
    model: 'Systran/faster-whisper-small',
    otherModels: ['Systran/faster-distil-whisper-large-v3', 'deepdml/faster-whisper-large-v3-turbo-ct2'],
    needsKey: false,
    maxUploadMB: 100,
    note: 'Download the model first: POST /v1/models/NAME.',
  },
  {
    id: 'vllm',
    name: 'vLLM',
    kind: 'own',
    endpoint: 'http://127.0.0.1:8000/v1',
    model: 'openai/whisper-large-v3-turbo',
    otherModels: ['openai/whisper-large-v3'],
    needsKey: false,
    maxUploadMB: 25,
    note: 'Start it with: vllm serve openai/whisper-large-v3-turbo. It needs vllm[audio].',
  },
  {
    id: 'whisper-server',
    name: 'whisper.cpp server',
    kind: 'own',
    endpoint: 'http://127.0.0.1:8080/v1',
    model: 'whisper-1',
    needsKey: false,
    maxUploadMB: 25,
    note: 'Start it with --inference-path /v1/audio/transcriptions.',
  },
];

/** The service at this address, by its origin; undefined for own servers, whose ports are shared by many programs. */
export function serviceAt(endpoint: string): OpenAiPreset | undefined {
  const url = urlOf(endpoint);
  if (url === undefined) return undefined;
  if (isAzure(endpoint)) return openAiPresets.find(({ id }) => id === 'azure');
  return openAiPresets.find(
    (preset) => preset.kind === 'service' && urlOf(preset.endpoint)?.origin === url.origin,
  );
}

/** Azure's hosts want the key in a header of their own (`api-key`). */
export function isAzure(endpoint: string): boolean {
  return /\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/i.test(
    urlOf(endpoint)?.hostname ?? '',
  );
}

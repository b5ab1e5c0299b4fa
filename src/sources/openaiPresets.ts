/** Settings of services with OpenAI's transcription interface. Shown by Check Setup and the manual. */
import { urlOf } from '../model/webUrl';
export interface OpenAiPreset {
  readonly name: string;
  readonly endpoint: string;
  readonly model: string;
  readonly needsKey: boolean;
  readonly maxUploadMB: number;
  readonly note?: string;
}

export const openAiPresets: readonly OpenAiPreset[] = [
  {
    name: 'OpenAI',
    endpoint: 'https://api.openai.com/v1',
    model: 'whisper-1',
    needsKey: true,
    maxUploadMB: 25,
  },
  {
    name: 'Groq',
    endpoint: 'https://api.groq.com/openai/v1',
    model: 'whisper-large-v3-turbo',
    needsKey: true,
    maxUploadMB: 25,
    note: '20 requests a minute without a paid plan.',
  },
  {
    name: 'deAPI gateway',
    endpoint: 'https://oai.deapi.ai/v1',
    model: 'WhisperLargeV3',
    needsKey: true,
    maxUploadMB: 10,
    note: 'Takes keys that begin with dpn-sk-.',
  },
  {
    name: 'LocalAI',
    endpoint: 'http://127.0.0.1:8080/v1',
    model: 'whisper-1',
    needsKey: false,
    maxUploadMB: 15,
    note: 'Start it with a LOCALAI_UPLOAD_LIMIT that is large enough.',
  },
  {
    name: 'whisper.cpp server',
    endpoint: 'http://127.0.0.1:8080/v1',
    model: 'whisper-1',
    needsKey: false,
    maxUploadMB: 25,
    note: 'Start it with --inference-path /v1/audio/transcriptions.',
  },
];

/** True for a server on this computer or its network: it costs nothing and needs no consent. */
export function isOwnServer(endpoint: string): boolean {
  const host = urlOf(endpoint)?.hostname.toLowerCase() ?? '';
  return /^(?:localhost|.*\.localhost|.*\.local|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|\[f[cd][0-9a-f:]+\])$/.test(
    host,
  );
}

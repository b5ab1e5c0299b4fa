/**
 * Where `setup speech` sets speech-to-text up: on this computer, with `--service NAME` at a service, with `--server
 * URL` on a server of the user's own. Pure.
 */
import { settingProblem, type Settings } from '../model/settings';
import type { SourceId } from '../model/transcript';
import { openAiPresets, serviceAt } from '../sources/openaiPresets';
import { otherServer, serviceSettings, typedAddress } from '../sources/speechSetup/services';

const deapiService = 'deapi';
/** The values of `--service`. Azure's addresses are the user's own: they go after `--server`. */
export const serviceNames: readonly string[] = [
  ...openAiPresets
    .filter(({ kind, endpoint }) => kind === 'service' && !endpoint.includes('RESOURCE'))
    .map(({ id }) => id),
  deapiService,
];

export interface SpeechWay {
  readonly source: Extract<SourceId, 'whisper' | 'openai' | 'deapi'>;
  /** What is tried, and kept when an answer came. */
  readonly settings: Partial<Settings>;
  /** The server's own list decides which model it is. */
  readonly findModel?: true;
  /** The command line that says the same, without the model. */
  readonly words: string;
}

export interface WayOptions {
  readonly service?: string | undefined;
  readonly server?: string | undefined;
  readonly model?: string | undefined;
}

/** What the options mean; a text says what is wrong with them. */
export function speechWay({ service, server, model }: WayOptions): SpeechWay | string {
  const words = 'bulk-transcribe setup speech';
  if (service !== undefined && server !== undefined) return 'Name a --service or a --server, not both.';
  if (service === deapiService) {
    const settings = model === undefined ? {} : { 'deapi.model': model };
    return { source: 'deapi', settings, words: `${words} --service ${service}` };
  }
  if (service !== undefined) {
    const preset = serviceNames.includes(service)
      ? openAiPresets.find(({ id }) => id === service)
      : undefined;
    if (preset === undefined)
      return `--service takes one of ${serviceNames.join(', ')}; another goes after --server.`;
    return {
      source: 'openai',
      settings: serviceSettings(preset, preset.endpoint, model ?? preset.model),
      words: `${words} --service ${service}`,
    };
  }
  if (server !== undefined) return serverWay(server, model, words);
  return { source: 'whisper', settings: {}, words };
}

function serverWay(server: string, model: string | undefined, words: string): SpeechWay | string {
  const endpoint = typedAddress(server);
  const problem =
    endpoint === '' ? '--server takes an address.' : settingProblem('openai.endpoint', endpoint);
  if (problem !== undefined) return `--server: ${problem}`;
  const known = serviceAt(endpoint);
  if (known?.model === '' && model === undefined) return `${known.name}: name your deployment after --model.`;
  const preset = known ?? otherServer;
  return {
    source: 'openai',
    settings: serviceSettings(preset, endpoint, model ?? preset.model),
    words: `${words} --server ${endpoint}`,
    ...(model === undefined && known === undefined ? { findModel: true as const } : {}),
  };
}

/**
 * *A service* and *My own server*: a preset fills address, model and limits in one go, and the key is asked for.
 * Nothing is written before it has been tried, but the key, which the trial needs.
 */
import { settingProblem, type Settings } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import { openAiPresets, type OpenAiPreset } from '../../sources/openaiPresets';
import { askKey } from '../keys';
import { ask, choose } from './steps';
import type { SetUp, SpeechParts } from './parts';

export async function setUpService(parts: SpeechParts): Promise<SetUp | undefined> {
  const services = openAiPresets.filter(({ kind }) => kind === 'service');
  const chosen = await choose<OpenAiPreset | 'deapi'>('Which service?', [
    ...services.map((preset) => ({ icon: 'cloud', ...presetWords(preset), value: preset })),
    {
      icon: 'cloud',
      label: 'deAPI',
      description: priceWords(0.052),
      detail: 'Takes links by itself: nothing is downloaded or uploaded here.',
      value: 'deapi' as const,
    },
  ]);
  if (chosen === undefined) return undefined;
  if (chosen === 'deapi') {
    const origin = urlOf(parts.settings.read()['deapi.endpoint'])?.origin ?? '';
    return (await askKey(parts.secrets, 'deapi', 'deAPI', origin))
      ? { source: 'deapi', settings: {} }
      : undefined;
  }
  return setUpPreset(parts, chosen);
}

export async function setUpOwnServer(parts: SpeechParts): Promise<SetUp | undefined> {
  const other: OpenAiPreset = {
    id: 'other',
    name: 'Another server',
    kind: 'own',
    endpoint: 'http://127.0.0.1:8080/v1',
    model: 'whisper-1',
    needsKey: false,
    maxUploadMB: 25,
    note: 'Any program with OpenAI’s /audio/transcriptions.',
  };
  const servers = [...openAiPresets.filter(({ kind }) => kind === 'own'), other];
  const preset = await choose(
    'Which server?',
    servers.map((one) => ({ icon: 'server', ...presetWords(one), value: one })),
  );
  return preset === undefined ? undefined : setUpPreset(parts, preset);
}

/** Asks only for what the preset leaves open; an own server's address and model are always shown. */
async function setUpPreset(parts: SpeechParts, preset: OpenAiPreset): Promise<SetUp | undefined> {
  const own = preset.kind === 'own';
  const open = own || preset.endpoint.includes('RESOURCE');
  const endpoint = open
    ? await ask(`Address of ${preset.name}`, preset.endpoint, (text) =>
        text.includes('RESOURCE')
          ? 'Put the name of your own resource in place of RESOURCE.'
          : (settingProblem('openai.endpoint', text) ?? (text === '' ? 'An address is needed.' : undefined)),
      )
    : preset.endpoint;
  if (endpoint === undefined) return undefined;
  const model =
    own || preset.model === ''
      ? await ask(`Model at ${preset.name}`, preset.model, (text) =>
          text === '' ? 'The name of a model is needed.' : undefined,
        )
      : await chooseModel(preset);
  if (model === undefined) return undefined;
  const settings: Partial<Settings> = {
    'openai.endpoint': endpoint.trim(),
    'openai.model': model.trim(),
    'openai.maxUploadMB': preset.maxUploadMB,
    // The user has just said whose it is.
    'openai.ownServer': own,
  };
  const origin = urlOf(endpoint.trim())?.origin ?? '';
  const key = await askKey(parts.secrets, 'openai', preset.name, origin, own);
  return key ? { source: 'openai', settings } : undefined;
}

async function chooseModel(preset: OpenAiPreset): Promise<string | undefined> {
  const models = [preset.model, ...(preset.otherModels ?? [])];
  if (models.length === 1) return preset.model;
  return choose(
    `Which model of ${preset.name}?`,
    models.map((name) => ({ icon: 'symbol-misc', label: name, value: name })),
  );
}

function presetWords({ name, dollarsAnHour, note, endpoint, kind }: OpenAiPreset): {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
} {
  return {
    label: name,
    description: kind === 'own' ? endpoint : priceWords(dollarsAnHour),
    ...(note === undefined ? {} : { detail: note }),
  };
}

function priceWords(dollars: number | undefined): string {
  return dollars === undefined ? 'see its price list' : `about $${dollars} an hour of sound`;
}

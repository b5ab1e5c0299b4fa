/**
 * *A service* and *My own server*: a preset fills address, model and limits in one go, and the key is asked for.
 * Nothing is written before it has been tried, but the key, which the trial needs.
 */
import { settingProblem } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import { openAiPresets, serviceAt, type OpenAiPreset } from '../../sources/openaiPresets';
import { otherServer, serviceSettings, typedAddress } from '../../sources/speechSetup/services';
import { askKey } from '../keys';
import { working } from '../messages';
import { deapiSetUp } from './deapi';
import type { Change, SetUp, SpeechParts } from './parts';
import { ask, choose, typeModel } from './steps';

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
  return chosen === 'deapi' ? deapiSetUp(parts, {}).change.key?.() : setUpPreset(parts, chosen);
}

export async function setUpOwnServer(parts: SpeechParts): Promise<SetUp | undefined> {
  const servers = [...openAiPresets.filter(({ kind }) => kind === 'own'), otherServer];
  const preset = await choose(
    'Which server?',
    servers.map((one) => ({ icon: 'server', ...presetWords(one), value: one })),
  );
  return preset === undefined ? undefined : setUpPreset(parts, preset);
}

/**
 * Asks for one part of the service that is set up now, as a failed row wants it; undefined: nothing is set up of which
 * it is a part.
 */
export function changeService(parts: SpeechParts, setting: unknown): Change | undefined {
  const { 'openai.endpoint': endpoint, 'openai.model': model } = parts.settings.read();
  if (setting === 'deapi.model') return deapiSetUp(parts, {}).change.model;
  if (setting === 'deapi.endpoint') return deapiSetUp(parts, {}).change.address;
  if (endpoint === '') return undefined;
  const known = serviceAt(endpoint);
  const { change } = presetSetUp(parts, known ?? otherServer, endpoint, model);
  if (setting === 'openai.model') return change.model;
  if (setting !== 'openai.endpoint') return undefined;
  // A service has one address: another one is another service.
  return change.address ?? (() => setUpService(parts));
}

/** Asks only for what the preset leaves open; an own server's address and model are always shown. */
async function setUpPreset(parts: SpeechParts, preset: OpenAiPreset): Promise<SetUp | undefined> {
  const endpoint = isOpen(preset) ? await askAddress(preset, preset.endpoint) : preset.endpoint;
  if (endpoint === undefined || !(await keyFor(parts, preset, endpoint))) return undefined;
  const [only, ...others] = isOpen(preset) ? [] : modelsOf(preset);
  const model =
    only !== undefined && others.length === 0 ? only : await askModel(parts, preset, endpoint, preset.model);
  return model === undefined ? undefined : presetSetUp(parts, preset, endpoint, model);
}

/** The set-up, each part of which can be asked for again. */
function presetSetUp(parts: SpeechParts, preset: OpenAiPreset, endpoint: string, model: string): SetUp {
  const at = (other: string): SetUp => presetSetUp(parts, preset, other, model);
  const address = async (): Promise<SetUp | undefined> => {
    const other = await askAddress(preset, endpoint);
    if (other === undefined) return undefined;
    // A key is kept for one origin.
    const isSame = urlOf(other)?.origin === urlOf(endpoint)?.origin;
    return isSame || (await keyFor(parts, preset, other)) ? at(other) : undefined;
  };
  return {
    source: 'openai',
    settings: serviceSettings(preset, endpoint, model),
    at,
    change: {
      key: async () =>
        (await keyFor(parts, preset, endpoint)) ? presetSetUp(parts, preset, endpoint, model) : undefined,
      model: async () => {
        const other = await askModel(parts, preset, endpoint, model);
        return other === undefined ? undefined : presetSetUp(parts, preset, endpoint, other);
      },
      ...(isOpen(preset) ? { address } : {}),
    },
  };
}

function modelsOf({ model, otherModels = [] }: OpenAiPreset): readonly string[] {
  return model === '' ? [] : [model, ...otherModels];
}

/** Whether the user has to say where it is. */
function isOpen({ kind, endpoint }: OpenAiPreset): boolean {
  return kind === 'own' || endpoint.includes('RESOURCE');
}

async function askAddress(preset: OpenAiPreset, value: string): Promise<string | undefined> {
  const typed = await ask(`Address of ${preset.name}`, value, (text) => {
    if (text === '') return 'An address is needed.';
    if (text.includes('RESOURCE')) return 'Put the name of your own resource in place of RESOURCE.';
    return settingProblem('openai.endpoint', typedAddress(text));
  });
  return typed === undefined ? undefined : typedAddress(typed);
}

function keyFor({ secrets }: SpeechParts, preset: OpenAiPreset, endpoint: string): Promise<boolean> {
  const { name, kind, keyPage: page } = preset;
  const origin = urlOf(endpoint)?.origin ?? '';
  return askKey(secrets, 'openai', name, origin, {
    optional: kind === 'own',
    ...(page === undefined ? {} : { page }),
  });
}

/** One of those that the server lists or the preset knows, or one that the user types. */
async function askModel(
  parts: SpeechParts,
  preset: OpenAiPreset,
  endpoint: string,
  value: string,
): Promise<string | undefined> {
  const listed = preset.kind === 'own' ? await listedAt(parts, preset, endpoint) : modelsOf(preset);
  const models = [...listed].sort((a, b) => Number(b === value) - Number(a === value));
  if (models.length === 0) return typeModel(preset.name, value);
  const chosen = await choose<string>(`Which model of ${preset.name}?`, [
    ...models.map((name) => ({ icon: 'symbol-misc', label: name, value: name })),
    { icon: 'edit', label: 'Another Model…', value: '' },
  ]);
  return chosen === '' ? typeModel(preset.name, value) : chosen;
}

async function listedAt(
  { access, settings }: SpeechParts,
  preset: OpenAiPreset,
  endpoint: string,
): Promise<readonly string[]> {
  const { speech } = await access.get();
  const wanted = { ...settings.read(), ...serviceSettings(preset, endpoint, preset.model) };
  return working('Looking for models…', (signal) => speech.modelsAt(wanted, signal));
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

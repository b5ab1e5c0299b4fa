/**
 * *Choose Model for Notes…*: a language model of VS Code, or an OpenAI-compatible service with its address, key and
 * model. Nothing is written before all of it is known, but the key, which the question for the models needs.
 */
import { chatPresets, type ChatPreset } from '../../library/notes/chatPresets';
import { settingProblem } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import type { CoreAccess } from '../core';
import { askKey } from '../keys';
import { notice, working } from '../messages';
import { Refusal } from '../problems';
import type { EditorSecrets } from '../secrets';
import type { EditorSettings } from '../settings';
import { ask, choose, type Choice } from '../speech/steps';
import { hostModelName, namedModel } from './hostModels';
import { vscodeModels } from './vscodeModels';

export interface ModelParts {
  readonly access: CoreAccess;
  readonly settings: EditorSettings;
  readonly secrets: EditorSecrets;
}

interface Chosen {
  readonly endpoint: string;
  readonly model: string;
}

const title = 'Choose Model for Notes';

/** False: a question was closed, and nothing has changed. Throws Refusal. */
export async function chooseNotesModel(parts: ModelParts): Promise<boolean> {
  const { settings } = parts;
  const chosen = await chooseFrom(parts);
  if (chosen === undefined) return false;
  for (const [name, value] of [
    ['notes.endpoint', chosen.endpoint],
    ['notes.model', chosen.model],
  ] as const) {
    const problem = await settings.write(name, value);
    if (problem !== undefined) throw new Refusal(problem);
  }
  // Jobs that wait for a model or a key go on.
  parts.access.peek()?.engine.sourcesChanged();
  return true;
}

async function chooseFrom(parts: ModelParts): Promise<Chosen | undefined> {
  const { 'notes.endpoint': endpoint, 'notes.model': model } = parts.settings.read();
  const offered = await vscodeModels.all();
  const current = endpoint === '' ? namedModel(offered, model) : undefined;
  const hosts = offered.map((one): Choice<Chosen | 'service'> => ({
    icon: 'sparkle',
    label: one.name,
    description: `${hostModelName(one)}${one === current ? ' · in use' : ''}`,
    detail: 'A language model of VS Code. Its vendor receives the words of the transcripts.',
    value: { endpoint: '', model: hostModelName(one) },
  }));
  const used: readonly Choice<Chosen | 'service'>[] =
    endpoint === '' || model === ''
      ? []
      : [{ icon: 'server', label: model, description: `${endpoint} · in use`, value: { endpoint, model } }];
  const service: Choice<Chosen | 'service'> = {
    icon: 'cloud',
    label: hosts.length === 0 ? 'A Service or Server…' : 'Another Service…',
    detail: 'OpenAI, Groq, Ollama, LM Studio, llama.cpp or another with OpenAI’s chat interface.',
    value: 'service',
  };
  const picked =
    hosts.length + used.length === 0
      ? 'service'
      : await choose('Which model writes the notes?', [...used, ...hosts, service], title);
  return picked === 'service' ? chooseService(parts) : picked;
}

async function chooseService(parts: ModelParts): Promise<Chosen | undefined> {
  const preset = await choose(
    'Which service or server writes the notes?',
    chatPresets.map((one) => ({
      icon: one.kind === 'own' ? 'server' : 'cloud',
      label: one.name,
      ...(one.endpoint === '' ? {} : { description: one.endpoint }),
      ...(one.note === undefined ? {} : { detail: one.note }),
      value: one,
    })),
    title,
  );
  if (preset === undefined) return undefined;
  const endpoint = preset.kind === 'own' ? await askAddress(preset) : preset.endpoint;
  if (endpoint === undefined) return undefined;
  if (preset.kind === 'service' && !(await keyFor(parts, preset, endpoint))) return undefined;
  const listed = await modelsAt(parts, preset, endpoint);
  const model = listed === undefined ? undefined : await askModel(preset, listed);
  return model === undefined ? undefined : { endpoint, model };
}

async function askAddress(preset: ChatPreset): Promise<string | undefined> {
  const typed = await ask(
    `Address of ${preset.endpoint === '' ? 'the service' : preset.name}; most end in /v1`,
    preset.endpoint,
    (text) => (text === '' ? 'An address is needed.' : settingProblem('notes.endpoint', text)),
    title,
  );
  return typed?.trim().replace(/\/+$/, '');
}

function keyFor({ secrets }: ModelParts, preset: ChatPreset, endpoint: string): Promise<boolean> {
  const { keyPage: page, kind, name } = preset;
  const label = preset.endpoint === '' ? (urlOf(endpoint)?.host ?? name) : name;
  return askKey(secrets, 'notes', label, urlOf(endpoint)?.origin ?? '', {
    optional: kind === 'own',
    ...(page === undefined ? {} : { page }),
  });
}

/** Undefined: the question for a key was closed. A server that cannot be reached is said, and its model is typed. */
async function modelsAt(
  parts: ModelParts,
  preset: ChatPreset,
  endpoint: string,
): Promise<readonly string[] | undefined> {
  const { access } = parts;
  const look = (): Thenable<{ readonly names: readonly string[]; readonly wantsKey: boolean }> =>
    working('Looking for models…', async (signal) => (await access.get()).chatModelsAt(endpoint, signal));
  try {
    let found = await look();
    // A server of one's own says by its refusal that it wants a key; one that is wrong is asked for once more.
    if (found.wantsKey) {
      if (!(await keyFor(parts, preset, endpoint))) return undefined;
      found = await look();
      if (found.wantsKey)
        void notice('warning', `${endpoint} refused the key. Use Set API Key… to correct it.`);
    }
    return found.names;
  } catch {
    void notice(
      'warning',
      `${endpoint} does not answer.${preset.note === undefined ? '' : ` ${preset.note}`} Its model can be named all the same.`,
    );
    return [];
  }
}

async function askModel(preset: ChatPreset, listed: readonly string[]): Promise<string | undefined> {
  const known = listed.length === 0 ? preset.models : preset.models.filter((name) => listed.includes(name));
  const names = [...new Set([...known, ...listed])];
  const other = '';
  const chosen =
    names.length === 0
      ? other
      : await choose<string>(
          'Which model writes the notes?',
          [
            ...names.map((name) => ({ icon: 'symbol-misc', label: name, value: name })),
            { icon: 'edit', label: 'Another Model…', value: other },
          ],
          title,
        );
  if (chosen !== other) return chosen;
  const typed = await ask(
    `Model at ${preset.endpoint === '' ? 'the service' : preset.name}, as the service names it`,
    '',
    (text) => (text === '' ? 'The name of a model is needed.' : undefined),
    title,
  );
  return typed?.trim();
}

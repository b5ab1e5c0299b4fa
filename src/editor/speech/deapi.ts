/**
 * deAPI in *Set Up Speech-to-Text…*: its key, its model, and where it is when a row or a trial found the address wrong.
 */
import { isPlainAway } from '../../model/addresses';
import { defaultSettings, settingProblem, type Settings } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import { askKey } from '../keys';
import type { SetUp, SpeechParts } from './parts';
import { ask, choose, typeModel, type Choice } from './steps';

const keyPage = 'https://app.deapi.ai/settings/api-keys';

type Place = Pick<Settings, 'deapi.endpoint' | 'deapi.version' | 'deapi.ownServer'>;

/** `wanted`: what is tried, and kept when an answer came; the rest is as the settings say. */
export function deapiSetUp(parts: SpeechParts, wanted: SetUp['settings']): SetUp {
  const settings = { ...parts.settings.read(), ...wanted };
  return {
    source: 'deapi',
    settings: wanted,
    change: {
      key: async () =>
        (await keyAt(parts, settings['deapi.endpoint'])) ? deapiSetUp(parts, wanted) : undefined,
      model: async () => {
        const other = await typeModel('deAPI', settings['deapi.model']);
        return other === undefined ? undefined : deapiSetUp(parts, { ...wanted, 'deapi.model': other });
      },
      address: async () => {
        const place = await askPlace(settings);
        if (place === undefined) return undefined;
        // A key is kept for one origin.
        const isSame = urlOf(place['deapi.endpoint'])?.origin === urlOf(settings['deapi.endpoint'])?.origin;
        return isSame || (await keyAt(parts, place['deapi.endpoint']))
          ? deapiSetUp(parts, { ...wanted, ...place })
          : undefined;
      },
    },
  };
}

function keyAt({ secrets }: SpeechParts, endpoint: string): Promise<boolean> {
  return askKey(secrets, 'deapi', 'deAPI', urlOf(endpoint)?.origin ?? '', { page: keyPage });
}

/** Where deAPI is, and which version of it; undefined when the list or the box was closed. */
async function askPlace(now: Settings): Promise<Place | undefined> {
  const { 'deapi.endpoint': endpoint, 'deapi.version': version } = now;
  const usual = defaultSettings['deapi.endpoint'];
  const place = (at: string, its: Place['deapi.version']): Place => ({
    'deapi.endpoint': at,
    'deapi.version': its,
    'deapi.ownServer': isPlain(at),
  });
  const other = version === 'v2' ? 'v1' : 'v2';
  const choices: Choice<Place | 'type'>[] = [];
  if (isPlain(endpoint) && !now['deapi.ownServer'])
    choices.push({
      icon: 'server',
      label: `${endpoint} is my own server`,
      detail: 'The key goes to it over plain http, where it can be read on the way.',
      value: place(endpoint, version),
    });
  if (endpoint !== usual || version !== 'v2')
    choices.push({ icon: 'cloud', label: `deAPI itself`, description: usual, value: place(usual, 'v2') });
  choices.push(
    {
      icon: 'versions',
      label: `Version ${other.slice(1)} at ${endpoint}`,
      ...(other === 'v1' ? { description: 'deAPI calls it deprecated' } : {}),
      value: place(endpoint, other),
    },
    { icon: 'edit', label: 'Another Address…', value: 'type' },
  );
  const chosen = await choose('Where is deAPI?', choices);
  if (chosen !== 'type') return chosen;
  const typed = await ask('Address of deAPI', endpoint, (text) => settingProblem('deapi.endpoint', text));
  return typed === undefined ? undefined : place(typed.trim(), 'v2');
}

/** Another computer over plain http, to which a key goes only by the user's word. */
function isPlain(endpoint: string): boolean {
  const url = urlOf(endpoint);
  return url !== undefined && isPlainAway(url);
}

/**
 * When a key is sent to its service. Over plain http to another computer anyone on the way can read it, so it goes
 * there only by the user's word. One rule for every service that has a key.
 */
import { isPlainAway } from '../model/addresses';
import type { Secrets } from '../model/ports';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';

export type KeyedService = 'deapi' | 'openai';

type KeySettings = Pick<Settings, `${KeyedService}.${'endpoint' | 'ownServer'}`>;

/** Whether the service's key is kept back: plain http to another computer, without the word `….ownServer`. */
export function keepsKeyBack(settings: KeySettings, service: KeyedService): boolean {
  const url = urlOf(settings[`${service}.endpoint`]);
  return url !== undefined && isPlainAway(url) && !settings[`${service}.ownServer`];
}

/** The key for the service's endpoint; undefined where there is none, or where it is kept back. */
export function keyFor(
  secrets: Secrets,
  settings: KeySettings,
  service: KeyedService,
): Promise<string | undefined> {
  const url = urlOf(settings[`${service}.endpoint`]);
  if (url === undefined || keepsKeyBack(settings, service)) return Promise.resolve(undefined);
  return secrets.get(service, url.origin);
}

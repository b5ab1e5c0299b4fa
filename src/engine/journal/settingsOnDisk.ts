/** Which settings are taken from a file: of a batch's journal, and of the user's own folder. */
import { isPlain } from '../../model/plain';
import { isSettingName, settingProblem, settingsSchema } from '../../model/settings';
import type { Settings } from '../../model/settings';

/** Settings that a journal may carry: where keys go, what runs and what it may cost are the user's alone. */
export function journalSettings(value: unknown): Partial<Settings> {
  return settingsWhere(value, (scope) => scope === 'window' || scope === 'resource');
}

/** Settings of the user alone, from the user's own folder. */
export function privateSettings(value: unknown): Partial<Settings> {
  return settingsWhere(value, (scope) => scope === 'machine' || scope === 'application');
}

function settingsWhere(value: unknown, allowed: (scope: string) => boolean): Partial<Settings> {
  if (!isPlain(value)) return {};
  const kept = Object.entries(value).filter(
    ([name, setting]) =>
      isSettingName(name) &&
      allowed(settingsSchema[name].scope) &&
      settingProblem(name, setting) === undefined,
  );
  const settings: Partial<Settings> = Object.fromEntries(kept);
  return settings;
}

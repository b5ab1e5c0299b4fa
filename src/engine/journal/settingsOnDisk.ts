/** Which settings are read from a batch's journal, and which from the user's own folder. */
import { isPlain } from '../../model/plain';
import { isSettingName, settingProblem, settingsSchema } from '../../model/settings';
import type { Settings } from '../../model/settings';

/**
 * Settings that a journal may contain: where keys are sent, which programs run and what it may cost are the
 * user's alone.
 */
export function journalSettings(value: unknown): Partial<Settings> {
  return settingsWhere(value, (scope) => scope === 'window' || scope === 'resource');
}

/** The user's settings, from the user's own folder. */
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

/** Settings as the page shows them. */
import { defaultSettings, type SettingName, type Settings } from '../../src/model/settings';
import type { PanelStore } from './store';

/** The value the page shows: what the host said, or the default until it has. */
export function settingOf<K extends SettingName>(store: PanelStore, name: K): Settings[K] {
  const value = store.settings[name]?.value;
  return typeof value === typeof defaultSettings[name] ? (value as Settings[K]) : defaultSettings[name];
}

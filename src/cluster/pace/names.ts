/** Which quotas machines share, and under which of the two names of the settings. */
import { nameOfKey } from '../../engine/limits/quotaSpecs';
import { quotaRow } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';

/** `account`: of a paid service. `egress`: an internet address, which sites know a machine by. */
export type SharedWhat = 'account' | 'egress';

/** Undefined: it is this machine's alone, as whisper is. */
export function sharedWhat(quota: string): SharedWhat | undefined {
  const row = quotaRow(quota);
  if (row === undefined) return undefined;
  if (row.account !== true) return 'egress';
  return row.endpoint === undefined ? undefined : 'account';
}

/** The name that the settings have for it; empty: it is not shared. */
export function sharedName(what: SharedWhat, settings: Settings): string {
  return settings[`cluster.${what}`];
}

const blocks = 'breaker:';

/** The quota that a note is about, without its server, where others have to know of it: its block. */
export function noteOfQuota(key: string): string | undefined {
  return key.startsWith(blocks) ? nameOfKey(key.slice(blocks.length)) : undefined;
}

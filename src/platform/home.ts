/** The user's home folder, also where HOME is not set: a container's user without a passwd entry. */
import { homedir } from 'node:os';

/** The home folder; undefined where neither HOME nor the system's user table names one. */
export function homeFolder(): string | undefined {
  try {
    const home = homedir();
    return home === '' ? undefined : home;
  } catch {
    // ENOENT: this user id has no entry, and HOME is not set.
    return undefined;
  }
}

/** What is said of a program that was not found: that it is missing, or that nothing was allowed to look for it. */
import { mayNotRun, type Processes } from '../model/ports';
import { trustNeed } from '../model/need';
import type { SettingName } from '../model/settings';

export interface MissingProgram {
  readonly why: string;
  readonly nextStep: string;
  /** What a failure for that needs; absent: the program. */
  readonly needs?: typeof trustNeed;
}

/** The next step where no program may be started; *Check Setup* makes it a click. */
export const trustStep = 'Manage Workspace Trust.';

/**
 * @param configured the value of `setting`; empty: the program was looked for in the usual places.
 * @param install why it is not there and what to do then.
 */
export function missingProgram(
  processes: Pick<Processes, 'barred' | 'unfit'>,
  name: string,
  setting: SettingName,
  configured: string,
  install: MissingProgram,
): MissingProgram {
  const barred = processes.barred?.();
  if (barred !== undefined)
    return { why: `${name} is not looked for: ${barred}.`, nextStep: trustStep, needs: trustNeed };
  if (configured === '') return install;
  const unfit = processes.unfit?.(configured);
  if (unfit === mayNotRun)
    return {
      why: `${configured} ${unfit}.`,
      nextStep: `Allow it to be run (chmod +x), or correct the setting ${setting}.`,
    };
  return {
    why: unfit === undefined ? `There is no program at ${configured}.` : `${configured} ${unfit}.`,
    nextStep: `Correct the setting ${setting}.`,
  };
}

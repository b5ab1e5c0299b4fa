/** The settings as values: their type, their defaults, and validation. The table is settingsTable.ts. */
import { nearest } from './nearest';
import { isPlain } from './plain';
import type {
  BooleanSpec,
  ChoiceSpec,
  NumberSpec,
  SettingSpec,
  TextListSpec,
  TextSpec,
} from './settingKinds';
import { settingsSchema } from './settingsTable';

export { parseDuration, settingGroups } from './settingKinds';
export type { SettingGroup, SettingScope, SettingSpec } from './settingKinds';
export { outputFormats, settingsSchema } from './settingsTable';
export type { OutputFormat } from './settingsTable';

type Schema = typeof settingsSchema;
export type SettingName = keyof Schema;
type ValueOf<S> =
  S extends TextListSpec<infer T>
    ? readonly T[]
    : S extends ChoiceSpec<infer T>
      ? T
      : S extends NumberSpec
        ? number
        : S extends BooleanSpec
          ? boolean
          : S extends TextSpec
            ? string
            : readonly Readonly<Record<string, unknown>>[];
/** All settings by name, validated. */
export type Settings = { readonly [K in SettingName]: ValueOf<Schema[K]> };

export const settingNames = Object.keys(settingsSchema) as readonly SettingName[];

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingsSchema, name);
}

/**
 * What the first of the values that are no choice was probably meant to be, as a sentence; empty where none is near.
 */
function meant(values: readonly unknown[], choices: readonly string[]): string {
  const odd = values.find((value) => typeof value !== 'string' || !choices.includes(value));
  const near = typeof odd === 'string' ? nearest(odd, choices) : undefined;
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

/** What is wrong with a value, as a sentence that names what is allowed; undefined when it is valid. */
export function settingProblem(name: SettingName, value: unknown): string | undefined {
  const wrong = (allowed: string): string => `${name} must be ${allowed}, not ${shown(value)}.`;
  const spec: SettingSpec = settingsSchema[name];
  switch (spec.type) {
    case 'number': {
      const kind = spec.integer ? 'a whole number' : 'a number';
      const fits =
        typeof value === 'number' &&
        Number.isFinite(value) &&
        value >= spec.min &&
        value <= spec.max &&
        (!spec.integer || Number.isInteger(value));
      return fits ? undefined : wrong(`${kind} from ${spec.min} to ${spec.max}`);
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('true or false');
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(spec.choices, value)
        ? undefined
        : wrong(`one of ${Object.keys(spec.choices).join(', ')}`) + meant([value], Object.keys(spec.choices));
    case 'text': {
      if (typeof value !== 'string') return wrong('text');
      const problem = spec.check?.(value);
      return problem === undefined ? undefined : wrong(problem);
    }
    case 'texts': {
      if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
        return wrong('a list of texts');
      const { choices } = spec;
      if (spec.atLeastOne === true && value.length === 0)
        return wrong(`a list with at least one of ${(choices ?? []).join(', ')}`);
      if (choices && !value.every((item) => choices.includes(item)))
        return wrong(`a list of ${choices.join(', ')}`) + meant(value, choices);
      for (const item of value) {
        const problem = spec.check?.(item);
        if (problem !== undefined) return wrong(problem);
      }
      return undefined;
    }
    case 'objects': {
      if (!Array.isArray(value) || !value.every(isPlain)) return wrong('a list of objects');
      const problem = value.map((item) => spec.check?.(item)).find((found) => found !== undefined);
      return problem === undefined ? undefined : wrong(problem);
    }
  }
}

/** Characters of a wrong value in which a password is looked for; 60 of them are shown. */
const longestShown = 4000;

function shown(value: unknown): string {
  const written = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, longestShown);
  // A password typed into the wrong place must not be repeated in a message: neither before a host, with all that may
  // be in it, nor as a parameter.
  const bare = written
    .replace(/((?:[a-z][a-z0-9+.-]*:)?\/\/)?[^"\s]*@/gi, '$1…@')
    .replace(/(:\/\/[^"\s?#]*)[?#][^"\s]+/g, '$1?…');
  return bare.length > 60 ? `${bare.slice(0, 60)}…` : bare;
}

export const defaultSettings: Settings = Object.fromEntries(
  settingNames.map((name) => [name, settingsSchema[name].default]),
) as unknown as Settings;

/**
 * The value of `proxies` while no proxy in it is valid: one entry that cannot be used, so that no request
 * goes out without a proxy.
 */
export const unusableProxy = '?';

export interface ReadSettings {
  readonly settings: Settings;
  /** Full sentences: what is wrong, what is allowed, what is used instead. */
  readonly problems: readonly string[];
  /** The settings with problems. */
  readonly wrong: ReadonlySet<SettingName>;
}

/**
 * Defaults, overlaid by each valid value in turn; an invalid value is reported and the previous one stays.
 */
export function readSettings(...layers: readonly Readonly<Record<string, unknown>>[]): ReadSettings {
  const values: Record<string, unknown> = { ...defaultSettings };
  const problems: string[] = [];
  const wrong = new Set<SettingName>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      if (!isSettingName(name)) {
        problems.push(`${name} is not a setting of Bulk Transcribe. ${nearestSetting(name)}`);
        continue;
      }
      const problem = settingProblem(name, value);
      if (problem === undefined) {
        values[name] = value;
        continue;
      }
      wrong.add(name);
      if (name === 'proxies') values[name] = usableProxies(value);
      problems.push(`${problem} ${insteadOf(name, values[name])}`);
    }
  }
  return { settings: values as unknown as Settings, problems, wrong };
}

/** A mistyped proxy must not become a request without a proxy, with the user's own address. */
function usableProxies(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const usable = items.filter(
    (item): item is string => typeof item === 'string' && settingProblem('proxies', [item]) === undefined,
  );
  return usable.length > 0 ? usable : [unusableProxy];
}

function insteadOf(name: SettingName, used: unknown): string {
  if (name === 'proxies')
    return Array.isArray(used) && used[0] !== unusableProxy
      ? 'The others on the list are used.'
      : 'Nothing is sent until it is corrected.';
  if (used !== defaultSettings[name]) return `${shown(used)} is used.`;
  if (typeof used === 'object' || used === '') return 'The default is used.';
  return `The default, ${typeof used === 'string' ? used : shown(used)}, is used.`;
}

/** "Did you mean …?" for a name close to one, otherwise where the terminal lists all. */
export function nearestSetting(name: string): string {
  const lower = name.toLowerCase();
  const near =
    settingNames.find((known) => known.toLowerCase() === lower) ??
    settingNames.find(
      (known) => known.toLowerCase().endsWith(`.${lower}`) || known.toLowerCase().includes(lower),
    ) ??
    nearest(name, settingNames);
  return near ? `Did you mean ${near}?` : 'bulk-transcribe help settings lists them all.';
}

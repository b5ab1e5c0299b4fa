/** The settings as values: their type, their defaults, and validation at the door. The table is settingsTable.ts. */
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

/** What is wrong with a value, as a sentence that names what is allowed; undefined when it is fine. */
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
        : wrong(`one of ${Object.keys(spec.choices).join(', ')}`);
    case 'text': {
      if (typeof value !== 'string') return wrong('text');
      const problem = spec.check?.(value);
      return problem === undefined ? undefined : wrong(problem);
    }
    case 'texts': {
      if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
        return wrong('a list of texts');
      const { choices } = spec;
      if (choices && !value.every((item) => choices.includes(item)))
        return wrong(`a list of ${choices.join(', ')}`);
      for (const item of value) {
        const problem = spec.check?.(item);
        if (problem !== undefined) return wrong(problem);
      }
      return undefined;
    }
    case 'objects':
      return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)
        ? undefined
        : wrong('a list of objects');
  }
}

function shown(value: unknown): string {
  const written = value === undefined ? 'nothing' : JSON.stringify(value);
  // A password typed into the wrong place must not come back in a message.
  return (written.length > 60 ? `${written.slice(0, 60)}…` : written).replace(/:\/\/[^/@"]*@/g, '://…@');
}

export const defaultSettings: Settings = Object.fromEntries(
  settingNames.map((name) => [name, settingsSchema[name].default]),
) as unknown as Settings;

/** Defaults, overlaid by each valid value in turn; what is wrong is named and the value before it stays. */
export function readSettings(...layers: readonly Readonly<Record<string, unknown>>[]): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const values: Record<string, unknown> = { ...defaultSettings };
  const problems: string[] = [];
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      if (!isSettingName(name)) {
        problems.push(`${name} is not a setting of Bulk Transcribe.`);
        continue;
      }
      const problem = settingProblem(name, value);
      if (problem === undefined) values[name] = value;
      else problems.push(problem);
    }
  }
  return { settings: values as unknown as Settings, problems };
}

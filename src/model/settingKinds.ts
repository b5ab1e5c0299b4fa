/**
 * The kinds of settings, with their allowed values, and the checks of texts with a format: the vocabulary
 * of the table in settingsTable.ts.
 */
export type SettingScope = 'window' | 'resource' | 'machine' | 'application';

export interface Common {
  readonly scope: SettingScope;
  readonly group: SettingGroup;
  readonly description: string;
}
export type SettingGroup = 'run' | 'sources' | 'output' | 'rates' | 'services' | 'network';

export const settingGroups: Readonly<Record<SettingGroup, string>> = {
  run: 'Running a Batch',
  sources: 'Sources and Languages',
  output: 'Output',
  rates: 'Rates',
  services: 'Services and Programs',
  network: 'Network',
};

export interface NumberSpec extends Common {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}
export interface BooleanSpec extends Common {
  readonly type: 'boolean';
  readonly default: boolean;
}
export interface ChoiceSpec<T extends string = string> extends Common {
  readonly type: 'choice';
  readonly default: T;
  readonly choices: Readonly<Record<T, string>>;
}
export interface TextSpec extends Common {
  readonly type: 'text';
  readonly default: string;
  /** Returns the error, as the end of "… must be", or undefined. */
  readonly check?: (value: string) => string | undefined;
  /** A path. Of a program a bare name is allowed as well, which is looked up in PATH. */
  readonly path?: 'program' | 'file';
}
export interface TextListSpec<T extends string = string> extends Common {
  readonly type: 'texts';
  readonly default: readonly T[];
  readonly choices?: readonly T[];
  readonly check?: (value: string) => string | undefined;
  /** An empty list would have no meaning. */
  readonly atLeastOne?: true;
}
export interface ObjectListSpec extends Common {
  readonly type: 'objects';
  readonly default: readonly Readonly<Record<string, unknown>>[];
  readonly check?: (value: Readonly<Record<string, unknown>>) => string | undefined;
}
export type SettingSpec = NumberSpec | BooleanSpec | ChoiceSpec | TextSpec | TextListSpec | ObjectListSpec;

export type Words = readonly [scope: SettingScope, group: SettingGroup, description: string];
export const base = ([scope, group, description]: Words): Common => ({ scope, group, description });

export const int = (value: number, min: number, max: number, ...words: Words): NumberSpec => ({
  type: 'number',
  default: value,
  min,
  max,
  integer: true,
  ...base(words),
});
export const decimal = (value: number, min: number, max: number, ...words: Words): NumberSpec => ({
  type: 'number',
  default: value,
  min,
  max,
  integer: false,
  ...base(words),
});
export const flag = (value: boolean, ...words: Words): BooleanSpec => ({
  type: 'boolean',
  default: value,
  ...base(words),
});
export const choice = <T extends string>(
  value: NoInfer<T>,
  choices: Readonly<Record<T, string>>,
  ...words: Words
): ChoiceSpec<T> => ({
  type: 'choice',
  default: value,
  choices,
  ...base(words),
});
export const text = (value: string, check: TextSpec['check'], ...words: Words): TextSpec => ({
  type: 'text',
  default: value,
  ...(check ? { check } : {}),
  ...base(words),
});
export const pathOf = (path: 'program' | 'file', ...words: Words): TextSpec => ({
  ...text('', undefined, ...words),
  path,
});

// Checks of texts: undefined where the value is valid, otherwise what is allowed, in words.
const originWords = 'an http:// or https:// address without user name, query or fragment';
export const isOrigin = (value: string): string | undefined =>
  /^https?:\/\/[^\s/@?#]+(?:\/[^\s?#]*)?$/i.test(value) && isAddress(value) ? undefined : originWords;
const isOriginOrEmpty = (value: string): string | undefined => (value === '' ? undefined : isOrigin(value));
/** An OpenAI-compatible service; Azure's classic interface has its version in the query. */
export const isServiceOrEmpty = (value: string): string | undefined =>
  isOriginOrEmpty(value.replace(/\?api-version=[\w.-]+$/i, ''));
/** Any web address; without a user name and password, which a settings file must not hold. */
export const isAddressOrEmpty = (value: string): string | undefined =>
  value === '' || (/^https?:\/\/[^\s/@]+(?:\/\S*)?$/i.test(value) && isAddress(value))
    ? undefined
    : 'an http:// or https:// address, or empty';
/** A path, or a name in the open folder. */
export const isFolder = (value: string): string | undefined =>
  value.trim() === '' ? 'the path of a folder' : undefined;
export const isDate = (value: string): string | undefined =>
  value === '' || isDay(value) ? undefined : 'a date such as 2026-01-31, or empty';
export const isDuration = (value: string): string | undefined =>
  value === '' || parseDuration(value) !== undefined
    ? undefined
    : 'a duration such as 90s, 2m or 1h30m, or empty';
export const isProxy = (value: string): string | undefined =>
  value === 'tor' || /^(https?|socks5h?):\/\/[^\s/]+\/?$/i.test(value)
    ? /\/\/[^/@]*:[^/@]*@/.test(value)
      ? 'without a password (use Add Proxy…, which keeps it in secret storage)'
      : undefined
    : 'tor, or an http://, https://, socks5:// or socks5h:// address';
export const isLanguage = (value: string): string | undefined =>
  /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(value) ? undefined : 'language codes such as en, de or pt-BR';
/** `auto`, or the code of one language. */
export const isSpeechLanguage = (value: string): string | undefined =>
  value === 'auto' || isLanguage(value) === undefined
    ? undefined
    : 'auto or a language code such as en, de or pt-BR';
/** `auto`, or a label that the decoders of the web know (https://encoding.spec.whatwg.org/#names-and-labels). */
export const isEncoding = (value: string): string | undefined => {
  if (value === 'auto') return undefined;
  try {
    return new TextDecoder(value).encoding === '' ? encodingWords : undefined;
  } catch {
    return encodingWords;
  }
};
const encodingWords = 'auto or an encoding such as utf-8, windows-1251, shift_jis or gbk';
/** The required fields of a client; sources/youtube/clients.ts reads the rest. */
export const isClient = (value: Readonly<Record<string, unknown>>): string | undefined =>
  typeof value.clientName === 'string' &&
  typeof value.clientVersion === 'string' &&
  typeof value.id === 'number'
    ? undefined
    : 'a list of objects with clientName, clientVersion (texts) and id (a number)';

const placeholders = ['title', 'id', 'date', 'channel', 'index', 'language', 'source'];
export const isFileName = (value: string): string | undefined => {
  const named = Array.from(value.matchAll(/\$\{([^}]*)\}?/g), ([, name]) => name ?? '');
  if (named.some((name) => !placeholders.includes(name)))
    return `a pattern of ${placeholders.map((name) => `\${${name}}`).join(' ')}`;
  return named.includes('id') || named.includes('index')
    ? undefined
    : 'a pattern with ${id} or ${index}, so that no two videos share a file';
};

/** The port is in range and the host is well-formed; whether a host name exists is not checked. */
function isAddress(text: string): boolean {
  try {
    return new URL(text).host !== '';
  } catch {
    return false;
  }
}

/** A day of the calendar: there is no 30th of February. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Seconds in `90`, `90s`, `2m`, `1h30m`; undefined when it is not a duration. */
export function parseDuration(value: string): number | undefined {
  const match = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?$/i.exec(value.trim());
  if (!match || (match[1] ?? match[2] ?? match[3]) === undefined) return undefined;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

/**
 * Every setting, once: type, default, limits, scope and words. The manifest's configuration section, the
 * `Settings` type and the validation all come from this table (`npm run manifest` writes package.json).
 * Names stand without the `bulkTranscribe.` prefix.
 */
import { sourceIds } from './transcript';

export type SettingScope = 'window' | 'resource' | 'machine' | 'application';

interface Common {
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

interface NumberSpec extends Common {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}
interface BooleanSpec extends Common {
  readonly type: 'boolean';
  readonly default: boolean;
}
interface ChoiceSpec<T extends string = string> extends Common {
  readonly type: 'choice';
  readonly default: T;
  readonly choices: Readonly<Record<T, string>>;
}
interface TextSpec extends Common {
  readonly type: 'text';
  readonly default: string;
  /** Returns what is wrong, as the end of "… must be", or undefined. */
  readonly check?: (value: string) => string | undefined;
}
interface TextListSpec<T extends string = string> extends Common {
  readonly type: 'texts';
  readonly default: readonly T[];
  readonly choices?: readonly T[];
  readonly check?: (value: string) => string | undefined;
}
interface ObjectListSpec extends Common {
  readonly type: 'objects';
  readonly default: readonly Readonly<Record<string, unknown>>[];
}
export type SettingSpec = NumberSpec | BooleanSpec | ChoiceSpec | TextSpec | TextListSpec | ObjectListSpec;

type Words = readonly [scope: SettingScope, group: SettingGroup, description: string];
const base = ([scope, group, description]: Words): Common => ({ scope, group, description });

const int = (value: number, min: number, max: number, ...words: Words): NumberSpec => ({
  type: 'number',
  default: value,
  min,
  max,
  integer: true,
  ...base(words),
});
const decimal = (value: number, min: number, max: number, ...words: Words): NumberSpec => ({
  type: 'number',
  default: value,
  min,
  max,
  integer: false,
  ...base(words),
});
const flag = (value: boolean, ...words: Words): BooleanSpec => ({
  type: 'boolean',
  default: value,
  ...base(words),
});
const choice = <T extends string>(
  value: NoInfer<T>,
  choices: Readonly<Record<T, string>>,
  ...words: Words
): ChoiceSpec<T> => ({
  type: 'choice',
  default: value,
  choices,
  ...base(words),
});
const text = (value: string, check: TextSpec['check'], ...words: Words): TextSpec => ({
  type: 'text',
  default: value,
  ...(check ? { check } : {}),
  ...base(words),
});

const isOrigin = (value: string): string | undefined =>
  value === '' || /^https?:\/\/[^\s/@?#]+(?:\/[^\s?#]*)?$/i.test(value)
    ? undefined
    : 'an http:// or https:// address without user name, query or fragment';
const isDate = (value: string): string | undefined =>
  value === '' || (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)))
    ? undefined
    : 'a date such as 2026-01-31, or empty';
const isDuration = (value: string): string | undefined =>
  value === '' || parseDuration(value) !== undefined
    ? undefined
    : 'a duration such as 90s, 2m or 1h30m, or empty';
const isProxy = (value: string): string | undefined =>
  value === 'tor' || /^(https?|socks5h?):\/\/[^\s/]+\/?$/i.test(value)
    ? /\/\/[^/@]*:[^/@]*@/.test(value)
      ? 'without a password (use Add Proxy…, which keeps it in secret storage)'
      : undefined
    : 'tor, or an http://, https://, socks5:// or socks5h:// address';
const isLanguage = (value: string): string | undefined =>
  /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(value) ? undefined : 'language codes such as en, de or pt-BR';
const isFileName = (value: string): string | undefined =>
  value.includes('${id}') || value.includes('${index}')
    ? undefined
    : 'a pattern with ${id} or ${index}, so that no two videos share a file';

/** Seconds in `90`, `90s`, `2m`, `1h30m`; undefined when it is none. */
export function parseDuration(value: string): number | undefined {
  const match = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?$/i.exec(value.trim());
  if (!match || (match[1] ?? match[2] ?? match[3]) === undefined) return undefined;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

export const outputFormats = ['md', 'txt', 'srt', 'vtt', 'json'] as const;
export type OutputFormat = (typeof outputFormats)[number];

const rateMax = 1_000_000;

export const settingsSchema = {
  workers: int(5, 1, 20, 'window', 'run', 'How many videos are worked on at the same time.'),
  parallel: flag(
    true,
    'window',
    'run',
    'Work on several videos at a time. Off: one after the other. Takes effect at once, also in mid-run.',
  ),
  adaptive: flag(
    true,
    'window',
    'run',
    'Use fewer workers while a service throttles, and more again when it lets go.',
  ),
  retries: int(
    3,
    0,
    10,
    'window',
    'run',
    'How often a video is tried again after a failure that can pass, such as a lost connection.',
  ),
  requestTimeout: int(
    30,
    1,
    600,
    'window',
    'run',
    'Seconds until a request without a complete answer is given up.',
  ),
  stallTimeout: decimal(
    5,
    0.1,
    1440,
    'window',
    'run',
    'Minutes without any progress until a video is given up as timed out. Waiting for limits does not count.',
  ),
  onError: choice(
    'continue',
    {
      continue: 'Go on with the rest.',
      stop: 'Stop the batch at the first failure.',
      retryAtEnd: 'Go on, and try failures that can pass once more after the rest.',
    },
    'window',
    'run',
    'What a failed video means for the batch.',
  ),
  onBlocked: choice(
    'wait',
    {
      wait: 'Wait 1, 5 and 30 minutes, then park the videos and try again later.',
      nextSource: 'Go on with the next source.',
      park: 'Park the videos at once.',
    },
    'window',
    'run',
    'What to do when a service blocks this network.',
  ),
  order: choice(
    'list',
    {
      list: 'As in the list.',
      shortestFirst: 'Shortest first: first results soonest.',
      longestFirst: 'Longest first: the whole batch is done soonest.',
    },
    'window',
    'run',
    'The order in which videos start.',
  ),
  autoResume: choice(
    'ask',
    { ask: 'Ask.', always: 'Resume without asking.', never: 'Leave it stopped.' },
    'application',
    'run',
    'What to do with an interrupted batch when its folder is opened again.',
  ),
  maxMemoryMB: int(
    1024,
    64,
    1_000_000,
    'window',
    'run',
    'Megabytes of memory that a run may add; work slows down before it is reached.',
  ),
  'paid.maxCost': decimal(
    0,
    0,
    1_000_000,
    'application',
    'run',
    "Paid work up to this amount, in the account's currency, starts without asking. 0: ask every time.",
  ),

  sources: {
    type: 'texts',
    default: sourceIds,
    choices: sourceIds,
    ...base(['resource', 'sources', 'Who is asked for a transcript, in this order, until one has it.']),
  } as TextListSpec<(typeof sourceIds)[number]>,
  languages: {
    type: 'texts',
    default: [],
    check: isLanguage,
    ...base([
      'resource',
      'sources',
      'Preferred caption languages in order, such as `en` or `pt-BR`. Empty: the original language.',
    ]),
  } as TextListSpec,
  'captions.kind': choice(
    'preferManual',
    {
      preferManual: 'Written by people where there are any, else automatic.',
      manualOnly: 'Only captions written by people.',
      automaticOnly: 'Only automatic captions.',
    },
    'resource',
    'sources',
    'Which captions are taken.',
  ),
  'lists.limit': int(
    0,
    0,
    1_000_000,
    'resource',
    'sources',
    'How many entries of a playlist, channel or feed are taken, newest first. 0: all.',
  ),
  'lists.after': text('', isDate, 'resource', 'sources', 'Only entries published on or after this date.'),
  'lists.before': text('', isDate, 'resource', 'sources', 'Only entries published before this date.'),
  'lists.minDuration': text(
    '',
    isDuration,
    'resource',
    'sources',
    'Only entries at least this long, such as `2m`.',
  ),
  'lists.maxDuration': text(
    '',
    isDuration,
    'resource',
    'sources',
    'Only entries at most this long, such as `1h`.',
  ),

  'output.folder': text(
    'transcripts',
    undefined,
    'resource',
    'output',
    'Where transcripts go: a folder inside the workspace, or an absolute path.',
  ),
  'output.fileName': text(
    '${title} [${id}]',
    isFileName,
    'resource',
    'output',
    'Name of a transcript file: `${title} ${id} ${date} ${channel} ${index} ${language} ${source}`.',
  ),
  'output.formats': {
    type: 'texts',
    default: ['md'],
    choices: outputFormats,
    ...base(['resource', 'output', 'Which files are written for each video.']),
  } as TextListSpec<OutputFormat>,
  'output.timestamps': choice(
    'paragraph',
    { paragraph: 'One at each paragraph.', line: 'One at each line.', none: 'None.' },
    'resource',
    'output',
    'Time links in Markdown and text files.',
  ),
  'export.pdfFont': text(
    '',
    undefined,
    'machine',
    'output',
    'A TrueType or OpenType font file for PDF exports. Empty: a built-in font.',
  ),

  'rate.utilization': decimal(0.95, 0.1, 1, 'window', 'rates', 'The share of each limit that is used.'),
  'rate.youtube.perHour': int(
    300,
    0,
    rateMax,
    'window',
    'rates',
    'Videos an hour from YouTube. 0: no limit of ours.',
  ),
  'rate.youtube.perDay': int(
    0,
    0,
    rateMax,
    'window',
    'rates',
    'Videos a day from YouTube. 0: no limit of ours.',
  ),
  'rate.youtube.burst': int(10, 1, 1000, 'window', 'rates', 'Videos that may start close together at first.'),
  'rate.youtube.spacing': decimal(1, 0, 3600, 'window', 'rates', 'Seconds between two starts.'),
  'rate.youtube.concurrency': int(
    5,
    0,
    100,
    'window',
    'rates',
    'Videos at the same time from YouTube. 0: no limit of ours.',
  ),
  'rate.deapi.perMinute': int(
    300,
    0,
    rateMax,
    'window',
    'rates',
    "deAPI requests a minute; the service's own answers lower it. 0: no limit of ours.",
  ),
  'rate.deapi.perDay': int(0, 0, rateMax, 'window', 'rates', 'deAPI requests a day. 0: no limit of ours.'),
  'rate.deapi.burst': int(3, 1, 1000, 'window', 'rates', 'deAPI requests that may start close together.'),
  'rate.openai.perMinute': int(
    0,
    0,
    rateMax,
    'window',
    'rates',
    "Requests a minute to the OpenAI-compatible service; the service's own answers lower it. 0: no limit of ours.",
  ),
  'rate.openai.perDay': int(
    0,
    0,
    rateMax,
    'window',
    'rates',
    'Requests a day to the OpenAI-compatible service. 0: no limit of ours.',
  ),
  'rate.openai.concurrency': int(
    2,
    0,
    100,
    'window',
    'rates',
    'Requests at the same time to the OpenAI-compatible service. 0: no limit of ours.',
  ),
  'rate.otherHosts.perMinute': int(
    60,
    0,
    rateMax,
    'window',
    'rates',
    'Requests a minute to each other host. 0: no limit of ours.',
  ),
  'rate.otherHosts.concurrency': int(
    2,
    0,
    100,
    'window',
    'rates',
    'Requests at the same time to each other host. 0: no limit of ours.',
  ),

  'youtube.endpoint': text(
    'https://www.youtube.com',
    isOrigin,
    'machine',
    'services',
    "Where YouTube's captions are asked for.",
  ),
  'youtube.clients': {
    type: 'objects',
    default: [],
    ...base(['machine', 'services', 'YouTube clients to present as, in order. Empty: the built-in list.']),
  } as ObjectListSpec,
  'ytDlp.path': text('', undefined, 'machine', 'services', 'The program yt-dlp. Empty: found by itself.'),
  'ytDlp.cookiesFromBrowser': text(
    '',
    undefined,
    'machine',
    'services',
    'Browser whose cookies yt-dlp may use, such as `firefox`.',
  ),
  'ffmpeg.path': text('', undefined, 'machine', 'services', 'The program ffmpeg. Empty: found by itself.'),
  'deapi.endpoint': text('https://api.deapi.ai', isOrigin, 'machine', 'services', 'Address of deAPI.'),
  'deapi.version': choice(
    'v2',
    { v1: 'Version 1.', v2: 'Version 2.' },
    'machine',
    'services',
    "Version of deAPI's interface.",
  ),
  'deapi.model': text('WhisperLargeV3', undefined, 'machine', 'services', 'Model that deAPI uses.'),
  'deapi.quotaScope': choice(
    'perEndpoint',
    {
      perEndpoint: 'Submitting and asking for results have a limit each.',
      shared: 'All requests share one limit.',
      both: 'A limit each, and one over all.',
    },
    'machine',
    'services',
    'How deAPI counts requests.',
  ),
  'deapi.maxUploadMB': decimal(
    10,
    0.1,
    10_000,
    'machine',
    'services',
    'Largest file sent to deAPI, in megabytes.',
  ),
  'openai.endpoint': text(
    '',
    isOrigin,
    'machine',
    'services',
    'Address of an OpenAI-compatible service, such as `https://api.openai.com/v1`. Empty: off.',
  ),
  'openai.model': text(
    'whisper-1',
    undefined,
    'machine',
    'services',
    'Model of the OpenAI-compatible service.',
  ),
  'openai.maxUploadMB': decimal(
    25,
    0.1,
    10_000,
    'machine',
    'services',
    'Largest file sent to the OpenAI-compatible service, in megabytes.',
  ),
  'whisper.path': text(
    '',
    undefined,
    'machine',
    'services',
    'The program whisper-cli of whisper.cpp. Empty: found by itself.',
  ),
  'whisper.model': text('', undefined, 'machine', 'services', 'Model file for whisper.cpp. Empty: off.'),
  'whisper.concurrency': int(1, 1, 20, 'machine', 'services', 'Videos at the same time for whisper.cpp.'),

  proxies: {
    type: 'texts',
    default: [],
    check: isProxy,
    ...base([
      'machine',
      'network',
      'Proxies: `http://`, `https://`, `socks5://`, `socks5h://`, or `tor`. Never with a password; use the command *Add Proxy…*.',
    ]),
  } as TextListSpec,
  'proxy.mode': choice(
    'pool',
    {
      pool: 'Each listed proxy is one exit.',
      rotating: 'The listed proxy gives a new exit for each connection.',
      off: 'Use no proxy.',
    },
    'machine',
    'network',
    'How the listed proxies are used.',
  ),
} satisfies Record<string, SettingSpec>;

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
      if (choices && !value.every((item) => (choices).includes(item)))
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

/** The terminal's command line → what to do. Pure: a problem is a sentence, not an exit. */
import { parseArgs } from 'node:util';
import { isSettingName, nearestSetting, settingProblem, settingsSchema } from '../model/settings';
import type { SettingName } from '../model/settings';
import { exportFormats, type ExportFormat } from '../output/exports';

/** Given on the command line, by setting name; what `--set` says is not checked yet. */
export type GivenSettings = Readonly<Partial<Record<SettingName, unknown>>>;

export interface RunOptions {
  readonly given: GivenSettings;
  readonly settingsFile?: string;
  readonly out?: string;
  readonly json: boolean;
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly inputs: readonly string[];
      readonly name?: string;
      readonly redo: boolean;
      readonly options: RunOptions;
    }
  | { readonly kind: 'resume' | 'retry'; readonly folder: string; readonly options: RunOptions }
  | {
      readonly kind: 'export';
      readonly folder: string;
      readonly format: ExportFormat;
      readonly options: RunOptions;
    }
  | { readonly kind: 'doctor'; readonly options: RunOptions }
  | { readonly kind: 'usage'; readonly problem: string };

export const usage = `Usage: bulk-transcribe [run] <list file | link | -> …
       bulk-transcribe resume <batch folder>
       bulk-transcribe retry <batch folder>
       bulk-transcribe export <batch folder> --format md|pdf|zip|jsonl|csv [--out FILE]
       bulk-transcribe doctor

  --out DIR            where batch folders go (default: transcripts)
  --name NAME          name of the batch (default: the list's)
  --workers N          videos at the same time, 1 to 20 (default: 5)
  --no-parallel        one after the other
  --retries N          tries after a failure that can pass (default: 3)
  --on-error WHAT      continue, stop or retryAtEnd
  --order ORDER        list, shortestFirst or longestFirst
  --sources A,B        who is asked, in this order
  --lang A,B           preferred languages (default: the original)
  --formats A,B        md, txt, srt, vtt, json
  --redo               transcribe again what is done already
  --yes                agree to paid work
  --max-cost AMOUNT    agree to paid work up to this amount
  --settings FILE      settings as JSON
  --set KEY=VALUE      any setting by its name
  --json               one JSON object a line on stdout, words on stderr
  --version, --help

Keys: DEAPI_API_KEY, OPENAI_API_KEY. Proxy: HTTPS_PROXY; password for listed proxies:
BULK_TRANSCRIBE_PROXY_PASSWORD. Exit codes: 0 all done, 1 some failed, 2 usage, 3 some parked,
130 interrupted (everything is kept; resume continues). BULK_TRANSCRIBE_LOG=debug says all it does.
`;

const config = {
  out: { type: 'string' },
  name: { type: 'string' },
  workers: { type: 'string' },
  parallel: { type: 'boolean' },
  retries: { type: 'string' },
  'on-error': { type: 'string' },
  order: { type: 'string' },
  sources: { type: 'string' },
  lang: { type: 'string' },
  formats: { type: 'string' },
  format: { type: 'string' },
  redo: { type: 'boolean' },
  yes: { type: 'boolean' },
  'max-cost': { type: 'string' },
  settings: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/** Options that are short for a setting. */
const shorthands = {
  workers: 'workers',
  retries: 'retries',
  'on-error': 'onError',
  order: 'order',
  sources: 'sources',
  lang: 'languages',
  formats: 'output.formats',
  out: 'output.folder',
} as const satisfies Record<string, SettingName>;

/** Options that one command alone understands; with another they would be passed over in silence. */
const onlyWith = { format: 'export', name: 'run', redo: 'run' } as const;

const commands = ['run', 'resume', 'retry', 'export', 'doctor'] as const;
type CommandName = (typeof commands)[number];

/** Throws TypeError, in words for the user, for what is no option. */
function parse(args: readonly string[]) {
  return parseArgs({
    args: protectDashed(args),
    options: config,
    allowPositionals: true,
    allowNegative: true,
    strict: true,
  });
}
type Values = ReturnType<typeof parse>['values'];
type Given = Partial<Record<SettingName, unknown>>;

/** Reads `process.argv.slice(2)`. */
export function readCommandLine(args: readonly string[]): Command {
  let parsed;
  try {
    parsed = parse(args);
  } catch (error) {
    const words =
      error instanceof Error ? error.message.split(/\.\s/)[0] : 'These options were not understood';
    return problem(`${words ?? ''}.`);
  }
  const { values } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };

  const positionals = parsed.positionals.map((word) =>
    word.startsWith(guard) ? word.slice(guard.length) : word,
  );
  const named = commands.find((command) => command === positionals[0]);
  const command = named ?? 'run';
  const rest = named ? positionals.slice(1) : positionals;

  const given: Given = {};
  const wrong = misplaced(values, command) ?? takeSettings(values, command, given);
  if (wrong !== undefined) return problem(wrong);
  const options: RunOptions = {
    given,
    json: values.json ?? false,
    ...(values.settings === undefined ? {} : { settingsFile: values.settings }),
    ...(values.out === undefined ? {} : { out: values.out }),
  };
  return commandOf(command, rest, values, options);
}

/** What is wrong about options that another command understands. */
function misplaced(values: Values, command: CommandName): string | undefined {
  for (const [option, where] of Object.entries(onlyWith))
    if (values[option as keyof typeof onlyWith] !== undefined && command !== where)
      return option === 'format' && command === 'run'
        ? 'run takes --formats, not --format.'
        : `--${option} goes with ${where}, not with ${command}.`;
  return undefined;
}

/** Fills `given` with the settings that the options stand for; says what is wrong with the first wrong one. */
function takeSettings(values: Values, command: CommandName, given: Given): string | undefined {
  const take = (name: SettingName, written: string, as: string): string | undefined => {
    const value = settingValue(name, written);
    const wrong = settingProblem(name, value);
    if (wrong !== undefined) return as === name ? wrong : `--${as}: ${wrong}`;
    given[name] = value;
    return undefined;
  };
  for (const [option, name] of Object.entries(shorthands)) {
    const written = values[option as keyof typeof shorthands];
    if (written === undefined || (option === 'out' && command === 'export')) continue;
    const wrong = take(name, written, option);
    if (wrong !== undefined) return wrong;
  }
  if (values.parallel !== undefined) given.parallel = values.parallel;
  for (const pair of values.set ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) return `--set takes key=value, not ${pair}.`;
    const name = pair.slice(0, at).replace(/^bulkTranscribe\./, '');
    if (!isSettingName(name)) return `${name} is not a setting. ${nearestSetting(name)}`;
    // A wrong value is treated like one in a settings file: named, and not used.
    given[name] = settingValue(name, pair.slice(at + 1));
  }
  // Consent is a setting as well: paid work up to the amount starts without asking.
  if (values.yes) given['paid.maxCost'] = settingsSchema['paid.maxCost'].max;
  return values['max-cost'] === undefined ? undefined : take('paid.maxCost', values['max-cost'], 'max-cost');
}

function commandOf(
  command: CommandName,
  rest: readonly string[],
  values: Values,
  options: RunOptions,
): Command {
  const [folder] = rest;
  switch (command) {
    case 'run':
      if (rest.length === 0) return problem('Name a list file, a link, or - for standard input.');
      return {
        kind: 'run',
        inputs: rest,
        redo: values.redo ?? false,
        options,
        ...(values.name === undefined ? {} : { name: values.name }),
      };
    case 'resume':
    case 'retry':
      if (folder === undefined || rest.length > 1) return problem(`${command} takes one batch folder.`);
      return { kind: command, folder, options };
    case 'export': {
      const format = exportFormats.find((known) => known === values.format);
      if (folder === undefined || rest.length > 1) return problem('export takes one batch folder.');
      if (!format) return problem(`export needs --format: one of ${exportFormats.join(', ')}.`);
      return { kind: 'export', folder, format, options };
    }
    case 'doctor':
      if (rest.length > 0) return problem('doctor takes no folder or list.');
      return { kind: 'doctor', options };
  }
}

/** parseArgs takes a lone `-` well, but not ids that start with a dash; they are guarded and uncovered again. */
const guard = '\0';
function protectDashed(args: readonly string[]): string[] {
  return args.map((word) =>
    /^-[A-Za-z0-9_-]{10}$/.test(word) && !word.startsWith('--') ? guard + word : word,
  );
}

function problem(words: string): Command {
  return { kind: 'usage', problem: words };
}

/** A value as written on a command line: JSON where the setting wants it, plain otherwise. */
function settingValue(name: SettingName, written: string): unknown {
  const { type } = settingsSchema[name];
  switch (type) {
    case 'number':
      return written.trim() === '' ? written : Number.isNaN(Number(written)) ? written : Number(written);
    case 'boolean':
      return written === 'true' ? true : written === 'false' ? false : written;
    case 'texts':
      return written.trim().startsWith('[')
        ? json(written)
        : written
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== '');
    case 'objects':
      return json(written);
    case 'choice':
    case 'text':
      return written.startsWith('"') ? json(written) : written;
  }
}

function json(written: string): unknown {
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return written;
  }
}

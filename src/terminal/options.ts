/** The terminal's command line → what to do. Pure: a problem is a sentence, not an exit. */
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  isSettingName,
  nearestSetting,
  outputFormats,
  settingProblem,
  settingsSchema,
} from '../model/settings';
import type { SettingName } from '../model/settings';
import { nearest } from '../model/nearest';
import { exportFormats, type ExportFormat } from '../output/exports';
import { commandNames, optionRows, optionTable, shells } from './commandTable';
import type { CommandName, OptionName, OptionRow, Shell } from './commandTable';
import { speechWay, type SpeechWay } from './speechWay';

/** Given on the command line, by setting name; what `--set` says is not checked yet. */
export type GivenSettings = Readonly<Partial<Record<SettingName, unknown>>>;

export interface RunOptions {
  readonly given: GivenSettings;
  readonly settingsFile?: string;
  readonly out?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logFile?: string;
  /** How long a run that nobody watches waits for a full disk. */
  readonly waitDiskMs: number;
}

const defaultWaitDiskMinutes = 10;

export type Command =
  /** `about` absent: the whole program. */
  | { readonly kind: 'help'; readonly about?: CommandName | 'settings' }
  | { readonly kind: 'version' }
  | { readonly kind: 'man' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  | {
      readonly kind: 'run';
      readonly inputs: readonly string[];
      readonly name?: string;
      readonly redo: boolean;
      readonly dryRun: boolean;
      readonly allowPrivate: boolean;
      readonly options: RunOptions;
    }
  | {
      readonly kind: 'resume' | 'retry';
      readonly folder: string;
      /** The user has said that a batch from elsewhere may go on. */
      readonly trust: boolean;
      /** The user has confirmed every file and private address that the batch's list names. */
      readonly allowPrivate: boolean;
      readonly options: RunOptions;
    }
  | {
      readonly kind: 'export';
      readonly folder: string;
      readonly format: ExportFormat;
      readonly force: boolean;
      readonly options: RunOptions;
    }
  /** The formats are among the given settings. */
  | { readonly kind: 'render'; readonly folder: string; readonly options: RunOptions }
  | {
      readonly kind: 'notes';
      readonly folder: string;
      readonly dryRun: boolean;
      /** The template, where it was named by its path. */
      readonly templateFile?: string;
      readonly options: RunOptions;
    }
  /** `folder` absent: the output folder of the settings. */
  | { readonly kind: 'status'; readonly folder?: string; readonly options: RunOptions }
  | {
      readonly kind: 'search';
      /** At least one; the last of several is the folder where there is such a folder. */
      readonly words: readonly string[];
      readonly limit: number;
      readonly options: RunOptions;
    }
  | { readonly kind: 'doctor' | 'mcp' | 'worker'; readonly options: RunOptions }
  | {
      readonly kind: 'setup';
      readonly way: SpeechWay;
      /** Here a name of the catalogue or a file; absent: what suits the computer. */
      readonly model?: string;
      readonly yes: boolean;
      readonly options: RunOptions;
    }
  /** `command` absent: the call was empty. */
  | { readonly kind: 'usage'; readonly problem: string; readonly command?: CommandName };

/** The options as Node's parser wants them. */
const config = Object.fromEntries(
  optionRows.map(([name, { type, short, multiple }]) => [
    name,
    { type, ...(short === undefined ? {} : { short }), ...(multiple ? { multiple } : {}) },
  ]),
);

/** Throws TypeError, in words for the user, for what is no option. */
function parse(args: readonly string[]): { readonly values: Values; readonly positionals: string[] } {
  return parseArgs({
    args: protectDashed(args),
    options: config,
    allowPositionals: true,
    allowNegative: true,
    strict: true,
  });
}
type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
type Given = Partial<Record<SettingName, unknown>>;

/** Reads `process.argv.slice(2)`. */
export function readCommandLine(args: readonly string[]): Command {
  const command = read(args);
  if (command.kind !== 'usage' || args.length === 0) return command;
  return { ...command, command: args.map(commandNamed).find((name) => name !== undefined) ?? 'run' };
}

const commandNamed = (word: string | undefined): CommandName | undefined =>
  commandNames.find((command) => command === word);

function helpAbout(word: string | undefined): Command {
  const about = word === 'settings' ? word : commandNamed(word);
  return about === undefined ? { kind: 'help' } : { kind: 'help', about };
}

function read(args: readonly string[]): Command {
  let parsed;
  try {
    parsed = parse(args);
  } catch (error) {
    return problem(parseProblem(error));
  }
  const { values } = parsed;
  if (values.version) return { kind: 'version' };

  const positionals = parsed.positionals.map((word) =>
    word.startsWith(guard) ? word.slice(guard.length) : word,
  );
  const named = commandNamed(positionals[0]);
  const command = named ?? 'run';
  const rest = named ? positionals.slice(1) : positionals;
  if (positionals[0] === 'help') return helpAbout(positionals[1]);
  if (values.help) return helpAbout(positionals[0]);
  if (positionals[0] === 'version') return { kind: 'version' };

  const given: Given = {};
  const wrong = misplaced(values, named ?? positionals[0]) ?? takeSettings(values, command, given);
  if (wrong !== undefined) return problem(wrong);
  const minutes = text(values, 'wait-disk') ?? String(defaultWaitDiskMinutes);
  if (!/^\d+(\.\d+)?$/.test(minutes)) return problem(`--wait-disk takes minutes, not ${minutes}.`);
  if (text(values, 'name')?.trim() === '') return problem('--name takes the name of the batch.');
  const settingsFile = text(values, 'settings');
  const out = text(values, 'out');
  const logFile = text(values, 'log-file');
  return commandOf(command, rest, values, {
    given,
    json: values.json === true,
    quiet: values.quiet === true,
    waitDiskMs: Number(minutes) * 60_000,
    ...(settingsFile === undefined ? {} : { settingsFile }),
    ...(out === undefined ? {} : { out }),
    ...(logFile === undefined ? {} : { logFile }),
  });
}

function text(values: Values, name: OptionName): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Node's sentence about the options, with the one that was meant. */
function parseProblem(error: unknown): string {
  const words =
    (error instanceof Error ? error.message.split(/\.\s/)[0] : undefined) ??
    'These options were not understood';
  const unknown = /^Unknown option '(?:--)?(?:no-)?([^']+)'/.exec(words)?.[1];
  if (unknown === undefined) return `${words}.`;
  const near = nearest(unknown, Object.keys(optionTable));
  return `${words}.${near === undefined ? '' : ` Did you mean --${near}?`}`;
}

/** What is wrong about options that another command understands. @param word the first one, if no command was named */
function misplaced(values: Values, word: string | undefined): string | undefined {
  const command = commandNamed(word) ?? 'run';
  const meant = word === undefined || word === command ? undefined : nearest(word, commandNames);
  for (const [option, row] of optionRows) {
    const { only }: OptionRow = row;
    if (values[option] === undefined || only === undefined || only.includes(command)) continue;
    if (meant !== undefined) return `There is no command ${word}. Did you mean ${meant}?`;
    return option === 'format' && (command === 'run' || command === 'render')
      ? `${command} takes --formats, not --format.`
      : `--${option} goes with ${only.join(', ')}, not with ${command}.`;
  }
  return undefined;
}

/** Fills `given` with the settings of the options; returns what is wrong with the first wrong one. */
function takeSettings(values: Values, command: CommandName, given: Given): string | undefined {
  // Consent is a setting as well: paid work up to the amount starts without asking.
  if (values.yes) given['paid.maxCost'] = settingsSchema['paid.maxCost'].max;
  for (const [option, { setting }] of optionRows) {
    const written = text(values, option);
    if (setting === undefined || written === undefined || (option === 'out' && command === 'export'))
      continue;
    const value = settingValue(setting, written);
    const wrong = settingProblem(setting, value);
    if (wrong !== undefined) return `--${option}: ${wrong}`;
    given[setting] = value;
  }
  const template = text(values, 'template');
  if (template !== undefined) {
    const name = templatePlace(template).name;
    const wrong = settingProblem('notes.template', name);
    if (wrong !== undefined) return `--template: ${wrong}`;
    given['notes.template'] = name;
  }
  if (typeof values.parallel === 'boolean') given.parallel = values.parallel;
  for (const pair of Array.isArray(values.set) ? values.set.map(String) : []) {
    const at = pair.indexOf('=');
    if (at < 1) return `--set takes key=value, not ${pair}.`;
    const name = pair.slice(0, at).replace(/^bulkTranscribe\./, '');
    if (!isSettingName(name)) return `${name} is not a setting. ${nearestSetting(name)}`;
    // A wrong value is treated like one in a settings file: named, and not used.
    given[name] = settingValue(name, pair.slice(at + 1));
  }
  return undefined;
}

function commandOf(
  command: CommandName,
  rest: readonly string[],
  values: Values,
  options: RunOptions,
): Command {
  const [folder] = rest;
  const name = text(values, 'name');
  switch (command) {
    case 'run':
      if (rest.length === 0) return problem('Name a list file, a link, or - for standard input.');
      return {
        kind: 'run',
        inputs: rest,
        redo: values.redo === true,
        dryRun: values['dry-run'] === true,
        allowPrivate: values['allow-private'] === true,
        options,
        ...(name === undefined ? {} : { name }),
      };
    case 'resume':
    case 'retry':
      if (folder === undefined || rest.length > 1) return problem(`${command} takes one batch folder.`);
      return {
        kind: command,
        folder,
        trust: values.trust === true,
        allowPrivate: values['allow-private'] === true,
        options,
      };
    case 'export': {
      const format = exportFormats.find((known) => known === values.format);
      if (folder === undefined || rest.length > 1) return problem('export takes one batch folder.');
      if (!format) return problem(`export needs --format: one of ${exportFormats.join(', ')}.`);
      return { kind: 'export', folder, format, force: values.force === true, options };
    }
    case 'render': {
      const formats = 'output.formats' in options.given;
      if (folder === undefined || rest.length > 1) return problem('render takes one batch folder.');
      if (!formats) return problem(`render needs --formats: one or more of ${outputFormats.join(', ')}.`);
      return { kind: 'render', folder, options };
    }
    case 'notes':
      return notesOf(rest, values, options);
    case 'status':
      if (rest.length > 1) return problem('status takes one folder, or none for the output folder.');
      return { kind: 'status', options, ...(folder === undefined ? {} : { folder }) };
    case 'search':
      return searchOf(rest, text(values, 'limit') ?? '20', options);
    case 'setup': {
      const model = text(values, 'model');
      if (folder !== 'speech' || rest.length > 1) return problem('setup takes one word: speech.');
      const way = speechWay({ service: text(values, 'service'), server: text(values, 'server'), model });
      if (typeof way === 'string') return problem(way);
      // In force from the first request on: a key goes to the endpoint that was named here.
      const given = { ...options.given, ...way.settings };
      return {
        kind: 'setup',
        way,
        yes: values.yes === true,
        options: { ...options, given },
        ...(model === undefined ? {} : { model }),
      };
    }
    case 'completion': {
      const shell = shells.find((known) => known === folder);
      if (shell === undefined || rest.length > 1)
        return problem(`completion takes one of ${shells.join(', ')}.`);
      return { kind: 'completion', shell };
    }
    case 'doctor':
    case 'mcp':
    case 'worker':
    case 'man':
      if (rest.length > 0) return problem(`${command} takes no folder or list.`);
      return command === 'man' ? { kind: 'man' } : { kind: command, options };
  }
}

function searchOf(rest: readonly string[], limit: string, options: RunOptions): Command {
  if (rest.join('').trim() === '')
    return problem('search takes words, and after them the folder if it is another one.');
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000)
    return problem(`--limit takes a number from 1 to 1000, not ${limit}.`);
  return { kind: 'search', words: rest, limit: Number(limit), options };
}

function notesOf(rest: readonly string[], values: Values, options: RunOptions): Command {
  const [folder] = rest;
  if (folder === undefined || rest.length > 1) return problem('notes takes one batch folder.');
  const { file } = templatePlace(text(values, 'template') ?? '');
  const found = file === undefined ? {} : { templateFile: file };
  return { kind: 'notes', folder, dryRun: values['dry-run'] === true, options, ...found };
}

/** A template by its name, or by the path of its Markdown file. */
function templatePlace(template: string): { readonly name: string; readonly file?: string } {
  if (!/[/\\]|\.md$/i.test(template)) return { name: template };
  const name = basename(template).replace(/\.md$/i, '');
  return { name, file: join(dirname(template), `${name}.md`) };
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
  const spec = settingsSchema[name];
  switch (spec.type) {
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
      return plainOrJson(written);
    case 'text':
      return 'path' in spec ? fromHere(plainOrJson(written), spec.path) : plainOrJson(written);
  }
}

/**
 * A path on a command line is relative to the working folder, as the shell's are; a program's bare name is one in PATH.
 */
function fromHere(written: unknown, path: 'program' | 'file'): unknown {
  if (typeof written !== 'string' || written.trim() === '' || /^~(?:[\\/]|$)/.test(written)) return written;
  return path === 'program' && !/[\\/]/.test(written) ? written : resolve(written);
}

function plainOrJson(written: string): unknown {
  return written.startsWith('"') ? json(written) : written;
}

function json(written: string): unknown {
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return written;
  }
}

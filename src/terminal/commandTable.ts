/**
 * The commands and options of the terminal program, said once: the parser, `--help`, the man page and the
 * shells' completions read this table.
 */
import type { SettingName } from '../model/settings';
import { exportFormats } from '../output/exports';
import { whisperModels } from '../sources/speechSetup/models';
import { serviceNames } from './speechWay';

export const commandTable = {
  run: { takes: '<list file | link | -> …', help: 'transcribe lists and links' },
  resume: { takes: '<batch folder>', help: 'go on with a batch, also after a crash' },
  retry: { takes: '<batch folder>', help: 'try what failed once more' },
  export: { takes: '<batch folder> --format F', help: 'write a batch as one file' },
  render: {
    takes: '<batch folder> --formats A,B',
    help: 'write other formats of what is finished, also for a whole output folder; asks no service',
  },
  notes: {
    takes: '<batch folder>',
    help: 'write notes about the transcripts of a batch with a language model',
  },
  status: { takes: '[folder]', help: 'show a batch, or all batches of an output folder' },
  search: { takes: 'WORDS [folder]', help: 'find words in the transcripts of an output folder or a batch' },
  setup: {
    takes: 'speech',
    help: 'set up speech-to-text on this computer, at a --service or on a --server, and try it',
  },
  mcp: {
    takes: '',
    help: 'offer all this to language models, by the Model Context Protocol on stdin and stdout',
  },
  worker: {
    takes: '--redis URL',
    help: 'help the batches of other machines, through the Redis after --redis',
  },
  doctor: { takes: '', help: 'say what is set up and what to do next' },
  completion: { takes: 'bash|zsh|fish|powershell', help: "print a shell's completions" },
  man: { takes: '', help: 'print the man page (roff)' },
} as const satisfies Record<string, { readonly takes: string; readonly help: string }>;

export type CommandName = keyof typeof commandTable;
export const commandNames = Object.keys(commandTable) as readonly CommandName[];

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

export interface OptionRow {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
  readonly short?: string;
  readonly multiple?: true;
  /** The help writes it negated. */
  readonly negated?: true;
  /** The values there are, for completions. */
  readonly choices?: readonly string[];
  /** The value is a file or folder, for completions. */
  readonly path?: true;
  /** Commands that understand it; with another it would be passed over in silence. Absent: every one. */
  readonly only?: readonly CommandName[];
  /** It is short for this setting. */
  readonly setting?: SettingName;
}

const batchCommands = ['run', 'resume', 'retry'] as const;

export const optionTable = {
  out: {
    type: 'string',
    value: 'DIR',
    path: true,
    help: 'where batch folders go (default: transcripts); the file of an export, - for stdout',
    setting: 'output.folder',
  },
  name: { type: 'string', value: 'NAME', help: "name of the batch (default: the list's)", only: ['run'] },
  workers: {
    type: 'string',
    value: 'N',
    help: 'videos at the same time, 1 to 20 (default: 5)',
    setting: 'workers',
  },
  parallel: { type: 'boolean', negated: true, help: 'one after the other' },
  retries: {
    type: 'string',
    value: 'N',
    help: 'tries after a failure that can pass (default: 3)',
    setting: 'retries',
  },
  'on-error': {
    type: 'string',
    value: 'WHAT',
    choices: ['continue', 'stop', 'retryAtEnd'],
    help: 'what to do when a video fails: continue, stop or retryAtEnd',
    setting: 'onError',
  },
  order: {
    type: 'string',
    value: 'ORDER',
    choices: ['list', 'shortestFirst', 'longestFirst'],
    help: 'list, shortestFirst or longestFirst',
    setting: 'order',
  },
  sources: { type: 'string', value: 'A,B', help: 'sources to try, in this order', setting: 'sources' },
  lang: {
    type: 'string',
    value: 'A,B',
    help: 'preferred languages (default: the original)',
    setting: 'languages',
  },
  formats: { type: 'string', value: 'A,B', help: 'md, txt, srt, vtt, json', setting: 'output.formats' },
  format: {
    type: 'string',
    value: 'F',
    choices: exportFormats,
    help: exportFormats.join(', '),
    only: ['export'],
  },
  limit: {
    type: 'string',
    value: 'N',
    help: 'passages shown at most, 1 to 1000 (default: 20)',
    only: ['search'],
  },
  template: {
    type: 'string',
    value: 'NAME',
    help: 'template of the notes: study (default), summary, chapters, or a Markdown file',
    only: ['notes'],
  },
  force: { type: 'boolean', help: 'overwrite a file that is no earlier export', only: ['export'] },
  redo: { type: 'boolean', help: 'transcribe again what is done already', only: ['run'] },
  'dry-run': {
    type: 'boolean',
    help: 'say what would be done; asks no service for words, writes nothing',
    only: ['run', 'notes'],
  },
  model: {
    type: 'string',
    value: 'NAME',
    choices: whisperModels.map(({ name }) => name),
    path: true,
    help: 'speech model to download, or its file; the name of a service’s model',
    only: ['setup'],
  },
  service: {
    type: 'string',
    value: 'NAME',
    choices: serviceNames,
    help: `a service: ${serviceNames.join(', ')}`,
    only: ['setup'],
  },
  server: {
    type: 'string',
    value: 'URL',
    help: 'speech-to-text on a server of yours, such as http://gpu-box:8000/v1',
    only: ['setup'],
  },
  yes: { type: 'boolean', help: 'agree to paid work; setup: to the download' },
  'max-cost': {
    type: 'string',
    value: 'AMOUNT',
    help: 'agree to paid work up to this amount',
    setting: 'paid.maxCost',
  },
  redis: {
    type: 'string',
    value: 'URL',
    help: 'Redis through which other machines help',
    only: ['run', 'resume', 'retry', 'worker'],
    setting: 'cluster.redisUrl',
  },
  egress: {
    type: 'string',
    value: 'NAME',
    help: 'name of the internet address whose pace machines share',
    only: ['run', 'resume', 'retry', 'worker'],
    setting: 'cluster.egress',
  },
  trust: {
    type: 'boolean',
    help: 'go on with a batch that was started on another computer',
    only: ['resume', 'retry'],
  },
  'allow-private': {
    type: 'boolean',
    help: 'read the private addresses and outside files that lists name',
    only: batchCommands,
  },
  'wait-disk': {
    type: 'string',
    value: 'MINUTES',
    help: 'unattended: how long a full disk is waited for (default: 10)',
    only: batchCommands,
  },
  settings: { type: 'string', value: 'FILE', path: true, help: 'settings as JSON, over those of the user' },
  set: {
    type: 'string',
    value: 'KEY=VALUE',
    multiple: true,
    help: 'any setting by its name; help settings lists them',
  },
  quiet: { type: 'boolean', short: 'q', help: 'problems and the summary alone' },
  'log-file': { type: 'string', value: 'FILE', path: true, help: 'append what happens, with times' },
  json: { type: 'boolean', help: 'one JSON object a line on stdout, words on stderr' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
  version: { type: 'boolean', short: 'V', help: 'the version' },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof optionTable;
export const optionRows = Object.entries(optionTable) as readonly (readonly [OptionName, OptionRow])[];

export const environmentTable: readonly (readonly [name: string, help: string])[] = [
  ['BULK_TRANSCRIBE_NOTES_KEY', 'the key of the service that writes notes (notes.endpoint)'],
  ['DEAPI_API_KEY, OPENAI_API_KEY', 'keys, each sent to its own endpoint alone'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'a proxy'],
  ['BULK_TRANSCRIBE_PROXY_PASSWORD', 'the password of the proxies listed in the setting'],
  ['BULK_TRANSCRIBE_REDIS_PASSWORD', 'the password of the Redis through which machines help each other'],
  ['BULK_TRANSCRIBE_FEED_PASSWORD', 'user:password@https://host, for private feeds of that host'],
  ['BULK_TRANSCRIBE_STATE', 'folder of what outlives a batch: rates, ledger, machine id'],
  ['BULK_TRANSCRIBE_LOG', 'info or debug: says what it does'],
];

/** What the exit code of the program means. */
export const exitTable: readonly (readonly [code: number | string, help: string])[] = [
  [0, 'all done'],
  [1, 'some failed; search: nothing found'],
  [2, 'usage: an option, a setting, a list or a link that is missing or wrong'],
  [3, 'some parked: they wait for you or for time'],
  [4, 'runs in another window or terminal already'],
  [5, 'not started on this computer; --trust goes on with it'],
  [6, 'the disk is full or may not be written to'],
  [130, 'interrupted by Ctrl-C; everything is kept, resume goes on'],
  ['signal', 'SIGTERM, SIGHUP: ended by that signal, everything is kept'],
];

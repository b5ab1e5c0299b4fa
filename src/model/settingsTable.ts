/**
 * Every setting, once: type, default, limits, scope and texts. The manifest's configuration section, the
 * README's table, the `Settings` type and the validation all come from this table (`npm run manifest`).
 * Names are without the `bulkTranscribe.` prefix. The limits of rate are in rateSettings.ts, those of
 * speech-to-text in speechSettings.ts.
 */
import {
  base,
  choice,
  decimal,
  flag,
  int,
  isAddressOrEmpty,
  isClient,
  isDate,
  isDuration,
  isEncoding,
  isFileName,
  isFolder,
  isLanguage,
  isOrigin,
  isProxy,
  isServiceOrEmpty,
  pathOf,
  text,
  type ObjectListSpec,
  type SettingSpec,
  type TextListSpec,
} from './settingKinds';
import { rateSettings } from './rateSettings';
import { librarySettings } from './librarySettings';
import { clusterSettings } from './clusterSettings';
import { notesSettings } from './notesSettings';
import { speechSettings } from './speechSettings';
import { sourceIds } from './transcript';

export const outputFormats = ['md', 'txt', 'srt', 'vtt', 'json'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export const settingsSchema = {
  workers: int(5, 1, 20, 'window', 'run', 'How many videos are transcribed at the same time.'),
  parallel: flag(
    true,
    'window',
    'run',
    'Transcribe several videos at a time. Off: one after the other. Takes effect at once, also while a batch runs.',
  ),
  adaptive: flag(
    true,
    'window',
    'run',
    'Use fewer workers while a service throttles, and more again afterwards.',
  ),
  retries: int(
    3,
    0,
    10,
    'window',
    'run',
    'How often to try a video again after a temporary failure, such as a lost connection.',
  ),
  requestTimeout: int(30, 1, 600, 'window', 'run', 'Seconds to wait for the complete answer to a request.'),
  stallTimeout: decimal(
    5,
    0.1,
    1440,
    'window',
    'run',
    'Minutes without any progress after which a video fails as timed out. Waiting for limits does not count.',
  ),
  onError: choice(
    'continue',
    {
      continue: 'Continue with the other videos.',
      stop: 'Stop the batch at the first failure.',
      retryAtEnd: 'Go on, and retry temporary failures once at the end.',
    },
    'window',
    'run',
    'What to do when a video fails.',
  ),
  onBlocked: choice(
    'wait',
    {
      wait: 'Wait 1, 5 and 30 minutes, then park the videos and try again later.',
      nextSource: 'Continue with the next source.',
      park: 'Park the videos right away.',
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
    'Megabytes of memory that a batch may add. Before it is reached, fewer videos start and large texts wait.',
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
    atLeastOne: true,
    ...base(['resource', 'sources', 'Sources to try, in this order, until one has a transcript.']),
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
      preferManual: 'Captions written by people if there are any, otherwise automatic ones.',
      manualOnly: 'Only captions written by people.',
      automaticOnly: 'Only automatic captions.',
    },
    'resource',
    'sources',
    'Which captions to use.',
  ),
  'captions.encoding': text(
    'auto',
    isEncoding,
    'resource',
    'sources',
    'Character encoding of subtitle files that do not say it themselves, such as `windows-1251` or `shift_jis`. `auto`: it is found out, and a guess is called one.',
  ),
  'lists.limit': int(
    0,
    0,
    1_000_000,
    'resource',
    'sources',
    'How many entries of a playlist, channel or feed to take, newest first. 0: all.',
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
    isFolder,
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
    atLeastOne: true,
    ...base(['resource', 'output', 'Which files to write for each video.']),
  } as TextListSpec<OutputFormat>,
  'output.timestamps': choice(
    'paragraph',
    { paragraph: 'One at each paragraph.', line: 'One at each line.', none: 'None.' },
    'resource',
    'output',
    'Time links in Markdown and text files.',
  ),
  'output.keepCues': flag(
    true,
    'resource',
    'output',
    'Keep the words of each finished video, compressed, in a hidden file of the batch folder (`.cues.pack`), so that any other format can be written later without a request.',
  ),
  ...librarySettings,
  'panel.openWith': choice(
    'editor',
    { editor: 'As text, in an editor.', preview: 'Markdown in its preview, other files as text.' },
    'window',
    'output',
    'How the panel opens a transcript.',
  ),
  'export.pdfFont': pathOf(
    'file',
    'machine',
    'output',
    'A TrueType or OpenType font file for PDF exports. Empty: a built-in font.',
  ),

  ...rateSettings,

  'youtube.endpoint': text(
    'https://www.youtube.com',
    isOrigin,
    'machine',
    'services',
    'Address that YouTube captions are requested from. yt-dlp always asks YouTube itself.',
  ),
  'youtube.clients': {
    type: 'objects',
    default: [],
    check: isClient,
    ...base([
      'machine',
      'services',
      'YouTube clients to ask as first. One with the name of a built-in client takes its place.',
    ]),
  } as ObjectListSpec,
  'youtube.updateClients': flag(
    false,
    'application',
    'services',
    'Fetch newer YouTube clients from `youtube.clientsUrl`, once a day and when YouTube refuses all of them.',
  ),
  'youtube.clientsUrl': text(
    '',
    isAddressOrEmpty,
    'machine',
    'services',
    'Where signed YouTube clients are fetched from. Empty: nowhere.',
  ),
  'ytDlp.path': pathOf('program', 'machine', 'services', 'Path of yt-dlp. Empty: found automatically.'),
  'ytDlp.cookiesFromBrowser': text(
    '',
    undefined,
    'machine',
    'services',
    'Browser whose cookies yt-dlp may use, such as `firefox`.',
  ),
  'ffmpeg.path': pathOf('program', 'machine', 'services', 'Path of ffmpeg. Empty: found automatically.'),
  'deapi.endpoint': text('https://api.deapi.ai', isOrigin, 'machine', 'services', 'Address of deAPI.'),
  'deapi.version': choice(
    'v2',
    { v1: 'Version 1, which deAPI calls deprecated.', v2: 'Version 2.' },
    'machine',
    'services',
    "Version of deAPI's interface.",
  ),
  'deapi.model': text('WhisperLargeV3', undefined, 'machine', 'services', 'Model that deAPI uses.'),
  'deapi.quotaScope': choice(
    'perEndpoint',
    {
      perEndpoint: 'Submitting and asking for results each have their own limit.',
      shared: 'All requests share one limit.',
      both: 'Each has its own limit, and all together have one.',
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
  'deapi.ownServer': flag(
    false,
    'machine',
    'services',
    'The server at `deapi.endpoint` is your own: the key may go to it over http, where it can be read on the way.',
  ),
  'openai.endpoint': text(
    '',
    isServiceOrEmpty,
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
  'openai.ownServer': flag(
    false,
    'machine',
    'services',
    'The server at `openai.endpoint` is your own: it costs nothing, so it needs no OK, and a key may go to it over http. Addresses of this computer and private ones need only the latter.',
  ),
  ...speechSettings,
  ...notesSettings,
  ...clusterSettings,

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
      pool: 'Each listed proxy is one address to the outside.',
      rotating: 'The listed proxy gives each connection another address.',
      off: 'Use no proxy.',
    },
    'machine',
    'network',
    'How the listed proxies are used.',
  ),
} satisfies Record<string, SettingSpec>;

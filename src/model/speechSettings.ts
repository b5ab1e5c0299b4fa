/** The settings of speech-to-text that hold for every engine, and those of whisper.cpp, a part of settingsTable.ts. */
import {
  isAddressOrEmpty,
  flag,
  int,
  isSpeechLanguage,
  pathOf,
  text,
  type SettingSpec,
} from './settingKinds';

/** Longer than any engine reads: a service takes about 900 characters. */
const longestPrompt = 4000;

const isPrompt = (value: string): string | undefined =>
  value.length <= longestPrompt ? undefined : `at most ${longestPrompt} characters long`;

export const speechSettings = {
  'speech.language': text(
    'auto',
    isSpeechLanguage,
    'resource',
    'sources',
    'Language that is spoken, such as `de`, for speech-to-text. `auto`: the one language wanted, otherwise the engine finds it out.',
  ),
  'speech.translate': flag(
    false,
    'resource',
    'sources',
    'Let speech-to-text translate into English, where the engine can. Off: the words as they were spoken.',
  ),
  'speech.speakers': flag(
    false,
    'resource',
    'sources',
    'Ask speech-to-text who speaks, where the engine can tell speakers apart.',
  ),
  'speech.prompt': text(
    '',
    isPrompt,
    'resource',
    'sources',
    'Names and terms that occur, for speech-to-text, such as `Kubernetes, Zürich, Dr. Özil`.',
  ),
  'speech.mirror': text(
    '',
    isAddressOrEmpty,
    'machine',
    'services',
    'Address of a mirror of huggingface.co, from which *Set Up Speech-to-Text…* downloads models. Empty: huggingface.co itself.',
  ),
  'whisper.path': pathOf(
    'program',
    'machine',
    'services',
    'Path of whisper-cli, the program of whisper.cpp. Empty: the engine in the package, else found automatically.',
  ),
  'whisper.model': pathOf('file', 'machine', 'services', 'Model file for whisper.cpp. Empty: off.'),
  'whisper.concurrency': int(1, 1, 20, 'machine', 'services', 'Videos at the same time for whisper.cpp.'),
  'whisper.threads': int(
    0,
    0,
    256,
    'machine',
    'services',
    'Threads of one run of whisper.cpp. 0: by the cores of this computer.',
  ),
} satisfies Record<string, SettingSpec>;

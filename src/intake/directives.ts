/** The directives of a `.urls` list (`# @lang de, en`): their names, what they set, and allowed values. */
import { settingProblem, type SettingName, type Settings } from '../model/settings';

/** What a list sets for its own batch. */
export interface ListSettings {
  name?: string;
  settings: Partial<Settings>;
}

export interface DirectiveInfo {
  readonly setting?: SettingName;
  readonly description: string;
  readonly example: string;
}

/** All directives, for the reader, the hover and the completion. */
export const directives: Readonly<Record<string, DirectiveInfo>> = {
  name: { description: 'Name of the batch and its folder.', example: 'lectures-2026' },
  lang: { setting: 'languages', description: 'Preferred caption languages, in order.', example: 'de, en' },
  sources: { setting: 'sources', description: 'Sources to try, in this order.', example: 'deapi' },
  prompt: {
    setting: 'speech.prompt',
    description: 'Names and terms that occur, for speech-to-text.',
    example: 'Kubernetes, Zürich',
  },
  speakers: {
    setting: 'speech.speakers',
    description: 'Whether speech-to-text says who speaks: yes or no.',
    example: 'yes',
  },
  notes: {
    setting: 'notes.template',
    description:
      'Notes about each video when the list has ended: study, summary, chapters, or a template of yours.',
    example: 'study',
  },
  limit: { setting: 'lists.limit', description: 'Entries taken of each list link. 0: all.', example: '50' },
  after: {
    setting: 'lists.after',
    description: 'Only entries of this date or later.',
    example: '2026-01-01',
  },
  before: { setting: 'lists.before', description: 'Only entries before this date.', example: '2026-12-31' },
  encoding: {
    setting: 'captions.encoding',
    description: 'Character encoding of the subtitle files. auto: it is found out.',
    example: 'shift_jis',
  },
  'min-duration': {
    setting: 'lists.minDuration',
    description: 'Only entries at least this long.',
    example: '2m',
  },
  'max-duration': {
    setting: 'lists.maxDuration',
    description: 'Only entries at most this long.',
    example: '1h',
  },
};

const longestName = 100;

/** Applies one directive; returns an error as a sentence that names the allowed values. */
export function applyDirective(name: string, value: string, into: ListSettings): string | undefined {
  const key = name.toLowerCase();
  const info = Object.hasOwn(directives, key) ? directives[key] : undefined;
  if (!info) {
    const names = Object.keys(directives).map((known) => `@${known}`);
    return `@${name} is no directive. There are ${names.join(', ')}.`;
  }
  if (value === '') return `@${key} needs a value, such as @${key} ${info.example}.`;
  if (info.setting === undefined) {
    if (value.length > longestName) return `@${key} must be at most ${longestName} characters long.`;
    into.name = value;
    return undefined;
  }
  const parsed = parse(info.setting, value);
  const problem = settingProblem(info.setting, parsed);
  if (problem !== undefined) return problem.replace(info.setting, `@${key}`);
  into.settings = {
    ...into.settings,
    [info.setting]: parsed,
    ...(info.setting === 'notes.template' ? { 'notes.auto': true } : {}),
  };
  return undefined;
}

function parse(setting: SettingName, value: string): unknown {
  switch (setting) {
    case 'languages':
    case 'sources':
      return value
        .split(/[,;\s]+/)
        .filter((part) => part !== '')
        .map((part) => (setting === 'sources' ? sourceName(part) : part));
    case 'speech.speakers':
      return yesOrNo(value);
    case 'lists.limit':
      return /^\d{1,9}$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

/** A flag as people write it in a list; anything else is returned for the message. */
function yesOrNo(value: string): unknown {
  if (/^(?:yes|true|on)$/i.test(value)) return true;
  return /^(?:no|false|off)$/i.test(value) ? false : value;
}

/** Source ids in their normal spelling, whatever case the list uses. */
function sourceName(text: string): string {
  const lower = text.toLowerCase();
  return lower === 'subtitlefile' ? 'subtitleFile' : lower;
}

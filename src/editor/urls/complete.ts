/**
 * What can be written next on a line of a Link List: directives and their values, the parts of a list, and where a
 * path is being written. Pure; columns count from 0.
 */
import { directives } from '../../intake/directives';
import { builtInTemplates } from '../../library/notes/template';
import { settingsSchema, type SettingSpec } from '../../model/settings';

export interface Proposal {
  readonly label: string;
  /** A snippet of VS Code. */
  readonly insert: string;
  readonly detail: string;
  readonly kind: 'directive' | 'value' | 'heading' | 'file' | 'folder';
  /** Ask again after it was taken: its value comes next. */
  readonly goesOn?: boolean;
}

export interface Completion {
  /** The column from which the proposals replace what is there, up to the cursor. */
  readonly from: number;
  readonly proposals: readonly Proposal[];
  /** A path is being written: files of this folder, relative to the list, come as well. */
  readonly folder?: string;
}

const languages: Readonly<Record<string, string>> = {
  ...{ en: 'English', de: 'German', fr: 'French', es: 'Spanish', it: 'Italian', pt: 'Portuguese' },
  ...{ 'pt-BR': 'Portuguese (Brazil)', nl: 'Dutch', pl: 'Polish', sv: 'Swedish', no: 'Norwegian' },
  ...{ da: 'Danish', fi: 'Finnish', cs: 'Czech', el: 'Greek', hu: 'Hungarian', ro: 'Romanian' },
  ...{ uk: 'Ukrainian', ru: 'Russian', tr: 'Turkish', ar: 'Arabic', he: 'Hebrew', hi: 'Hindi' },
  ...{ id: 'Indonesian', vi: 'Vietnamese', th: 'Thai', ja: 'Japanese', ko: 'Korean' },
  ...{ 'zh-Hans': 'Chinese (simplified)', 'zh-Hant': 'Chinese (traditional)' },
};
const encodings = [
  'auto',
  'utf-8',
  'windows-1252',
  'windows-1251',
  'iso-8859-2',
  'shift_jis',
  'gb18030',
  'euc-kr',
];

/** `used`: the directives that the list has already, in lower case. */
export function completionAt(
  line: string,
  column: number,
  used: ReadonlySet<string> = new Set(),
): Completion | undefined {
  const before = line.slice(0, column);
  const value = /^\s*#\s*@([A-Za-z][A-Za-z-]*)(?:\s*[:=]\s*|\s+)(.*)$/.exec(before);
  if (value) return valuesOf(value[1]?.toLowerCase() ?? '', value[2] ?? '', column);
  const start = /^(\s*)(?:#\s*)?(?:@[A-Za-z-]*)?$/.exec(before);
  if (start) return { from: start[1]?.length ?? 0, proposals: beginnings(used), ...pathIn(before) };
  return pathIn(before) === undefined ? undefined : { from: column, proposals: [], ...pathIn(before) };
}

/** The folder of a path that is being written; an empty line may become one. */
function pathIn(before: string): { readonly folder: string } | undefined {
  const text = before.trimStart();
  if (text === '') return { folder: './' };
  const folder = /^((?:\.{1,2}|~)?\/(?:.*\/)?)[^/]*$/.exec(text)?.[1];
  return folder === undefined ? undefined : { folder };
}

function beginnings(used: ReadonlySet<string>): readonly Proposal[] {
  return [
    ...Object.entries(directives)
      .filter(([name]) => !used.has(name))
      .map(([name, { description }]): Proposal => ({
        label: `# @${name}`,
        insert: `# @${name} `,
        detail: description,
        kind: 'directive',
        goesOn: true,
      })),
    {
      label: '# Heading',
      insert: '# ${1:Heading}\n$0',
      detail: 'A comment above links folds with them.',
      kind: 'heading',
    },
    {
      label: '# region',
      insert: '# region ${1:Name}\n$0\n# endregion',
      detail: 'A part that folds up to its end.',
      kind: 'heading',
    },
  ];
}

function valuesOf(name: string, typed: string, column: number): Completion | undefined {
  const info = Object.hasOwn(directives, name) ? directives[name] : undefined;
  if (!info) return undefined;
  const spec: SettingSpec | undefined = info.setting && settingsSchema[info.setting];
  const isList = spec?.type === 'texts';
  // In a list of values the last one is being written, and those before it are not proposed again.
  const parts = isList ? typed.split(/[,;\s]+/) : [typed];
  const last = parts.at(-1) ?? '';
  const taken = new Set(parts.slice(0, -1));
  const proposals = choices(name, spec, info.example)
    .filter(([value]) => !taken.has(value))
    .map(([value, detail]): Proposal => ({
      label: value,
      insert: value.replace(/[\\$}]/g, '\\$&'),
      detail,
      kind: 'value',
    }));
  return { from: column - last.length, proposals };
}

function choices(
  name: string,
  spec: SettingSpec | undefined,
  example: string,
): readonly (readonly [value: string, detail: string])[] {
  if (name === 'lang') return Object.entries(languages);
  if (name === 'notes') return builtInTemplates.map((one) => [one.name, '']);
  if (name === 'encoding') return encodings.map((value) => [value, '']);
  if (spec?.type === 'choice') return Object.entries(spec.choices);
  if (spec?.type === 'texts' && spec.choices) return spec.choices.map((value) => [value, '']);
  if (spec?.type === 'boolean') return ['yes', 'no'].map((value) => [value, '']);
  if (name === 'limit') return ['10', '50', '100', '500'].map((value) => [value, 'newest entries']);
  if (name.endsWith('-duration')) return ['30s', '2m', '10m', '1h'].map((value) => [value, '']);
  return [[example, 'for example']];
}

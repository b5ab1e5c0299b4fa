/** `--help`, the man page and the shells' completions, made from the tables of commands, options and settings. */
import { settingGroups, settingNames, settingsSchema, type SettingSpec } from '../model/settings';
import {
  commandNames,
  commandTable,
  environmentTable,
  exitTable,
  optionRows,
  shells,
  type CommandName,
  type OptionName,
  type OptionRow,
  type Shell,
} from './commandTable';

const program = 'bulk-transcribe';

/** As it is written in the help: `--out DIR`, `--no-parallel`, `--help, -h`. */
function written(name: OptionName, { value, short, negated }: OptionRow): string {
  const long = `--${negated ? 'no-' : ''}${name}`;
  return `${long}${short === undefined ? '' : `, -${short}`}${value === undefined ? '' : ` ${value}`}`;
}

function only({ only: commands }: OptionRow): string {
  return commands === undefined ? '' : ` (${commands.join(', ')})`;
}

const form = (name: CommandName): string =>
  [name === 'run' ? '[run]' : name, commandTable[name].takes].filter((part) => part !== '').join(' ');

const synopsis = commandNames.map(form);

const optionLine = ([name, row]: (typeof optionRows)[number], suffix = ''): string =>
  `  ${written(name, row).padEnd(22)} ${row.help}${suffix}`;

export const usage = [
  ...synopsis.map((line, at) => `${at === 0 ? 'Usage:' : '      '} ${program} ${line}`),
  '',
  `${program} help COMMAND lists the options of one command, ${program} help settings all settings.`,
  '',
  ...optionRows.map((option) => optionLine(option, only(option[1]))),
  '',
  'Environment:',
  ...environmentTable.map(([name, help]) => `  ${name.padEnd(34)} ${help}`),
  '',
  'Exit codes:',
  ...exitTable.map(([code, help]) => `  ${String(code).padEnd(7)} ${help}`),
  '',
  'Settings of the user: ~/.config/bulk-transcribe/settings.json (macOS: ~/Library/Application Support,',
  'Windows: %APPDATA%). None are read from the working folder.',
  '',
].join('\n');

/**
 * What a wrong call gets: the problem, how its command is written, and where more is said.
 * @param command absent: the call was empty. Then the whole help comes first, so that the problem is in view.
 */
export function usageWords(problem: string, command?: CommandName): string {
  if (command === undefined) return `${usage}\n${problem}\n`;
  return `${problem}\nUsage: ${program} ${form(command)}\nIts options: ${program} help ${command}\n`;
}

/** These only print something: no setting matters to them. */
const withoutOptions: ReadonlySet<CommandName> = new Set(['completion', 'man']);

/** The help of one command, with the options that not every command has first. */
function commandHelp(command: CommandName): string {
  const { help } = commandTable[command];
  const own = optionRows.filter(([, row]) => row.only?.includes(command));
  const common = optionRows.filter(([, row]) => row.only === undefined && !withoutOptions.has(command));
  return [
    `Usage: ${program} ${form(command)}`,
    `${help.charAt(0).toUpperCase()}${help.slice(1)}.`,
    '',
    ...[...own, ...common].map((option) => optionLine(option)),
    '',
    `${program} --help has the other commands, the environment and the exit codes.`,
    '',
  ].join('\n');
}

function values(spec: SettingSpec): string {
  const value = JSON.stringify(spec.default);
  if (spec.type === 'number') return `${value} (${spec.min} to ${spec.max})`;
  return spec.type === 'choice' ? `${value} (${Object.keys(spec.choices).join(', ')})` : value;
}

function settingsHelp(): string {
  const groups = Object.entries(settingGroups).map(([group, title]) =>
    [
      `${title}:`,
      ...settingNames
        .filter((name) => settingsSchema[name].group === group)
        .map(
          (name) => `  ${name}=${values(settingsSchema[name])}\n      ${settingsSchema[name].description}`,
        ),
      '',
    ].join('\n'),
  );
  return `All settings with their defaults, for --set KEY=VALUE and settings files.\n\n${groups.join('\n')}`;
}

export type HelpTopic = CommandName | 'settings';

/** @param topic a command, or `settings`; absent: the help of the whole program. */
export function helpText(topic?: HelpTopic): string {
  if (topic === undefined) return usage;
  return topic === 'settings' ? settingsHelp() : commandHelp(topic);
}

/** roff: a dot or quote at the beginning of a line is a request, and a dash is a hyphen unless escaped. */
function roff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^(['.])/gm, '\\&$1');
}

/** The man page, in roff's man macros. */
export function manPage(version: string): string {
  const entry = (term: string, text: string): string => `.TP\n.B ${roff(term)}\n${roff(text)}`;
  return [
    `.TH BULK\\-TRANSCRIBE 1 "" "bulk\\-transcribe ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'bulk\\-transcribe \\- turn lists of video links into transcript files',
    '.SH SYNOPSIS',
    ...synopsis.map((line) => `.B ${program.replace('-', '\\-')}\n${roff(line)}\n.br`),
    '.SH COMMANDS',
    ...commandNames.map((name) => entry(name, `${commandTable[name].help}.`)),
    '.SH OPTIONS',
    ...optionRows.map(([name, row]) => entry(written(name, row), `${row.help}${only(row)}.`)),
    '.SH ENVIRONMENT',
    ...environmentTable.map(([name, help]) => entry(name, `${help}.`)),
    '.SH EXIT STATUS',
    ...exitTable.map(([code, help]) => entry(String(code), `${help}.`)),
    '.SH FILES',
    entry('~/.config/bulk-transcribe/settings.json', "The user's settings, by name."),
    '',
  ].join('\n');
}

/** Options that a command understands, with their dashes. */
function optionsOf(command: CommandName): readonly string[] {
  return optionRows
    .filter(([, row]) => row.only?.includes(command) ?? true)
    .map(([name, row]) => `--${row.negated ? 'no-' : ''}${name}`);
}

const withChoices = optionRows.filter(([, row]) => row.choices !== undefined);

/** A script that the shell reads at its start; it names files where a file is wanted. */
export function completion(shell: Shell): string {
  return { bash, zsh, fish, powershell }[shell]();
}

function bash(): string {
  return `# ${program} completion bash > ~/.local/share/bash-completion/completions/${program}
_bulk_transcribe() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=run each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $each in ${commandNames.join('|')}) command=$each; break ;; esac
  done
  case $before in
${withChoices.map(([name, row]) => `    --${name}) COMPREPLY=($(compgen -W '${(row.choices ?? []).join(' ')}' -- "$word")); return ;;`).join('\n')}
    completion) COMPREPLY=($(compgen -W '${shells.join(' ')}' -- "$word")); return ;;
  esac
  case $word in
    -*) case $command in
${commandNames.map((name) => `      ${name}) COMPREPLY=($(compgen -W '${optionsOf(name).join(' ')}' -- "$word")) ;;`).join('\n')}
    esac ;;
    *) COMPREPLY=($(compgen -f -- "$word"))
       [ "$COMP_CWORD" -eq 1 ] && COMPREPLY+=($(compgen -W '${commandNames.join(' ')}' -- "$word")) ;;
  esac
}
complete -o filenames -F _bulk_transcribe ${program}
`;
}

function zsh(): string {
  const quote = (text: string): string => text.replace(/'/g, `'\\''`).replace(/[[\]:]/g, '\\$&');
  const action = (row: OptionRow): string =>
    row.value === undefined
      ? ''
      : `:${row.value}:${row.choices ? `(${row.choices.join(' ')})` : row.path ? '_files' : ''}`;
  return `#compdef ${program}
# ${program} completion zsh > "\${fpath[1]}/_${program}"
_arguments -s \\
${optionRows.map(([name, row]) => `  '${row.multiple ? '*' : ''}--${row.negated ? 'no-' : ''}${name}[${quote(row.help)}]${action(row)}'`).join(' \\\n')} \\
  '1: :{_alternative "commands:command:(${commandNames.join(' ')})" "files:file:_files"}' \\
  '*:file:_files'
`;
}

function fish(): string {
  const quote = (text: string): string => text.replace(/\\/g, '\\\\').replace(/'/g, "\\'");
  const first = `not __fish_seen_subcommand_from ${commandNames.join(' ')}`;
  return [
    `# ${program} completion fish > ~/.config/fish/completions/${program}.fish`,
    ...commandNames.map(
      (name) => `complete -c ${program} -n '${first}' -a ${name} -d '${quote(commandTable[name].help)}'`,
    ),
    `complete -c ${program} -n '__fish_seen_subcommand_from completion' -f -a '${shells.join(' ')}'`,
    ...optionRows.map(([name, row]) => {
      const needs = row.only ? ` -n '__fish_seen_subcommand_from ${row.only.join(' ')}'` : '';
      // Without a command it is run.
      const where = row.only?.includes('run') ? '' : needs;
      const short = row.short === undefined ? '' : ` -s ${row.short}`;
      const value = row.choices
        ? ` -xa '${row.choices.join(' ')}'`
        : row.path
          ? ' -r'
          : row.value
            ? ' -x'
            : '';
      return `complete -c ${program}${where} -l ${row.negated ? 'no-' : ''}${name}${short}${value} -d '${quote(row.help)}'`;
    }),
    '',
  ].join('\n');
}

function powershell(): string {
  const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
  return `# ${program} completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName ${program} -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $before = if ($word) { $words[-2] } else { $words[-1] }
  $values = switch ($before) {
${withChoices.map(([name, row]) => `    '--${name}' { ${list(row.choices ?? [])} }`).join('\n')}
    'completion' { ${list(shells)} }
    default {
      if ($word -like '-*') { ${list(optionRows.map(([name, row]) => `--${row.negated ? 'no-' : ''}${name}`))} }
      else { ${list(commandNames)} }
    }
  }
  $values | Where-Object { $_ -like "$word*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`;
}

/**
 * Writes the parts of package.json and docs/ that come from tables of ours: the settings from
 * src/model/settingsTable.ts, the commands and menus from src/editor/commands/table.ts, the tools for language models
 * from src/agent/tools.ts.
 *   npm run manifest              writes
 *   npm run manifest -- --check   only says whether it is up to date; exit code 1 when it is not
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { inputSchemaOf } from '../src/agent/inputSchema';
import { toolTable } from '../src/agent/tools';
import { toolNames } from '../src/agent/toolNames';
import {
  batchMenuId,
  category,
  commandTable,
  type CommandId,
  type CommandSpec,
  type MenuPlace,
} from '../src/editor/commands/table';
import {
  settingGroups,
  settingNames,
  settingsSchema,
  type SettingGroup,
  type SettingName,
  type SettingSpec,
} from '../src/model/settings';

const commands = Object.entries<CommandSpec>(commandTable) as [CommandId, CommandSpec][];

/** One setting as VS Code's settings page wants it. */
function settingProperty(name: SettingName, order: number): Record<string, unknown> {
  const spec: SettingSpec = settingsSchema[name];
  const common = { scope: spec.scope, order, markdownDescription: described(spec.description) };
  switch (spec.type) {
    case 'number':
      return {
        type: spec.integer ? 'integer' : 'number',
        default: spec.default,
        minimum: spec.min,
        maximum: spec.max,
        ...common,
      };
    case 'boolean':
      return { type: 'boolean', default: spec.default, ...common };
    case 'choice':
      return {
        type: 'string',
        enum: Object.keys(spec.choices),
        markdownEnumDescriptions: Object.values(spec.choices),
        default: spec.default,
        ...common,
      };
    case 'text':
      return { type: 'string', default: spec.default, ...common };
    case 'texts':
      return {
        type: 'array',
        items: { type: 'string', ...(spec.choices ? { enum: spec.choices } : {}) },
        ...(spec.choices ? { uniqueItems: true } : {}),
        ...(spec.atLeastOne ? { minItems: 1 } : {}),
        default: spec.default,
        ...common,
      };
    case 'objects':
      return { type: 'array', items: { type: 'object' }, default: spec.default, ...common };
  }
}

/** A link to the setting instead of its bare name, where a description names one. */
function described(text: string): string {
  return text.replaceAll(/`bulkTranscribe\.([A-Za-z.]+)`/g, '`#bulkTranscribe.$1#`');
}

function configuration(): unknown[] {
  const groups = Object.entries(settingGroups) as [SettingGroup, string][];
  return groups.map(([group, title], order) => ({
    title,
    order,
    properties: Object.fromEntries(
      settingNames
        .filter((name) => settingsSchema[name].group === group)
        .map((name, index) => [`bulkTranscribe.${name}`, settingProperty(name, index)]),
    ),
  }));
}

function commandList(): unknown[] {
  return commands.map(([command, { title, icon, enablement }]) => ({
    command,
    title,
    category,
    ...(icon === undefined ? {} : { icon: `$(${icon})` }),
    ...(enablement === undefined ? {} : { enablement }),
  }));
}

function keybindings(): unknown[] {
  return commands.flatMap(([command, { key }]) => (key === undefined ? [] : [{ command, ...key }]));
}

function menus(): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {
    commandPalette: commands
      .filter(([, spec]) => spec.palette !== undefined)
      .map(([command, spec]) => ({ command, when: spec.palette === false ? 'false' : spec.palette })),
  };
  for (const [command, spec] of commands)
    for (const { menu, when, group } of spec.menus ?? [])
      (result[menu] ??= []).push({
        command,
        ...(when === undefined ? {} : { when }),
        ...(group === undefined ? {} : { group }),
      });
  const explorer: MenuPlace['menu'] = 'explorer/context';
  (result[explorer] ??= []).push({
    submenu: batchMenuId,
    // Known batch folders, and before the extension has looked, those in the default place.
    when: 'explorerResourceIsFolder && (resourcePath in bulkTranscribe.batchFolders || resourcePath =~ /[\\/\\\\]transcripts[\\/\\\\][^\\/\\\\]+$/)',
    group: '5_bulkTranscribe@2',
  });
  return result;
}

/** The tools for language models, as VS Code lists them. */
function languageModelTools(): unknown[] {
  return toolNames.map((name) => {
    const { title, description, gives } = toolTable[name];
    return {
      name,
      toolReferenceName: name,
      displayName: title,
      modelDescription: description,
      userDescription: `${category}: ${gives}.`,
      canBeReferencedInPrompt: true,
      icon: '$(list-unordered)',
      tags: ['bulk-transcribe', 'transcripts'],
      inputSchema: inputSchemaOf(name),
    };
  });
}

/** What no workspace may decide before the user trusts it: all that a workspace can set at all. */
function restricted(): string[] {
  return settingNames
    .filter((name) => ['window', 'resource'].includes(settingsSchema[name].scope))
    .map((name) => `bulkTranscribe.${name}`);
}

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: Record<string, unknown>;
}

/** The manifest with the generated parts replaced; everything else stays as it is. */
function withTables(text: string): string {
  const manifest = JSON.parse(text) as Manifest;
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restricted();
  manifest.contributes = {
    ...manifest.contributes,
    commands: commandList(),
    submenus: [{ id: batchMenuId, label: category }],
    menus: menus(),
    keybindings: keybindings(),
    configuration: configuration(),
    languageModelTools: languageModelTools(),
  };
  return JSON.stringify(manifest, null, 2);
}

/** A page of docs/ with its table of tools replaced. */
function withToolsTable(page: string): string {
  const rows = toolNames.map((name) => `| \`${name}\` | ${toolTable[name].gives} |`);
  return page.replace(
    /(<!-- tools -->)[^]*(<!-- \/tools -->)/,
    (_, begin: string, end: string) =>
      `${begin}\n\n| tool | gives |\n| --- | --- |\n${rows.join('\n')}\n\n${end}`,
  );
}

/** A page of docs/ with its tables of settings replaced. */
function withSettingsTable(page: string): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const shown = (spec: SettingSpec): string => {
    const value = `\`${cell(JSON.stringify(spec.default))}\``;
    switch (spec.type) {
      case 'number':
        return `${value}, from ${spec.min} to ${spec.max}`;
      case 'choice':
        return Object.keys(spec.choices)
          .map((name) => (name === spec.default ? `**\`${name}\`**` : `\`${name}\``))
          .join(' ');
      default:
        return value;
    }
  };
  const groups = (Object.entries(settingGroups) as [SettingGroup, string][]).map(([group, title]) => {
    const rows = settingNames
      .filter((name) => settingsSchema[name].group === group)
      .map(
        (name) =>
          `| \`${name}\` | ${shown(settingsSchema[name])} | ${cell(settingsSchema[name].description)} |`,
      );
    return `**${title}**\n\n| setting | default | what |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return page.replace(
    /(<!-- settings -->)[^]*(<!-- \/settings -->)/,
    (_, begin: string, end: string) => `${begin}\n\n${groups.join('\n')}\n${end}`,
  );
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  for (const [name, renew] of [
    ['package.json', withTables],
    ['docs/agents.md', withToolsTable],
    ['docs/settings.md', withSettingsTable],
  ] as const) {
    const path = join(import.meta.dirname, '..', name);
    const before = readFileSync(path, 'utf8');
    const options = (await prettier.resolveConfig(path)) ?? {};
    const after = await prettier.format(renew(before), { ...options, filepath: path });
    if (before === after) {
      console.log(`${name} is up to date with the tables of settings, commands and tools.`);
    } else if (check) {
      console.error(
        `${name} differs from the tables of settings, commands and tools: run \`npm run manifest\`.`,
      );
      process.exitCode = 1;
    } else {
      writeFileSync(path, after);
      console.log(`${name} was written.`);
    }
  }
}

if (process.argv[1]?.endsWith('manifest.ts') === true) void main();

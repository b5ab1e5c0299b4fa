/** The settings of notes, a part of settingsTable.ts. */
import { decimal, flag, int, isAddressOrEmpty, text } from './settingKinds';

/** A template is named by what its file is called: no path, and nothing that a file name cannot have. */
const isTemplateName = (value: string): string | undefined =>
  /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,58}[\p{L}\p{N}_-])?$/u.test(value)
    ? undefined
    : 'the name of a template, such as `study`, or of a file in .bulk-transcribe/templates without its ending';

/** Tokens that a model reads at once, where nobody says it: every model that is worth asking reads as much. */
export const usualContextTokens = 8192;

export const notesSettings = {
  'notes.template': text(
    'study',
    isTemplateName,
    'resource',
    'output',
    'Template of notes: `study`, `summary`, `chapters`, or a Markdown file of yours in `.bulk-transcribe/templates`.',
  ),
  'notes.auto': flag(
    false,
    'resource',
    'output',
    'Write notes about each transcript when its batch has ended.',
  ),
  'notes.endpoint': text(
    '',
    isAddressOrEmpty,
    'machine',
    'services',
    'Address of an OpenAI-compatible chat service that writes notes, such as `http://localhost:11434/v1`. Empty: in VS Code one of its language models, in a terminal none.',
  ),
  'notes.model': text(
    '',
    undefined,
    'machine',
    'services',
    'Model that writes notes, as its service names it.',
  ),
  'notes.contextTokens': int(
    0,
    0,
    10_000_000,
    'machine',
    'services',
    `Tokens that the model of notes reads at once. 0: as the service says, otherwise ${usualContextTokens}.`,
  ),
  'notes.pricePerMillionTokens': decimal(
    0,
    0,
    1_000_000,
    'machine',
    'services',
    'What a million tokens of the model of notes costs, to show a price before the start. 0: not known.',
  ),
};

/**
 * What a model is asked to write: the built-in templates, and a user's own Markdown files with fields such as
 * `{{title}}`.
 */
import { failure, FailureError } from '../../model/failure';
import { nearest } from '../../model/nearest';

export interface NotesTemplate {
  /** As in the setting `notes.template` and the front matter. */
  readonly name: string;
  /** The instructions to the model; fields are filled in by `fillTemplate`. */
  readonly text: string;
}

/** What a template may name in double braces; each is a text, empty where it is not known. */
const templateFields = ['title', 'channel', 'duration', 'published', 'language', 'url'] as const;
export type TemplateField = (typeof templateFields)[number];

const builtIn: Readonly<Record<string, string>> = {
  summary: [
    'Write a summary with these headings, all of level two:',
    '"Summary": three to six sentences.',
    '"Key points": a list, the most important first.',
    '"Conclusion": what follows from it, and what is left open.',
  ].join('\n'),
  study: [
    'Write study notes with these headings, all of level two:',
    '"Key ideas": a list of the ideas that somebody has to understand.',
    '"Definitions": a list, each entry as "**term**: what it means".',
    '"Worked examples": each example of the talk, with its steps as a list. Leave the heading out where there is none.',
    '"Questions": questions that test understanding, each followed by "Answer:" and the answer.',
  ].join('\n'),
  chapters: [
    'Divide the talk into chapters by subject, in the order of time.',
    'For each one write a heading of level two with its time and title, then one to three sentences on what is said.',
  ].join('\n'),
};

export const builtInTemplates: readonly NotesTemplate[] = Object.entries(builtIn).map(([name, text]) => ({
  name,
  text,
}));

const field = /\{\{([^{}]*)\}\}/g;
const longestTemplate = 20_000;

/**
 * A template of the user. Throws FailureError `unsupported` with the next step for an empty or too long one and for a
 * field that does not exist.
 */
export function ownTemplate(name: string, markdown: string): NotesTemplate {
  const text = markdown.replace(/^\uFEFF/, '').trim();
  const wrong = (message: string): never => {
    throw new FailureError(failure('unsupported', message, { subject: 'notes-template' }));
  };
  if (text === '') wrong(`The template ${name} is empty. Write in it what the notes should hold.`);
  if (text.length > longestTemplate)
    wrong(`The template ${name} is longer than ${longestTemplate} characters. Shorten it.`);
  for (const [, written = ''] of text.matchAll(field)) {
    const given = written.trim();
    if (isField(given)) continue;
    const near = nearest(given, templateFields);
    const known = templateFields.map((one) => `{{${one}}}`).join(', ');
    wrong(
      `The template ${name} names {{${given}}}, which does not exist. ${
        near === undefined ? `These do: ${known}.` : `Did you mean {{${near}}}?`
      }`,
    );
  }
  return { name, text };
}

/** The instructions with the fields filled in, each as one line. */
export function fillTemplate(
  template: NotesTemplate,
  values: Readonly<Record<TemplateField, string>>,
): string {
  return template.text.replace(field, (whole, written: string) => {
    const given = written.trim();
    return isField(given) ? values[given].replace(/\s+/g, ' ').trim() : whole;
  });
}

/** Where templates come from: the built-in ones, and Markdown files in folders of the user's. */
export interface TemplateFiles {
  /** The user's template of that name; undefined: there is none. Throws FailureError `disk`. */
  read(name: string): Promise<string | undefined>;
  /** Names of the user's templates. */
  names(): Promise<readonly string[]>;
}

/** The template of that name, the user's own before a built-in one. Throws FailureError with the next step. */
export async function templateOf(name: string, files: TemplateFiles): Promise<NotesTemplate> {
  const own = await files.read(name);
  if (own !== undefined) return ownTemplate(name, own);
  const known = builtInTemplates.find((one) => one.name === name);
  if (known) return known;
  const names = [...new Set([...builtInTemplates.map((one) => one.name), ...(await files.names())])];
  const near = nearest(name, names);
  const next = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw new FailureError(
    failure('unsupported', `There is no template ${name}. ${next}`, { subject: 'notes-template' }),
  );
}

function isField(name: string): name is TemplateField {
  return (templateFields as readonly string[]).includes(name);
}

/** Text from outside made harmless where it is written: Markdown, YAML, link targets. */

/** What Markdown (CommonMark, GFM, and the maths of editors) reads as markup anywhere in a line. */
const anywhere = /[\\`*_[\]<>~$#|]/g;
/** Two of these open a tag of template languages (Liquid, Jinja) that site generators run over Markdown. */
const templates = /\{(?=[{%#])/g;
/** Web and mail addresses become links by themselves in GFM; a backslash inside keeps them text. */
const autolinks = /:(?=\/\/)|(?<=www)\.|@/gi;
/** At the start of a line: quotes, lists, rules, headings' underlines. */
const lineStart = /^(?:[-+=]|\d{1,9}(?=[.)]))/;
/** Would be read as a character reference. */
const reference = /&(?=#?\w{1,32};)/g;

/** One line of text for Markdown: reads as itself, embeds nothing, links nowhere. */
export function markdownText(text: string): string {
  const seen = visible(text);
  const line = /[^\S ]|\s\s|^ | $/.test(seen) ? seen.replace(/\s+/g, ' ').trim() : seen;
  return line
    .replace(anywhere, '\\$&')
    .replace(templates, '\\{')
    .replace(autolinks, '\\$&')
    .replace(reference, '\\&')
    .replace(lineStart, (start) => (/^\d/.test(start) ? start : `\\${start}`))
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** The text that was given to markdownText, white space apart. */
export function fromMarkdownText(markdown: string): string {
  return markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/** A link target that cannot end early or break out of its brackets; undefined for schemes that are no link of ours. */
export function linkTarget(url: string): string | undefined {
  return /^(?:https?|file):\/\//i.test(url)
    ? url.replace(/[\s()<>\\"'`[\]{}|^*_~]|[^\x21-\x7e]/gu, (character) => encode(character))
    : undefined;
}

function encode(character: string): string {
  try {
    const encoded = encodeURIComponent(character);
    return encoded === character
      ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
      : encoded;
  } catch {
    return '%EF%BF%BD';
  }
}

/** A YAML double-quoted string on one line; JSON's form is YAML's, save for breaks that JSON leaves as they are. */
export function yamlString(text: string): string {
  return JSON.stringify(visible(text)).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any of what `visible` takes out; hardly a text has it. */
const unseemly = /[\p{Cs}\u202A-\u202E\u2066-\u2069]|[^\P{Cc}\n\t]/u;

/** Without half characters and direction controls, which change how the rest of a line is shown. */
export function visible(text: string): string {
  return unseemly.test(text) ? shown(text).replace(/[\u202A-\u202E\u2066-\u2069]/g, '') : text;
}

/**
 * For subtitles: without half characters and direction overrides. Embeddings and isolates stay: right-to-left
 * subtitles put their punctuation right with them, and a player ends them with the line.
 */
export function shown(text: string): string {
  if (!unseemly.test(text)) return text;
  return text
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')
    .replace(/[\u202D\u202E]/g, '')
    .replace(/[^\P{Cc}\n\t]/gu, ' ');
}

/** Escapes outside text where it is written: Markdown, YAML, link targets. */

/**
 * Characters that Markdown (CommonMark, GFM, and the maths of editors) reads as markup anywhere in a line.
 */
const anywhere = /[\\`*_[\]<>~$#|{]/g;
/**
 * Site generators run template languages (Liquid, Jinja) over Markdown before it is read as such, so that a backslash
 * before the pair `{%` does not help: it has to stand between the two, as it does in `{{` and `{#`.
 */
const templates = /(?<=\{)%/g;
/** GFM turns web and mail addresses into links; a backslash inside keeps them text. */
const autolinks = /:(?=\/\/)|(?<=www)\.|@/gi;
/** At the start of a line: quotes, lists, rules, headings' underlines. */
const lineStart = /^(?:[-+=]|\d{1,9}(?=[.)]))/;
/** Would be read as a character reference. */
const reference = /&(?=#?\w{1,32};)/g;

/** One line of text for Markdown: shown literally, embeds nothing, links nowhere. */
export function markdownText(text: string): string {
  const seen = visible(text);
  const line = /[^\S ]|\s\s|^ | $/.test(seen) ? seen.replace(/\s+/g, ' ').trim() : seen;
  return line
    .replace(anywhere, '\\$&')
    .replace(templates, '\\%')
    .replace(autolinks, '\\$&')
    .replace(reference, '\\&')
    .replace(lineStart, (start) => (/^\d/.test(start) ? start : `\\${start}`))
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** Inverse of markdownText, except for white space. */
export function fromMarkdownText(markdown: string): string {
  return markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/**
 * A link target that cannot end early or break out of its brackets; undefined for schemes that we do not
 * link.
 */
export function linkTarget(url: string): string | undefined {
  return /^(?:https?|file):\/\//i.test(url)
    ? url.replace(/[\s()<>\\"'`[\]{}|^*_~]|[^\x21-\x7e]/gu, (character) => encode(character))
    : undefined;
}

/**
 * A relative link's target: the names of folders and of the file. Brackets are encoded too because they would end it.
 */
export function relativeTarget(names: readonly string[]): string {
  return names
    .map((name) => encodeURIComponent(name.replace(/\p{Cs}/gu, '\uFFFD')))
    .join('/')
    .replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'));
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

/**
 * A YAML double-quoted string on one line; JSON strings are valid YAML, except for breaks that JSON does
 * not escape.
 */
export function yamlString(text: string): string {
  return plainJson(JSON.stringify(visible(text)));
}

/**
 * The same JSON for lines that others cut and terminals show: without breaks that JSON does not escape (many readers
 * end a line at U+0085 or U+2028), control characters of eight bits, and direction controls.
 */
export function plainJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any character that `visible` removes; hardly any text has one. */
const unseemly = /[\p{Cs}\u202A-\u202E\u2066-\u2069]|[^\P{Cc}\n\t]/u;

/** Without lone surrogates and direction controls, which change how the rest of a line is shown. */
export function visible(text: string): string {
  return unseemly.test(text) ? shown(text).replace(/[\u202A-\u202E\u2066-\u2069]/g, '') : text;
}

export const rightToLeftLetter =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Words of others as one line, without control characters and direction controls. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

/**
 * The same for trees, lists and bars of VS Code: `$(name)` is drawn as an icon there, and a number behind a title from
 * right to left on the title's wrong side, unless it is isolated.
 */
export function plainLine(text: string): string {
  const line = oneLine(text).replaceAll('$(', '$\u200b(');
  return rightToLeftLetter.test(line) ? `\u2068${line}\u2069` : line;
}

/**
 * For subtitles: without lone surrogates and direction overrides. Embeddings and isolates are kept:
 * right-to-left subtitles use them for punctuation, and a player ends them with the line.
 */
export function shown(text: string): string {
  if (!unseemly.test(text)) return text;
  return text
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')
    .replace(/[\u202D\u202E]/g, '')
    .replace(/[^\P{Cc}\n\t]/gu, ' ');
}

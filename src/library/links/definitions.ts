/** Notes → the terms that they define, each with its times in the video: items such as `- **term**: … [3:12](link)`. */
import { fromMarkdownText } from '../../output/escape';

export interface Definition {
  readonly term: string;
  /** Seconds, in the order of the text. */
  readonly times: readonly number[];
}

/** The heading as models write it; notes are in the language of their transcript. */
const heading =
  /^(?:key )?(?:definitions?|glossary|definitionen|begriffe|définitions?|glossaire|definiciones|definizioni|definições|definities|begrippen|определения|термины|definicje|definitioner|定义|術語|术语|定義|用語|정의|용어)\b|^(?:定义|術語|术语|定義|用語|정의|용어)/iu;
const item = /^[-*+] \*\*((?:[^*\\]|\\.){1,200}?):?\*\* ?[:：–—-]? ?(.*)$/u;
const timeInLink = /\]\([^()\s]{0,2000}[&#?]t=(\d{1,6})s?\)/g;
const longestTerm = 100;

/** The definitions in order. Without a heading that is known, those of the section of which each item is one. */
export function definitionsOf(notes: string): readonly Definition[] {
  const sections = sectionsOf(notes);
  const named = sections.filter(({ title }) => heading.test(title));
  if (named.length > 0) return named.flatMap(({ lines }) => definitionsIn(lines));
  const whole = sections.find(({ lines }) => {
    const items = lines.filter((line) => /^[-*+] /.test(line));
    return (
      items.length > 0 &&
      items.every((line) => /^[-*+] \*\*(?:[^*\\]|\\.){1,200}?(?::\*\*|\*\* ?[:：])/u.test(line))
    );
  });
  return whole === undefined ? [] : definitionsIn(whole.lines);
}

interface Section {
  readonly title: string;
  readonly lines: string[];
}

function sectionsOf(notes: string): readonly Section[] {
  const sections: Section[] = [];
  for (const line of notes.split('\n')) {
    const title = /^## (.*)$/.exec(line)?.[1];
    if (title !== undefined) sections.push({ title: fromMarkdownText(title), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function definitionsIn(lines: readonly string[]): readonly Definition[] {
  const found: { term: string; times: number[] }[] = [];
  for (const line of lines) {
    const [, written, rest = ''] = item.exec(line) ?? [];
    const term = written === undefined ? '' : fromMarkdownText(written).replace(/\s+/g, ' ').trim();
    if (term !== '' && term.length <= longestTerm) found.push({ term, times: timesIn(rest) });
    // The lines below an item belong to it.
    else if (/^ {2,}\S/.test(line)) found.at(-1)?.times.push(...timesIn(line));
  }
  return found;
}

function timesIn(text: string): number[] {
  return [...text.matchAll(timeInLink)].map(([, seconds]) => Number(seconds));
}

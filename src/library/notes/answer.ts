/**
 * A model's answer → Markdown that is safe to open and says where in the video each statement is. The answer is data:
 * its HTML, pictures, links and commands become text, a time outside of the video or a quotation that nobody said is
 * replaced by a mark and counted.
 */
import { lexer, type Token, type Tokens } from 'marked';
import { timeLink } from '../../output/document';
import { linkTarget, markdownText } from '../../output/escape';
import { formatLength } from '../../model/words';
import { isQuotation, type Finding, type Ground } from './grounding';

export interface CheckedNotes {
  /** Markdown, headings from level two on; ends with a line break. */
  readonly markdown: string;
  readonly statements: number;
  /** Statements without a time in the video. */
  readonly withoutTime: number;
  /** Times that were left out, because they are not in the video. */
  readonly wrongTimes: number;
  /** Quotations that were left out, because the transcript does not hold them. */
  readonly wrongQuotations: number;
}

const marks = {
  time: '*(time not in the video)*',
  quotation: '*(quotation not in the transcript)*',
} as const;
const withoutTimeMark = '*(no time)*';
/** Longer answers than any model gives; the Markdown reader is not asked about more. */
const longestAnswer = 200_000;
const deepest = 12;
/** A longer stretch without an empty line gets one: the reader's work on emphasis grows with its square. */
const longestBlock = 8000;

/** The plain text of inline tokens, with the style of each stretch. */
interface Run {
  readonly text: string;
  readonly style: '' | '**' | '*' | '~~' | '`';
}

/** Reads a model's answer. `url`: the video's public address, for the time links. */
export function checkAnswer(answer: string, ground: Ground, url: string): CheckedNotes {
  return new AnswerReader(ground, url).read(answer);
}

class AnswerReader {
  private statements = 0;
  private withoutTime = 0;
  private wrongTimes = 0;
  private wrongQuotations = 0;
  /** A heading with a time holds for what is below it. */
  private headingHasTime = false;

  constructor(
    private readonly ground: Ground,
    private readonly url: string,
  ) {}

  read(answer: string): CheckedNotes {
    const tokens = withoutTitle(tokensOf(unwrapped(answer.slice(0, longestAnswer))));
    const top = tokens.reduce((least, token) => (isHeading(token) ? Math.min(least, token.depth) : least), 7);
    const blocks = tokens.map((token) => this.block(token, top, 0)).filter((block) => block !== '');
    const { statements, withoutTime, wrongTimes, wrongQuotations } = this;
    const markdown = blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
    return { markdown, statements, withoutTime, wrongTimes, wrongQuotations };
  }

  private block(token: Token, top: number, depth: number): string {
    if (depth > deepest) return this.statement(runs(token.raw), true);
    if (isHeading(token)) {
      const level = Math.min(6, token.depth - top + 2);
      const { text, hasTime } = this.inline(runsOf(token));
      this.headingHasTime = hasTime;
      return text === '' ? '' : `${'#'.repeat(level)} ${text}`;
    }
    switch (token.type) {
      case 'space':
      case 'def':
        return '';
      case 'hr':
        return '---';
      case 'list':
        return this.list(token as Tokens.List, top, depth);
      case 'blockquote':
        return this.quote(token as Tokens.Blockquote, top, depth);
      case 'table':
        return this.table(token as Tokens.Table);
      case 'code':
        return fenced((token as Tokens.Code).text);
      default:
        return this.statement(runsOf(token), true);
    }
  }

  private list(list: Tokens.List, top: number, depth: number): string {
    let number = typeof list.start === 'number' ? list.start : 1;
    const items = list.items.map((item) => {
      const lead = list.ordered ? `${number}. ` : '- ';
      number += 1;
      const hasChildren = item.tokens.some(({ type }) => type === 'list');
      const blocks = item.tokens.map((token) =>
        token.type === 'text' || token.type === 'paragraph'
          ? this.statement(runsOf(token), !hasChildren)
          : this.block(token, top, depth + 1),
      );
      const body = blocks.filter((block) => block !== '').join('\n');
      return lead + body.replace(/\n(?=.)/g, `\n${' '.repeat(lead.length)}`);
    });
    return items.join('\n');
  }

  /** A quotation by its form: its words are compared as those between quotation marks. */
  private quote(quote: Tokens.Blockquote, top: number, depth: number): string {
    const inner = quote.tokens.map((token) => {
      if (token.type !== 'paragraph') return this.block(token, top, depth + 1);
      const all = runsOf(token);
      const text = all.map((run) => run.text).join('');
      const found = this.ground.findings(text);
      const words = withoutFindings(text, found)
        .replace(/^\s*["“„«]|["”“»]\s*$/g, '')
        .replace(/(?<!\s)\s+[—–-]\s[^.!?]{1,80}$/, '');
      if (!isQuotation(words) || this.ground.holds(words)) return this.statement(all, true);
      this.statements += 1;
      this.wrongQuotations += 1;
      return marks.quotation;
    });
    return inner
      .filter((block) => block !== '')
      .join('\n\n')
      .replace(/^/gm, '> ');
  }

  private table(table: Tokens.Table): string {
    const header = table.header.map((cell) => this.inline(cell.tokens.flatMap((token) => runs(token))).text);
    const rows = table.rows.map((row) => {
      const cells = row.map((cell) => this.inline(cell.tokens.flatMap((token) => runs(token))));
      this.count(cells.some(({ hasTime }) => hasTime));
      return line(cells.map(({ text }) => text));
    });
    return [line(header), line(header.map(() => '---')), ...rows].join('\n');
  }

  /** A block of text. One that only leads to a list is no statement. */
  private statement(all: readonly Run[], counts: boolean): string {
    const plain = all.map(({ text }) => text).join('');
    const { text, hasTime } = this.inline(all);
    if (text === '' || !counts || /:\s*$/.test(plain)) return text;
    const known = this.count(hasTime);
    return known ? text : `${text} ${withoutTimeMark}`;
  }

  private count(hasTime: boolean): boolean {
    if (!this.ground.hasTimes) return true;
    this.statements += 1;
    const known = hasTime || this.headingHasTime;
    if (!known) this.withoutTime += 1;
    return known;
  }

  private inline(all: readonly Run[]): { readonly text: string; readonly hasTime: boolean } {
    const whole = all.map(({ text }) => text).join('');
    const found = this.ground.hasTimes
      ? this.ground.findings(whole)
      : this.ground.findings(whole).filter(({ mark }) => mark === 'quotation');
    let text = '';
    let hasTime = false;
    let at = 0;
    let next = 0;
    for (const run of all) {
      const end = at + run.text.length;
      let piece = '';
      for (let from = at; from < end;) {
        const finding = found[next];
        if (finding === undefined || finding.from >= end) {
          piece += styled(whole.slice(from, end), run.style);
          break;
        }
        if (finding.from > from) piece += styled(whole.slice(from, finding.from), run.style);
        if (finding.from >= from) piece += this.written(finding);
        hasTime ||= finding.times !== undefined;
        from = Math.min(end, finding.to);
        if (finding.to <= end) next += 1;
      }
      text += piece;
      at = end;
    }
    return { text: text.replace(/ {2,}/g, ' ').trim(), hasTime };
  }

  private written({ times, mark }: Finding): string {
    if (times !== undefined)
      return times
        .map((time) => {
          const target = linkTarget(timeLink(this.url, time));
          return target === undefined ? `\\[${formatLength(time)}\\]` : `[${formatLength(time)}](${target})`;
        })
        .join(' ');
    if (mark === 'quotation') this.wrongQuotations += 1;
    else this.wrongTimes += 1;
    return marks[mark ?? 'time'];
  }
}

/** The file has the video's title; a title that the model wrote would be a second one. */
function withoutTitle(tokens: readonly Token[]): readonly Token[] {
  const headings = tokens.filter(isHeading);
  const [first, ...others] = headings;
  const isTitle = first?.depth === 1 && others.length > 0 && others.every(({ depth }) => depth > 1);
  return isTitle ? tokens.filter((token) => token !== first) : tokens;
}

/** The blocks of an answer; one that no reader can nest is plain text. */
function tokensOf(markdown: string): readonly Token[] {
  const nested = markdown.replace(/^(?:[ \t]*>){12,}/gm, '>'.repeat(deepest));
  const bounded = nested
    .split('\n\n')
    .flatMap((block) => [...shorter(block)])
    .join('\n\n');
  try {
    return lexer(bounded, { gfm: true });
  } catch {
    return bounded.split(/\n{2,}/).map((raw) => ({ type: 'text', raw, text: raw }));
  }
}

/** The stretches of a block, cut at blanks where there are some. */
function* shorter(block: string): Generator<string> {
  let from = 0;
  while (block.length - from > longestBlock) {
    const least = from + longestBlock - 1000;
    const blank = block.slice(least, least + 1000).search(/[ \n]/);
    const end = least + (blank < 0 ? 1000 : blank);
    yield block.slice(from, end);
    from = end;
  }
  yield block.slice(from);
}

/** Models put all of it into a fence, or think aloud before it. */
function unwrapped(answer: string): string {
  const text = withoutThoughts(answer.replace(/\r\n?/g, '\n')).trim();
  const fence = /^(`{3,}|~{3,})(markdown|md)?[ \t]*\n/i.exec(text);
  if (fence?.[1] === undefined || !text.endsWith(`\n${fence[1]}`)) return text;
  const inner = text.slice(fence[0].length, -fence[1].length - 1);
  return fence[2] === undefined && inner.includes(`\n${fence[1]}`) ? text : inner;
}

const thoughts = String.raw`(?:think(?:ing)?|thoughts?|reasoning)`;
const thoughtsBegin = new RegExp(`<${thoughts}>`, 'i');
const thoughtsEnd = new RegExp(`</${thoughts}>`, 'i');

/** The tag that opens them is missing where a server has it in the request; where the other is, the answer was cut. */
function withoutThoughts(answer: string): string {
  const end = thoughtsEnd.exec(answer);
  const begin = thoughtsBegin.exec(answer);
  const isFirst = begin !== null && answer.slice(0, begin.index).trim() === '';
  if (end === null) return isFirst ? '' : answer;
  return isFirst || begin === null || begin.index > end.index
    ? answer.slice(end.index + end[0].length)
    : answer;
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}

function runsOf(token: Token): readonly Run[] {
  return innerOf(token)?.flatMap((one) => runs(one)) ?? runs(token);
}

/** The tokens inside of one; marked's types say less than it does: `tokens` may be absent or undefined. */
function innerOf(token: Token): readonly Token[] | undefined {
  const inner: unknown = 'tokens' in token ? token.tokens : undefined;
  return Array.isArray(inner) ? inner : undefined;
}

/** An inline token as plain text with its style; links and pictures are their words, HTML is text. */
function runs(token: Token | string, style: Run['style'] = '', depth = 0): readonly Run[] {
  if (typeof token === 'string') return [{ text: token, style }];
  const inner = (as: Run['style']): readonly Run[] =>
    depth < deepest && innerOf(token) !== undefined
      ? (innerOf(token) ?? []).flatMap((one) => runs(one, as, depth + 1))
      : [{ text: 'text' in token && typeof token.text === 'string' ? token.text : token.raw, style: as }];
  switch (token.type) {
    case 'strong':
      return inner('**');
    case 'em':
      return inner('*');
    case 'del':
      return inner('~~');
    case 'codespan':
      return inner('`');
    case 'br':
      return [{ text: ' ', style }];
    case 'image':
      return [{ text: (token as Tokens.Image).text, style }];
    case 'link':
      return linkRuns(token as Tokens.Link, inner(style), style);
    case 'escape':
    case 'text':
      return inner(style);
    default:
      return [{ text: token.raw, style }];
  }
}

/** A link's words; a time in its address counts as one, in case its words have none. */
function linkRuns(link: Tokens.Link, words: readonly Run[], style: Run['style']): readonly Run[] {
  const shown = words.map(({ text }) => text).join('');
  if (/^\s*[[(]?\d{1,3}(?::[0-5]\d){1,2}[\])]?\s*$/.test(shown))
    return [{ text: `[${shown.replace(/[[\]()\s]/g, '')}]`, style }];
  const time = /[?&#]t=(\d{1,6})s?(?:&|$)/.exec(link.href)?.[1];
  return time === undefined ? words : [...words, { text: ` [${time}s]`, style }];
}

function withoutFindings(text: string, found: readonly Finding[]): string {
  let rest = text;
  for (const { from, to, mark } of [...found].reverse())
    if (mark !== 'quotation') rest = rest.slice(0, from) + rest.slice(to);
  return rest.trim();
}

/** Escaped text in its style, the blanks around it outside of the marks. */
function styled(text: string, style: Run['style']): string {
  const words = text.trim();
  const blank = (one: string): string => (one === '' ? '' : ' ');
  if (words === '') return blank(text);
  const from = text.indexOf(words);
  const [before, after] = [text.slice(0, from), text.slice(from + words.length)];
  const isCode = style === '`' && !/[`\n]|\{[{%#]/.test(words);
  const escaped = isCode ? words : markdownText(words);
  const mark = style === '`' && !isCode ? '' : style;
  return `${blank(before)}${mark}${escaped}${mark}${blank(after)}`;
}

/** A fence that its text cannot end; no language, since some make the preview draw or load. */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\{(?=[{%#])/g, '{ ')}\n${fence}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

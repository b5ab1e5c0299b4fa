/**
 * Formats a Link List: no blanks at the ends of lines, directives in one form, one empty line at most. What stands
 * between a link and its remark stays, because people align it. Pure; lines count from 0.
 */
import { readUrlsLine } from '../../intake/urlsSyntax';

/** Replaces the lines `from` to `to` (both included) by `text`; undefined: removes them. */
export interface LineEdit {
  readonly from: number;
  readonly to: number;
  readonly text?: string;
}

/** Longer lines are nothing that a person has written; they stay as they are. */
const longestLine = 20_000;

function formatted(line: string): string {
  if (line.length > longestLine) return line;
  const part = readUrlsLine(line);
  switch (part.kind) {
    case 'blank':
      return '';
    case 'entry':
      return line.slice(part.from).trimEnd();
    case 'directive': {
      const rest = line.slice(part.to).trim();
      const written = `# @${part.name.toLowerCase()}${part.value === '' ? '' : ` ${part.value}`}`;
      // A remark behind a directive begins after a wide gap.
      return rest === '' ? written : `${written}   ${rest}`;
    }
    case 'comment': {
      const text = line.slice(part.from).trimEnd();
      // `#!` and `##` are somebody's own way.
      return /^#[^\s#!]/.test(text) && !/^#(?:end)?region\b/i.test(text) ? `# ${text.slice(1)}` : text;
    }
  }
}

/** What has to change, from top to bottom; no two edits touch. `lines`: without their ends. */
export function formatEdits(lines: readonly string[]): readonly LineEdit[] {
  const edits: LineEdit[] = [];
  let blanks = 0;
  const closeBlanks = (end: number, keep: 0 | 1): void => {
    if (blanks > keep) edits.push({ from: end - blanks, to: end - 1 - keep });
    if (blanks > 0 && keep === 1 && lines[end - 1] !== '')
      edits.push({ from: end - 1, to: end - 1, text: '' });
    blanks = 0;
  };
  lines.forEach((line, number) => {
    const text = formatted(line);
    if (text === '') {
      blanks += 1;
      return;
    }
    closeBlanks(number, number === blanks ? 0 : 1);
    if (text !== line) edits.push({ from: number, to: number, text });
  });
  closeBlanks(lines.length, 0);
  return edits;
}

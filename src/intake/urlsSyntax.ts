/**
 * One line of a `.urls` list: blank, comment, directive, or an entry with or without a remark after it.
 * Columns count UTF-16 units from 0, as editors do.
 */

export type UrlsLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'comment'; readonly from: number; readonly to: number; readonly text: string }
  | {
      readonly kind: 'directive';
      readonly name: string;
      readonly value: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'entry'; readonly text: string; readonly from: number; readonly to: number };

/** Reads one line (without its line end). An entry is the whole line up to a space and `#`. */
export function readUrlsLine(line: string): UrlsLine {
  const from = skipBlanks(line, 0);
  if (from === line.length) return { kind: 'blank' };
  if (line[from] === '#') return comment(line, from);
  // yt-dlp's batch files disable lines with these as well; programmers write `//`.
  if (/^(?:[;\]]|\/\/(?:\s|https?:))/i.test(line.slice(from, from + 10)))
    return { kind: 'comment', from, to: trimEnd(line, from, line.length), text: line.slice(from + 1).trim() };
  const end = remarkAt(line, from);
  const to = trimEnd(line, from, end);
  return { kind: 'entry', text: line.slice(from, to), from, to };
}

function comment(line: string, from: number): UrlsLine {
  const end = trimEnd(line, from, line.length);
  const at = skipBlanks(line, from + 1);
  const match = /^@([A-Za-z][A-Za-z-]*)(?=$|[\s:=])/.exec(line.slice(at, at + 40));
  if (!match?.[1]) return { kind: 'comment', from, to: end, text: line.slice(from + 1, end).trim() };
  let start = skipBlanks(line, at + match[0].length);
  if (line[start] === ':' || line[start] === '=') start = skipBlanks(line, start + 1);
  // A remark may follow, after a # or a wide gap.
  const gap = /\s{3,}|\t/.exec(line.slice(start, start + 2000));
  const stop = Math.min(remarkAt(line, start - 1), gap ? start + gap.index : line.length);
  const to = trimEnd(line, start, Math.max(stop, start));
  return {
    kind: 'directive',
    name: match[1],
    value: line.slice(start, to),
    from: at,
    to: Math.max(to, at + match[0].length),
  };
}

/** Where a remark begins: the first # after a space, or the end of the line. */
function remarkAt(line: string, from: number): number {
  for (let at = line.indexOf('#', from + 1); at !== -1; at = line.indexOf('#', at + 1))
    if (isBlank(line.charCodeAt(at - 1))) return at;
  return line.length;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at += 1;
  return at;
}

function trimEnd(line: string, from: number, end: number): number {
  let at = end;
  while (at > from && isBlank(line.charCodeAt(at - 1))) at -= 1;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x3000;
}

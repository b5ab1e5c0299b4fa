/**
 * Answers that come as a stream although none was asked for: server-sent events (`data: {…}`, OpenAI's and LocalAI's
 * streams) and one JSON object a line. They are put together as the JSON of one answer. Pure, sliced.
 */
import { linesOf, Share, type Sliced } from '../../captions/sliced';
import { isPlain, type Plain } from '../../model/plain';
import { textOf, timesOf } from './fields';

/** The JSON of the whole answer; undefined when the text is no stream. */
export function* readEvents(text: string): Sliced<string | undefined> {
  if (!/^\s*(?:data|event|id|retry)?:|^\s*\{.*\}[^\S\n]*\n\s*\{/.test(text.slice(0, 100_000)))
    return undefined;
  const share = new Share();
  const segments: Plain[] = [];
  let whole: string | undefined;
  let pieces = '';
  for (const line of linesOf(text)) {
    if (share.due(line.length)) yield;
    const event = eventIn(line.trim());
    if (event === 'other') return undefined;
    if (event === undefined) continue;
    if (timesOf(event).start !== undefined && textOf(event) !== undefined) segments.push(event);
    else if (typeof event.delta === 'string') pieces += event.delta;
    else if (typeof event.text === 'string') whole = event.text;
  }
  const said = whole ?? pieces;
  if (segments.length === 0 && said === '') return undefined;
  return JSON.stringify({
    ...(said === '' ? {} : { text: said }),
    ...(segments.length === 0 ? {} : { segments }),
  });
}

/** The object of a line; undefined for lines that hold none; `other`: the text is no stream after all. */
function eventIn(line: string): Plain | 'other' | undefined {
  if (line === '' || /^(?::|event:|id:|retry:)/.test(line) || /^data:\s*\[DONE\]$/.test(line))
    return undefined;
  const json = line.replace(/^data:\s*/, '');
  if (!json.startsWith('{')) return 'other';
  try {
    const value: unknown = JSON.parse(json);
    return isPlain(value) ? value : 'other';
  } catch {
    return 'other';
  }
}

/**
 * TTML (and its older name DFXP): `p` elements with begin, end or dur, nested times added up.
 * Time expressions after https://www.w3.org/TR/ttml1/#timing-value-timeExpression.
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';
import type { XmlElement } from './xmlTree';

interface Rates {
  readonly frames: number;
  readonly ticks: number;
}

/** Undefined when the root is no `tt`. */
export function* readTtml(root: XmlElement): Sliced<readonly RawCue[] | undefined> {
  if (root.name !== 'tt') return undefined;
  const frames = ratesOf(root);
  const cues: RawCue[] = [];
  const agents = new Map<string, string>();
  for (const child of root.children) {
    if (typeof child === 'string') continue;
    if (child.name === 'head') findAgents(child, agents);
    if (child.name === 'body')
      yield* walk(child, 0, undefined, undefined, {
        frames,
        agents,
        cues,
        known: new Map(),
        share: new Share(),
      });
  }
  return cues;
}

interface Walk {
  readonly frames: Rates;
  readonly agents: ReadonlyMap<string, string>;
  readonly cues: RawCue[];
  /** Spans that hold times, by element. */
  readonly known: Map<XmlElement, boolean>;
  readonly share: Share;
}

function* walk(
  element: XmlElement,
  parentMs: number,
  parentEndMs: number | undefined,
  parentSpeaker: string | undefined,
  context: Walk,
): Sliced<void> {
  const { attributes } = element;
  const begin = timeExpression(attributes.begin, context.frames);
  const end = timeExpression(attributes.end, context.frames);
  const duration = timeExpression(attributes.dur, context.frames);
  const startMs = parentMs + (begin ?? 0);
  const endMs =
    end !== undefined ? parentMs + end : duration !== undefined ? startMs + duration : parentEndMs;
  const agent = attributes.agent;
  const speaker = agent === undefined ? parentSpeaker : (context.agents.get(agent) ?? parentSpeaker);
  const isTimed = begin !== undefined || end !== undefined || duration !== undefined;
  const inner =
    element.name === 'p' || element.name === 'span' ? timedSpans(element, context.known) : undefined;
  if (inner?.length === 0) {
    if (isTimed || parentEndMs !== undefined) {
      const text = collapsed(spanText(element));
      context.cues.push({ startMs, endMs, text, ...(speaker === undefined ? {} : { speaker }) });
      if (context.share.due(text.length)) yield;
    } else if (context.share.due(0)) yield;
    return;
  }
  const children = inner ?? element.children.filter((child) => typeof child !== 'string');
  for (const child of children)
    if (child.name !== 'metadata') yield* walk(child, startMs, endMs, speaker, context);
}

/** Spans with times of their own: then each of them is a cue, not the paragraph. */
function timedSpans(element: XmlElement, known: Map<XmlElement, boolean>): readonly XmlElement[] {
  const spans: XmlElement[] = [];
  for (const child of element.children)
    if (typeof child !== 'string' && child.name === 'span' && isTimedSpan(child, known)) spans.push(child);
  return spans;
}

/** Each element is looked at once, however deep the file nests its spans. */
function isTimedSpan(span: XmlElement, known: Map<XmlElement, boolean>): boolean {
  if (span.attributes.begin !== undefined) return true;
  let timed = known.get(span);
  if (timed === undefined) {
    timed = timedSpans(span, known).length > 0;
    known.set(span, timed);
  }
  return timed;
}

/** White space of the file means nothing in TTML; only `br` breaks a line. Until then breaks hide behind a mark. */
const breakMark = '\u0001';

function spanText(element: XmlElement): string {
  let text = '';
  for (const child of element.children) {
    if (typeof child === 'string') text += child;
    else if (child.name === 'br') text += breakMark;
    else if (child.name !== 'metadata') text += spanText(child);
  }
  return text;
}

function collapsed(text: string): string {
  return text.replace(/[ \t\n]+/g, ' ').replaceAll(breakMark, '\n');
}

function findAgents(element: XmlElement, agents: Map<string, string>): void {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    const { id } = child.attributes;
    if (child.name === 'agent' && id !== undefined) {
      const name = child.children.find((inner) => typeof inner !== 'string' && inner.name === 'name');
      if (name !== undefined && typeof name !== 'string') agents.set(id, collapsed(spanText(name)).trim());
    } else findAgents(child, agents);
  }
}

function ratesOf(root: XmlElement): Rates {
  const { frameRate, frameRateMultiplier, tickRate } = root.attributes;
  const frames = positive(frameRate) ?? 30;
  const [top, bottom] = (frameRateMultiplier ?? '')
    .trim()
    .split(/[\s:]+/)
    .map(positive);
  return {
    frames: top !== undefined && bottom !== undefined ? (frames * top) / bottom : frames,
    ticks: positive(tickRate) ?? (frameRate === undefined ? 1 : frames),
  };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** `01:02:03.5`, `01:02:03:12` (frames), `12.5s`, `500ms`, `2m`, `1h`, `24f`, `1000t` in whole ms. */
function timeExpression(text: string | undefined, rates: Rates): number | undefined {
  if (text === undefined) return undefined;
  const clock = /^(\d{1,6}):(\d{2}):(\d{2})(?:[.,](\d{1,9})|:(\d{1,3})(?:\.\d+)?)?$/.exec(text.trim());
  if (clock) {
    const [, hours, minutes, seconds, fraction, frame] = clock;
    const whole = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    const rest = fraction !== undefined ? Number(`0.${fraction}`) : Number(frame ?? 0) / rates.frames;
    return whole + Math.round(rest * 1000);
  }
  const offset = /^(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)$/.exec(text.trim());
  if (!offset) return undefined;
  const factor = new Map([
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
    ['f', 1000 / rates.frames],
    ['t', 1000 / rates.ticks],
  ]).get(offset[2] ?? '');
  return factor === undefined ? undefined : Math.round(Number(offset[1]) * factor);
}

/**
 * TTML (and its older name DFXP): which text is shown when, after the timing model of
 * https://www.w3.org/TR/ttml1/#timing: nested times add up, containers run in parallel or in sequence, and
 * no element outlasts its parent.
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';
import { addPiece, paragraphCues, type TtmlPiece } from './ttmlParagraph';
import { readHead, type TtmlHead } from './ttmlHead';
import { ratesOf, timeExpression, type Rates } from './ttmlTimes';
import type { XmlReader, XmlTag } from './xml';
import { XmlTree, type XmlElement } from './xmlTree';

export interface ReadTtml {
  readonly format: 'ttml';
  readonly cues: readonly RawCue[];
  readonly automatic: false;
  /** As written on the root. */
  readonly language: string | undefined;
  readonly findings: TtmlFindings;
}

interface TtmlFindings {
  /** Times that cannot be read; their elements count as having none. */
  damagedTimes: number;
  /** Cues that by the file's own times are never shown. */
  neverShown: number;
}

/** Reads the content of a root `tt`: as a tree, because what is inside an element decides how it is shown. */
export class TtmlReader implements XmlReader {
  private readonly tree: XmlTree;
  private paragraphs = 0;

  constructor(root: XmlTag) {
    this.tree = new XmlTree(root);
  }

  tag(tag: XmlTag): void {
    if (tag.name === 'p') this.paragraphs += 1;
    this.tree.tag(tag);
  }

  text(part: string): void {
    this.tree.text(part);
  }

  close(): void {
    this.tree.close();
  }

  /**
   * What was read. Apple's lyrics, and files by hand, count all times from the start of the document: so does a file of
   * which some text would never be shown otherwise, where no time contradicts that. Throws TooMuch.
   */
  *end(): Sliced<ReadTtml> {
    const { root } = this.tree;
    const head = yield* readHead(root);
    const isApple = root.attributes.timing !== undefined;
    const nested = yield* this.read(head, isApple);
    if (isApple || nested.count.neverShown === 0) return this.done(nested);
    const absolute = yield* this.read(head, true);
    return this.done(absolute.contradicted || absolute.count.neverShown > 0 ? nested : absolute);
  }

  private done({ cues, count }: Context): ReadTtml {
    const { lang: language } = this.tree.root.attributes;
    return { format: 'ttml', automatic: false, language, cues, findings: count };
  }

  private *read(head: TtmlHead, isAbsolute: boolean): Sliced<Context> {
    const { root } = this.tree;
    const context: Context = {
      rates: ratesOf(root),
      head,
      cues: [],
      share: new Share(),
      paragraphs: this.paragraphs,
      count: { damagedTimes: 0, neverShown: 0 },
      isAbsolute,
      contradicted: false,
    };
    const document: Frame = {
      beginMs: 0,
      clipMs: undefined,
      speaker: undefined,
      language: root.attributes.lang,
      pieces: undefined,
      isTimed: false,
      isOver: false,
    };
    for (const child of root.children)
      if (typeof child !== 'string' && child.name === 'body') yield* walk(child, document, 0, context);
    return context;
  }
}

interface Context {
  readonly rates: Rates;
  readonly head: TtmlHead;
  readonly cues: RawCue[];
  readonly share: Share;
  /** How many there are in the file. */
  readonly paragraphs: number;
  readonly count: TtmlFindings;
  /** All times count from the start of the document. */
  readonly isAbsolute: boolean;
  /** A child begins before its parent, or elements run in sequence: times are not absolute. */
  contradicted: boolean;
}

/** What an element inherits from its parent. */
interface Frame {
  readonly beginMs: number;
  /** No child lasts longer; undefined: no limit. */
  readonly clipMs: number | undefined;
  readonly speaker: string | undefined;
  readonly language: string | undefined;
  /** The pieces of the paragraph that it is part of. */
  readonly pieces: TtmlPiece[] | undefined;
  /** True inside a span that has times of its own. */
  readonly isTimed: boolean;
  /** True where an ancestor ends before this begins. */
  readonly isOver: boolean;
}

/** Elements without caption text. */
const noText: ReadonlySet<string> = new Set(
  [
    'metadata',
    'desc',
    'title',
    'copyright',
    'agent',
    'name',
    'actor',
    'set',
    'animate',
    'image',
    'audio',
  ].concat(['data', 'source', 'region', 'style', 'layout', 'information']),
);

/**
 * Reads an element whose earliest begin is `fromMs`; returns its end in ms from its times and its content,
 * undefined: never. In sequence the next sibling begins there.
 */
function* walk(
  element: XmlElement,
  parent: Frame,
  fromMs: number,
  context: Context,
): Sliced<number | undefined> {
  const own = timesOf(element, fromMs, context);
  const { head } = context;
  const { attributes } = element;
  // `set` shows for a time what is hidden otherwise.
  const shown = head.shownBy(element);
  const times = shown === undefined ? own : within(own, timesOf(shown, own.beginMs, context));
  if (times.beginMs < parent.beginMs || attributes.timeContainer === 'seq') context.contradicted = true;
  const isParagraph = parent.pieces === undefined && holdsText(element);
  const frame: Frame = {
    beginMs: times.beginMs,
    clipMs: least(parent.clipMs, times.endMs),
    speaker:
      attributes.agent === undefined ? parent.speaker : (head.agents.get(attributes.agent) ?? parent.speaker),
    language: languageOf(element, parent, context),
    pieces: isParagraph ? [] : parent.pieces,
    isTimed: parent.pieces !== undefined && (parent.isTimed || times.isTimed),
    isOver: parent.isOver || isBehind(times.beginMs, parent),
  };
  const endMs = head.isLeftOut(element) ? times.endMs : yield* readChildren(element, frame, times, context);
  if (isParagraph) yield* finishParagraph(frame, context);
  return endMs;
}

function* readChildren(
  element: XmlElement,
  frame: Frame,
  times: Times,
  context: Context,
): Sliced<number | undefined> {
  const isSequence = element.attributes.timeContainer === 'seq';
  let at: number | undefined = times.beginMs;
  let implied: number | undefined = times.beginMs;
  for (const child of element.children) {
    if (context.share.due(typeof child === 'string' ? child.length : 0)) yield;
    if (typeof child === 'string' || child.name === 'br') {
      const text = typeof child === 'string' ? child : '\n';
      if (isSequence) continue;
      if (frame.pieces !== undefined) implied = undefined;
      addText(frame, text, typeof child !== 'string', context);
    } else if (!noText.has(child.name) && !child.isForeign) {
      if (at === undefined) continue;
      const end: number | undefined = yield* walk(child, frame, isSequence ? at : times.beginMs, context);
      if (isSequence) at = implied = end;
      else implied = implied === undefined || end === undefined ? undefined : Math.max(implied, end);
    }
  }
  return times.endMs ?? implied;
}

function addText(frame: Frame, text: string, isBreak: boolean, context: Context): void {
  const { pieces, beginMs, clipMs, isTimed, speaker } = frame;
  if (pieces === undefined || text === '') return;
  const isBetween = isBreak || text.trim() === '';
  if (frame.isOver) {
    if (!isBetween) context.count.neverShown += 1;
    return;
  }
  addPiece(pieces, { text, isBreak, isBetween, startMs: beginMs, endMs: clipMs, isTimed, speaker });
}

function* finishParagraph(frame: Frame, context: Context): Sliced<void> {
  for (const cue of yield* paragraphCues(frame.pieces ?? [], context.share)) {
    context.cues.push(frame.language === undefined ? cue : { ...cue, language: frame.language });
    if (context.share.due(0)) yield;
  }
}

/** Of blocks, and of paragraphs where there are too many for a quotation; never of spans. */
function languageOf({ name, attributes }: XmlElement, parent: Frame, context: Context): string | undefined {
  const counts = parent.pieces === undefined && (name !== 'p' || context.paragraphs >= 4);
  return counts ? (attributes.lang ?? parent.language) : parent.language;
}

/** A parent with a length of zero is a mistake of the file, and hides nothing. */
function isBehind(beginMs: number, parent: Frame): boolean {
  return parent.clipMs !== undefined && parent.clipMs > parent.beginMs && parent.clipMs <= beginMs;
}

/** Paragraphs, and what careless files write instead. */
function holdsText(element: XmlElement): boolean {
  if (element.name === 'p' || element.name === 'span') return true;
  return (
    element.children.some((child) => typeof child === 'string' && child.trim() !== '') &&
    !element.children.some(
      (child) => typeof child !== 'string' && (child.name === 'p' || child.name === 'div'),
    )
  );
}

interface Times {
  readonly beginMs: number;
  /** As set on the element itself; undefined where it is not. */
  readonly endMs: number | undefined;
  readonly isTimed: boolean;
}

function timesOf(element: XmlElement, parentMs: number, { rates, count, isAbsolute }: Context): Times {
  const read = (text: string | undefined): number | undefined => {
    const ms = text === undefined ? undefined : timeExpression(text, rates);
    if (text !== undefined && text.trim() !== '' && ms === undefined) count.damagedTimes += 1;
    return ms;
  };
  const begin = read(element.attributes.begin);
  const end = read(element.attributes.end);
  const duration = read(element.attributes.dur);
  const fromMs = isAbsolute ? 0 : parentMs;
  const beginMs = isAbsolute ? (begin ?? parentMs) : fromMs + (begin ?? 0);
  const limit = least(
    end === undefined ? undefined : fromMs + end,
    duration === undefined ? undefined : beginMs + duration,
  );
  // An end before the begin is a mistake, too.
  const endMs = limit === undefined ? undefined : Math.max(beginMs, limit);
  return { beginMs, endMs, isTimed: begin !== undefined || end !== undefined || duration !== undefined };
}

function within(own: Times, shown: Times): Times {
  return { ...own, beginMs: shown.beginMs, endMs: least(own.endMs, shown.endMs) };
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

/**
 * An answer on its way home: the helper packs it into a short message and pieces, the owner checks and unpacks it. What
 * is not what was asked for is refused.
 */
import { packed, unpacked } from '../output/kept/content';
import { failure, type Failure, type FailureCode } from '../model/failure';
import type { OfferAnswer } from '../model/elsewhere';
import type { Link, VideoMeta } from '../model/link';
import type { Via } from '../model/ports';
import type { SourceResult } from '../model/source';
import {
  mostBytes,
  mostBytesOf,
  pieceBytes,
  piecesOf,
  protocolVersion,
  readAnswer,
  type AnswerMessage,
  type OfferMessage,
  type SharedWork,
} from './messages';
import type { Wire } from './wire';

/** A sound that nobody fetches is of no use soon: its row is tried again. */
const soundSeconds = 900;

/** What the helper knows besides the result. */
export interface Worked {
  readonly helper: string;
  readonly machine: string;
  readonly worker: number;
  readonly seconds: number;
  readonly requests: number;
  readonly via: Via;
  readonly meta: VideoMeta | undefined;
  readonly notes: readonly string[];
}

/** A sound that is in its pieces already, because its file does not outlive the attempt. */
export interface SentSound {
  readonly sound: { readonly pieces: number; readonly bytes: number };
}

export type HomeResult = Exclude<SourceResult, { consent: unknown }> | SentSound;

/** Puts the bytes of a sound where the owner finds them. Rejects while Redis is away. */
export async function sendSound(
  wire: Pick<Wire, 'putPiece'>,
  id: string,
  { offer }: Pick<OfferMessage, 'offer'>,
  bytes: number,
  read: (from: number, length: number) => Promise<Uint8Array>,
): Promise<SentSound> {
  const pieces = piecesOf(bytes);
  for (let at = 0; at < pieces; at += 1)
    await wire.putPiece(`${id}.${offer}`, at, await read(at * pieceBytes, pieceBytes), soundSeconds);
  return { sound: { pieces, bytes } };
}

/**
 * Puts the pieces where the owner finds them; what is returned goes home with the attempt. Rejects while Redis is away.
 */
export async function sendAnswer(
  wire: Pick<Wire, 'putPiece'>,
  id: string,
  { offer, link }: OfferMessage,
  result: HomeResult,
  worked: Worked,
): Promise<AnswerMessage> {
  const { meta, notes, ...facts } = worked;
  const head = {
    v: protocolVersion,
    offer,
    video: link.id,
    ...facts,
    ...(notes.length === 0 ? {} : { notes: notes.slice(0, 20) }),
  } as const;
  const learnt = meta === undefined ? {} : { meta };
  if ('failure' in result) {
    const seen = result.noCaptions === true ? ({ noCaptions: true } as const) : {};
    return { ...head, ...learnt, ...seen, failure: result.failure };
  }
  if ('sound' in result) return { ...head, ...learnt, ...result.sound };
  const bytes = await packed({ link, transcript: result.transcript });
  if (bytes.length > mostBytes)
    return {
      ...head,
      ...learnt,
      failure: failure('too-large', 'The transcript is too long to be sent home.'),
    };
  const pieces = piecesOf(bytes.length);
  for (let at = 0; at < pieces; at += 1)
    await wire.putPiece(`${id}.${offer}`, at, bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes));
  return { ...head, pieces, bytes: bytes.length };
}

/** Says something about the machine or its address and nothing about the video: the row is tried by somebody else. */
const ofTheMachine: ReadonlySet<FailureCode> = new Set([
  'blocked',
  'rate-limited',
  'auth',
  'payment',
  'quota-exhausted',
  'disk',
  'tool-missing',
  'maybe-charged',
  'cancelled',
  'internal',
]);
/**
 * From one machine alone it is no proof: its address is blocked in these words, it is in another country, or a name
 * that is public for others is private in its network.
 */
const toBeSeenHere: ReadonlySet<FailureCode> = new Set([
  'unavailable',
  'geo-blocked',
  'client-outdated',
  'invalid-url',
]);

export const isOfTheMachine = ({ code, forAll }: Failure): boolean =>
  forAll === true || ofTheMachine.has(code);

/** It does not fit this machine's memory, but may fit the owner's. */
const isBeyondMemory = ({ code, subject }: Failure): boolean => code === 'too-large' && subject === 'memory';

export interface Expected {
  readonly link: Link;
  readonly source: SharedWork;
  /** Of the offer that is waited for; absent: an answer to an earlier offer of the same attempt will do. */
  readonly offer: string | undefined;
}

export type ReceivedAnswer =
  | {
      readonly kind: 'good';
      readonly answer: Exclude<OfferAnswer, { kind: 'back' }>;
      readonly message: AnswerMessage;
    }
  /** Nothing is wrong with it, but this computer has to look for itself. */
  | { readonly kind: 'unproven'; readonly message: AnswerMessage }
  /** An answer to another offer. */
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly why: string };

/** Reads an answer and fetches its pieces. Rejects while Redis is away. */
export async function receiveAnswer(
  wire: Pick<Wire, 'piece'>,
  id: string,
  value: unknown,
  expected: Expected,
): Promise<ReceivedAnswer> {
  const message = readAnswer(value, mostBytesOf(expected.source));
  if (!message) return refused('it is no answer in the form that was agreed on');
  const { link, source, offer } = expected;
  if (offer !== undefined && message.offer !== offer) return { kind: 'other' };
  if (message.video !== link.id) return refused('it is about another video');
  const { failure: fail, noCaptions, seconds, requests, via, machine } = message;
  const good = (result: SourceResult): ReceivedAnswer => ({
    kind: 'good',
    message,
    answer: { kind: 'answered', result, seconds, requests, via, machine },
  });
  if (fail) {
    if (isOfTheMachine(fail) || isBeyondMemory(fail) || toBeSeenHere.has(fail.code))
      return { kind: 'unproven', message };
    const { needs: _needs, quota: _quota, paidAnew: _paid, unsent: _unsent, ...rest } = fail;
    return good(noCaptions === undefined ? { failure: rest } : { failure: rest, noCaptions });
  }
  const key = `${id}.${message.offer}`;
  if (source === 'sound')
    return { kind: 'good', message, answer: { kind: 'sound', pieces: piecesFrom(wire, key, message) } };
  const bytes = await collect(wire, key, message);
  const video = bytes && (await unpacked(link.id, bytes));
  if (!video) return refused('its transcript is not complete');
  if (video.transcript.source !== source) return refused('its transcript comes from another source');
  return good({ transcript: video.transcript });
}

const refused = (why: string): ReceivedAnswer => ({ kind: 'refused', why });

async function collect(
  wire: Pick<Wire, 'piece'>,
  id: string,
  message: AnswerMessage,
): Promise<Uint8Array | undefined> {
  const found: Uint8Array[] = [];
  try {
    for await (const piece of piecesFrom(wire, id, message)) found.push(piece);
  } catch (error) {
    if (error instanceof MissingPiece) return undefined;
    throw error;
  }
  return found.length === 1 ? found[0] : Buffer.concat(found);
}

class MissingPiece extends Error {}

/** Throws MissingPiece where they are not all that was said. Rejects while Redis is away. */
async function* piecesFrom(
  wire: Pick<Wire, 'piece'>,
  id: string,
  { pieces = 0, bytes = 0 }: AnswerMessage,
): AsyncIterable<Uint8Array> {
  let read = 0;
  for (let at = 0; at < pieces; at += 1) {
    const piece = await wire.piece(id, at, pieceBytes);
    read += piece?.length ?? 0;
    if (!piece || read > bytes) throw new MissingPiece('a part of it is missing');
    yield piece;
  }
  if (read !== bytes) throw new MissingPiece('a part of it is missing');
}

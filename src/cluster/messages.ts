/**
 * What owners and helpers say to each other, and the one door through which it is read. Whoever can write to the Redis
 * between them can send anything: every message is checked for its form and its size, and what does not fit is refused.
 */
import * as v from 'valibot';
import { isBatchId, isFailure, isLink, isMeta, isVia } from '../engine/journal/recordChecks';
import type { QuotaView } from '../model/events';
import type { Failure } from '../model/failure';
import { mayBePublic } from '../model/addresses';
import { fitFailure, fitMeta, longestMessage } from '../model/fit';
import type { Link, VideoMeta } from '../model/link';
import type { Via } from '../model/ports';
import { isPlain, isShallow } from '../model/plain';
import { settingProblem, settingNames, defaultSettings } from '../model/settings';
import type { SettingName, Settings } from '../model/settings';
import type { OfferedWork } from '../model/elsewhere';
import { isShared, sharedSources, type SharedSource } from '../model/transcript';
import { urlOf } from '../model/webUrl';

/** Owners and helpers of different versions do not work together: what is said would be misread. */
export const protocolVersion = 1;

/** What a helper does: it asks a source, or brings the sound of a link. */
export type SharedWork = SharedSource | 'sound';
export const sharedWorks: readonly SharedWork[] = [...sharedSources, 'sound'];

export function isSharedWork(work: OfferedWork): work is SharedWork {
  return work === 'sound' || isShared(work);
}

/** Settings of the batch that shape a transcript; everything else is the helper's own. */
const sentSettings = [
  'languages',
  'captions.kind',
  'captions.encoding',
  'requestTimeout',
  'stallTimeout',
  'speech.language',
  'speech.translate',
  'speech.speakers',
  'speech.prompt',
] as const satisfies readonly SettingName[];

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1e9));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e12));
const version = v.pipe(v.number(), v.safeInteger());
const lane = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(200));

/** Characters of a link or a text in a message. */
const longestField = 4_000;
const isShort = (value: unknown): boolean => JSON.stringify(value).length <= longestField;

const link = v.custom<Link>(
  (value) => isLink(value) && isShort(value) && mayLeave(value),
  'no link that may be fetched',
);
const meta = v.custom<VideoMeta>((value) => isMeta(value));
const failure = v.custom<Failure>((value) => isFailure(value));
const via = v.custom<Via>((value) => isVia(value));

/**
 * Whether a link may go from one machine to another: a web address whose host may be public by its name. Local files,
 * addresses of a network at home and what waits for the user's OK stay where they are; a feed's address may hold a
 * token and stays too. A name that turns out to be private is refused by the helper, and the owner looks itself.
 */
export function mayLeave({ kind, url, path, outside, publicUrl }: Link): boolean {
  if (kind === 'list' || kind === 'transcript' || path !== undefined || outside === true) return false;
  if (publicUrl !== undefined) return false;
  const address = urlOf(url);
  if (!address || !/^https?:$/.test(address.protocol)) return false;
  return address.username === '' && address.password === '' && mayBePublic(address.hostname);
}

const offerForm = v.object({
  v: v.literal(protocolVersion),
  /** Of this offer: the same attempt may be offered again later. */
  offer: id,
  /** The name of the owner's machine. */
  from: name,
  batch: v.custom<string>((value) => isBatchId(value)),
  row: count,
  attempt: count,
  source: v.picklist(sharedWorks),
  link,
  meta,
  settings: v.custom<Partial<Settings>>((value) => isPlain(value) && isShort(value)),
});
export type OfferMessage = v.InferOutput<typeof offerForm>;

/** Name of an attempt in its queue: batch, row and attempt. */
export function offerId(attempt: Pick<OfferMessage, 'batch' | 'row' | 'source' | 'attempt'>): string {
  return `${attempt.batch}.${attempt.row}.${attempt.source}.${attempt.attempt}`;
}

const idForm = /^([\w-]{1,80})\.(\d{1,9})\.([A-Za-z-]{1,20})\.(\d{1,9})$/;

/** What an id names; undefined for one that is not ours. */
export function attemptOf(
  written: string,
): Pick<OfferMessage, 'batch' | 'row' | 'source' | 'attempt'> | undefined {
  const [, batch, row, source, attempt] = idForm.exec(written) ?? [];
  const known = sharedWorks.find((one) => one === source);
  if (batch === undefined || known === undefined) return undefined;
  return { batch, row: Number(row), source: known, attempt: Number(attempt) };
}

/** The settings that go with an offer: those that are not as by default. */
export function settingsToSend(settings: Settings): Partial<Settings> {
  const changed = sentSettings.filter((one) => JSON.stringify(settings[one]) !== defaults[one]);
  return Object.fromEntries(changed.map((one) => [one, settings[one]]));
}
const defaults = Object.fromEntries(settingNames.map((one) => [one, JSON.stringify(defaultSettings[one])]));

/** The helper's own settings with those of the batch in them; a wrong one is passed over. */
export function settingsWith(own: Settings, sent: object): Settings {
  const given: Record<string, unknown> = { ...sent };
  const named = sentSettings.map((one): readonly [SettingName, unknown] => {
    const value = given[one];
    const isGood = value !== undefined && settingProblem(one, value) === undefined;
    return [one, isGood ? value : defaultSettings[one]];
  });
  return { ...own, ...Object.fromEntries(named) };
}

const progressForm = v.object({
  helper: id,
  /** Which of its workers, from 1. */
  worker: lane,
  stage: v.optional(v.picklist(['fetching', 'downloading', 'uploading', 'transcribing'])),
  percent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  part: v.optional(v.object({ at: count, of: count })),
});
export type ProgressMessage = v.InferOutput<typeof progressForm>;

const answerForm = v.object({
  v: v.literal(protocolVersion),
  offer: id,
  helper: id,
  machine: name,
  worker: lane,
  /** The video's id, which has to be the row's. */
  video: id,
  seconds: amount,
  requests: count,
  via,
  /** Learnt about the video; with a transcript its own metadata has it. */
  meta: v.optional(meta),
  notes: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(longestMessage))), v.maxLength(20))),
  failure: v.optional(failure),
  noCaptions: v.optional(v.literal(true)),
  /** The transcript is in so many pieces, of so many bytes together. */
  pieces: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(512))),
  bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});
export type AnswerMessage = v.InferOutput<typeof answerForm>;

/** Bytes of one piece of an answer, and of a whole one: compressed, 100 hours of speech are 3 MB. */
export const pieceBytes = 128 * 1024;
export const mostBytes = 16 * 1024 * 1024;
/** Of a whole sound: four hours of it. A Redis holds one for each helper that has just ended one. */
export const mostSoundBytes = 64 * 1024 * 1024;

/** The most that an answer to this work has in its pieces. */
export const mostBytesOf = (work: SharedWork): number => (work === 'sound' ? mostSoundBytes : mostBytes);

const quotaForm = v.object({
  name: v.pipe(v.string(), v.maxLength(100)),
  limit: amount,
  allowed: amount,
  used: amount,
  unit: v.picklist(['minute', 'hour', 'day']),
  nextAt: v.optional(v.number()),
  heldUntil: v.optional(v.number()),
  blocked: v.optional(v.boolean()),
  history: v.pipe(v.array(v.pipe(v.number(), v.finite())), v.maxLength(24)),
});

/** A card of any version says at least this. */
const anyCardForm = v.object({ v: version, id, name });
export type AnyCard = v.InferOutput<typeof anyCardForm>;

const helperForm = v.object({
  v: v.literal(protocolVersion),
  id,
  name,
  egress: v.optional(name),
  workers: lane,
  lanes: v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(10)),
  quotas: v.pipe(v.array(v.custom<QuotaView>((value) => v.is(quotaForm, value))), v.maxLength(10)),
  trouble: v.optional(v.pipe(v.string(), v.maxLength(500))),
});
export type HelperCard = v.InferOutput<typeof helperForm>;

function read<T>(form: v.GenericSchema<unknown, T>, value: unknown): T | undefined {
  if (!isShallow(value)) return undefined;
  const found = v.safeParse(form, value);
  return found.success ? found.output : undefined;
}

/**
 * Undefined: it is no offer that may be worked on. The link is public by its name alone; its address is looked at when
 * it is fetched.
 */
export function readOffer(id: string, value: unknown): OfferMessage | undefined {
  const offer = read(offerForm, value);
  if (offer === undefined || offerId(offer) !== id) return undefined;
  return { ...offer, link: { ...offer.link, reach: 'public-only' }, meta: fitMeta(offer.meta) };
}

export const readProgress = (value: unknown): ProgressMessage | undefined => read(progressForm, value);

/** Undefined: it is no answer of at most so many bytes. One without a failure has its pieces. */
export function readAnswer(value: unknown, most = mostBytes): AnswerMessage | undefined {
  const answer = read(answerForm, value);
  if (answer === undefined) return undefined;
  const { failure: fail, pieces, bytes, meta: learnt } = answer;
  if ((fail === undefined) === (pieces === undefined)) return undefined;
  if (pieces !== undefined && (bytes === undefined || bytes > most || pieces !== piecesOf(bytes)))
    return undefined;
  return {
    ...answer,
    ...(fail === undefined ? {} : { failure: fitFailure(fail) }),
    ...(learnt === undefined ? {} : { meta: fitMeta(learnt) }),
  };
}

export const piecesOf = (bytes: number): number => Math.ceil(bytes / pieceBytes);

export const readAnyCard = (value: unknown): AnyCard | undefined => read(anyCardForm, value);
export const readHelper = (value: unknown): HelperCard | undefined => read(helperForm, value);

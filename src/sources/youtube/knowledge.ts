/**
 * What is known about YouTube, as data: the client programs and the meaning of its messages. One JSON file,
 * because YouTube changes more often than this program; its schema accepts only names, versions, header
 * values and phrases, so that a newer file can be fetched without trusting it with an address or code.
 */
import * as v from 'valibot';
import type { FailureCode } from '../../model/failure';
import builtIn from './knowledge.json';

/** No line breaks or control characters, and no address. */
const line = (most: number) =>
  v.pipe(v.string(), v.nonEmpty(), v.maxLength(most), v.regex(/^[\x20-\x7e]*$/), v.excludes('://'));
/** A client's name in this table, as in yt-dlp's: `tv_samsung`. */
export const clientKey = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,39}$/));

/** Fields of the request's `context.client`. `hl` is not one: the reasons are read in English. */
const clientFields = v.strictObject({
  androidSdkVersion: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999))),
  deviceMake: v.optional(line(100)),
  deviceModel: v.optional(line(100)),
  osName: v.optional(line(100)),
  osVersion: v.optional(line(100)),
  platform: v.optional(line(40)),
  clientFormFactor: v.optional(line(40)),
  clientScreen: v.optional(line(40)),
  gl: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
});

export const clientEntries = {
  clientName: v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{1,59}$/)),
  clientVersion: v.pipe(v.string(), v.regex(/^[0-9][0-9A-Za-z.]{0,39}$/)),
  /** The number of the name in the request's headers. */
  id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999)),
  userAgent: v.optional(line(500)),
  client: v.optional(clientFields),
  /** Of the player's script. Absent: not sent, because captions work without it. */
  signatureTimestamp: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99_999))),
  /** Asks as a player on another site's page. */
  embedded: v.optional(v.boolean()),
  /**
   * What its refusals do not prove. `kids`: it gets no videos made for children and reports them as
   * unavailable. `account`: without an account it is asked to sign in for every video.
   */
  limits: v.optional(v.pipe(v.array(v.picklist(['kids', 'account'])), v.maxLength(2))),
};

const clientSchema = v.strictObject({ name: clientKey, ...clientEntries });

/**
 * The codes that YouTube's messages can lead to. None of them passes a video to a paid source as "no
 * captions".
 */
const codes = [
  'blocked',
  'rate-limited',
  'auth',
  'client-outdated',
  'age-restricted',
  'members-only',
  'private',
  'geo-blocked',
  'unavailable',
  'not-started',
  'po-token',
  'unsupported',
] as const satisfies readonly FailureCode[];

/**
 * What a reason proves.
 * - `block`: the network is refused; asking as another client prolongs it.
 * - `session`: this visit is refused; another client may not be, and if all are, the network is.
 * - `client`: this client was retired or lacks something, whatever the video.
 * - `turn`: this client does not get this video, another may.
 * - `video`: a fact about the video; asking as another client changes nothing.
 * - `hint`: the video is probably gone; YouTube says the same where something else is wrong.
 * - `account`: the user's own account or cookies are refused.
 * - `list`: a fact about a playlist or channel page.
 */
const proofs = ['block', 'session', 'client', 'turn', 'video', 'hint', 'account', 'list'] as const;
export type Proof = (typeof proofs)[number];

/** Phrases with `*` for any words: at an end, the sentence may continue there. */
const phrase = v.pipe(
  v.string(),
  v.minLength(3),
  v.maxLength(200),
  v.regex(/^[\x20-\x7e]*$/),
  v.excludes('://'),
  v.check((text) => text === text.toLowerCase(), 'lower case'),
  v.check((text) => text.split('*').length <= 5, 'at most four *'),
  v.check((text) => text.replace(/[^a-z0-9]/g, '').length >= 3, 'some words'),
);
const statusPattern = v.pipe(v.string(), v.regex(/^\*?[A-Z][A-Z_]{2,79}\*?$/));
const rendererName = v.pipe(v.string(), v.regex(/^[A-Za-z]{3,80}$/));

const reasonSchema = v.strictObject({
  code: v.picklist(codes),
  proves: v.picklist(proofs),
  /** Which variant of the code it is; chooses the user's message (model/failureVariants.ts). */
  detail: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,39}$/))),
  phrases: v.pipe(v.array(phrase), v.maxLength(100)),
  statuses: v.optional(v.pipe(v.array(statusPattern), v.maxLength(20))),
  renderers: v.optional(v.pipe(v.array(rendererName), v.maxLength(20))),
});

const knowledgeSchema = v.strictObject({
  schema: v.literal(1),
  /** Rises with every change: date and a running number, for example 2026112900. */
  version: v.pipe(v.number(), v.integer(), v.minValue(2_026_000_000), v.maxValue(2_100_000_000)),
  /** The release of yt-dlp that the clients were compared with. */
  ytDlp: v.pipe(v.string(), v.regex(/^\d{4}\.\d{2}\.\d{2}(?:\.\d+)?$/)),
  /** In the order of trying. */
  clients: v.pipe(
    v.array(clientSchema),
    v.minLength(1),
    v.maxLength(30),
    v.check((all) => new Set(all.map((one) => one.name)).size === all.length, 'a name twice'),
  ),
  /** In the order of judging: the first match decides. */
  reasons: v.pipe(v.array(reasonSchema), v.minLength(1), v.maxLength(100)),
});

export type YouTubeKnowledge = v.InferOutput<typeof knowledgeSchema>;
export type KnownClient = v.InferOutput<typeof clientSchema>;
export type ReasonEntry = v.InferOutput<typeof reasonSchema>;

/** The knowledge in parsed JSON, or what is wrong with it: the place and the rule. */
export function readKnowledge(value: unknown): YouTubeKnowledge | { readonly problem: string } {
  const read = v.safeParse(knowledgeSchema, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  return { problem: `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}` };
}

/** The built-in table. Throws where the repository's own file breaks the schema. */
export const builtInKnowledge: YouTubeKnowledge = v.parse(knowledgeSchema, builtIn);

let current = builtInKnowledge;

/**
 * The table in use: the built-in one, or a newer one that was fetched (updater.ts). One for the whole
 * process.
 */
export function currentKnowledge(): YouTubeKnowledge {
  return current;
}

export function useKnowledge(knowledge: YouTubeKnowledge): void {
  current = knowledge;
}

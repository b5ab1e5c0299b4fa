/**
 * The videos of the stand-in: any id is a good video whose words follow from the id; ids whose beginning is
 * a name of the table below (filled up with `_` to eleven characters) misbehave in the way the name says.
 */
import type { SpokenLine } from './youtubeFormats';

export interface StandInTrack {
  readonly language: string;
  readonly name: string;
  readonly kind?: 'asr' | 'frc';
}

export interface StandInVideo {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly lengthSeconds: number;
  readonly description: string;
  readonly tracks: readonly StandInTrack[];
  readonly behaviour: Behaviour | undefined;
  /** How long each of the two answers takes. */
  readonly playerMs: number;
  readonly captionsMs: number;
  /** Set in the demo: whole sentences about this topic are spoken. */
  readonly talk?: string;
  /** Set in the bench: the answers are as large as YouTube's own (youtubeSizes.ts). */
  readonly isFull?: true;
}

/** What is refused in a playability status, in YouTube's words. */
export const refusals = {
  private: { status: 'LOGIN_REQUIRED', reason: 'Private video' },
  private2: {
    status: 'UNPLAYABLE',
    reason: 'This is a private video. Please sign in to verify that you may see it.',
  },
  members: {
    status: 'UNPLAYABLE',
    reason:
      'Join this channel to get access to members-only content like this video, and other exclusive perks.',
  },
  premium: { status: 'UNPLAYABLE', reason: 'This video is only available to Music Premium members' },
  rental: { status: 'UNPLAYABLE', reason: 'This video requires payment to watch.' },
  agegate: {
    status: 'LOGIN_REQUIRED',
    reason: 'This video may be inappropriate for some users.',
    desktopLegacyAgeGateReason: 1,
  },
  agecheck: { status: 'AGE_CHECK_REQUIRED', reason: 'Sign in to confirm your age' },
  ageverify: { status: 'AGE_VERIFICATION_REQUIRED', reason: 'Verify your age' },
  geo: {
    status: 'UNPLAYABLE',
    reason: 'Video unavailable',
    subreason: 'The uploader has not made this video available in your country',
  },
  removed: {
    status: 'ERROR',
    reason: 'Video unavailable',
    subreason: 'This video has been removed by the uploader',
  },
  gone: { status: 'ERROR', reason: 'This video is unavailable' },
  terminated: {
    status: 'ERROR',
    reason: 'Video unavailable',
    subreason:
      'This video is no longer available because the YouTube account associated with this video has been terminated.',
  },
  copyright: {
    status: 'UNPLAYABLE',
    reason: 'Video unavailable',
    subreason: 'This video contains content from X, who has blocked it in your country on copyright grounds',
  },
  bot: { status: 'LOGIN_REQUIRED', reason: 'Sign in to confirm you\u2019re not a bot' },
  botplain: { status: 'LOGIN_REQUIRED', reason: "Sign in to confirm you're not a bot" },
  later: { status: 'UNPLAYABLE', reason: 'This content isn\u2019t available, try again later.' },
  later2: { status: 'ERROR', reason: "This content isn't available, try again later." },
  captcha: { status: 'ERROR', reason: 'Video unavailable', captcha: true },
  signin: { status: 'LOGIN_REQUIRED', reason: 'Please sign in' },
  oddity: { status: 'UNPLAYABLE', reason: 'The page needs to be reloaded.' },
  premiere: {
    status: 'LIVE_STREAM_OFFLINE',
    reason: 'Premieres in 3 days',
    scheduledStartTime: '1795629600',
  },
  offline: { status: 'LIVE_STREAM_OFFLINE', reason: 'This live event will begin in a few moments.' },
  livegone: {
    status: 'LIVE_STREAM_OFFLINE',
    reason: 'This live stream recording is not available. Removed.',
  },
} as const satisfies Record<string, Refusal>;

export interface Refusal {
  readonly status: string;
  readonly reason: string;
  readonly subreason?: string;
  readonly desktopLegacyAgeGateReason?: number;
  readonly captcha?: boolean;
  readonly scheduledStartTime?: string;
}

/** Other ways to misbehave. Names that end in `cap` concern the captions, the others the player's answer. */
const otherBehaviours = [
  'nocaps', // playable, no captions
  'live', // on air now, no captions yet
  'other', // another video's data
  'othercap', // another video's caption address
  'cutjson', // JSON that ends in the middle
  'nonsense', // neither yes nor no
  'htmlpage', // an ordinary web page
  'empty', // nothing at all
  'recaptcha', // captcha page, status 200
  'captcha429', // captcha page, status 429
  'consentpg', // consent page
  'consent302', // redirect to the consent site
  'sorry', // redirect to /sorry
  's429', // 429 without a word on how long
  's429after', // 429 with Retry-After: 7
  's500',
  's403',
  'endless',
  'drip', // a byte now and then, never whole
  'hang', // accepts and says nothing
  'slam', // closes the connection
  'bomb', // packed, blows up to 200 MB
  'deep', // JSON nested very deep
  'retired', // client ANDROID is refused with 400
  'androidpot', // ANDROID's captions want a token, others' do not
  'emptycap',
  'potokencap', // exp=xpe for every client
  'potoken2cap', // exp=xpv
  'sorrycap',
  's429cap',
  's403cap',
  's404cap',
  's500cap',
  'htmlcap',
  'cutcap', // JSON that ends in the middle, in every format
  'endlesscap',
  'dripcap',
  'hangcap',
  'offhostcap', // caption address on another host
  'innercap', // caption address on a private network
  'filecap', // caption address file:///etc/passwd
  'relativecap', // relative caption address
  'nojson3cap', // json3 is broken, XML fine
  'onlyxmlcap', // ignores fmt, gives the oldest form
  'silentcap', // captions without any words
  'once500', // first 500, then fine
  'once429', // first 429 with Retry-After: 1, then fine
  'asronly', // automatic captions alone
  'manual', // manual captions alone, several languages
  'dubbed', // several sound tracks
  'forced', // a forced track before the real one
  'chapters', // chapters in the description
  'evil', // a hostile title
] as const;

export type Behaviour = keyof typeof refusals | (typeof otherBehaviours)[number];

const behaviours: ReadonlySet<string> = new Set([...Object.keys(refusals), ...otherBehaviours]);

/** The id that misbehaves in this way. */
export function idFor(behaviour: Behaviour): string {
  return behaviour.padEnd(11, '_').slice(0, 11);
}
const behaviourById: ReadonlyMap<string, Behaviour> = new Map(
  [...behaviours].map((name) => [idFor(name as Behaviour), name as Behaviour]),
);

/** A number from a text, always the same. */
export function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return hash >>> 0;
}
/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const topics = 'tides maps glaciers bridges rivers looms comets orchards clocks harbours mosses kilns'.split(
  ' ',
);
const ways =
  'A short history of|Measuring|How to read|The trouble with|An evening with|Why we still need'.split('|');
const wordLists: Readonly<Record<string, readonly string[]>> = {
  en: 'and the water rises slowly over old stones we don\'t know why "nobody" asked a < b & c so let us look again at what they found there in winter'.split(
    ' ',
  ),
  de: 'und das Wasser steigt langsam über alte Steine wir wissen nicht warum früher niemand größere Brücken gebaut hat'.split(
    ' ',
  ),
  fr: "et l'eau monte doucement sur les vieilles pierres où l'été dernier personne n'a regardé de près".split(
    ' ',
  ),
  es: 'y el agua sube despacio sobre las piedras viejas del año pasado cuando nadie miraba'.split(' '),
  ar: 'الماء يرتفع ببطء فوق الحجارة القديمة ولا أحد يعرف لماذا'.split(' '),
  ja: '水は ゆっくりと 古い 石の 上に 上がります 誰も 理由を 知りません'.split(' '),
};

export function standInVideo(
  id: string,
  delays?: { minMs: number; maxMs: number },
  behaviour = behaviourById.get(id),
): StandInVideo {
  const next = numbersFrom(hashOf(id));
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? '';
  const lengthSeconds = 40 + Math.floor(next() * 1200);
  const delay = (): number =>
    delays ? Math.round(delays.minMs + next() ** 2 * (delays.maxMs - delays.minMs)) : 0;
  return {
    id,
    title:
      behaviour === 'evil'
        ? '../../.bashrc\u0000 <script>alert(1)</script> | CON'
        : `${pick(ways)} ${pick(topics)}`,
    channel: `The ${pick(topics)} society`,
    lengthSeconds,
    description:
      behaviour === 'chapters'
        ? 'A talk.\n\n0:00 Opening\n0:15 - The middle\n(0:30) The end\n\nhttps://example.org'
        : 'A talk about things. It began at 10:30 and nobody left.',
    tracks: tracksOf(behaviour),
    behaviour,
    playerMs: delay(),
    captionsMs: delay(),
  };
}

function tracksOf(behaviour: Behaviour | undefined): readonly StandInTrack[] {
  const english: StandInTrack = { language: 'en', name: 'English' };
  const automatic: StandInTrack = { language: 'en', name: 'English (auto-generated)', kind: 'asr' };
  switch (behaviour) {
    case 'nocaps':
    case 'live':
      return [];
    case 'asronly':
      return [automatic];
    case 'manual':
      return ['ar', 'de', 'en', 'fr', 'ja'].map((language) => ({ language, name: language }));
    case 'dubbed':
      return [
        { language: 'es', name: 'Spanish (auto-generated)', kind: 'asr' },
        { language: 'fr', name: 'French (auto-generated)', kind: 'asr' },
        { language: 'de', name: 'German' },
        { language: 'fr', name: 'French' },
      ];
    case 'forced':
      return [{ language: 'en', name: 'English forced', kind: 'frc' }, english];
    default:
      return [english, { language: 'de', name: 'German' }, automatic];
  }
}

function someWords(words: readonly string[], next: () => number): string {
  const start = Math.floor(next() * words.length);
  return Array.from(
    { length: 4 + Math.floor(next() * 5) },
    (_, word) => words[(start + word) % words.length] ?? '',
  ).join(' ');
}

/** What a speaker of the demo may say: whole sentences, so that its transcripts read like some. */
const sentences = [
  'Thank you all for coming, and for staying after lunch.',
  'I would like to begin with a question that looks simple and is not.',
  'Why do {topic} look the way they do?',
  'When we started, nobody had measured {topic} for longer than a season.',
  'The first winter we lost half of our instruments to the weather.',
  'What you see on the left is the old map; on the right is the one we drew last year.',
  'The difference is about eleven per cent, which surprised everyone, including us.',
  'Please interrupt me if something is unclear.',
  'There are three explanations, and I believe only one of them.',
  'The usual story about {topic} was written down in 1911 and copied ever since.',
  'If you take one thing home today, let it be this chart.',
  'We went back, we looked again, and the numbers did not change.',
  'A colleague of mine spent six years on that single figure.',
  'You can try it yourself with a ruler and an afternoon.',
  'That is the part that nobody likes to hear.',
  'So the short answer is that {topic} remember more than we thought.',
] as const;

function* talkLines(topic: string, next: () => number): Generator<string> {
  yield sentences[0];
  for (;;) {
    const sentence = (sentences[1 + Math.floor(next() * (sentences.length - 1))] ?? '').replace(
      '{topic}',
      topic,
    );
    const middle = sentence.indexOf(' ', sentence.length / 2);
    if (sentence.length < 44 || middle < 0) yield sentence;
    else {
      yield sentence.slice(0, middle);
      yield sentence.slice(middle + 1);
    }
  }
}

/** What is said in the video; the same words for each format, others for each language. */
export function spokenLines(video: StandInVideo, language: string): readonly SpokenLine[] {
  const next = numbersFrom(hashOf(`${video.id} ${language}`));
  const words = wordLists[language] ?? wordLists.en ?? [];
  const talk = video.talk === undefined ? undefined : talkLines(video.talk, next);
  const lines: SpokenLine[] = [];
  let at = 200 + Math.floor(next() * 800);
  const count = Math.max(6, Math.min(200, Math.floor(video.lengthSeconds / 5)));
  for (let index = 0; index < count; index++) {
    const length = 1500 + Math.floor(next() * 2500);
    const text = talk ? String(talk.next().value) : someWords(words, next);
    lines.push({ startMs: at, endMs: at + length, text });
    at += length + Math.floor(next() * 400);
  }
  return lines;
}

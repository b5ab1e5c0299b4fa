/**
 * How much sound one upload to a service may hold: what the settings allow, what is known of the model
 * (speechModels.ts), and what the service has refused. Limits that were learnt hold while the program runs.
 */
import type { Settings } from '../model/settings';
import type { SoundKind } from './audio';
import { speechModel, vllm } from './speechModels';

export interface UploadLimit {
  /** Megabytes of 1,000,000 bytes. */
  readonly megabytes: number;
  /** Seconds; Infinity: no limit of its own. */
  readonly seconds: number;
  readonly kind: SoundKind;
}

/** One upload. */
export interface UploadSize {
  readonly bytes: number;
  readonly seconds: number;
}

/** Refused sound of this length is not cut further: something else is wrong. */
const leastSeconds = 15;
/** Of a limit that the service states, to be safe from rounding and headers. */
const safeShare = 0.97;

type LimitSettings = Pick<Settings, 'openai.endpoint' | 'openai.model' | 'openai.maxUploadMB'>;

export class UploadLimits {
  private readonly learnt = new Map<string, UploadLimit>();

  /** What one upload may hold now. */
  of(settings: LimitSettings): UploadLimit {
    const known = speechModel(settings['openai.endpoint'], settings['openai.model']);
    const learnt = this.learnt.get(keyOf(settings));
    return {
      megabytes: Math.min(
        settings['openai.maxUploadMB'],
        known.largestMB ?? Infinity,
        learnt?.megabytes ?? Infinity,
      ),
      seconds: Math.min(known.longestSeconds ?? Infinity, learnt?.seconds ?? Infinity),
      kind: learnt?.kind ?? 'mp3',
    };
  }

  /**
   * The service called an upload too large or too long. `said`: its words. False where no smaller part is worth a try.
   */
  refused(settings: LimitSettings, { bytes, seconds }: UploadSize, said: string): boolean {
    if (seconds <= leastSeconds) return false;
    const before = this.of(settings);
    // Another job has learnt it already, and this upload was made before.
    if (bytes > before.megabytes * 1e6 || seconds > before.seconds) return true;
    const stated = statedLimit(said);
    const perByte = seconds / Math.max(1, bytes);
    let next = seconds / 2;
    if (stated.seconds !== undefined) next = stated.seconds * safeShare;
    else if (stated.bytes !== undefined) next = stated.bytes * safeShare * perByte;
    // A limit that this upload kept is not the one that refused it.
    if (next >= seconds) next = seconds / 2;
    next = Math.max(leastSeconds, next);
    const isByTime = stated.seconds !== undefined && stated.bytes === undefined;
    this.learnt.set(
      keyOf(settings),
      isByTime
        ? { ...before, seconds: next }
        : { ...before, megabytes: Math.min(before.megabytes, next / perByte / 1e6) },
    );
    return true;
  }

  /** The server is vLLM. False where that was known, so that nothing is gained by another try. */
  isVllm(settings: LimitSettings): boolean {
    const before = this.of(settings);
    if (before.kind === vllm.kind) return false;
    const seconds = Math.min(before.seconds, vllm.longestSeconds);
    this.learnt.set(keyOf(settings), { ...before, seconds, kind: vllm.kind });
    return true;
  }
}

function keyOf(settings: LimitSettings): string {
  return `${settings['openai.endpoint']} ${settings['openai.model']} ${settings['openai.maxUploadMB']}`;
}

/** Whether the words of a refusal say that the sound could not be decoded. */
export function saysUndecoded(said: string): boolean {
  return /(?:unsupported|invalid|unknown|not supported|could not|cannot|failed to|error)[^.]{0,40}(?:audio|sound|codec|decod|mp3|file format)|audio[^.]{0,40}(?:decod|not supported)/i.test(
    said,
  );
}

/** A length or a size with its unit. */
const amount = String.raw`\d[\d.,_]{0,15}[\s-]?(?:[kmg]i?b|bytes?|hours?|hrs?|minutes?|mins?|seconds?|secs?|s)\b`;
/** Services refuse length and size in many words; a plain 413 says nothing else. */
const tooLarge = new RegExp(
  [
    'too (?:large|long|big|many bytes)',
    // "must be longer than 0.1 seconds" wants more sound, not less.
    '(?<!(?:must|should|to) be )(?:longer|larger|bigger|greater) than',
    String.raw`(?:must|should|to|can|expected|only)\b[^.]{0,50}\b(?:(?:less|smaller|shorter|lower) than|at most|under|below|up to|no (?:more|longer|larger) than)\D{0,15}${amount}`,
    `(?:over|above|beyond) (?:the )?(?:limit of |max(?:imum)? (?:size |length |duration )?(?:of )?)?${amount}`,
    String.raw`exceed(?:s|ed|ing)?\b`,
    String.raw`max(?:imum|\.)?[ _-](?:\w+[ _-]){0,3}(?:size|duration|length|seconds|bytes)`,
    '(?:size|length|duration)[ _-]limit|limit_file_size|content size|request entity|payload|body size',
    `limit(?:ed)? (?:is|of|to) ${amount}`,
    // Other languages.
    '(?:大小|时长|長度|长度).{0,12}(?:超|不能)|超(?:过|出).{0,12}(?:大小|时长|限制)|文件过大|音频过长|(?:大き|長)すぎ',
    '너무 (?:크|큽|길|깁)|слишком (?:больш|длин|велик)|превыша',
    'zu (?:groß|lang)|te (?:groot|lang)|za (?:duż|dług)|trop (?:volumineu|gros|grand|long)|dépasse',
    'demasiado (?:grande|larg)|supera (?:el|la|il)|troppo (?:grande|lung)|muito (?:grande|long)|excede',
  ].join('|'),
  'i',
);
/** Of other things than the sound: a text, a quota, the time that the work takes. */
const otherwise =
  /header|prompt|token|character|rate.?limit|quota|requests|concurren|credit|balance|budget|spend|\btook\b|time.?out|timed out|deadline|time limit|retries|attempts|recursion|call stack|capacity|memory|queue|connection/i;
/** A model that reads sound as tokens has no room for more of it. */
const noRoom = /maximum (?:context|model) length|tokens in instructions \+ audio/i;

/** Whether the words of a refusal say that the sound is too long or too large. */
export function saysTooLarge(said: string): boolean {
  return noRoom.test(said) || (tooLarge.test(said) && !otherwise.test(said));
}

/** Units of size in bytes, and of time in seconds. */
const sizes: Readonly<Record<string, number>> = {
  k: 1000,
  ki: 1024,
  m: 1e6,
  mi: 1024 ** 2,
  g: 1e9,
  gi: 1024 ** 3,
  '': 1,
};

/**
 * The limit that the words name: seconds, minutes, bytes, megabytes. Of several numbers the smallest is the limit, the
 * other one what was sent.
 */
function statedLimit(said: string): { readonly seconds?: number; readonly bytes?: number } {
  const seconds: number[] = [];
  const bytes: number[] = [];
  for (const [, digits = '', unit = ''] of said.matchAll(
    /(\d[\d,_]*(?:\.\d+)?)[\s-]*(hours?|h|minutes?|mins?|seconds?|secs?|s)\b/gi,
  )) {
    const factor = /^h/i.test(unit) ? 3600 : /^m/i.test(unit) ? 60 : 1;
    seconds.push(Number(digits.replace(/[,_]/g, '')) * factor);
  }
  for (const [, digits = '', unit = ''] of said.matchAll(
    /(\d[\d,_]*(?:\.\d+)?)[\s-]*([kmg]i?)?(?:b\b|bytes?\b)/gi,
  ))
    bytes.push(Number(digits.replace(/[,_]/g, '')) * (sizes[unit.toLowerCase()] ?? 1));
  // OpenAI: "Maximum content size limit (26214400) exceeded".
  const bare = /size[^()]{0,40}\((\d{4,})/i.exec(said)?.[1];
  if (bytes.length === 0 && bare !== undefined) bytes.push(Number(bare));
  const least = (numbers: readonly number[]): number | undefined => {
    const real = numbers.filter((one) => Number.isFinite(one) && one > 0);
    return real.length === 0 ? undefined : Math.min(...real);
  };
  const [second, byte] = [least(seconds), least(bytes)];
  return {
    ...(second === undefined ? {} : { seconds: second }),
    ...(byte === undefined ? {} : { bytes: byte }),
  };
}

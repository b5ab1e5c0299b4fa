/**
 * Has long sound heard part by part: each part as long as the engine or service takes, a smaller one where it refuses,
 * and no part twice that was heard (and paid) before, also by a program that was killed since.
 */
import type { Failure } from '../model/failure';
import { FailureError } from '../model/failure';
import type { Files } from '../model/ports';
import type { SourceRequest } from '../model/source';
import type { AudioTools, Sound } from './audio';
import type { Stretch } from './audioCuts';
import { KeptParts, type DonePart } from './keptParts';
import { heardRange, joinParts, overlapSeconds } from './seams';
import type { Speech } from './speech';
import type { UploadLimit, UploadSize } from './uploadLimits';

/** Two parts whose borders are nearer are the same: shorter than any speech. */
const sameSeconds = 0.01;

/** One part, ready to be heard. */
export interface SoundPart {
  /** Absolute. */
  readonly file: string;
  /** Seconds of sound in it. */
  readonly seconds: number;
  /** Seconds from the start of the whole sound. */
  readonly offset: number;
  /** Loudness of the whole sound (audio.ts). */
  readonly levels: readonly number[];
  /** It is heard with the attempt's own start. */
  readonly first: boolean;
  /** Of the whole sound that is done before it, and after it. */
  readonly percent: number;
  readonly percentAfter: number;
  /** The language that was heard in the parts before it. */
  readonly language?: string;
}

/** How one sound is heard by one engine or service. */
export interface PartsPlan {
  /** What the words depend on besides the sound: engine or service, model, wishes. A change makes all of them void. */
  readonly by: readonly unknown[];
  /** Each part costs money, and is recorded as settled once its words are on disk. */
  readonly paid: boolean;
  /** What a part may hold now. */
  limit(): UploadLimit;
  /** Whether a refused part is worth another try, within the limit as it is then. */
  again(refusal: Failure, size: UploadSize): boolean | Promise<boolean>;
  /** The words of a part, in times of the whole sound. Throws FailureError. */
  hear(part: SoundPart): Promise<Speech>;
}

/**
 * The words of the whole sound. Removes the sound's file. Throws what a part's hearing throws; `too-large` where also
 * small parts are refused.
 */
export async function hearInParts(
  tools: { readonly files: Files; readonly audio: AudioTools },
  request: SourceRequest,
  sound: Sound,
  plan: PartsPlan,
): Promise<Speech> {
  const parts: DonePart[] = [];
  try {
    const kept = new KeptParts(tools.files, request.kept, sound, plan.by);
    const hearer = new Hearer(tools, request, sound, plan);
    for (let from = 0; parts.length === 0 || from < sound.seconds - sameSeconds;) {
      let part = await kept.from(from);
      if (part === undefined) {
        part = await hearer.part(from, parts);
        // A whole sound has its transcript at once.
        const isWhole = parts.length === 0 && part.stretch.end >= sound.seconds - sameSeconds;
        const isKept = !isWhole && (await kept.add(part));
        if (isKept && plan.paid) await request.requestId(await kept.idOf(parts.length + 1));
      }
      parts.push(part);
      from = part.stretch.end;
    }
  } finally {
    await tools.files.remove(sound.path);
  }
  const language = languageOf(parts);
  const left = parts.reduce((sum, { speech }) => sum + (speech.left ?? 0), 0);
  return {
    cues: joinParts(parts.map(({ stretch, speech: { cues } }) => ({ stretch, cues }))),
    ...(language === undefined ? {} : { language }),
    ...(left === 0 ? {} : { left }),
  };
}

/** What is named for a part without words is a guess. */
function languageOf(parts: readonly DonePart[]): string | undefined {
  const named = parts.filter(({ speech }) => speech.language !== undefined);
  return (named.find(({ speech }) => speech.cues.length > 0) ?? named[0])?.speech.language;
}

/** The hearing of one attempt. */
class Hearer {
  private heard = 0;

  constructor(
    private readonly tools: { readonly files: Files; readonly audio: AudioTools },
    private readonly request: SourceRequest,
    private readonly sound: Sound,
    private readonly plan: PartsPlan,
  ) {}

  /** The part that begins at `from`; a smaller one each time it is refused as too large. */
  async part(from: number, before: readonly DonePart[]): Promise<DonePart> {
    const { sound, plan } = this;
    for (;;) {
      const [stretch] = this.tools.audio.cut(sound, plan.limit(), from, 2 * overlapSeconds);
      if (!stretch) throw new Error('no sound is left');
      const range = heardRange(stretch, before.at(-1)?.stretch, sound.seconds);
      const size = { bytes: 0, seconds: range.end - range.start };
      try {
        return { stretch, speech: await this.hear(range, stretch.end, size, before) };
      } catch (error) {
        const refusal = error instanceof FailureError ? error.failure : undefined;
        if (refusal && (await plan.again(refusal, size))) continue;
        throw error;
      }
    }
  }

  private async hear(
    range: Stretch,
    end: number,
    size: { bytes: number; readonly seconds: number },
    before: readonly DonePart[],
  ): Promise<Speech> {
    const { sound, plan } = this;
    const { files } = this.tools;
    const file = await this.fileOf(range);
    try {
      size.bytes = (await files.stat(file))?.size ?? 0;
      this.heard += 1;
      const spoken = before.filter(({ speech }) => speech.cues.length > 0);
      const language = languageOf(spoken);
      return await plan.hear({
        file,
        seconds: size.seconds,
        offset: range.start,
        levels: sound.levels,
        first: this.heard === 1,
        percent: (range.start * 100) / sound.seconds,
        percentAfter: (end * 100) / sound.seconds,
        ...(language === undefined ? {} : { language }),
      });
    } finally {
      if (file !== sound.path) await files.remove(file);
    }
  }

  /** A file with that much of the sound; the sound itself where it is all of it, and is taken as it is. */
  private async fileOf(range: Stretch): Promise<string> {
    const { request, sound, plan } = this;
    const { kind } = plan.limit();
    if (kind === 'wav' && range.start === 0 && range.end >= sound.seconds - sameSeconds) return sound.path;
    const folder = await request.tempFolder();
    const name = `part-${this.heard}`;
    return this.tools.audio.compress(sound, range, folder, name, request.settings, request.signal, kind);
  }
}

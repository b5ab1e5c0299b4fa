/**
 * Sends long sound part by part: each part as long as the service allows, a smaller one where it refuses, and no part
 * twice that was heard (and paid) before.
 */
import type { Files } from '../model/ports';
import { FailureError, toFailure } from '../model/failure';
import type { Settings } from '../model/settings';
import type { SourceRequest } from '../model/source';
import type { AudioTools, Sound } from './audio';
import type { Stretch } from './audioCuts';
import type { OpenAiUpload } from './openaiClient';
import { isOwnServer } from './ownServer';
import { heardRange, joinParts, overlapSeconds, type HeardPart } from './seams';
import type { Speech } from './speech';
import { saysUndecoded, type UploadLimits } from './uploadLimits';

/** Jobs whose first parts are kept while a later one waits; each is only text. */
const mostKept = 200;
/** Two parts whose borders are nearer are the same: shorter than any speech. */
const sameSeconds = 0.01;

interface SentPart extends HeardPart {
  readonly speech: Speech;
}

/** Sends one part; `first`: with the attempt's own start. `percent`: of the whole sound that is done. */
export type SendPart = (upload: OpenAiUpload, first: boolean, percent: number) => Promise<Speech>;

/** Whether the server is vLLM (openaiModels.ts). */
export type AsksServer = (settings: Settings, signal: AbortSignal) => Promise<boolean>;

export class OpenAiParts {
  /** Parts of jobs that were interrupted, by job and by where each begins. */
  private readonly kept = new Map<string, Map<number, SentPart>>();

  constructor(
    private readonly files: Files,
    private readonly audio: AudioTools,
    private readonly limits: UploadLimits,
    private readonly isVllm: AsksServer,
  ) {}

  /**
   * The words of the whole sound. Removes the sound's file. Throws what a part's upload throws; `too-large` where also
   * small parts are refused.
   */
  async transcribe(request: SourceRequest, sound: Sound, send: SendPart): Promise<Speech> {
    const { settings, link } = request;
    const job = `${settings['openai.endpoint']} ${settings['openai.model']} ${link.url}`;
    const kept = this.kept.get(job) ?? new Map<number, SentPart>();
    const sent = new Sender(this.files, this.audio, this.limits, this.isVllm, request, sound, send);
    const parts: SentPart[] = [];
    try {
      for (let from = 0; parts.length === 0 || from < sound.seconds - sameSeconds;) {
        const part = kept.get(from) ?? (await sent.part(from, parts.at(-1)?.stretch));
        kept.set(from, part);
        parts.push(part);
        from = part.stretch.end;
      }
      this.kept.delete(job);
    } catch (error) {
      if (kept.size > 0 && toFailure(error).code !== 'maybe-charged') this.keep(job, kept);
      throw error;
    } finally {
      await this.files.remove(sound.path);
    }
    const named = parts.find(({ speech }) => speech.language !== undefined)?.speech.language;
    const left = parts.reduce((sum, { speech }) => sum + (speech.left ?? 0), 0);
    return {
      cues: joinParts(parts),
      ...(named === undefined ? {} : { language: named }),
      ...(left === 0 ? {} : { left }),
    };
  }

  private keep(job: string, kept: Map<number, SentPart>): void {
    this.kept.delete(job);
    this.kept.set(job, kept);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }
}

/** The uploads of one attempt. */
class Sender {
  private uploads = 0;

  constructor(
    private readonly files: Files,
    private readonly audio: AudioTools,
    private readonly limits: UploadLimits,
    private readonly isVllm: AsksServer,
    private readonly request: SourceRequest,
    private readonly sound: Sound,
    private readonly send: SendPart,
  ) {}

  /** The part that begins at `from`; a smaller one each time the service says that it is too large. */
  async part(from: number, before: Stretch | undefined): Promise<SentPart> {
    const { request, sound } = this;
    const { settings } = request;
    for (;;) {
      const [stretch] = this.audio.cut(sound, this.limits.of(settings), from, 2 * overlapSeconds);
      if (!stretch) throw new Error('no sound is left');
      const heard = heardRange(stretch, before, sound.seconds);
      const size = { bytes: 0, seconds: heard.end - heard.start };
      try {
        const speech = await this.upload(heard, size);
        return { stretch, speech, cues: speech.cues };
      } catch (error) {
        const fail = error instanceof FailureError ? error.failure : undefined;
        if (fail?.code === 'too-large' && this.limits.refused(settings, size, fail.message)) continue;
        if (fail?.code === 'unsupported' && (await this.decodesOtherSound(fail.message))) continue;
        throw error;
      }
    }
  }

  /** The server is one that decodes no mp3, which is learnt by this. */
  private async decodesOtherSound(said: string): Promise<boolean> {
    const { settings, signal } = this.request;
    if (!isOwnServer(settings) || !saysUndecoded(said)) return false;
    return (await this.isVllm(settings, signal)) && this.limits.isVllm(settings);
  }

  private async upload(heard: Stretch, size: { bytes: number; readonly seconds: number }): Promise<Speech> {
    const { request, sound } = this;
    const { settings, signal } = request;
    const folder = await request.tempFolder();
    const name = `part-${this.uploads}`;
    const { kind } = this.limits.of(settings);
    const file = await this.audio.compress(sound, heard, folder, name, settings, signal, kind);
    try {
      size.bytes = (await this.files.stat(file))?.size ?? 0;
      this.uploads += 1;
      const upload = { file, seconds: size.seconds, offset: heard.start };
      return await this.send(upload, this.uploads === 1, (heard.start * 100) / sound.seconds);
    } finally {
      await this.files.remove(file);
    }
  }
}

/**
 * Prepares audio for speech-to-text with ffmpeg: 16 kHz, one channel, compressed, split below the service's
 * limit. ffmpeg reads only local files, in formats that cannot refer to other files or addresses.
 */
import path from 'node:path';
import { failure, FailureError } from '../model/failure';
import type { Failure } from '../model/failure';
import { formatDuration } from '../model/numberWords';
import type { Files, Processes } from '../model/ports';
import type { Settings } from '../model/settings';
import type { SourceRequest, Stage } from '../model/source';
import { cutSound, levelSeconds, type Stretch } from './audioCuts';
import type { FetchedAudio } from './audioFetch';
import { missingProgram } from './missingProgram';
import { fail, shortWords } from './parts';
import { Lines } from './ytDlpProgram';

export interface Sound {
  /** 16 kHz, one channel, 16 bit: a WAV file. */
  readonly path: string;
  readonly seconds: number;
  /** Loudness in dB, one value each 50 ms. */
  readonly levels: readonly number[];
  /** The length that the file names, seconds, where its sound ends well before: it may be cut off. */
  readonly claimed?: number;
}

const notFound = { why: 'ffmpeg was not found.', nextStep: 'Install ffmpeg.' };
/** Containers that contain their own audio. Playlists, concat lists and the like name other files and are left out. */
const formats =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,aac,ogg,wav,w64,flac,avi,mpeg,mpegts,mpegvideo,asf,aiff,amr,amrnb,amrwb,au,caf,flv,ac3,eac3,dts,wv,ape,tta,rm,oma,dsf,m4v';
/** How a part of the sound is sent: compressed, or as it is for services that decode no mp3. */
export type SoundKind = 'mp3' | 'wav';
/** Bytes a second of the WAV: 16 kHz, 16 bit, one channel. */
const wavBytesPerSecond = 32_000;
/** Bytes a second of the upload: 32 kbit/s is enough for speech and 8 times smaller than the WAV. */
const uploadBytesPerSecond: Readonly<Record<SoundKind, number>> = { mp3: 4000, wav: wavBytesPerSecond };
/** Room for headers and the encoder's last frames. */
const uploadReserve = 8192;
/** Longer audio is refused: a header may claim years. */
const longestSeconds = 24 * 3600;
/**
 * No speech is recorded below telephone quality; a header with one sample a second turns a kilobyte into
 * days.
 */
const leastHz = 4000;
/** Free space kept for everything else that is written meanwhile. */
const reserveBytes = 64 * 1024 * 1024;
const ffmpegTimeoutMs = 6 * 3_600_000;

export class AudioTools {
  constructor(private readonly parts: { readonly processes: Processes; readonly files: Files }) {}

  find(settings: Settings): Promise<string | undefined> {
    return this.parts.processes.find('ffmpeg', settings['ffmpeg.path']);
  }

  /**
   * The audio of what was fetched for a job, in the job's own folder. A download is deleted once it is
   * read, and its length is known then. `stage`: what the row shows meanwhile. Throws as `read` does.
   */
  async soundOf(fetched: FetchedAudio, request: SourceRequest, stage: Stage): Promise<Sound> {
    const { settings, signal } = request;
    const folder = await request.tempFolder();
    const sound = await this.read(fetched.path, folder, settings, signal, () => request.stage(stage, 0));
    if (sound.claimed !== undefined)
      request.note?.(
        `The file names a length of ${formatDuration(sound.claimed * 1000)}, but its sound ends after ${formatDuration(sound.seconds * 1000)}: it may be cut off.`,
      );
    if (fetched.temporary) await this.parts.files.remove(fetched.path);
    const { duration, durationIsClaim } = request.meta;
    if (duration === undefined || durationIsClaim === true)
      request.learn({ duration: sound.seconds, durationIsClaim: false });
    return sound;
  }

  /**
   * Reads a local audio or video file. Throws `tool-missing`, `unsupported` (no audio in it, or a format
   * that is not read), `too-large` (longer than a day), `disk` (also where it would not fit), `timeout`,
   * `cancelled`.
   */
  async read(
    input: string,
    folder: string,
    settings: Settings,
    signal: AbortSignal,
    onPercent: (percent: number) => void,
  ): Promise<Sound> {
    const output = path.join(folder, 'sound.wav');
    const levels: number[] = [];
    let whole = 0;
    let estimates = 0;
    const stdout = new Lines((line) => {
      const level = /^lavfi\.astats\.Overall\.RMS_level=(.*)$/.exec(line)?.[1];
      if (level === undefined) return;
      const value = Number(level);
      levels.push(Number.isFinite(value) ? value : -120);
      // Also where the length is not known: the stall timeout must see progress.
      if (levels.length % 1200 === 0)
        onPercent(whole > 0 ? Math.min(99, (levels.length * levelSeconds * 100) / whole) : 0);
    });
    const refused = new Refusal(signal);
    const room = await this.parts.files.freeBytes(folder);
    const stderr = new Lines((line) => {
      if (line.includes('Estimating duration')) estimates += 1;
      const length = /^\s*Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/.exec(line);
      if (length) whole = Number(length[1]) * 3600 + Number(length[2]) * 60 + Number(length[3]);
      if (length && whole > longestSeconds) refused.because(tooLong());
      const needed = whole * wavBytesPerSecond + reserveBytes;
      if (length && room !== undefined && needed > room)
        refused.because(
          failure('disk', `The sound needs ${Math.ceil(needed / 1e6)} MB of temporary space.`, {
            needs: 'disk',
          }),
        );
      const hz = /Audio: [^\n]{0,200}?, (\d{1,9}) Hz/.exec(line.slice(0, 1_000))?.[1];
      if (hz !== undefined && Number(hz) < leastHz)
        refused.because(failure('unsupported', `The sound has ${hz} samples a second, too few for speech.`));
    });
    const filters = [
      'aresample=16000',
      'aformat=sample_fmts=s16:channel_layouts=mono',
      `asetnsamples=n=${16_000 * levelSeconds}:p=0`,
      'astats=metadata=1:reset=1:measure_overall=RMS_level:measure_perchannel=none',
      'ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:file=-',
    ];
    await this.ffmpeg(
      [
        ...['-format_whitelist', formats, '-i', `file:${input}`],
        ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1'],
        ...['-t', String(longestSeconds + 1), '-af', filters.join(','), '-c:a', 'pcm_s16le'],
        ...['-rf64', 'auto', '-f', 'wav', `file:${output}`],
      ],
      settings,
      refused.signal,
      (text) => stdout.add(text),
      (text) => stderr.add(text),
    ).catch((error: unknown) => refused.rethrow(error));
    stdout.end();
    refused.check();
    // A header without a length: it is taken from what was read.
    const seconds = Math.round(levels.length * levelSeconds * 1000) / 1000;
    if (seconds > longestSeconds) fail(tooLong());
    if (seconds === 0) fail(failure('unsupported', 'There is no sound in the file.'));
    const isCut = estimates === 0 && whole > seconds * 1.05 + 5;
    return { path: output, seconds, levels, ...(isCut ? { claimed: whole } : {}) };
  }

  /**
   * Stretches that fit an upload of `megabytes` (of 1,000,000 bytes) once compressed, and of `seconds`. `spare`:
   * seconds that are sent beyond each.
   */
  cut(
    sound: Sound,
    {
      megabytes,
      seconds,
      kind = 'mp3',
    }: { readonly megabytes: number; readonly seconds: number; readonly kind?: SoundKind },
    from = 0,
    spare = 0,
  ): Stretch[] {
    const bySize = (megabytes * 1e6 - uploadReserve) / uploadBytesPerSecond[kind];
    const longest = Math.max(1, Math.min(bySize, seconds) - spare);
    return cutSound(sound.levels, sound.seconds, longest, from);
  }

  /** One stretch as a file of its own: mp3, or m4a where ffmpeg was built without an mp3 encoder; or WAV. */
  async compress(
    sound: Sound,
    stretch: Stretch,
    folder: string,
    name: string,
    settings: Settings,
    signal: AbortSignal,
    kind: SoundKind = 'mp3',
  ): Promise<string> {
    const encode = async (ending: string, encoder: readonly string[]): Promise<string> => {
      const output = path.join(folder, `${name}.${ending}`);
      const length = String(stretch.end - stretch.start);
      await this.ffmpeg(
        [
          ...[
            '-format_whitelist',
            'wav,w64',
            '-ss',
            String(stretch.start),
            '-t',
            length,
            '-i',
            `file:${sound.path}`,
          ],
          ...['-map', '0:a:0', '-ac', '1', '-ar', '16000', '-b:a', '32k', '-map_metadata', '-1'],
          ...[...encoder, `file:${output}`],
        ],
        settings,
        signal,
      );
      return output;
    };
    if (kind === 'wav') return encode('wav', ['-c:a', 'pcm_s16le', '-f', 'wav']);
    try {
      return await encode('mp3', ['-c:a', 'libmp3lame', '-f', 'mp3']);
    } catch (error) {
      if (!(error instanceof FailureError) || !/encoder/i.test(error.failure.message)) throw error;
      return encode('m4a', ['-c:a', 'aac', '-f', 'ipod']);
    }
  }

  /**
   * A whole sound as a small file that is sent on: Opus in Ogg, which is decoded again and sent in parts where it
   * arrives. 32 kbit/s: an hour has 14.4 MB.
   */
  async pack(sound: Sound, folder: string, settings: Settings, signal: AbortSignal): Promise<string> {
    const output = path.join(folder, 'packed.ogg');
    await this.ffmpeg(
      [
        ...['-format_whitelist', 'wav,w64', '-i', `file:${sound.path}`, '-map', '0:a:0', '-ac', '1'],
        ...[
          '-map_metadata',
          '-1',
          '-c:a',
          'libopus',
          '-b:a',
          '32k',
          '-vbr',
          'constrained',
          '-f',
          'ogg',
          `file:${output}`,
        ],
      ],
      settings,
      signal,
    );
    return output;
  }

  private async ffmpeg(
    args: readonly string[],
    settings: Settings,
    signal: AbortSignal,
    onStdout?: (text: string) => void,
    onStderr?: (text: string) => void,
  ): Promise<void> {
    const command = await this.find(settings);
    if (command === undefined) {
      const { why, needs = 'program:ffmpeg' } = missingProgram(
        this.parts.processes,
        'ffmpeg',
        'ffmpeg.path',
        settings['ffmpeg.path'],
        notFound,
      );
      return fail(failure('tool-missing', why, { subject: 'ffmpeg', needs }));
    }
    const result = await this.parts.processes.run({
      command,
      args: ['-hide_banner', '-nostdin', '-nostats', '-y', '-protocol_whitelist', 'file,pipe', ...args],
      signal,
      timeoutMs: ffmpegTimeoutMs,
      keepBytes: 8192,
      ...(onStdout === undefined ? {} : { onStdout }),
      ...(onStderr === undefined ? {} : { onStderr }),
    });
    if (result.exitCode === 0) return;
    const words = result.stderr
      .split('\n')
      .filter((line) =>
        /error|invalid|not on whitelist|no such|unknown|matches no streams|denied|space left|decoder|could not find codec/i.test(
          line,
        ),
      );
    const last = words.at(-1) ?? 'ffmpeg ended with an error.';
    const message = shortWords(last.replace(/(?:file:)?\/\S+/g, '…'));
    const all = words.join('\n');
    if (/no space left|quota exceeded|read-only file/i.test(all)) fail(failure('disk', message));
    if (/unknown encoder|encoder .{0,200}not found/i.test(all))
      fail(failure('tool-failed', 'This ffmpeg lacks the encoder.', { subject: 'ffmpeg' }));
    if (result.exitCode === null)
      fail(failure('tool-failed', 'ffmpeg was ended from outside.', { subject: 'ffmpeg' }));
    // Audio that cannot be read now cannot be read at the next try either.
    fail(failure('unsupported', unreadable(all, message), { status: result.exitCode }));
  }
}

/** Why ffmpeg read no sound. `all`: its lines about it, `last`: the one that ended it. */
function unreadable(all: string, last: string): string {
  if (/matches no streams/i.test(all)) return 'There is no sound in the file.';
  if (/\bno decoder\b|decoder [^\n]{0,80}not found|could not find codec|drms|encrypted/i.test(all))
    return `This ffmpeg has no decoder for the sound: it is protected, or of a kind that needs a full ffmpeg (${last})`;
  if (/invalid (?:data|argument)|moov atom/i.test(all))
    return `ffmpeg cannot read this sound: the file is damaged, cut off, empty or of another kind (${last})`;
  return `ffmpeg cannot read this sound: ${last}`;
}

const tooLong = (): Failure =>
  failure('too-large', `The sound is longer than ${longestSeconds / 3600} hours. Cut it into parts.`);

/** Ends a program because of its output, and keeps the reason. */
class Refusal {
  readonly signal: AbortSignal;
  private readonly stop = new AbortController();
  private why: Failure | undefined;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.stop.signal]);
  }

  because(why: Failure): void {
    this.why ??= why;
    this.stop.abort();
  }

  check(): void {
    if (this.why) fail(this.why);
  }

  rethrow(error: unknown): never {
    this.check();
    throw error;
  }
}

/**
 * The Whisper models that *Set Up Speech-to-Text…* offers: few, quantised, and exactly known. Sizes and SHA-256
 * are those of the files at huggingface.co, SHA-1 those of whisper.cpp's own table (models/README.md there and
 * the table of ggerganov/whisper.cpp at huggingface.co).
 */

/** A file that is downloaded once and checked. */
export interface ModelFile {
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  /** Owner and name at huggingface.co, and at a mirror of it. */
  readonly repository: string;
  readonly licence: 'MIT';
}

export interface WhisperModel extends ModelFile {
  readonly name: 'base' | 'small' | 'large-v3-turbo';
  /** Languages that it was trained for. */
  readonly languages: number;
  /** Taken while it runs. */
  readonly memoryMB: number;
  /** Work for half a minute of sound, in seconds of one core of a common laptop. */
  readonly coreSeconds: number;
  readonly suits: string;
}

export const whisperModels: readonly WhisperModel[] = [
  {
    name: 'base',
    fileName: 'ggml-base-q5_1.bin',
    bytes: 59_707_625,
    sha256: '422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898',
    sha1: 'a3733eda680ef76256db5fc5dd9de8629e62c5e7',
    repository: 'ggerganov/whisper.cpp',
    licence: 'MIT',
    languages: 99,
    memoryMB: 350,
    coreSeconds: 3,
    suits: 'fast; clear speech in a common language',
  },
  {
    name: 'small',
    fileName: 'ggml-small-q5_1.bin',
    bytes: 190_085_487,
    sha256: 'ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb',
    sha1: '6fe57ddcfdd1c6b07cdcc73aaf620810ce5fc771',
    repository: 'ggerganov/whisper.cpp',
    licence: 'MIT',
    languages: 99,
    memoryMB: 800,
    coreSeconds: 10,
    suits: 'good for most lectures and interviews',
  },
  {
    name: 'large-v3-turbo',
    fileName: 'ggml-large-v3-turbo-q5_0.bin',
    bytes: 574_041_195,
    sha256: '394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2',
    sha1: 'e050f7970618a659205450ad97eb95a18d69c9ee',
    repository: 'ggerganov/whisper.cpp',
    licence: 'MIT',
    languages: 100,
    memoryMB: 1600,
    coreSeconds: 45,
    suits: 'the most exact; accents, noise, names',
  },
];

/** Tells speech from silence, so that Whisper makes up no words; comes with every model. */
export const vadModel: ModelFile = {
  fileName: 'ggml-silero-v6.2.0.bin',
  bytes: 885_098,
  sha256: '2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987',
  sha1: '470e5d9d094ddba2f0a512cecc3732a252188abd',
  repository: 'ggml-org/whisper-vad',
  licence: 'MIT',
};

const publicAddress = 'https://huggingface.co';

/** Where a file is downloaded from. `mirror`: the setting `speech.mirror`; empty: the public address. */
export function addressOf({ repository, fileName }: ModelFile, mirror: string): string {
  const base = mirror.trim().replace(/\/+$/, '');
  return `${base === '' ? publicAddress : base}/${repository}/resolve/main/${fileName}`;
}

/** What is known of the computer before anything has run on it. */
export interface Computer {
  readonly cores: number;
  readonly memoryMB: number;
  /** The engine uses a graphics card: a Mac's own, or one that `nvidia-smi` reports. */
  readonly graphics: boolean;
}

/** More threads make whisper.cpp hardly faster. */
const usefulCores = 8;
/** How much faster than one core a graphics card is. */
const graphicsCores = 24;

/** About how long an hour of sound takes, in minutes; at least one. */
export function minutesPerHour({ coreSeconds }: WhisperModel, { cores, graphics }: Computer): number {
  const speed = graphics ? graphicsCores : Math.min(Math.max(1, cores), usefulCores);
  return Math.max(1, Math.round((coreSeconds * 120) / speed / 60));
}

/** Half of the memory is left to everything else. */
const shareOfMemory = 0.5;
/** A model that would take longer than this for an hour of sound is not chosen for anybody. */
const longestMinutes = 15;

/** The most exact model that suits a computer. */
export function advisedModel(computer: Computer, models = whisperModels): WhisperModel {
  const fitting = models.filter(
    (model) =>
      model.memoryMB <= computer.memoryMB * shareOfMemory &&
      minutesPerHour(model, computer) <= longestMinutes,
  );
  const [first] = models;
  const best = fitting.at(-1) ?? first;
  if (best === undefined) throw new Error('The catalogue of models is empty.');
  return best;
}

/** As people read sizes: `57 MB`, in units of 1024 × 1024 bytes, as whisper.cpp's table has them. */
export function megabytes(bytes: number): string {
  const whole = bytes / 1024 / 1024;
  return `${whole < 10 ? whole.toFixed(1) : Math.round(whole)} MB`;
}

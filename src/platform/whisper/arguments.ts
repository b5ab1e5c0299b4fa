/**
 * The command line of the built-in speech engine. It is that of whisper.cpp's own `whisper-cli`, so that the
 * source `whisper` starts either of them in the same way.
 */

export interface EngineOptions {
  readonly model: string;
  readonly file: string;
  /** `auto`, or a language as Whisper names it: `en`, `de`. */
  readonly language: string;
  readonly translate: boolean;
  readonly prompt?: string;
  /** Absent: as many as whisper.cpp takes by itself. */
  readonly threads?: number;
  readonly maxContext?: number;
  readonly gpu: boolean;
  /** A Silero model in ggml form; absent: everything is taken for speech. */
  readonly vadModel?: string;
  /** Marks where the speaker changes; needs a model that was trained for it. */
  readonly speakerTurns: boolean;
  /** Milliseconds from the beginning of the sound. */
  readonly offsetMs: number;
  /** Milliseconds; absent: to the end. */
  readonly durationMs?: number;
  /** The result goes to this path with `.json` behind it; absent: to none. */
  readonly output?: string;
  readonly showProgress: boolean;
}

/** Options with a value: their short name, and the long one. */
const valued = {
  model: ['-m', '--model'],
  file: ['-f', '--file'],
  language: ['-l', '--language'],
  prompt: ['--prompt'],
  threads: ['-t', '--threads'],
  maxContext: ['-mc', '--max-context'],
  vadModel: ['-vm', '--vad-model'],
  offset: ['-ot', '--offset-t'],
  duration: ['-d', '--duration'],
  output: ['-of', '--output-file'],
} as const;

const flags = {
  translate: ['-tr', '--translate'],
  noGpu: ['-ng', '--no-gpu'],
  vad: ['--vad'],
  speakerTurns: ['-tdrz', '--tinydiarize'],
  json: ['-oj', '--output-json', '-ojf', '--output-json-full'],
  progress: ['-pp', '--print-progress'],
} as const;

/** What whisper-cli knows and the module has no switch for: the result is the same, only less polished. */
const passedOver = new Set([
  '-np',
  '--no-prints',
  '-sns',
  '--suppress-nst',
  '-sow',
  '--split-on-word',
  '-nfa',
]);
const passedOverWithValue = new Set(['-ml', '--max-len']);

type Valued = keyof typeof valued;
type Flag = keyof typeof flags;

function named<Name extends string>(
  table: Readonly<Record<Name, readonly string[]>>,
  names: readonly Name[],
  word: string,
): Name | undefined {
  return names.find((name) => table[name].includes(word));
}

const valuedNames = Object.keys(valued) as readonly Valued[];
const flagNames = Object.keys(flags) as readonly Flag[];

/** Throws Error, in words for the log, for what is unknown or missing. */
export function readArguments(words: readonly string[]): EngineOptions {
  const values = new Map<Valued, string>();
  const flagged = new Set<Flag>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const option = named(valued, valuedNames, word);
    const flag = named(flags, flagNames, word);
    if (option !== undefined) {
      const value = words[(at += 1)];
      if (value === undefined) throw new Error(`${word} needs a value`);
      values.set(option, value);
    } else if (flag !== undefined) flagged.add(flag);
    else if (passedOverWithValue.has(word)) at += 1;
    else if (!passedOver.has(word)) throw new Error(`unknown argument: ${word}`);
  }
  const number = (option: Valued): number | undefined => {
    const value = values.get(option);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) throw new Error(`${valued[option][0]} takes a number, not ${value}`);
    return Number(value);
  };
  const model = values.get('model');
  const file = values.get('file');
  if (model === undefined || file === undefined) throw new Error('a model (-m) and a file (-f) are needed');
  const threads = number('threads');
  const duration = number('duration');
  return {
    model,
    file,
    language: values.get('language') ?? 'en',
    translate: flagged.has('translate'),
    gpu: !flagged.has('noGpu'),
    speakerTurns: flagged.has('speakerTurns'),
    offsetMs: Math.max(0, number('offset') ?? 0),
    showProgress: flagged.has('progress'),
    ...given('prompt', values.get('prompt')),
    ...given('threads', (threads ?? 0) < 1 ? undefined : threads),
    ...given('maxContext', number('maxContext')),
    ...given('durationMs', (duration ?? 0) <= 0 ? undefined : duration),
    ...given('vadModel', flagged.has('vad') ? values.get('vadModel') : undefined),
    ...given('output', flagged.has('json') ? (values.get('output') ?? file) : undefined),
  };
}

/** `{ name: value }`, or an empty object without a value. */
function given<Name extends keyof EngineOptions, T>(
  name: Name,
  value: T | undefined,
): Partial<Record<Name, T>> {
  const nothing: Partial<Record<Name, T>> = {};
  return value === undefined || value === '' ? nothing : Object.assign(nothing, { [name]: value });
}

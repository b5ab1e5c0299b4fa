/**
 * A Whisper model in ggml form that says one sentence, whatever it hears: real weights are too large for tests,
 * and the engine that reads these is the real one. All weights are zero but those of the decoder's positions,
 * each of which leads to the next word. The format is that of whisper.cpp's `convert-pt-to-ggml.py`.
 */

const width = 64;
const soundPositions = 1500;
const textPositions = 448;
const mels = 80;
const filters = 201;
/** The multilingual vocabulary; whisper.cpp takes the special ones from its size. */
const vocabularySize = 51_865;
const endOfText = 50_257;
const startOfText = 50_258;
const firstTimestamp = 50_364;
/** whisper.cpp looks these up by their text, to suppress them. */
const blankToken = 220;
/** Where the words of the sentence begin. */
const firstWord = 300;
/** Tokens before the first word: the start, the language, the task. */
const promptLength = 3;

/** Languages by their place in Whisper's list. */
const languages = { en: 0, zh: 1, de: 2, es: 3 } as const;

export interface ModelWish {
  readonly says: string;
  /** What it takes the language for, where it is asked for that. */
  readonly language?: keyof typeof languages;
  /** When the sentence ends, from the beginning of each half minute. */
  readonly seconds?: number;
}

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
const ones = (count: number): Buffer => Buffer.from(new Float32Array(count).fill(1).buffer);

function integers(...values: readonly number[]): Buffer {
  return Buffer.from(new Int32Array(values).buffer);
}

function tensor(
  name: string,
  shape: readonly number[],
  data: 'f16' | 'f32' | Buffer,
  isHalf = false,
): Buffer {
  const count = shape.reduce((product, size) => product * size, 1);
  const half = isHalf || data === 'f16';
  const content = typeof data === 'string' ? zeros(count * (half ? 2 : 4)) : data;
  const title = Buffer.from(name);
  return Buffer.concat([integers(shape.length, title.length, half ? 1 : 0, ...shape), title, content]);
}

function norm(name: string): Buffer[] {
  return [tensor(`${name}.weight`, [width], ones(width)), tensor(`${name}.bias`, [width], 'f32')];
}

function block(name: string, attentions: readonly string[]): Buffer[] {
  const dense = (part: string, from: number, to: number): Buffer[] => [
    tensor(`${name}.${part}.weight`, [from, to], 'f16'),
    tensor(`${name}.${part}.bias`, [to], 'f32'),
  ];
  return [
    ...norm(`${name}.mlp_ln`),
    ...dense('mlp.0', width, 4 * width),
    ...dense('mlp.2', 4 * width, width),
    ...attentions.flatMap((attention) => [
      ...norm(`${name}.${attention}_ln`),
      ...dense(`${attention}.query`, width, width),
      tensor(`${name}.${attention}.key.weight`, [width, width], 'f16'),
      ...dense(`${attention}.value`, width, width),
      ...dense(`${attention}.out`, width, width),
    ]),
  ];
}

/** The file's content, about 7 MB. */
export function speakingModel({ says, language = 'en', seconds = 2 }: ModelWish): Buffer {
  const words = says.split(/(?=\s)/);
  const languageToken = startOfText + 1 + languages[language];
  const spoken = [
    firstTimestamp,
    ...words.map((_, at) => firstWord + at),
    firstTimestamp + Math.round(seconds * 50),
    endOfText,
  ];
  // A direction of its own for each token that is ever said.
  const directions = new Map([languageToken, ...spoken].map((token, at) => [token, at]));
  if (directions.size > width) throw new Error('The sentence is too long for this model.');
  const embedding = new Uint16Array(width * vocabularySize);
  const eight = 0x4800; // 8.0 as a half float
  for (const [token, direction] of directions) embedding[token * width + direction] = eight;
  const positions = new Float32Array(width * textPositions);
  for (let at = 0; at < textPositions; at += 1) {
    const next =
      at < promptLength - 1 ? languageToken : spoken[Math.min(at - promptLength + 1, spoken.length - 1)];
    positions[at * width + (directions.get(next ?? endOfText) ?? 0)] = 100;
  }
  const vocabulary = Array.from({ length: firstWord }, (_, token) =>
    token === blankToken ? ' ' : `<${token}>`,
  ).concat(words);
  const sizes = [vocabularySize, soundPositions, width, 1, 1, textPositions, width, 1, 1, mels, 1];
  return Buffer.concat([
    integers(0x67676d6c, ...sizes),
    integers(mels, filters),
    zeros(mels * filters * 4),
    integers(vocabulary.length),
    ...vocabulary.flatMap((word) => [integers(Buffer.byteLength(word)), Buffer.from(word)]),
    tensor('encoder.positional_embedding', [width, soundPositions], 'f32'),
    tensor('encoder.conv1.weight', [3, mels, width], 'f16'),
    tensor('encoder.conv1.bias', [1, width], 'f32'),
    tensor('encoder.conv2.weight', [3, width, width], 'f16'),
    tensor('encoder.conv2.bias', [1, width], 'f32'),
    ...norm('encoder.ln_post'),
    ...block('encoder.blocks.0', ['attn']),
    tensor('decoder.positional_embedding', [width, textPositions], Buffer.from(positions.buffer)),
    tensor('decoder.token_embedding.weight', [width, vocabularySize], Buffer.from(embedding.buffer), true),
    ...norm('decoder.ln'),
    ...block('decoder.blocks.0', ['attn', 'cross_attn']),
  ]);
}

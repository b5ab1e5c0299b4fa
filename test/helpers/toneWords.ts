/**
 * Speech that a test can transcribe: each word is its number as two tones, followed by a pause. A word that
 * was cut is read as -1, so that nothing lost or doubled at a cut goes unnoticed.
 */
import { execFileSync } from 'node:child_process';
import { program } from '../programs/find';

const rate = 16_000;
const toneSeconds = 0.15;
const base = 30;
const frequency = (digit: number): number => 300 + digit * 100;

export interface HeardWord {
  readonly word: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** WAV of the words 0 … `count` - 1 (at most 900); pauses of 0.2 to 0.6 s, never the same rhythm. */
export function speak(count: number, noise = 0.002): { wav: Buffer; words: HeardWord[]; seconds: number } {
  const words: HeardWord[] = [];
  let at = 0.4;
  for (let word = 0; word < count; word += 1) {
    words.push({ word, start: at, end: at + 2 * toneSeconds });
    at += 2 * toneSeconds + 0.2 + ((word * 7) % 9) * 0.05;
  }
  const samples = new Int16Array(Math.round(at * rate));
  for (let i = 0; i < samples.length; i += 1) samples[i] = (((i * 7919) % 101) / 101) * noise * 32767;
  for (const { word, start } of words) {
    for (const [half, digit] of [word % base, Math.floor(word / base)].entries()) {
      const from = Math.round((start + half * toneSeconds) * rate);
      for (let i = 0; i < toneSeconds * rate; i += 1) {
        samples[from + i] = Math.sin((2 * Math.PI * frequency(digit) * i) / rate) * 12_000;
      }
    }
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return { wav: Buffer.concat([header, Buffer.from(samples.buffer)]), words, seconds: samples.length / rate };
}

/** The words in a sound file of any form. */
export function hear(file: string): { words: HeardWord[]; seconds: number } {
  const raw = execFileSync(
    program('ffmpeg'),
    ['-v', 'error', '-nostdin', '-i', file, '-ac', '1', '-ar', String(rate), '-f', 's16le', '-'],
    { maxBuffer: 1 << 30 },
  );
  const samples = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1);
  const frame = rate / 100;
  const loud: boolean[] = [];
  for (let at = 0; at + frame <= samples.length; at += frame) {
    let power = 0;
    for (let i = at; i < at + frame; i += 1) power += (samples[i] ?? 0) ** 2;
    loud.push(Math.sqrt(power / frame) > 2500);
  }
  const words: HeardWord[] = [];
  for (let at = 0; at < loud.length; at += 1) {
    if (loud[at] !== true) continue;
    const from = at;
    while (loud[at] === true) at += 1;
    const [start, end] = [from / 100, at / 100];
    const whole = Math.abs(end - start - 2 * toneSeconds) <= 0.05;
    const middle = (start + end) / 2;
    const low = digitOf(samples, start + 0.03, middle - 0.03);
    const high = digitOf(samples, middle + 0.03, end - 0.03);
    words.push({ word: whole ? low + base * high : -1, start, end });
  }
  return { words, seconds: samples.length / rate };
}

/** The loudest of the candidate tones (Goertzel). */
function digitOf(samples: Int16Array, start: number, end: number): number {
  let best = 0;
  let bestPower = -1;
  for (let digit = 0; digit < base; digit += 1) {
    const k = 2 * Math.cos((2 * Math.PI * frequency(digit)) / rate);
    let [a, b] = [0, 0];
    for (let i = Math.round(start * rate); i < end * rate; i += 1) {
      [a, b] = [(samples[i] ?? 0) + k * a - b, a];
    }
    const power = a * a + b * b - k * a * b;
    if (power > bestPower) [best, bestPower] = [digit, power];
  }
  return best;
}

/**
 * A stand-in for whisper.cpp's `whisper-cli`: the same options, output, exit codes and silences. The model
 * file says what it is to do: `ok`, `slow`, `broken-json`, `no-file`, `empty`, `crash`, `cut-character`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hear } from '../helpers/toneWords';

const args = process.argv.slice(2);
const values = new Map<string, string>();
const flags = new Set<string>();
for (let at = 0; at < args.length; at += 1) {
  const arg = args[at] ?? '';
  if (['-m', '-f', '-l', '-of', '-t', '--prompt'].includes(arg)) values.set(arg, args[(at += 1)] ?? '');
  else if (['-oj', '-ojf', '-pp', '-np', '-ng', '-nt', '-tr', '-tdrz'].includes(arg)) flags.add(arg);
  else {
    console.error(`error: unknown argument: ${arg}`);
    process.exit(1);
  }
}
const stamp = (seconds: number, mark: string): string => {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`;
};
const model = values.get('-m') ?? '';
if (!existsSync(model)) {
  console.error(`error: failed to open '${model}'`);
  console.error('error: failed to initialize whisper context');
  process.exit(3);
}
const mode = readFileSync(model, 'utf8').trim();
const language = values.get('-l') ?? 'en';
if (!['auto', 'en', 'de'].includes(language)) {
  console.error(`error: unknown language '${language}'`);
  process.exit(0);
}
const file = values.get('-f') ?? '';
if (!existsSync(file)) {
  console.error(`error: input file not found '${file}'`);
  process.exit(0);
}
if (mode === 'crash') process.kill(process.pid, 'SIGSEGV');
if (mode === 'no-file') {
  console.error(`error: failed to read audio file '${file}'`);
  process.exit(0);
}
const { words, seconds } = hear(file);
const run = async (): Promise<void> => {
  for (const { word, start, end } of mode === 'empty' ? [] : words) {
    if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(`[${stamp(start, '.')} --> ${stamp(end, '.')}]   ${word}`);
    if (flags.has('-pp'))
      console.error(
        `whisper_print_progress_callback: progress = ${String(Math.floor((end / seconds) * 20) * 5).padStart(3)}%`,
      );
  }
  const result = {
    systeminfo: flags.has('-ng') ? 'CPU' : 'GPU',
    params: { model, language, translate: false },
    result: { language: 'en' },
    transcription: (mode === 'empty' ? [] : words).map(({ word, start, end }) => ({
      timestamps: { from: stamp(start, ','), to: stamp(end, ',') },
      offsets: { from: Math.round(start * 1000), to: Math.round(end * 1000) },
      text: ` ${word}`,
    })),
  };
  if (!flags.has('-oj')) return;
  const json = Buffer.from(JSON.stringify(result));
  const content =
    mode === 'broken-json'
      ? json.subarray(0, json.length / 2)
      : mode === 'cut-character'
        ? Buffer.from(json.toString('latin1').replace('" 0"', '" 0\xe6\xbc"'), 'latin1')
        : json;
  writeFileSync(`${values.get('-of') ?? file}.json`, content);
};
void run();

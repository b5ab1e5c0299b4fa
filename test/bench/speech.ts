/**
 * Speech-to-text through a stand-in: about 200 parts of one recording against a service at its limit of requests (wall
 * over the ideal, requests that were refused), what a recording of three hours costs in memory, and how fast the engine
 * in the package is here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../src/assemble';
import type { Link } from '../../src/model/link';
import { readSettings, type Settings } from '../../src/model/settings';
import { builtInEngine } from '../helpers/builtInEngine';
import { speakingModel } from '../helpers/whisperModel';
import { program } from '../programs/find';
import { SlidingWindow } from '../servers/slidingWindow';
import { benchWorld } from './world';

const perMinute = 240;
/** A part of at most 0.1 MB is about 19 s long. */
const partsMB = 0.1;
const secondsOfParts = 3200;
const secondsOfLong = 3 * 3600;
const secondsOfEngine = 600;

interface Service {
  readonly endpoint: string;
  /** Answers so far, and those that were refused. */
  readonly seen: { answered: number; refused: number };
  close(): void;
}

/** Answers any sound with a sentence, at most `perMinute` times in any minute. */
async function service(limit: number): Promise<Service> {
  const window = new SlidingWindow(limit, 60_000);
  const seen = { answered: 0, refused: 0 };
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      const upload = request.method === 'POST';
      const taken = !upload || window.take(performance.now());
      if (upload) seen[taken ? 'answered' : 'refused'] += 1;
      const headers = { 'content-type': 'application/json', 'x-ratelimit-limit': String(limit) };
      response.writeHead(upload ? (taken ? 200 : 429) : 404, headers);
      response.end(JSON.stringify({ text: 'Some words were said here.', segments: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}/v1`, seen, close: () => server.close() };
}

/** A tone that falls silent now and then, as speech does. */
function recording(folder: string, seconds: number): string {
  const file = join(folder, `sound-${seconds}.mp3`);
  const tone = `aevalsrc='if(lt(mod(t,3),2.5),0.4*sin(2*PI*300*t),0)':s=16000:d=${seconds}`;
  const args = ['-v', 'error', '-f', 'lavfi', '-i', tone, '-b:a', '32k', file];
  const made = spawnSync(program('ffmpeg'), args, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return file;
}

interface Figures {
  readonly wall: number;
  /** Megabytes that the process grew by, at most. */
  readonly grown: number;
}

async function transcribe(folder: string, file: string, given: Partial<Settings>): Promise<Figures> {
  const world = { ...(await benchWorld(folder)), whisperEngine: builtInEngine() };
  const { engine } = assemble(world);
  const { settings } = readSettings({ 'rate.utilization': 1, ...given });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const started = performance.now();
  const link: Link = { kind: 'media', url: `file://${file}`, id: 'bench', path: file };
  const batch = await engine.start({
    name: 'bench',
    outputFolder: join(folder, 'out'),
    jobs: [{ link }],
    settings,
  });
  await batch.settled();
  const wall = (performance.now() - started) / 1000;
  clearInterval(watch);
  const [job] = batch.state.jobs;
  if (job?.status !== 'completed')
    throw new Error(`${job?.status ?? 'no job'}: ${job?.failure?.message ?? ''}`);
  await engine.dispose();
  world.http.close();
  return { wall, grown: (most - before) / 1e6 };
}

/** The settings of a service that takes parts of at most `maxMB`. */
const at = ({ endpoint }: Service, maxMB: number): Partial<Settings> => ({
  sources: ['openai'],
  'openai.endpoint': endpoint,
  'openai.maxUploadMB': maxMB,
});

/** The engine of the package with the tests' own model: its encoder and decoder run, the size of real ones does not. */
async function engineRow(folder: string): Promise<void> {
  const model = join(folder, 'ggml-bench.bin');
  writeFileSync(model, speakingModel({ says: ' Good morning. This is a test.' }));
  const sound = recording(folder, secondsOfEngine);
  const { wall } = await transcribe(join(folder, 'engine'), sound, {
    sources: ['whisper'],
    'whisper.model': model,
  });
  say({
    name: 'engine on this computer, smallest model: time over the length of the sound',
    value: wall / secondsOfEngine,
    unit: '×',
    atLeast: 0.5,
    aim: 0.1,
    better: 'lower',
  });
}

function say(row: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-speech-'));
  try {
    // First, before anything else has made the process grow.
    const open = await service(1_000_000);
    const long = await transcribe(folder, recording(folder, secondsOfLong), at(open, 25));
    open.close();
    say({
      name: 'memory for a recording of 3 h',
      value: long.grown,
      unit: 'MB',
      atLeast: 150,
      aim: 60,
      better: 'lower',
    });

    const limited = await service(perMinute);
    const { wall } = await transcribe(
      join(folder, 'parts'),
      recording(folder, secondsOfParts),
      at(limited, partsMB),
    );
    limited.close();
    const { answered, refused } = limited.seen;
    // Spread evenly, as the limiter does: it cannot know what else the account is asked for.
    const ideal = (answered / perMinute) * 60;
    console.log(`${answered} parts`);
    say({
      name: 'parts of a recording at the limit: refused',
      value: refused,
      unit: 'requests',
      atLeast: 0,
      aim: 0,
      better: 'lower',
    });
    say({
      name: "parts of a recording at the limit: wall over the limit's own pace",
      value: wall / ideal,
      unit: '×',
      atLeast: 1.2,
      aim: 1.05,
      better: 'lower',
    });
    await engineRow(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();

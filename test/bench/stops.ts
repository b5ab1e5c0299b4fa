/**
 * How long everything else has to wait while large things are read and written: a caption file of 10 MB in
 * each form, its transcript in each format, hostile text in the readers of outside text, and the exports of 10,000
 * videos with their time and memory.
 * The extension host answers no request during such a stop. TRANSCRIPTS sets how many videos are exported.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCaptions } from '../../src/captions/parseCaptions';
import { inSlices, whole } from '../../src/captions/sliced';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import { youtubeVideo } from '../../src/intake/link';
import { outputFormats } from '../../src/model/settings';
import type { Cue } from '../../src/model/transcript';
import type { TranscriptDocument } from '../../src/output/document';
import { exportBatch, exportFormats } from '../../src/output/exports';
import { renderers } from '../../src/output/formats';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { piecesOf } from '../../src/search/pieces';
import { shapes } from './shapes';
import { longUnits, type SlicedReader } from '../helpers/growth';
import { completedEvent } from '../helpers/outcomes';
import {
  json3,
  json3Automatic,
  srt,
  srv1,
  srv3Automatic,
  ttml,
  vtt,
  vttRolling,
  type Line,
} from '../unit/captions/wire';

const megabyte = 1024 * 1024;
const forms = { json3, json3Automatic, srt, srv1, srv3Automatic, ttml, vtt, vttRolling };
const transcripts = Number(process.env.TRANSCRIPTS ?? 10_000);

interface Figures {
  /**
   * The longest time in which nothing else could run, ms: by the clock, or by the CPU time of this thread
   * where that is less, so that neither other programs of a busy machine count nor V8's threads, which mark and sweep
   * while this one runs.
   */
  readonly stopMs: number;
  readonly seconds: number;
  /** Most memory beyond what there was before, garbage included. */
  readonly megabytes: number;
}

/** In Linux the first number of this file, ns, exact to a tick of 1 to 4 ms; elsewhere that of all threads. */
const threadFile = '/proc/thread-self/schedstat';
const cpuMs: () => number = existsSync(threadFile)
  ? () => Number(readFileSync(threadFile, 'latin1').split(' ')[0]) / 1e6
  : () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };

async function watched(work: () => Promise<unknown>): Promise<Figures> {
  global.gc?.();
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = used();
  let most = before;
  let stopMs = 0;
  let watching = true;
  const from = performance.now();
  let last = from;
  let spent = cpuMs();
  const look = (): void => {
    const now = performance.now();
    const cpu = cpuMs();
    stopMs = Math.max(stopMs, Math.min(now - last, cpu - spent));
    last = now;
    spent = cpu;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  const memory = setInterval(() => (most = Math.max(most, used())), 20);
  await work();
  const seconds = (performance.now() - from) / 1000;
  await new Promise((resolve) => setImmediate(resolve));
  watching = false;
  clearInterval(memory);
  return { stopMs, seconds, megabytes: (most - before) / megabyte };
}

function line(at: number): Line {
  const startMs = at * 2000;
  return { startMs, endMs: startMs + 1900, text: `the water rises over the “old” stones, number ${at}.` };
}

/** A file of the form, close to the 10 MB that are read at most. */
function large(write: (lines: readonly Line[]) => string): Buffer {
  const some = Array.from({ length: 2000 }, (_, at) => line(100_000 + at));
  const count = Math.floor((9.9 * megabyte * some.length) / Buffer.byteLength(write(some)));
  return Buffer.from(write(Array.from({ length: count }, (_, at) => line(at))));
}

async function captions(): Promise<readonly Cue[]> {
  let cues: readonly Cue[] = [];
  for (const [form, write] of Object.entries(forms)) {
    const bytes = large(write);
    const { stopMs, seconds } = await watched(async () => {
      const parsed = await inSlices(parseCaptions(bytes));
      if (!('cues' in parsed)) throw new Error(`${form}: ${parsed.message}`);
      cues = parsed.cues;
    });
    console.log(`${(bytes.byteLength / megabyte).toFixed(1)} MB of ${form} read in ${seconds.toFixed(1)} s`);
    say({ name: `longest stop while 10 MB of ${form} are read`, value: stopMs });
  }
  return cues;
}

function documentOf(cues: readonly Cue[], id: string): TranscriptDocument {
  return {
    link: youtubeVideo(id),
    transcript: {
      language: 'en',
      captions: 'manual',
      source: 'youtube',
      cues,
      meta: { title: `Talk ${id}` },
    },
    batch: 'bench',
    transcribed: '2026-11-20T10:15:00Z',
    timestamps: 'paragraph',
  };
}

async function transcript(cues: readonly Cue[]): Promise<void> {
  for (const format of outputFormats) {
    const { stopMs } = await watched(() => inSlices(renderers[format](documentOf(cues, 'bench000000'))));
    say({ name: `… while the transcript of 10 MB is made as ${format}`, value: stopMs });
  }
}

async function exports(root: string): Promise<void> {
  const folder = join(root, 'bench');
  mkdirSync(folder);
  const ids = Array.from({ length: transcripts }, (_, at) => `b${String(at).padStart(10, '0')}`);
  const state = emptyState();
  reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'bench', machine: 'm', settings: {} });
  reduce(state, { type: 'jobs-added', at: 1, jobs: ids.map((id) => ({ link: youtubeVideo(id) })) });
  const cues = Array.from({ length: 120 }, (_, at) => ({
    start: at * 4,
    end: at * 4 + 3.9,
    text: line(at).text,
  }));
  for (const [job, id] of ids.entries()) {
    const name = `Talk [${id}].md`;
    writeFileSync(join(folder, name), whole(renderers.md(documentOf(cues, id))));
    reduce(state, completedEvent(job, { meta: { title: `Talk ${id}`, duration: 480 }, files: [name] }));
  }
  for (const format of exportFormats) {
    const out = join(root, `bench.${format}`);
    const { stopMs, seconds, megabytes } = await watched(() =>
      exportBatch({ format, folder, state, out }, { files: new NodeFiles(), clock: systemClock }),
    );
    const what = `${transcripts} videos as ${format}`;
    console.log(`${what} exported in ${seconds.toFixed(1)} s`);
    say({ name: `… while ${what} are exported`, value: stopMs });
    console.log(JSON.stringify({ name: `memory for ${what}`, value: Math.round(megabytes), unit: 'MB' }));
  }
}

/** Text that is made to be slow, 10 MB of it, in each reader of outside text that is sliced. */
async function hostile(): Promise<void> {
  const readers: Readonly<Record<string, SlicedReader>> = {
    'captions of any kind': (text) => parseCaptions(text, { prose: true }),
    'search in Markdown': (text) => piecesOf('md', text),
  };
  for (const [name, read] of Object.entries(readers)) {
    let worst = { stopMs: 0, unit: '' };
    for (const unit of longUnits) {
      const text = unit.repeat((10 * megabyte) / unit.length);
      const { stopMs } = await watched(() => inSlices(read(text)).catch(() => undefined));
      if (stopMs > worst.stopMs) worst = { stopMs, unit };
    }
    console.log(`the worst is ${JSON.stringify(worst.unit)}`);
    say({ name: `… while 10 MB of hostile text are read as ${name}`, value: worst.stopMs });
  }
}

/** Caption files made to be slow. */
async function strange(): Promise<void> {
  let worst = { stopMs: 0, name: '' };
  for (const [name, write] of Object.entries(shapes)) {
    const bytes = Buffer.from(write());
    const { stopMs, seconds } = await watched(() => inSlices(parseCaptions(bytes)));
    console.log(`${name}: ${stopMs.toFixed(1)} ms, read in ${seconds.toFixed(1)} s`);
    if (stopMs > worst.stopMs) worst = { stopMs, name };
  }
  console.log(`the worst is ${worst.name}`);
  say({ name: '… while captions that are far from real ones are read', value: worst.stopMs });
}

function say(row: { readonly name: string; readonly value: number }): void {
  const value = Math.round(row.value * 10) / 10;
  console.log(JSON.stringify({ ...row, value, unit: 'ms', atLeast: 50, aim: 20 }));
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'bulk-transcribe-bench-'));
  try {
    await transcript(await captions());
    await hostile();
    await strange();
    await exports(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void main();

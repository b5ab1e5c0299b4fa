/**
 * 5,000 transcripts of about 20 minutes in another format, from the words that are kept: the time until all files are
 * on disk, and what an hour of speech takes on disk and of the processor when it is kept.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import type { Transcript } from '../../src/model/transcript';
import { packed } from '../../src/output/kept/content';
import { KeptFolder, keptName } from '../../src/output/kept/folder';
import { KeptStore } from '../../src/output/kept/store';
import { renderAgain } from '../../src/output/renderAgain';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';

const count = Number(process.env.BENCH_VIDEOS ?? 5000);
const hourWords = 9000;
const cueWords = 8;

/** As frequent as words are in speech: few of them make up most of it. */
const vocabulary = Array.from({ length: 3000 }, (_, rank) => {
  let word = '';
  for (let left = rank + 7; left > 0; left = Math.floor(left / 11)) word += 'etaoinshrdl'[left % 11] ?? '';
  return word;
});

let seed = 1;
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

function speech(words: number): Transcript {
  const cues = [];
  let at = 0;
  for (let done = 0; done < words; done += cueWords) {
    const end = at + 2.2 + Math.floor(random() * 2000) / 1000;
    const text = Array.from({ length: cueWords }, () => vocabulary[Math.floor(3000 ** random()) - 1] ?? '');
    cues.push({
      start: Math.round(at * 1000) / 1000,
      end: Math.round(end * 1000) / 1000,
      text: text.join(' '),
    });
    at = end;
  }
  const meta = { title: 'A talk', duration: Math.ceil(at) };
  return { language: 'en', captions: 'automatic', source: 'youtube', cues, meta };
}

function say(row: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(row));
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'render-bench-'));
  try {
    const files = new NodeFiles();
    const store = new KeptStore(files);
    const state = emptyState();
    const now = Date.now();
    const linkOf = (number: number) => {
      const id = `v${String(number).padStart(10, '0')}`;
      return { kind: 'youtube', id, url: `https://www.youtube.com/watch?v=${id}` } as const;
    };
    const hour = speech(hourWords);
    const cpu = process.cpuUsage();
    for (let time = 0; time < 50; time += 1) await packed({ link: linkOf(0), transcript: hour });
    const { user, system } = process.cpuUsage(cpu);
    say({
      name: 'CPU to keep an hour of speech',
      value: (user + system) / 50_000,
      unit: 'ms',
      better: 'lower',
    });

    const talks = Array.from({ length: 50 }, () => speech(hourWords / 3));
    const jobs = Array.from({ length: count }, (_, number) => ({ link: linkOf(number) }));
    reduce(state, { type: 'jobs-added', at: now, jobs });
    for (let first = 0; first < count; first += 100)
      await Promise.all(
        jobs.slice(first, first + 100).map(async ({ link }, at) => {
          const transcript = talks[(first + at) % talks.length] ?? hour;
          const { language, captions, source, meta } = transcript;
          await store.keep(folder, { link, transcript }, [], now);
          const outcome = {
            ...({ status: 'completed', source, language, captions, meta, files: [] } as const),
            ...({ seconds: 1, requests: 1, via: 'direct' } as const),
          };
          reduce(state, { type: 'outcome', at: now, job: first + at, outcome });
        }),
      );
    const bytes = statSync(join(folder, keptName)).size;
    say({
      name: 'kept for an hour of speech',
      value: Math.round(bytes / (count / 3) / 102.4) / 10,
      unit: 'KB',
    });

    let from = performance.now();
    await KeptFolder.open(files, folder);
    say({ name: `look which of ${count} are kept`, value: Math.round(performance.now() - from), unit: 'ms' });
    from = performance.now();
    const result = await renderAgain(
      { folder, state, settings: { 'output.formats': ['srt'] } },
      { files, clock: systemClock, store },
    );
    if (result.written !== count) throw new Error(`${result.written} written`);
    say({
      name: `render ${count} transcripts in another format`,
      ...{
        value: Math.round(performance.now() - from) / 1000,
        unit: 's',
        atLeast: 60,
        aim: 20,
        better: 'lower',
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();

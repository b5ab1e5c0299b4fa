/**
 * Notes of 200 transcripts of half an hour from a service that answers in 100 ms and refuses more than 10 requests a
 * second: wall over the ideal, what a transcript costs of the processor, and the tokens that were foretold beside those
 * that the service counted. Then the question for the same notes once more, which asks nothing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../src/assemble';
import type { Link } from '../../src/model/link';
import { readSettings } from '../../src/model/settings';
import { ChatServer } from '../servers/chat';
import { benchWorld } from './world';

const count = Number(process.env.BENCH_VIDEOS ?? 200);
const limit = { requests: 20, windowMs: 2000 };
const answerMs = 100;
const cues = 360;

/** Words about as long as in English speech. */
const vocabulary =
  'this light energy of the plants is stored as sugar and then used by every cell that needs it'.split(' ');

function subtitles(talk: number): string {
  let seed = talk + 1;
  const word = (): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return vocabulary[seed % vocabulary.length] ?? '';
  };
  const time = (seconds: number): string =>
    `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')},000`;
  const cue = (_: unknown, at: number): string =>
    `${at + 1}\n${time(at * 5)} --> ${time(at * 5 + 5)}\n${Array.from({ length: 12 }, word).join(' ')}\n\n`;
  return Array.from({ length: cues }, cue).join('');
}

function say(row: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-notes-'));
  const chat = await new ChatServer({ context: 128_000, delayMs: answerMs, limit }).start();
  const world = await benchWorld(folder);
  const { engine, notes } = assemble(world);
  try {
    mkdirSync(join(folder, 'in'));
    const jobs = Array.from({ length: count }, (_, talk): { readonly link: Link } => {
      const path = join(folder, 'in', `talk ${talk}.srt`);
      writeFileSync(path, subtitles(talk));
      return {
        link: { kind: 'subtitle', url: `file://${path}`, id: `t${String(talk).padStart(10, '0')}`, path },
      };
    });
    const { settings } = readSettings({
      sources: ['subtitleFile'],
      'notes.endpoint': chat.endpoint,
      'notes.model': 'tiny',
    });
    const outputFolder = join(folder, 'out');
    const talks = await engine.start({ name: 'talks', outputFolder, jobs, settings });
    await talks.settled();

    const signal = new AbortController().signal;
    const cpu = process.cpuUsage();
    const plan = await notes.plan(talks.folder, settings, signal);
    const from = performance.now();
    const batch = await engine.start(plan.request);
    await batch.settled();
    const wall = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const { completed } = batch.state.counts;
    if (completed !== count) throw new Error(`${completed} of ${count}`);
    const ideal = ((chat.answered.length - limit.requests) / limit.requests) * (limit.windowMs / 1000);
    const row = { atLeast: 2, aim: 1.3, better: 'lower' };
    say({
      name: `notes of ${count} transcripts at a limit: wall over ideal`,
      value: wall / ideal,
      unit: '×',
      ...row,
    });
    say({
      name: 'CPU for each, with its stand-in',
      value: (user + system) / 1000 / count,
      unit: 'ms',
      ...{ atLeast: 100, aim: 30, better: 'lower' },
    });
    say({ name: 'tokens foretold over those counted', value: plan.tokens / chat.tokens, unit: '×', ...row });
    say({ name: 'requests refused', value: chat.asked - chat.answered.length, unit: 'requests' });

    const again = performance.now();
    const asked = chat.asked;
    const { current, request } = await notes.plan(talks.folder, settings, signal);
    const settled = await engine.start(request);
    await settled.settled();
    if (current !== count || chat.asked !== asked) throw new Error('asked again');
    say({
      name: `the same ${count} once more, with nothing to do`,
      value: (performance.now() - again) / 1000,
      unit: 's',
      ...{ atLeast: 5, aim: 1, better: 'lower' },
    });
  } finally {
    await engine.dispose();
    world.http.close();
    await chat.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();

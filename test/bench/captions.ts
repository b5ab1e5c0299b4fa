/**
 * 500 captions with 20 workers from a server that takes 100 ms a request: wall time over the 5.0 s that two
 * requests a video must take, and CPU against other clients on the same server in the same run:
 * youtube-transcript (npm), and youtube-transcript-api where Python has it (PYTHON and PYTHONPATH are used).
 * Once with answers that hold little but the words, once with answers as large as YouTube's own.
 * Bare requests with Node's own client, nothing read or written, say what this machine lets anyone reach.
 * Everyone runs in a fresh process, three times in turn; each run of ours is printed with those of the others beside
 * it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../src/assemble';
import { youtubeVideo } from '../../src/intake/link';
import { readSettings } from '../../src/model/settings';
import { findProgram, ownProgram, type ProgramPath } from '../programs/find';
import { benchWorld } from './world';

const count = 500;
const workers = 20;
const delayMs = 100;
const idealSeconds = (count / workers) * 2 * (delayMs / 1000);
const ids = Array.from({ length: count }, (_, index) => `bench${String(index).padStart(6, '0')}`);

interface Figures {
  readonly wall: number;
  readonly cpu: number;
}

async function ours(endpoint: string, folder: string): Promise<Figures> {
  const world = await benchWorld(folder);
  const { engine } = assemble(world);
  const { settings } = readSettings({
    workers,
    sources: ['youtube'],
    'youtube.endpoint': endpoint,
    'rate.youtube.perHour': 0,
    'rate.youtube.spacing': 0,
    'rate.youtube.concurrency': 0,
  });
  const before = process.cpuUsage();
  const started = performance.now();
  const batch = await engine.start({
    name: 'bench',
    outputFolder: join(folder, 'out'),
    jobs: ids.map((id) => ({ link: youtubeVideo(id) })),
    settings,
  });
  await batch.settled();
  const wall = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  if (batch.state.counts.completed !== count)
    throw new Error(`${batch.state.counts.completed} of ${count} done`);
  await engine.dispose();
  world.http.close();
  return { wall, cpu: (user + system) / 1e6 };
}

const node = ownProgram(process.execPath);
const python = 'youtube-transcript-api';

/** A client in a process of its own that says its figures as JSON when it is done. */
async function peer(
  command: ProgramPath | undefined,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Figures | undefined> {
  if (command === undefined) return undefined;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  for await (const piece of child.stdout.setEncoding('utf8')) stdout += String(piece);
  try {
    const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
    return said;
  } catch {
    return undefined;
  }
}

const inPython = `
import json, os, resource, time
from concurrent.futures import ThreadPoolExecutor
from youtube_transcript_api import _settings
base = os.environ["ENDPOINT"]
_settings.WATCH_URL = base + "/watch?v={video_id}"
_settings.INNERTUBE_API_URL = base + "/youtubei/v1/player?key={api_key}"
from youtube_transcript_api import _transcripts
_transcripts.WATCH_URL = _settings.WATCH_URL
_transcripts.INNERTUBE_API_URL = _settings.INNERTUBE_API_URL
from youtube_transcript_api import YouTubeTranscriptApi
ids = os.environ["IDS"].split(",")
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
before, started = cpu(), time.monotonic()
def one(video):
    return len(YouTubeTranscriptApi().fetch(video).snippets)
with ThreadPoolExecutor(${workers}) as pool:
    assert all(list(pool.map(one, ids)))
print(json.dumps({"wall": time.monotonic() - started, "cpu": cpu() - before}))
`;

const bare = `
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
const ask = (method, url, body) => new Promise((resolve, reject) => {
  const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
  http.request(url, { method, agent, headers }, (answer) => {
    const pieces = [];
    answer.on('data', (piece) => pieces.push(piece)).on('end', () => resolve(Buffer.concat(pieces)));
  }).on('error', reject).end(body);
});
const context = { client: { clientName: 'ANDROID', clientVersion: '21.26.364' } };
const ids = process.env.IDS.split(',');
(async () => {
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: ${workers} }, async () => {
    for (let videoId = ids.pop(); videoId; videoId = ids.pop()) {
      const url = process.env.ENDPOINT + '/youtubei/v1/player';
      const player = JSON.parse(await ask('POST', url, JSON.stringify({ context, videoId })));
      const [track] = player.captions.playerCaptionsTracklistRenderer.captionTracks;
      await ask('GET', track.baseUrl.replace('fmt=srv3', 'fmt=json3'));
    }
  }));
  const { user, system } = process.cpuUsage(before);
  agent.destroy();
  console.log(JSON.stringify({ wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 }));
})();
`;

const inNode = `
const { fetchTranscript } = require('youtube-transcript');
const base = process.env.ENDPOINT;
// It takes captions from youtube.com alone, so what the server says of itself is put into those words.
const site = 'https://www.youtube.com';
const config = {
  fetch: async (url, options) => {
    const answer = await fetch(String(url).replace(site, base), options);
    if (!String(url).includes('/player')) return answer;
    return new Response((await answer.text()).replaceAll(base, site), { status: answer.status });
  },
};
const ids = process.env.IDS.split(',');
(async () => {
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: ${workers} }, async () => {
    for (let id = ids.pop(); id; id = ids.pop()) await fetchTranscript(id, config);
  }));
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 }));
})();
`;

/** The rows of all clients with answers of one size. `scenario`: of the stand-in. */
async function compare(what: string, scenario: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bulk-transcribe-bench-'));
  const server = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/servers/youtube.ts', '--delay', String(delayMs), '--scenario', scenario],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const endpoint = await new Promise<string>((resolve) => {
      server.stdout.once('data', (text: Buffer) => resolve(text.toString('utf8').trim()));
    });
    const env = { ENDPOINT: endpoint, IDS: ids.join(',') };
    const clients: Readonly<Record<string, (run: number) => Promise<Figures | undefined>>> = {
      ours: (run) => peer(node, process.argv.slice(1), { ...env, OURS: join(folder, String(run)) }),
      [python]: () => peer(findProgram('python3'), ['-c', inPython], env),
      'youtube-transcript': () => peer(node, ['-e', inNode], env),
      'bare requests': () => peer(node, ['-e', bare], env),
    };
    // The server's own start is not measured: its code is compiled before any measurement.
    await clients['bare requests']?.(0);
    const rounds: Round[] = [];
    for (let run = 0; run < 3; run += 1) {
      const all = new Map<string, Figures>();
      const from = Date.now();
      for (const [name, once] of Object.entries(clients)) {
        const figures = await once(run);
        if (figures) all.set(name, figures);
      }
      rounds.push({ all, from, to: Date.now() });
    }
    say(
      { name: `${what}: wall over ideal`, unit: '×', atLeast: 1.1, aim: 1.02 },
      rounds,
      ({ wall }) => wall / idealSeconds,
    );
    say({ name: `${what}: wall`, unit: 's' }, rounds, ({ wall }) => wall);
    say({ name: `${what}: CPU`, unit: 's' }, rounds, ({ cpu }) => cpu);
    if (rounds.every(({ all }) => all.has(python)))
      say(
        { name: `${what}: CPU against ${python}`, unit: '×', atLeast: 1, aim: 0.7 },
        rounds,
        ({ cpu }, { all }) => cpu / (all.get(python)?.cpu ?? NaN),
      );
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  await compare('500 captions, 20 workers, 100 ms a request', 'small');
  await compare('500 with answers of YouTube’s size', 'full');
}

interface Round {
  /** By name of the client. */
  readonly all: ReadonlyMap<string, Figures>;
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** The same figure of each client in each round. */
function say(
  row: Readonly<Record<string, string | number>>,
  rounds: readonly Round[],
  figure: (figures: Figures, round: Round) => number,
): void {
  const runs = rounds.map((round) => {
    const each = [...round.all].map(([name, figures]) => [name, figureOf(figures, round)] as const);
    const { ours: value, ...peers } = Object.fromEntries(each);
    return { value, peers, from: round.from, to: round.to };
  });
  console.log(JSON.stringify({ ...row, runs }));

  function figureOf(figures: Figures, round: Round): number {
    return Math.round(figure(figures, round) * 1000) / 1000;
  }
}

const { OURS, ENDPOINT } = process.env;
if (OURS !== undefined && ENDPOINT !== undefined)
  void ours(ENDPOINT, OURS).then((figures) => console.log(JSON.stringify(figures)));
else void main();

/**
 * The process that is killed: a real engine on real files, with two small sources that talk to the test's
 * own server on loopback. Arguments: output folder, state folder, server origin, number of videos.
 */
import { join } from 'node:path';
import { createEngine } from '../../src/engine/engine';
import { failure } from '../../src/model/failure';
import type { TranscriptWriter } from '../../src/model/output';
import type { Files } from '../../src/model/ports';
import type { Source, SourceRequest, SourceResult } from '../../src/model/source';
import type { SourceId, Transcript } from '../../src/model/transcript';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { createProcesses } from '../../src/platform/processes';
import { systemRandom } from '../../src/platform/random';
import { unlimited, videos } from '../helpers/fakeEngine';

const [output = '', stateFolder = '', origin = '', count = '0'] = process.argv.slice(2);
const files = new NodeFiles(stateFolder);

async function ask(request: SourceRequest, method: string, path: string): Promise<string> {
  request.sent('direct');
  const answer = await fetch(origin + path, { method, signal: request.signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}

function words(source: SourceId, text: string): Transcript {
  return { language: 'en', captions: 'manual', source, cues: [{ start: 0, end: 1, text }], meta: {} };
}

const ready = (): Promise<{ readonly ready: true; readonly detail: string }> =>
  Promise.resolve({ ready: true, detail: '' });

/** An answer that makes the process run out of memory. */
export const memoryEater = 'as much memory as there is';

function eatMemory(): never {
  const eaten: number[][] = [];
  for (;;) eaten.push(new Array<number>(10_000).fill(eaten.length));
}

/** Every third video has no captions. */
const captions: Source = {
  id: 'youtube',
  paid: false,
  readiness: ready,
  accepts: () => true,
  quotas: () => [],
  async transcribe(request): Promise<SourceResult> {
    request.stage('fetching');
    const text = await ask(request, 'GET', `/captions/${request.link.id}`);
    if (text === memoryEater) {
      await request.room?.(100_000_000, 'free');
      eatMemory();
    }
    return text === '' ? { failure: failure('no-captions', 'none') } : { transcript: words('youtube', text) };
  },
};

const speech: Source = {
  id: 'deapi',
  paid: true,
  readiness: ready,
  accepts: () => true,
  quotas: () => [],
  async transcribe(request): Promise<SourceResult> {
    const quote = { service: 'deapi', origin, cost: 0.01 } as const;
    let id = request.resume?.requestId;
    if (id === undefined) {
      if (!(await request.consent(quote))) return { consent: quote };
      await request.intent(quote);
      id = await ask(request, 'POST', `/submit/${request.link.id}`);
      await request.requestId(id);
    }
    request.stage('transcribing');
    const text = await ask(request, 'GET', `/result/${id}`);
    return { transcript: words('deapi', text), paid: { cost: 0.01, requestId: id } };
  },
};

/** Output's rule in short: a temporary name, then the file, whole. */
class PlainWriter implements TranscriptWriter {
  constructor(private readonly disk: Files) {}

  async write(request: Parameters<TranscriptWriter['write']>[0]): Promise<readonly string[]> {
    const name = `${request.link.id}.md`;
    await this.disk.writeWhole(join(request.folder, name), request.transcript.cues[0]?.text ?? '');
    return [name];
  }

  async find(folder: string, link: { readonly id: string }): Promise<readonly string[] | undefined> {
    const name = `${link.id}.md`;
    return (await this.disk.stat(join(folder, name))) ? [name] : undefined;
  }
}

async function main(): Promise<void> {
  const engine = createEngine({
    clock: systemClock,
    random: systemRandom,
    files,
    processes: createProcesses(),
    machine: { memory: () => 0, cpuMs: () => 0, cores: 2, id: 'fault' },
    log: { write: (level, message) => process.stderr.write(`${level} ${message}\n`) },
    sources: [captions, speech],
    expander: {
      expand: () => {
        throw new Error('no lists here');
      },
    },
    writer: new PlainWriter(files),
    derived: { write: () => Promise.resolve() },
    stateFolder,
  });
  const batch = await engine.start({
    name: 'mixed',
    outputFolder: output,
    list: '/lists/mixed.urls',
    jobs: videos(Number(count)),
    settings: { ...unlimited, workers: 6, sources: ['youtube', 'deapi'], 'paid.maxCost': 1_000 },
  });
  process.stdout.write('started\n');
  await batch.settled();
  process.stdout.write(`${JSON.stringify(batch.state.counts)} ${JSON.stringify(batch.state.byError)}\n`);
  await engine.dispose();
}

if (require.main === module) void main();

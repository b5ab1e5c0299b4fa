/**
 * A batch whose sources answer by a script, and the same batch resumed from its disk as it was after each line of
 * its journal: what a process that died there would have left behind.
 */
import { failure, FailureError } from '../../src/model/failure';
import type { Failure } from '../../src/model/failure';
import type { BatchHandle } from '../../src/engine/api';
import { parseLine } from '../../src/engine/journal/journal';
import { isLasting } from '../../src/model/events';
import type { ReadonlyRow } from '../../src/engine/state/reducer';
import type { Link } from '../../src/model/link';
import type { Settings } from '../../src/model/settings';
import type {
  ExpandRequest,
  ListItem,
  PaidSummary,
  SourceRequest,
  SourceResult,
} from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';
import { FakeClock } from './fakeClock';
import { FakeProcesses, FakeSource, found, start, videoLink, within, world } from './fakeEngine';
import type { World } from './fakeEngine';
import { MemoryFiles } from './memoryFiles';

/** What a source says, by name. */
export const answers = {
  found: () => undefined,
  'no-captions': () => failure('no-captions', 'none'),
  'no-language': () => failure('no-language', 'only fr', { subject: 'fr' }),
  unsupported: () => failure('unsupported', 'not mine'),
  refused: () => failure('unsupported', 'refused', { subject: 'openai' }),
  'po-token': () => failure('po-token', 'token'),
  'client-outdated': () => failure('client-outdated', 'reload'),
  'too-large': () => failure('too-large', 'big'),
  'tool-missing': () => failure('tool-missing', 'gone', { subject: 'ffmpeg' }),
  'age-restricted': () => failure('age-restricted', 'adults'),
  private: () => failure('private', 'private'),
  'geo-blocked': () => failure('geo-blocked', 'country'),
  unavailable: () => failure('unavailable', 'removed'),
  'no-speech': () => failure('no-speech', 'music'),
  network: () => failure('network', 'reset'),
  'bad-response': () => failure('bad-response', 'what'),
  'given up': () => failure('tool-failed', 'lost', { paidAnew: true }),
  'rate-limited': () => failure('rate-limited', 'slow', { retryAfterMs: 2_000 }),
  blocked: () => failure('blocked', 'captcha'),
  auth: () => failure('auth', 'key', { needs: 'deapi:key' }),
} as const satisfies Record<string, () => Failure | undefined>;
export type AnswerName = keyof typeof answers;

/** Answers of a video's sources, each in the order in which they are asked for; the last one is repeated. */
export type Script = Readonly<Partial<Record<SourceId, readonly AnswerName[]>>>;

export interface Play {
  /** One for each video. */
  readonly scripts: readonly Script[];
  readonly settings: Partial<Settings>;
  /** Sources that are paid for, at a price of 1; the others are free. */
  readonly paid: readonly SourceId[];
  /** The videos come from a list link; how each reading of it ends, after its first entry. */
  readonly list?: readonly AnswerName[];
}

const playlist: Link = {
  kind: 'list',
  list: 'youtube-playlist',
  url: 'https://www.youtube.com/playlist?list=PL1',
  id: 'PL1',
};

/** What becomes of a video, as far as it must not depend on a restart. */
export interface Fate {
  readonly id: string;
  readonly status: string;
  readonly code: string | undefined;
  readonly subject: string | undefined;
  readonly message: string | undefined;
  readonly source: string | undefined;
  readonly cost: number | undefined;
  readonly asked: readonly string[];
  /** Requests that were paid for, by source. */
  readonly submitted: readonly string[];
}

/** The disk as it is after a line of the journal. */
export interface Image {
  readonly files: MemoryFiles;
  readonly now: number;
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  /** Who has answered for a video, in order, as far as it is on disk. */
  readonly answered: ReadonlyMap<string, readonly string[]>;
  readonly submitted: readonly string[];
}

const folder = '/out/a';
const journal = `${folder}/.journal.jsonl`;
const answerMs = 3_000;

class Stage {
  readonly asked = new Map<string, Set<string>>();
  submitted: string[] = [];
  /** Who has answered for a video, in order. */
  readonly answered = new Map<string, string[]>();
  clock = new FakeClock();

  constructor(readonly play: Play) {}

  sources(): FakeSource[] {
    const ids = new Set(this.play.scripts.flatMap((script) => Object.keys(script) as SourceId[]));
    return [...ids].map((id) => new FakeSource(id, (request) => this.answer(id, request)));
  }

  private async answer(id: SourceId, request: SourceRequest): Promise<SourceResult> {
    const video = request.link.id;
    (this.asked.get(video) ?? this.asked.set(video, new Set()).get(video))?.add(id);
    let paid: PaidSummary | undefined;
    if (this.play.paid.includes(id)) {
      const quote = { service: id, origin: 'https://x', cost: 1 } as const;
      if (!(await request.consent(quote))) return { consent: quote };
      let { requestId } = request.resume ?? {};
      if (requestId === undefined) {
        await request.intent(quote);
        this.submitted.push(`${video} ${id}`);
        requestId = `${video}-${this.submitted.length}`;
        await request.requestId(requestId);
      }
      paid = { requestId, cost: 1 };
    }
    const cancelled = await this.wait(request);
    if (cancelled) return { failure: failure('cancelled', 'Stopped.') };
    const index = this.play.scripts.findIndex((_script, at) => videoLink(at).id === video);
    const script = this.play.scripts[index]?.[id] ?? ['unsupported'];
    const before = this.answered.get(video) ?? [];
    const turn = before.filter((each) => each === id).length;
    this.answered.set(video, [...before, id]);
    const name = script[Math.min(turn, script.length - 1)] ?? 'unsupported';
    const fail = answers[name]();
    if (fail === undefined) {
      const result = found(request);
      return 'transcript' in result && paid ? { ...result, paid } : result;
    }
    const heard = name === 'no-captions' || name === 'no-speech';
    return { failure: fail, ...(heard && paid ? { paid } : {}) };
  }

  /** Reads the list: its first entry, then what the script says. */
  async *expand(request: ExpandRequest): AsyncGenerator<ListItem> {
    const script = this.play.list ?? ['found'];
    const before = this.answered.get(playlist.id) ?? [];
    for (const [at] of this.play.scripts.entries()) {
      if (await this.wait(request)) throw new FailureError(failure('cancelled', 'Stopped.'));
      yield { link: videoLink(at), meta: {} };
      if (at > 0) continue;
      this.answered.set(playlist.id, [...before, 'list']);
      const fail = answers[script[Math.min(before.length, script.length - 1)] ?? 'found']();
      if (fail) throw new FailureError(fail);
    }
  }

  private wait({ signal }: { readonly signal: AbortSignal }): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(answerMs, () => resolve(false));
      signal.addEventListener('abort', () => {
        cancel();
        resolve(true);
      });
    });
  }

  fates(jobs: readonly ReadonlyRow[]): readonly Fate[] {
    const inOrder = [...jobs].sort((a, b) => (a.link.id < b.link.id ? -1 : 1));
    return inOrder.map((job) => ({
      id: job.link.id,
      status: job.status,
      code: job.failure?.code,
      subject: job.failure?.subject,
      message: job.failure?.message,
      source: job.source,
      cost: job.cost,
      asked: [...(this.asked.get(job.link.id) ?? [])].sort(),
      submitted: this.submitted.filter((each) => each.startsWith(`${job.link.id} `)).sort(),
    }));
  }
}

/** Runs to the end; whatever is parked is freed by the user as soon as nothing else goes on. */
async function toTheEnd(w: World, batch: BatchHandle): Promise<void> {
  for (let freed = 0; freed < 50; freed += 1) {
    await within(w.clock, batch.settled(), 7 * 24 * 3_600_000);
    if (batch.state.phase === 'finished') return;
    const parked = batch.state.jobs.filter((job) => job.status === 'parked').map((job) => job.index);
    await within(w.clock, batch.rows(parked, 'release'));
  }
}

/** Plays it without a restart. `images`: takes the disk after every line of the journal. */
export async function played(
  play: Play,
  images?: Image[],
): Promise<{ readonly fates: readonly Fate[]; readonly requests: number }> {
  const stage = new Stage(play);
  const w = world({ sources: stage.sources(), clock: stage.clock, expander: stage });
  const settings = { 'paid.maxCost': 100, ...play.settings };
  const batch = await start(w, play.list ? [{ link: playlist }] : play.scripts.length, settings);
  if (images)
    batch.onEvents((events) => {
      const lasting = events.filter(isLasting).length;
      for (let without = lasting - 1; without >= 0; without -= 1) images.push(image(w, stage, without));
    });
  await toTheEnd(w, batch);
  const fates = stage.fates(batch.state.jobs);
  const { requests } = batch.state;
  await within(w.clock, w.engine.dispose());
  return { fates, requests };
}

/** The disk now, without this many of the journal's last lines. */
function image(w: World, stage: Stage, without: number): Image {
  const files = new MemoryFiles();
  for (const path of w.files.folders) files.folders.add(path);
  for (const [path, node] of w.files.files) {
    const bytes = node.content.subarray(0, node.flushed);
    const lines = bytes.toString('utf8').split('\n');
    const content =
      path === journal && without > 0 ? Buffer.from(cut(lines, without).join('\n')) : Buffer.from(bytes);
    files.files.set(path, { ...node, content, flushed: content.length });
  }
  const asked = new Map([...stage.asked].map(([video, ids]) => [video, new Set(ids)]));
  const lines = linesOf(files).filter(({ n }, at, all) => n !== all[at - 1]?.n);
  const answered = new Map<string, readonly string[]>();
  const writing = new Set<string>();
  const added = lines.flatMap((line) => (line.type === 'jobs-added' ? (line.jobs ?? []) : []));
  for (const [index, job] of added.entries()) {
    const id = job.link?.id;
    if (id === undefined) continue;
    const own = lines.filter((line) => line.job === index);
    // Every answer is an attempt or an end; one that took no time sent no request.
    const told = own.filter(({ type, seconds, outcome }) =>
      type === 'attempt' ? seconds !== 0 : outcome?.status === 'failed' && outcome.seconds !== 0,
    );
    answered.set(id, (stage.answered.get(id) ?? []).slice(0, told.length));
    if (own.some(({ type }) => type === 'writing')) writing.add(id);
  }
  for (const [id] of answered) if (!writing.has(id)) files.files.delete(`${folder}/${id}.md`);
  return { files, now: w.clock.now(), asked, answered, submitted: [...stage.submitted] };
}

/** The lines without the last records; some records are written twice. */
function cut(lines: readonly string[], records: number): readonly string[] {
  const last = new Set<string>();
  let end = lines.length;
  for (; end > 0; end -= 1) {
    last.add(lines[end - 1] ?? '');
    if (last.size > records) break;
  }
  return lines.slice(0, end);
}

interface Line {
  readonly n?: number;
  readonly type?: string;
  readonly job?: number;
  readonly seconds?: number;
  /** Of `jobs-added`. */
  readonly jobs?: readonly { readonly link?: { readonly id?: string } }[];
  readonly outcome?: { readonly status?: string; readonly seconds?: number };
}

function linesOf(files: MemoryFiles): readonly Line[] {
  const lines = (files.text(journal) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line.slice(line.indexOf('\t') + 1)) as Line);
}

/** Continues from the disk of a process that died, in another process. Undefined: nothing had started. */
export async function resumed(
  play: Play,
  from: Image,
): Promise<{
  readonly fates: readonly Fate[];
  /** Videos with a submit of unknown fate. */
  readonly doubtful: ReadonlySet<string>;
  /** Videos for which a submit is on record outside of the batch, and was perhaps not made. */
  readonly begun: ReadonlySet<string>;
}> {
  const stage = new Stage(play);
  stage.clock = new FakeClock(from.now);
  for (const [video, ids] of from.asked) stage.asked.set(video, new Set(ids));
  for (const [video, ids] of from.answered) stage.answered.set(video, [...ids]);
  stage.submitted = [...from.submitted];
  const processes = new FakeProcesses({ host: 'here', boot: 'b1', pid: 200, started: 's200' });
  processes.dead.add(100);
  const { files } = from;
  const w = world({
    sources: stage.sources(),
    clock: stage.clock,
    files,
    processes,
    seed: 7,
    expander: stage,
  });
  const opening = w.engine.open(folder, 'view');
  const view = await within(w.clock, opening);
  const doubtful = new Set<string>();
  for (const job of view.state.jobs)
    if (job.paid && job.paid.requestId === undefined) doubtful.add(job.link.id);
  const begun = begunIn(files);
  const batch = await within(w.clock, w.engine.open(folder, 'resume'));
  await toTheEnd(w, batch);
  const fates = stage.fates(batch.state.jobs);
  await within(w.clock, w.engine.dispose());
  return { fates, doubtful, begun };
}

/** Videos whose paid requests were begun and not refused, by the user's own record. */
function begunIn(files: MemoryFiles): ReadonlySet<string> {
  const lines = (files.text('/state/ledger.jsonl') ?? '').split('\n').filter((line) => line !== '');
  const records = lines.map(parseLine).filter((record) => record !== undefined);
  const refused = new Set(records.flatMap(({ ids }): readonly unknown[] => (Array.isArray(ids) ? ids : [])));
  const begun = records.filter(({ type, id }) => type === 'intent' && !refused.has(id));
  return new Set(begun.map(({ video }) => String(video)));
}

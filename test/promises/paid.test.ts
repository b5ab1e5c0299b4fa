/**
 * "It said $31 before, charged $30.80, and went on after a crash without paying twice." A paid batch in the
 * terminal against a stand-in for deAPI that counts what it bills. BULK_TRANSCRIBE_PAID_VIDEOS=600 is the
 * promise's own size; the default shows the same in less time.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, type CliOptions } from '../helpers/cli';
import { DeapiServer } from '../servers/deapi';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const count = Number(process.env.BULK_TRANSCRIBE_PAID_VIDEOS ?? 60);
const key = 'the-key-of-the-user';
/** The stand-in takes a video's length from the digits its id begins with. */
const ids = Array.from({ length: count }, (_, at) => `${100 + (at % 50)}Paid${String(at).padStart(4, '0')}`);
const lengthOf = (id: string): number => Number(/^\d+/.exec(id)?.[0]);
const price = ids.reduce((sum, id) => sum + DeapiServer.price(lengthOf(id)), 0);

interface Row {
  readonly id: string;
  readonly status: string;
  readonly error_code?: string;
  readonly cost?: number;
}

describe(`a paid batch of ${count} videos without captions`, () => {
  let folder: string;
  let deapi: DeapiServer;
  let site: YouTubeStandIn;
  let batch: string;

  before(async () => {
    deapi = await new DeapiServer({
      key,
      tier: 'premium',
      perMinute: 100_000,
      balance: 1000,
      polls: 0,
    }).start();
    site = await YouTubeStandIn.start({
      videos: (id) => ({ ...standInVideo(id), lengthSeconds: lengthOf(id), tracks: [] }),
    });
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-paid-'));
    batch = join(folder, 'transcripts', 'paid');
    const lines = ids.map((id) => `https://www.youtube.com/watch?v=${id}`);
    await writeFile(join(folder, 'paid.urls'), `${lines.join('\n')}\n`);
    await writeFile(
      join(folder, 'mine.json'),
      JSON.stringify({
        sources: ['youtube', 'deapi'],
        'youtube.endpoint': site.origin,
        'deapi.endpoint': deapi.origin,
        workers: 20,
        'rate.utilization': 1,
        'rate.youtube.perHour': 0,
        'rate.youtube.spacing': 0,
        'rate.youtube.burst': 1000,
        'rate.youtube.concurrency': 20,
        'rate.deapi.perMinute': 0,
        'rate.deapi.burst': 1000,
      }),
    );
  });

  after(async () => {
    await Promise.all([deapi.close(), site.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const options = (more: Partial<CliOptions> = {}): CliOptions => ({
    cwd: folder,
    env: { HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, 'state'), DEAPI_API_KEY: key },
    ...more,
  });
  const rows = async (): Promise<readonly Row[]> =>
    (JSON.parse(await readFile(join(batch, 'batch.json'), 'utf8')) as { videos: Row[] }).videos;
  const billedTwice = (): string[] => {
    const all = deapi.billed.map(({ what }) => what);
    return all.filter((what, at) => all.indexOf(what) !== at);
  };
  const submits = (): number =>
    deapi.requests.filter((request) => request === 'POST /api/v2/audio/transcriptions').length;
  let asked = NaN;

  it('says what all of it costs before anything is submitted, and waits for the OK', async () => {
    const result = await cli(['paid.urls', '--settings', 'mine.json'], options());
    assert.equal(result.code, 3, result.stdout);
    assert.equal(submits(), 0);
    const [, amount, videos] = /asks (\S+) for (\S+) videos\./.exec(result.stdout) ?? [];
    assert.equal(Number(videos), count);
    asked = Number(amount);
    assert.ok(Math.abs(asked - price) < 1e-5, `${asked} instead of ${price}`);
    assert.match(result.stdout, new RegExp(`--max-cost ${asked}`));
    assert.ok((await rows()).every(({ status }) => status === 'parked'));
  });

  it('submits nothing beyond the amount that was agreed to', async () => {
    const third = asked / 3;
    const result = await cli(['resume', batch, '--max-cost', String(third)], options());
    assert.equal(result.code, 3, result.stdout);
    const spent = deapi.billed.reduce((sum, one) => sum + one.price, 0);
    assert.ok(spent <= third + 1e-9 && spent > third * 0.8, `${spent} of ${third}`);
    // The amount is for the whole batch: the amount named for the rest must cover what is spent already.
    const [, named] = /Agree with: .* --max-cost (\S+)/.exec(result.stdout) ?? [];
    assert.ok(Math.abs(Number(named) - asked) < 1e-4, `${named ?? 'nothing'} is named, ${asked} is enough`);
    assert.match(result.stdout, /; \S+ is spent already\./);
    assert.deepEqual(billedTwice(), []);
  });

  it('is killed in mid-run with submits on their way', async () => {
    let child: ChildProcess | undefined;
    const before = submits();
    const enough = before + Math.ceil(count / 4);
    const watch = setInterval(() => {
      if (submits() >= enough) child?.kill('SIGKILL');
    }, 1);
    const result = await cli(
      ['resume', batch, '--max-cost', String(asked), '--json'],
      options({
        onStart: (started) => {
          child = started;
          started.stdin?.end();
        },
      }),
    );
    clearInterval(watch);
    assert.equal(result.code, null, 'it ended by itself before it was killed');
    assert.ok(submits() < count);
  });

  it('continues without paying twice, and charges the quoted price', async () => {
    // Taken and billed, and then the connection breaks.
    deapi.troubles.push('lost-answer');
    const result = await cli(['resume', batch, '--max-cost', String(asked), '--json'], options());
    const all = await rows();
    const doubtful = all.filter(({ error_code }) => error_code === 'maybe-charged');
    assert.equal(result.code, 1, result.stderr);
    assert.ok(doubtful.length >= 1 && doubtful.length <= 21, `${doubtful.length} of unknown fate`);
    assert.equal(all.filter(({ status }) => status === 'completed').length + doubtful.length, count);
    assert.deepEqual(billedTwice(), []);
    // The fate of a submit that was being sent when the process died is unknown; this is reported, and it
    // is not sent again.
    const billed = new Set(deapi.billed.map(({ what }) => what));
    for (const { id, status } of all)
      if (status === 'completed')
        assert.ok(
          [...billed].some((what) => what.endsWith(id)),
          id,
        );
    const charged = deapi.billed.reduce((sum, one) => sum + one.price, 0);
    assert.ok(charged <= asked + 1e-9, `${charged} charged, ${asked} said`);
    const written = all.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
    const known = deapi.billed
      .filter(({ what }) => all.some(({ id, status }) => status === 'completed' && what.endsWith(id)))
      .reduce((sum, one) => sum + one.price, 0);
    assert.ok(Math.abs(written - known) < 1e-6, `${written} in the manifest, ${known} billed for them`);
    assert.equal(deapi.throttled, 0);
  });

  it('submits one of unknown fate again only when the user asks for that video', async () => {
    const before = submits();
    const again = await cli(['retry', batch, '--max-cost', String(asked)], options());
    assert.ok(again.code === 0 || again.code === 1, again.stdout);
    const listed = await cli(
      ['paid.urls', '--settings', 'mine.json', '--max-cost', String(asked)],
      options(),
    );
    assert.ok(listed.code === 0 || listed.code === 1, listed.stdout);
    assert.equal(submits(), before);
    assert.deepEqual(billedTwice(), []);
  });
});

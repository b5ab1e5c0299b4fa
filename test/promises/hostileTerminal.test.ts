/** "A hostile repository could not make it send a key, a file or a request": in the terminal. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, cliOnTerminal, type CliResult } from '../helpers/cli';
import {
  contents,
  hostileSites,
  makeHostileFolder,
  secretWords,
  titles,
  type HostileFolder,
} from '../helpers/hostileFolder';
import { Attacker, Internet } from '../servers/internet';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const keys = { DEAPI_API_KEY: 'deapi-key-of-the-user', OPENAI_API_KEY: 'openai-key-of-the-user' };

describe('the terminal program in a hostile folder', () => {
  let folder: string;
  let place: HostileFolder;
  let attacker: Attacker;
  let internet: Internet;
  let site: YouTubeStandIn;
  let outsideBefore: ReadonlyMap<string, string>;

  before(async () => {
    attacker = await Attacker.start();
    internet = await Internet.start(hostileSites(attacker.origin));
    site = await YouTubeStandIn.start({
      videos: (id) => {
        const title = titles[id];
        return title === undefined ? undefined : { ...standInVideo(id), title, channel: title };
      },
    });
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-hostile-'));
    place = await makeHostileFolder(folder, attacker.origin);
    outsideBefore = await contents(place.outside);
  });

  after(async () => {
    await Promise.all([attacker.close(), internet.close(), site.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  // Whatever a test did: nothing got out, nothing was started, nothing outside was touched or copied in.
  afterEach(async () => {
    assert.deepEqual(attacker.requests, []);
    assert.deepEqual(await readdir(place.marks), []);
    assert.deepEqual(await contents(place.outside), outsideBefore);
    for (const [name, content] of await contents(place.workspace)) {
      assert.ok(!content.includes(secretWords), `${name} holds the words of a file outside`);
      assert.ok(!content.includes('root:x:0:0'), `${name} holds /etc/passwd`);
      for (const key of Object.values(keys)) assert.ok(!content.includes(key), `${name} holds a key`);
    }
  });

  const options = () => ({
    cwd: place.workspace,
    env: {
      ...keys,
      // A careless PATH: the folder itself comes first.
      PATH: `.::${process.env.PATH ?? ''}`,
      HOME: join(folder, 'home'),
      BULK_TRANSCRIBE_STATE: join(folder, 'state'),
    },
  });
  const mine = (): string[] => [
    ...['--set', `youtube.endpoint=${site.origin}`, '--set', `proxies=${internet.address}`],
    ...['--set', 'rate.youtube.spacing=0', '--set', 'retries=0', '--formats', 'md,vtt', '--json'],
  ];
  const run = (...args: string[]): Promise<CliResult> => cli([...args, ...mine()], options());
  const codes = ({ lines }: CliResult): Record<string, unknown> =>
    Object.fromEntries<unknown>(
      lines
        .filter(
          (line) => line.type === 'job' && ['failed', 'skipped', 'parked'].includes(String(line.status)),
        )
        .map((line) => [String(line.url), line.error_code] as const),
    );

  it('fails every line that is no web link or file of the list, each with its reason', async () => {
    const result = await run('schemes.urls');
    assert.equal(result.code, 1, result.stderr);
    const failed = codes(result);
    assert.equal(Object.keys(failed).length, 6, JSON.stringify(failed));
    assert.deepEqual(new Set(Object.values(failed)), new Set(['invalid-url']));
  });

  it('reads no file outside the list’s folder, by path, address or link', async () => {
    const result = await run('files.urls');
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(Object.values(codes(result)).sort(), ['auth', 'auth', 'unsupported']);
  });

  it('asks no private address that a list names, and says how to allow it', async () => {
    const result = await run('private.urls');
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(
      internet.targets.filter((target) => !/^[\w-]+\.example:/.test(target)),
      [],
    );
    const summary = result.lines.at(-1);
    assert.deepEqual([summary?.completed, summary?.parked], [0, summary?.total]);
    assert.match(result.stderr, /Needs your OK/);
    assert.match(result.stderr, /--allow-private/);
    const before = attacker.requests.length;
    const resumed = await cli(['resume', 'transcripts/private', ...mine()], options());
    assert.equal(resumed.code, 3, resumed.stderr);
    assert.equal(attacker.requests.length, before);
  });

  it('follows no redirect and no feed to a private address or file', async () => {
    const result = await run('web.urls');
    assert.equal(result.code, 1, result.stderr);
    const wanted = internet.targets.filter((target) => !/^[\w-]+\.example:/.test(target));
    assert.deepEqual(wanted, [], 'the proxy was asked for private places');
    const summary = result.lines.at(-1);
    assert.equal(summary?.completed, 0);
    for (const [url, code] of Object.entries(codes(result)))
      assert.match(String(code), /^(invalid-url|unsupported|bad-response|unavailable|tool-failed)$/, url);
  });

  it('writes hostile titles as plain words, under names inside the batch folder', async () => {
    const result = await run('titles.urls');
    assert.equal(result.code, 0, result.stderr);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(result.stdout + result.stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const written = await readdir(join(place.workspace, 'transcripts', 'titles'));
    for (const id of Object.keys(titles))
      assert.equal(written.filter((name) => name.includes(`[${id}]`)).length, 2, id);
    for (const name of written) assert.doesNotMatch(name, /[\p{Cc}\p{Cf}<>:"/\\|?*]/u);
    for (const [name, content] of await contents(join(place.workspace, 'transcripts', 'titles'))) {
      if (!name.endsWith('].md')) continue;
      const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(content) ?? [];
      assert.match(head, /^url: "?https:\/\/www\.youtube\.com\/watch/m, name);
      assert.doesNotMatch(head, /^(url: "?http:\/\/attacker|# heading)/m, name);
      assert.doesNotMatch(body, /(?<!\\)\]\(command:|(?<!\\)<img|(?<!\\)!\\?\[x(?<!\\)\]\(|^url:/m, name);
    }
  });

  it('does not resume a foreign batch when it cannot ask the user', async () => {
    for (const command of ['resume', 'retry']) {
      const before = site.seen.length;
      const result = await cli([command, 'transcripts/forged', ...mine()], options());
      assert.equal(result.code, 5, result.stderr);
      assert.match(result.stderr, /--trust/);
      assert.match(result.stderr, /forged was not started on this computer/);
      assert.equal(site.seen.length, before);
    }
  });

  it('resumes it when the user says so, with nothing but its public links', async () => {
    const result = await cliOnTerminal(
      ['resume', 'transcripts/forged', ...mine().filter((arg) => arg !== '--json')],
      'y\n',
      options(),
    );
    assert.match(result.stdout, /Resume it\? \[y\/N\]/);
    const manifest = JSON.parse(
      (await contents(join(place.workspace, 'transcripts', 'forged'))).get('batch.json') ?? '{}',
    ) as { videos: { id: string; status: string; error_code?: string; output_files?: string[] }[] };
    const row = (id: string) => manifest.videos.find((video) => video.id === id);
    assert.equal(row('ForgedVid00')?.status, 'completed', result.stdout);
    assert.equal(row('forgedfile0')?.error_code, 'invalid-url');
    assert.equal(row('forgedweb00')?.error_code, 'invalid-url');
    assert.equal(row('ForgedPaid0')?.error_code, 'maybe-charged');
    for (const { output_files } of manifest.videos)
      for (const file of output_files ?? []) assert.doesNotMatch(file, /[\\/]/);
  });

  it('continues no batch that claims to be the list’s: the list gets a folder of its own', async () => {
    const result = await run('forged.urls');
    assert.equal(result.lines.at(-1)?.batch_dir, join(place.workspace, 'transcripts', 'forged 2'));
    assert.equal(result.lines.at(-1)?.total, 1);
  });

  it('writes through no link: not to the journal, the batch folder or the output folder', async () => {
    const journal = await run('linked-journal.urls');
    assert.equal(journal.code, 6, journal.stderr);
    assert.match(journal.stderr, /is a link to another place/);
    const linked = await run('linked-folder.urls');
    assert.equal(linked.code, 6, linked.stderr);
    assert.match(linked.stderr, /is a link to another place/);

    const other = join(folder, 'other');
    await mkdir(other);
    await symlink('../outside', join(other, 'transcripts'));
    await writeFile(join(other, 'list.urls'), 'https://youtu.be/OtherVideo0\n');
    const led = await cli(['list.urls', ...mine()], { ...options(), cwd: other });
    assert.equal(led.code, 2, led.stderr);
    assert.match(led.stderr, /leads to .*outside/);
  });

  it('reads no settings from the folder', async () => {
    const before = site.seen.length;
    const result = await run('https://www.youtube.com/watch?v=NoSettings0', '--sources', 'youtube');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(site.seen.length - before, 2);
  });
});

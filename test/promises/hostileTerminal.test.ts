/** "A hostile repository could not make it send a key, a file or a request": in the terminal. */
import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliOnTerminal } from '../helpers/cli';
import { contents, titles } from '../helpers/hostileFolder';
import { codes, HostileRig } from './hostileRig';

describe('the terminal program in a hostile folder', () => {
  let rig: HostileRig;

  before(async () => {
    rig = await HostileRig.start();
  });
  after(() => rig.close());
  afterEach(() => rig.check());

  it('fails every line that is no web link or file of the list, each with its reason', async () => {
    const result = await rig.run('schemes.urls');
    assert.equal(result.code, 1, result.stderr);
    const failed = codes(result);
    assert.equal(Object.keys(failed).length, 6, JSON.stringify(failed));
    assert.deepEqual(new Set(Object.values(failed)), new Set(['invalid-url']));
  });

  it('reads no file outside the list’s folder, by path, address or link', async () => {
    const result = await rig.run('files.urls');
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(Object.values(codes(result)).sort(), ['auth', 'auth', 'unsupported']);
  });

  it('asks no private address that a list names, and says how to allow it', async () => {
    const result = await rig.run('private.urls');
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(
      rig.internet.targets.filter((target) => !/^[\w-]+\.example:/.test(target)),
      [],
    );
    const summary = result.lines.at(-1);
    assert.deepEqual([summary?.completed, summary?.parked], [0, summary?.total]);
    assert.match(result.stderr, /Needs your OK/);
    assert.match(result.stderr, /--allow-private/);
    const before = rig.attacker.requests.length;
    const resumed = await cli(['resume', 'transcripts/private', ...rig.mine()], rig.options());
    assert.equal(resumed.code, 3, resumed.stderr);
    assert.equal(rig.attacker.requests.length, before);
  });

  it('follows no redirect and no feed to a private address or file', async () => {
    const result = await rig.run('web.urls');
    assert.equal(result.code, 1, result.stderr);
    const wanted = rig.internet.targets.filter((target) => !/^[\w-]+\.example:/.test(target));
    assert.deepEqual(wanted, [], 'the proxy was asked for private places');
    const summary = result.lines.at(-1);
    assert.equal(summary?.completed, 0);
    for (const [url, code] of Object.entries(codes(result)))
      assert.match(String(code), /^(invalid-url|unsupported|bad-response|unavailable|tool-failed)$/, url);
  });

  it('writes hostile titles as plain words, under names inside the batch folder', async () => {
    const result = await rig.run('titles.urls');
    assert.equal(result.code, 0, result.stderr);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(result.stdout + result.stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const written = await readdir(join(rig.place.workspace, 'transcripts', 'titles'));
    for (const id of Object.keys(titles))
      assert.equal(written.filter((name) => name.includes(`[${id}]`)).length, 2, id);
    for (const name of written) assert.doesNotMatch(name, /[\p{Cc}\p{Cf}<>:"/\\|?*]/u);
    for (const [name, content] of await contents(join(rig.place.workspace, 'transcripts', 'titles'))) {
      if (!name.endsWith('].md')) continue;
      const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(content) ?? [];
      assert.match(head, /^url: "?https:\/\/www\.youtube\.com\/watch/m, name);
      assert.doesNotMatch(head, /^(url: "?http:\/\/attacker|# heading)/m, name);
      assert.doesNotMatch(body, /(?<!\\)\]\(command:|(?<!\\)<img|(?<!\\)!\\?\[x(?<!\\)\]\(|^url:/m, name);
    }
  });

  it('does not resume a foreign batch when it cannot ask the user', async () => {
    for (const command of ['resume', 'retry']) {
      const before = rig.site.seen.length;
      const result = await cli([command, 'transcripts/forged', ...rig.mine()], rig.options());
      assert.equal(result.code, 5, result.stderr);
      assert.match(result.stderr, /--trust/);
      assert.match(result.stderr, /forged was not started on this computer/);
      assert.equal(rig.site.seen.length, before);
    }
  });

  it('resumes it when the user says so, with nothing but its public links', async () => {
    const result = await cliOnTerminal(
      ['resume', 'transcripts/forged', ...rig.mine().filter((arg) => arg !== '--json')],
      'y\n',
      rig.options(),
    );
    assert.match(result.stdout, /Resume it\? \[y\/N\]/);
    const manifest = JSON.parse(
      (await contents(join(rig.place.workspace, 'transcripts', 'forged'))).get('batch.json') ?? '{}',
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
    const result = await rig.run('forged.urls');
    assert.equal(result.lines.at(-1)?.batch_dir, join(rig.place.workspace, 'transcripts', 'forged 2'));
    assert.equal(result.lines.at(-1)?.total, 1);
  });

  it('writes through no link: not to the journal, the batch folder or the output folder', async () => {
    const journal = await rig.run('linked-journal.urls');
    assert.equal(journal.code, 6, journal.stderr);
    assert.match(journal.stderr, /is a link to another place/);
    const linked = await rig.run('linked-folder.urls');
    assert.equal(linked.code, 6, linked.stderr);
    assert.match(linked.stderr, /is a link to another place/);

    const other = join(rig.folder, 'other');
    await mkdir(other);
    await symlink('../outside', join(other, 'transcripts'));
    await writeFile(join(other, 'list.urls'), 'https://youtu.be/OtherVideo0\n');
    const led = await cli(['list.urls', ...rig.mine()], { ...rig.options(), cwd: other });
    assert.equal(led.code, 2, led.stderr);
    assert.match(led.stderr, /leads to .*outside/);
  });

  it('reads no settings from the folder', async () => {
    const before = rig.site.seen.length;
    const result = await rig.run('https://www.youtube.com/watch?v=NoSettings0', '--sources', 'youtube');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(rig.site.seen.length - before, 2);
  });
});

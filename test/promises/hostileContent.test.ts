/** What a hostile folder holds, and what it leads to, costs the terminal program little and stays what it is: text. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, type CliResult } from '../helpers/cli';
import {
  captionBombs,
  commandName,
  forgedTitleTexts,
  longNames,
  terminalName,
} from '../helpers/hostileContent';
import { contents, titles } from '../helpers/hostileFolder';
import { bombId, markupId } from '../helpers/hostileKept';
import { ChatServer } from '../servers/chat';
import { OpenAiServer } from '../servers/openai';
import { codes, HostileRig } from './hostileRig';

/** What a terminal would obey: control characters but line breaks, and marks that turn the reading direction. */
// eslint-disable-next-line no-control-regex
const obeyed = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('what a hostile folder holds', () => {
  let rig: HostileRig;

  before(async () => {
    rig = await HostileRig.start();
  });
  after(() => rig.close());
  afterEach(() => rig.check());

  /** With a heap in which nothing that is unpacked or built without a limit has room. */
  const small = (...args: readonly string[]): Promise<CliResult> =>
    cli([...args, ...rig.mine()], rig.options({ NODE_OPTIONS: '--max-old-space-size=400' }));
  const filesOf = async (batch: string): Promise<readonly string[]> =>
    (await readdir(join(rig.place.workspace, 'transcripts', batch))).filter((name) => /\]\.\w+$/.test(name));

  it('is subtitle files that are read in time with their length', async () => {
    const result = await small('captions.urls');
    const failed = codes(result);
    assert.equal(result.lines.at(-1)?.total, Object.keys(captionBombs).length);
    assert.deepEqual(new Set(Object.values(failed)), new Set(['unsupported']), result.stderr);
    const written = await filesOf('captions');
    for (const name of ['voice', 'time', 'tags'])
      assert.ok(
        written.some((file) => file.startsWith(`${name} [`)),
        `${name}: ${written.join()}`,
      );
  });

  it('leads to answers that are much larger unpacked, which are refused', async () => {
    const result = await small('packed.urls');
    assert.equal(result.code, 1, result.stderr);
    const failed = codes(result);
    assert.equal(Object.keys(failed).length, 4, JSON.stringify(failed));
    for (const code of Object.values(failed)) assert.match(String(code), /^(?:bad-response|too-large)$/);
  });

  it('is sounds that would fill the disk, which are refused before they do', async () => {
    const speech = await new OpenAiServer().start();
    const temporary = join(rig.folder, 'temporary');
    await mkdir(temporary);
    try {
      const set = ['--set', `openai.endpoint=${speech.endpoint}`, '--sources', 'openai'];
      const options = rig.options({ NODE_OPTIONS: '--max-old-space-size=400', TMPDIR: temporary });
      const result = await cli(['sounds.urls', ...set, ...rig.mine()], options);
      const failed = codes(result);
      assert.equal(Object.keys(failed).length, 3, result.stderr + JSON.stringify(failed));
      for (const code of Object.values(failed))
        assert.match(String(code), /^(?:unsupported|bad-response|too-large|tool-failed)$/);
      assert.equal(speech.transcribed, 0);
      const left = await contents(temporary);
      assert.deepEqual([...left.keys()], []);
    } finally {
      await speech.close();
    }
  });

  it('has names that no terminal obeys, and no file system refuses', async () => {
    for (const args of [
      [`${terminalName}.urls`],
      [`not-there-${terminalName}.urls`],
      ['status', 'transcripts'],
    ]) {
      const result = await rig.run(...args);
      assert.doesNotMatch(result.stdout + result.stderr, obeyed, args[0]);
    }
    const made = await readdir(join(rig.place.workspace, 'transcripts'));
    assert.ok(made.some((name) => name.startsWith('talks')));
  });

  it('names the files of a feed as it likes; each is written under a name that fits, and found again', async () => {
    const first = await rig.run('names.urls');
    assert.equal(first.code, 0, first.stderr);
    const count = 2 * longNames.length;
    assert.equal(first.lines.at(-1)?.completed, count);
    const written = await filesOf('names');
    assert.equal(written.length, 2 * count, written.join('\n'));
    for (const name of written) assert.ok(Buffer.byteLength(name) <= 255, name);
    const asked = rig.internet.targets.length;
    const again = await rig.run('names.urls');
    assert.equal(again.code, 0, again.stderr);
    // The feed itself may be asked; no entry is.
    assert.ok(rig.internet.targets.length - asked <= 1, again.stdout);
    assert.deepEqual(await filesOf('names'), written);
  });

  it('has titles that are done once, however long they are', async () => {
    const first = await rig.run('titles.urls');
    assert.equal(first.lines.at(-1)?.completed, Object.keys(titles).length, first.stderr);
    const seen = rig.site.seen.length;
    const again = await rig.run('titles.urls');
    assert.equal(again.code, 0, again.stderr);
    assert.equal(rig.site.seen.length, seen);
  });

  it('has locks, journals and manifests that are refused by name, and hold nothing else up', async () => {
    const loop = await rig.run('loop.urls');
    assert.equal(loop.code, 6, loop.stderr);
    assert.match(loop.stderr, /\.owner\.json is a link to another place/);
    for (const args of [['huge.urls'], ['resume', 'transcripts/huge'], ['retry', 'transcripts/huge']]) {
      const result = await small(...args);
      assert.equal(result.code, 6, result.stderr);
      assert.match(result.stderr, /journal of huge is larger than any .* Rename/);
    }
    assert.equal((await stat(join(rig.place.workspace, 'transcripts', 'huge', '.journal.jsonl'))).size, 8e9);
    const line = await small('resume', 'transcripts/one-line');
    assert.notEqual(line.code, 0);
    const status = await small('status', 'transcripts');
    assert.match(status.stdout + status.stderr, /huge/);
  });

  it('has kept words that are unpacked within bounds, lead nowhere else, and are written as text', async () => {
    const render = (batch: string): Promise<CliResult> =>
      cli(
        ['render', `transcripts/${batch}`, '--formats', 'srt,vtt,txt,json'],
        rig.options({ NODE_OPTIONS: '--max-old-space-size=400' }),
      );
    const result = await render('kept');
    assert.equal(result.code, 1, result.stderr);
    assert.doesNotMatch(result.stdout + result.stderr, obeyed);
    const written = await contents(join(rig.place.workspace, 'transcripts', 'kept'));
    for (const format of ['srt', 'vtt', 'txt', 'json']) {
      const text = written.get(`${markupId}.${format}`) ?? '';
      assert.match(text, /needle/);
      // A program that reads JSON gets the words as they are, escaped.
      // eslint-disable-next-line no-control-regex
      if (format !== 'json') assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u202e]/, format);
      assert.doesNotMatch(text, /\n\n00:00:01[.,]000 --> /, format);
      assert.equal(written.has(`${bombId}.${format}`), false);
    }
    const linked = await render('kept-linked');
    assert.notEqual(linked.code, 0, linked.stderr);
    assert.equal(
      (await contents(join(rig.place.workspace, 'transcripts', 'kept-linked'))).has(`${markupId}.srt`),
      false,
    );
  });

  it('has a search index that is made again', async () => {
    const result = await small('search', 'needle', 'transcripts');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /needle/);
    assert.doesNotMatch(result.stdout + result.stderr, obeyed);
    const again = await small('search', 'private', 'transcripts');
    assert.doesNotMatch(again.stdout, /words of a private file/);
  });

  it('has pages, words and notes of the library that lead elsewhere, and get nothing written', async () => {
    const result = await small('https://www.youtube.com/watch?v=LibraryVid0', '--sources', 'youtube');
    assert.equal(result.code, 0, result.stderr);
    const page = await readFile(join(rig.place.workspace, 'transcripts', 'index.md'), 'utf8');
    assert.match(page, /LibraryVid0/);
    assert.doesNotMatch(page, /(?<!\\)\]\(command:|(?<!\\)<img/);
    assert.deepEqual([...(await contents(rig.place.outside)).keys()].sort(), [
      'private.pack',
      'profile',
      'secret.vtt',
    ]);
  });

  it('has a batch of notes about a private file, and a template that is one: neither is read', async () => {
    const resumed = await small('resume', 'transcripts/kept/.notes');
    assert.equal(resumed.code, 5, resumed.stderr);
    const model = await new ChatServer().start();
    try {
      const own = ['--set', `notes.endpoint=${model.endpoint}`, '--set', 'notes.model=tiny'];
      for (const template of ['private', '../../../outside/secret']) {
        const result = await small('notes', 'transcripts/kept', '--template', template, ...own);
        assert.equal(result.code, 2, result.stderr);
      }
      assert.equal(model.asked, 0);
    } finally {
      await model.close();
    }
  });

  for (const batch of ['titles-forged', commandName])
    it(`exports ${batch} as text`, async () => {
      const out = join(rig.folder, 'exports');
      await mkdir(out, { recursive: true });
      const made = async (format: string): Promise<string> => {
        const path = join(out, `all.${format}`);
        const args = ['export', join('transcripts', batch), '--format', format, '--out', path, '--force'];
        const result = await cli(args, rig.options());
        assert.equal(result.code, 0, result.stderr);
        assert.doesNotMatch(result.stdout + result.stderr, obeyed);
        return readFile(path, 'utf8');
      };
      const table = await made('csv');
      assert.doesNotMatch(table, /(?:^|[,;\t\r\n"])[\s\p{Cf}]*[=+@＝]/mu);
      const markdown = await made('md');
      assert.doesNotMatch(markdown, /(?<!\\)\{[{%#]|(?<!\\)\]\(command:|(?<!\\)<img/);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(table + markdown, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e]/);
      assert.equal(table.match(/,ForgedTit\d\d,/g)?.length ?? 0, forgedTitleTexts.length + 1);
    });

  it('has names that its own name server answers; none leads to this computer, now or at the second try', async () => {
    const names = join(rig.folder, 'names.cjs');
    await writeFile(names, resolver);
    const port = rig.attacker.origin.replace(/^.*:/, '');
    const list = join(rig.place.workspace, 'inner.urls');
    await writeFile(list, `http://turns.example:${port}/a.vtt\nhttp://inner.example:${port}/b.vtt\n`);
    const result = await cli(
      ['inner.urls', '--set', 'retries=1', '--json', '--sources', 'subtitleFile'],
      rig.options({ NODE_OPTIONS: `--require ${names}` }),
    );
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(Object.values(codes(result)), ['auth', 'auth']);
  });
});

/** `inner.example` is this computer; `turns.example` is public when it is asked for first, and this computer later. */
const resolver = `
const dns = require('node:dns');
const asked = new Map();
const inner = { address: '127.0.0.1', family: 4 };
const answers = (host) => {
  if (host === 'inner.example') return [inner];
  if (host !== 'turns.example') return undefined;
  const times = (asked.get(host) ?? 0) + 1;
  asked.set(host, times);
  return times === 1 ? [{ address: '203.0.114.7', family: 4 }] : [inner];
};
const { lookup } = dns;
dns.lookup = (host, options, callback) => {
  const found = answers(host);
  if (found === undefined) return lookup(host, options, callback);
  const done = callback ?? options;
  setImmediate(() => options.all ? done(null, found) : done(null, found[0].address, found[0].family));
};
const resolve = dns.promises.lookup;
dns.promises.lookup = async (host, options) => answers(host) ?? resolve(host, options);
`;

// A batch leaves as one file, whatever formats its transcripts were written in.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import { failure } from '../../../src/model/failure';
import { outputFormats, type OutputFormat } from '../../../src/model/settings';
import { fromMarkdownText, markdownText } from '../../../src/output/escape';
import { whole } from '../../../src/captions/sliced';
import { isEarlierExport } from '../../../src/output/earlierExport';
import { csvRow } from '../../../src/output/exportCsv';
import { renderJsonLine } from '../../../src/output/plain';
import { exportBatch, exportFormats, type ExportFormat } from '../../../src/output/exports';
import { renderers } from '../../../src/output/formats';
import { keptName } from '../../../src/output/kept/folder';
import { KeptStore } from '../../../src/output/kept/store';
import { renderAgain } from '../../../src/output/renderAgain';
import { OutputWriter } from '../../../src/output/writer';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { completedEvent } from '../../helpers/outcomes';
import { request, settingsWith, transcript, youtube } from './samples';
import { program } from '../../programs/find';

const ids = ['dQw4w9WgXcQ', '-9bZkp7q19f', 'aaaaaaaaaaa'];
const files = new NodeFiles();

describe('an export', () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bulk-export-'));
    folder = join(root, 'lectures');
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function batch(formats: readonly OutputFormat[]): Promise<BatchState> {
    const writer = new OutputWriter({ files });
    const state = emptyState();
    reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'lectures', machine: 'm', settings: {} });
    reduce(state, { type: 'jobs-added', at: 1, jobs: ids.map((id) => ({ link: youtube(id) })) });
    for (const [job, id] of ids.slice(0, 2).entries()) {
      const words = transcript({ meta: { title: `=Talk ${job + 1}`, channel: 'C', duration: 70 } });
      const settings = settingsWith({ 'output.formats': formats });
      const names = await writer.write(request(folder, { link: youtube(id), transcript: words, settings }));
      reduce(state, completedEvent(job, { meta: words.meta, files: names }, 2));
    }
    const failed = failure('private', 'LOGIN_REQUIRED');
    reduce(state, {
      type: 'outcome',
      at: 3,
      job: 2,
      outcome: { status: 'failed', failure: failed, seconds: 1, requests: 1 },
    });
    return state;
  }
  async function run(format: ExportFormat, state: BatchState): Promise<Buffer> {
    const out = join(root, `lectures.${format}`);
    await exportBatch({ format, folder, state, out }, { files, clock: systemClock });
    assert.deepEqual((await readdir(root)).sort(), ['lectures', `lectures.${format}`]);
    return readFile(out);
  }

  it('of notes is their files or the list of them, and else a sentence that names the transcripts', async () => {
    const notes = join(folder, '.notes');
    await mkdir(notes);
    await writeFile(join(folder, 'Talk [dQw4w9WgXcQ].notes.md'), '# Talk\n');
    const state = emptyState();
    reduce(state, {
      type: 'batch-created',
      at: 1,
      id: 'b',
      name: 'lectures: notes',
      machine: 'm',
      settings: {},
    });
    reduce(state, { type: 'jobs-added', at: 1, jobs: [{ link: youtube('dQw4w9WgXcQ') }] });
    reduce(state, completedEvent(0, { meta: { title: 'Talk' }, files: ['Talk [dQw4w9WgXcQ].notes.md'] }, 2));
    const exported = async (format: ExportFormat): Promise<Buffer> => {
      const out = join(root, `notes.${format}`);
      await exportBatch({ format, folder: notes, state, out }, { files, clock: systemClock });
      return readFile(out);
    };
    const inside = unzipSync(await exported('zip'));
    assert.equal(strFromU8(inside['Talk [dQw4w9WgXcQ].notes.md'] ?? new Uint8Array()), '# Talk\n');
    assert.match((await exported('csv')).toString(), /Talk \[dQw4w9WgXcQ\]\.notes\.md/);
    for (const format of ['md', 'pdf', 'jsonl'] as const)
      await assert.rejects(exported(format), /Notes are exported as zip or csv\. .* export .*lectures\.$/);
    await assert.rejects(
      renderAgain(
        { folder: notes, state, settings: {} },
        { files, clock: systemClock, store: new KeptStore(files) },
      ),
      /Notes are Markdown .* render .*lectures\.$/,
    );
  });

  describe('of a batch that keeps its words', () => {
    const store = new KeptStore(files);
    const keeping = async (
      formats: readonly OutputFormat[],
    ): Promise<{ state: BatchState; name: string }> => {
      const link = youtube(ids[0] ?? '');
      const settings = settingsWith({ 'output.formats': formats });
      const names = await new OutputWriter({ files, store }).write(request(folder, { link, settings }));
      const state = emptyState();
      reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'lectures', machine: 'm', settings: {} });
      reduce(state, { type: 'jobs-added', at: 1, jobs: [{ link }] });
      reduce(state, completedEvent(0, { meta: transcript().meta, files: names }, 2));
      return { state, name: names[0] ?? '' };
    };
    const cuesIn = async (state: BatchState): Promise<unknown> =>
      (JSON.parse((await run('jsonl', state)).toString()) as { readonly cues: unknown }).cues;

    it('has the exact times, whatever formats were written', async () => {
      const { state } = await keeping(['txt']);
      assert.deepEqual(await cuesIn(state), transcript().cues);
    });

    it('has the corrections of its user', async () => {
      const { state, name } = await keeping(['md', 'json']);
      const path = join(folder, name);
      await writeFile(path, (await readFile(path, 'utf8')).replace('strangers', 'friends'));
      assert.match(JSON.stringify(await cuesIn(state)), /friends/);
    });

    it('leaves out what its user has deleted', async () => {
      const { state, name } = await keeping(['md']);
      await rm(join(folder, name));
      assert.equal((await run('jsonl', state)).toString(), '');
    });

    it('as ZIP has what was rendered later, and not the kept words', async () => {
      const { state, name } = await keeping(['md']);
      const parts = { files, clock: systemClock, store };
      await renderAgain({ folder, state, settings: { 'output.formats': ['srt'] } }, parts);
      assert.deepEqual(Object.keys(unzipSync(await run('zip', state))).sort(), [
        name,
        name.replace(/md$/, 'srt'),
        'batch.json',
        'report.md',
      ]);
    });

    it('as ZIP has the notes about its transcripts, and none that lead out of the folder', async () => {
      const { state, name } = await keeping(['md', 'srt']);
      const stem = name.replace(/\.[^.]*$/, '');
      await writeFile(join(folder, `${stem}.notes.md`), 'study');
      await writeFile(join(folder, `${stem}.summary.notes.md`), 'summary');
      await writeFile(join(folder, 'Another talk.notes.md'), 'of no transcript here');
      await writeFile(join(folder, 'secret'), 'secret');
      await symlink(join(folder, 'secret'), join(folder, `${stem}.chapters.notes.md`));
      const inside = unzipSync(await run('zip', state));
      assert.deepEqual(Object.keys(inside).sort(), [
        `${stem}.md`,
        `${stem}.notes.md`,
        `${stem}.srt`,
        `${stem}.summary.notes.md`,
        'batch.json',
        'report.md',
      ]);
      assert.equal(strFromU8(inside[`${stem}.notes.md`] ?? new Uint8Array()), 'study');
    });

    it('has its files where the kept words are damaged', async () => {
      const { state } = await keeping(['json']);
      await writeFile(join(folder, keptName), 'rubbish');
      assert.deepEqual(await cuesIn(state), transcript().cues);
    });
  });

  it('as JSON Lines says which words are those of a dub', async () => {
    for (const format of ['md', 'json'] as const) {
      const state = await batch([format]);
      const writer = new OutputWriter({ files });
      const words = transcript({ dub: true, meta: { title: '=Talk 1', channel: 'C', duration: 70 } });
      const settings = settingsWith({ 'output.formats': [format] });
      await writer.write(request(folder, { link: youtube(ids[0] ?? ''), transcript: words, settings }));
      const [first = '', second = ''] = (await run('jsonl', state)).toString().split('\n');
      assert.equal((JSON.parse(first) as { dub?: boolean }).dub, true, format);
      assert.equal((JSON.parse(second) as { dub?: boolean }).dub, undefined, format);
    }
  });

  for (const format of outputFormats)
    it(`as JSON Lines contains every finished video that was written as ${format}`, async () => {
      const lines = (await run('jsonl', await batch([format]))).toString().trimEnd().split('\n');
      const videos = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        videos.map((video) => [video.id, video.title, video.duration]),
        [
          [ids[0], '=Talk 1', 70],
          [ids[1], '=Talk 2', 70],
        ],
      );
      const cues = videos[0]?.cues as { start: number; end: number; text: string }[];
      const exact = ['srt', 'vtt', 'json'].includes(format);
      if (exact) assert.deepEqual(cues, transcript().cues);
      assert.equal(
        cues.map((cue) => cue.text.replace(/\n/g, ' ')).join(' '),
        "We're no strangers to love. You know the rules and so do I",
      );
      if (format === 'md')
        assert.deepEqual(
          cues.map(({ start, end }) => [start, end]),
          [
            [0, 63],
            [63, 70],
          ],
        );
    });

  it('as Markdown has contents, and all transcripts with their time links', async () => {
    const text = (await run('md', await batch(['md']))).toString();
    assert.match(
      text,
      /^# lectures\n\n2 of 3 videos, \d{4}-\d\d-\d\d\n\n## Contents\n\n- \\=Talk 1\n- \\=Talk 2\n\n## \\=Talk 1\n\n\[Video\]\(https:\S+\) · C · 1:10 · en\n\n\[0:00\]\(https:\S+&t=0\) We're no/,
    );
    assert.equal(text.match(/so do I/g)?.length, 2);
  });

  it('as CSV contains every video and no formula', async () => {
    const lines = (await run('csv', await batch(['md']))).toString().trimEnd().split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1] ?? '', /^1,https:\S+,dQw4w9WgXcQ,'=Talk 1,C,completed,youtube,en,manual,70,/);
    assert.match(lines[2] ?? '', /,'-9bZkp7q19f,/);
    assert.match(lines[3] ?? '', /,failed,.*,private,Only people the owner invited/);
  });

  it('as CSV has no formula behind a separator, a full-width sign or what is not seen', () => {
    const row = (title: string): string =>
      csvRow(
        {
          index: 0,
          link: youtube('dQw4w9WgXcQ'),
          count: 1,
          status: 'pending',
          meta: { title },
          tries: 0,
          retries: 0,
        },
        1,
      );
    for (const title of [
      "x;=cmd|'/C calc'!A0",
      'x;\t=1+1',
      'x\t+1',
      'x\n=1+1',
      'x\r@a',
      '＝1+1',
      '\u200b=1+1',
      '\u202e=1+1',
      ' =1+1',
      'x;"=1+1',
      'x; "" =1+1;"',
    ])
      assert.doesNotMatch(row(title), /(?:^|[,;\t"\r\n])[\s\p{Cf}]*[=+@＝]/u, title);
    assert.match(row('a = b; c - d'), /a = b; c - d/);
  });

  it('opens no tag of a template language, and no braces that generators read, in Markdown', () => {
    for (const tag of ['{{ site.x }}', '{% include a %}', '{# x #}', '{: onclick="x"}', '{process.env}']) {
      // Template languages know no backslash, so that the pair itself must not be there.
      assert.doesNotMatch(markdownText(tag), /\{[{%#]|(?<!\\)\{/);
      assert.equal(fromMarkdownText(markdownText(tag)), tag);
    }
  });

  it('as JSON Lines is one line a video for readers that end lines at U+2028, and commands no terminal', () => {
    const said = { start: 0, end: 1, text: 'a\u2028b\u0085c\u009b31m\u202ed' };
    const line = whole(
      renderJsonLine({
        link: youtube('dQw4w9WgXcQ'),
        transcript: transcript({ cues: [said] }),
        batch: 'b',
        transcribed: '2026-11-20T10:15:00Z',
        timestamps: 'line',
      }),
    );
    assert.doesNotMatch(line, /[\u0085\u009b\u2028\u202e]/);
    assert.deepEqual((JSON.parse(line) as { readonly cues: unknown }).cues, [said]);
  });

  it('is known again as an export of ours, and no other file is', async () => {
    for (const format of exportFormats) {
      const made = await run(format, await batch(['md']));
      const out = join(root, `lectures.${format}`);
      assert.ok(await isEarlierExport(out, format, files), format);
      await writeFile(out, '# My notes\n\nhttps://youtu.be/dQw4w9WgXcQ\n');
      assert.ok(!(await isEarlierExport(out, format, files)), format);
      await writeFile(out, '');
      assert.ok(made.length > 0 && (await isEarlierExport(out, format, files)), format);
      await rm(out);
    }
  });

  it('as ZIP contains the files unchanged, manifest and report', async () => {
    const state = await batch(['md', 'srt']);
    const entries = unzipSync(await run('zip', state));
    assert.equal(Object.keys(entries).length, 6);
    const name = state.jobs[0]?.files?.[0] ?? '';
    assert.equal(strFromU8(entries[name] ?? new Uint8Array()), await readFile(join(folder, name), 'utf8'));
    assert.ok('batch.json' in entries && 'report.md' in entries);
  });

  it('as ZIP goes to the disk piece by piece and is read by other programs', async () => {
    const state = await batch(['md']);
    const [name = ''] = state.jobs[0]?.files ?? [];
    // Nothing that compresses, so that the archive is as large as its files.
    const large = randomBytes(3 * 1024 * 1024);
    await writeFile(join(folder, name), large);
    let largest = 0;
    const watched = new NodeFiles();
    const open = watched.openAppend.bind(watched);
    watched.openAppend = async (path) => {
      const file = await open(path);
      const append = file.append.bind(file);
      file.append = (piece) => {
        largest = Math.max(largest, piece.length);
        return append(piece);
      };
      return file;
    };
    const out = join(root, 'large.zip');
    await exportBatch({ format: 'zip', folder, state, out }, { files: watched, clock: systemClock });
    assert.ok(largest > 0 && largest < 1024 * 1024, String(largest));
    assert.deepEqual(Buffer.from(unzipSync(await readFile(out))[name] ?? []), large);
    const python = spawnSync(program('python3'), ['-m', 'zipfile', '-t', out], { encoding: 'utf8' });
    assert.match(python.stdout, /^Done testing\s*$/);
  });

  it('leaves out what is gone and takes no file from outside the folder', async () => {
    const state = await batch(['json']);
    const [first, second] = state.jobs;
    assert.ok(first && second);
    await writeFile(
      join(root, 'secret.json'),
      whole(
        renderers.json({
          link: first.link,
          transcript: transcript(),
          batch: '',
          transcribed: '',
          timestamps: 'none',
        }),
      ),
    );
    first.files = ['../secret.json'];
    await symlink(join(root, 'secret.json'), join(folder, 'link.json'));
    second.files = ['link.json'];
    const out = join(root, 'x.jsonl');
    const result = await exportBatch({ format: 'jsonl', folder, state, out }, { files, clock: systemClock });
    assert.deepEqual(result, { videos: 0, missing: 2, notes: [] });
    assert.equal(await readFile(out, 'utf8'), '');
  });
});

// A finished batch in other formats: from the kept words alone, and never over what the user has corrected.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import { FailureError } from '../../../src/model/failure';
import { outputFormats, type Settings } from '../../../src/model/settings';
import { keptName } from '../../../src/output/kept/folder';
import { KeptStore } from '../../../src/output/kept/store';
import { renderAgain, type RenderResult } from '../../../src/output/renderAgain';
import { renderedWords } from '../../../src/output/renderWords';
import { OutputWriter } from '../../../src/output/writer';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { request, settingsWith, transcript, youtube } from './samples';

const now = Date.UTC(2026, 10, 20, 10, 15);

describe('a finished batch that is rendered again', () => {
  const files = new NodeFiles();
  const store = new KeptStore(files);
  let folder: string;
  let state: BatchState;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-render-'));
    state = emptyState();
    state.name = 'lectures';
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function add(number: number, settings: Partial<Settings> = {}, title = 'Talk'): Promise<string> {
    const link = youtube(`video${String(number).padStart(6, '0')}`);
    reduce(state, { type: 'jobs-added', at: now, jobs: [{ link }] });
    const words = transcript({ meta: { title: `${title} ${number}`, duration: 70 } });
    const names = await new OutputWriter({ files, store }).write(
      request(folder, { link, batch: 'lectures', transcript: words, settings: settingsWith(settings) }),
    );
    const { language, captions, source, meta } = words;
    const outcome = {
      ...({ status: 'completed', source, language, captions, meta, files: names } as const),
      ...({ seconds: 1, requests: 1, via: 'direct' } as const),
    };
    reduce(state, { type: 'outcome', at: now, job: state.jobs.length - 1, outcome });
    return names[0] ?? '';
  }

  const render = (settings: Partial<Settings>, more = {}): Promise<RenderResult> =>
    renderAgain({ folder, state, settings, ...more }, { files, clock: systemClock, store });
  const shown = async (): Promise<readonly string[]> =>
    (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  it('has every format, as a run would have written it', async () => {
    await add(1);
    const result = await render({ 'output.formats': outputFormats });
    assert.deepEqual({ videos: result.videos, written: result.written }, { videos: 1, written: 4 });
    const rendered = await Promise.all((await shown()).map(text));
    const names = await shown();
    await rm(join(folder, keptName));
    for (const name of names) await rm(join(folder, name));
    state = emptyState();
    state.name = 'lectures';
    await add(1, { 'output.formats': outputFormats });
    assert.deepEqual(await shown(), names);
    assert.deepEqual(await Promise.all(names.map(text)), rendered);
  });

  it('is written once: a second call finds all as it is wanted', async () => {
    for (const number of [1, 2, 3]) await add(number);
    const formats = { 'output.formats': ['md', 'srt'] } as const;
    assert.equal((await render(formats)).written, 3);
    const again = await render(formats);
    assert.deepEqual([again.written, again.videos, again.stayed], [0, 3, []]);
    const lines = await render({ ...formats, 'output.timestamps': 'line' });
    assert.deepEqual([lines.written, lines.stayed], [3, []]);
  });

  it('leaves what was corrected as it is, and says so', async () => {
    const name = await add(1);
    await add(2);
    const corrected = `${await text(name)}Corrected.`;
    await writeFile(join(folder, name), corrected);
    const result = await render({ 'output.formats': ['md', 'srt'], 'output.timestamps': 'none' });
    assert.equal(await text(name), corrected);
    assert.deepEqual([result.stayed, result.corrected], [[name], []]);
    const other = await render({ 'output.formats': ['vtt'] });
    assert.deepEqual([other.stayed, other.corrected], [[], [name]]);
    assert(renderedWords(other, 'x').some((line) => line.includes('without the corrections')));
  });

  it('is written from a file with the time of each cue where no words are kept', async () => {
    const { cues } = transcript();
    const formats = ['json', 'vtt', 'srt'] as const;
    for (const [number, format] of formats.entries()) {
      const name = await add(number, { 'output.keepCues': false, 'output.formats': [format] });
      const before = await text(name);
      const result = await render({ 'output.formats': formats });
      assert.equal(result.unkept, 0, format);
      assert.equal(await text(name), before);
      for (const other of formats) {
        const written = await text(name.replace(format, other));
        assert.equal(written.match(/ --> |"start":/g)?.length, cues.length, `${format} ${other}`);
      }
    }
    await add(9, { 'output.keepCues': false, 'output.formats': ['md', 'txt'] });
    const none = await render({ 'output.formats': ['srt'] });
    assert.deepEqual([none.written, none.unkept], [0, 1]);
  });

  it('has the corrections of that file, which stays as it is', async () => {
    const name = await add(1, { 'output.keepCues': false, 'output.formats': ['vtt'] });
    const lines = (await text(name)).trimEnd().split('\n');
    const corrected = [...lines.slice(0, -1), 'Corrected.', ''].join('\n');
    await writeFile(join(folder, name), corrected);
    const result = await render({ 'output.formats': ['srt', 'vtt'] });
    assert.equal(result.written, 1);
    assert.equal(await text(name), corrected);
    assert.match(await text(name.replace('vtt', 'srt')), /Corrected\./);
  });

  it('writes over no file that is none of ours', async () => {
    for (const pattern of ['${title} [${id}]', '${title}']) {
      const name = await add(pattern.length, { 'output.fileName': pattern });
      const subtitles = name.replace(/md$/, 'srt');
      await writeFile(join(folder, subtitles), 'mine');
      const result = await render({ 'output.formats': ['srt'] });
      assert.equal(await text(subtitles), 'mine');
      assert(result.stayed.includes(subtitles), pattern);
    }
  });

  it('has its files beside those that it has, whatever they are called now', async () => {
    await add(1, { 'output.fileName': '${index} ${title}' });
    await render({ 'output.formats': ['srt'], 'output.fileName': '${id}' });
    assert.deepEqual(await shown(), ['1 Talk 1.md', '1 Talk 1.srt']);
  });

  it('keeps two videos of one title apart', async () => {
    await add(1, { 'output.fileName': 'Talk' });
    await add(2, { 'output.fileName': 'Talk' });
    const result = await render({ 'output.formats': ['srt', 'json'] });
    assert.deepEqual([result.written, result.stayed], [4, []]);
    assert.equal((await shown()).length, 6);
    assert.match(await text('Talk 2.json'), /video000002/);
  });

  it('has a video that counts as already done, because a crash took its outcome', async () => {
    const file = await add(1);
    const job = state.jobs.length - 1;
    reduce(state, { type: 'job-control', at: now, jobs: [job], action: 'retry' });
    const outcome = { status: 'skipped', reason: 'already-done', file, batch: 'lectures' } as const;
    reduce(state, { type: 'outcome', at: now, job, outcome });
    assert.deepEqual((await render({ 'output.formats': ['srt'] })).videos, 1);
    assert.deepEqual(await shown(), [file, file.replace(/md$/, 'srt')]);
  });

  it('says which videos have no words any more', async () => {
    await add(1);
    await add(2, { 'output.keepCues': false });
    const result = await render({ 'output.formats': ['srt'] });
    assert.deepEqual([result.videos, result.unkept], [1, 1]);
    await rm(join(folder, keptName));
    const none = await render({ 'output.formats': ['srt'] });
    assert.deepEqual([none.videos, none.unkept], [0, 2]);
    assert.match(renderedWords(none, 'x').join(' '), /no words are kept in x.*Run the list again/);
  });

  it('is stopped by its signal, and goes on with the next call', async () => {
    for (let number = 0; number < 40; number += 1) await add(number);
    const stop = new AbortController();
    const formats = { 'output.formats': ['srt'] } as const;
    await assert.rejects(
      render(formats, { signal: stop.signal, onProgress: () => stop.abort() }),
      (error) => error instanceof FailureError && error.failure.code === 'cancelled',
    );
    const rest = await render(formats);
    assert(rest.written < 40);
    assert.equal(rest.videos, 40);
    assert.equal((await shown()).length, 80);
  });

  it('says what stands in the way of a file, and loses nothing', async () => {
    await add(1);
    const refusing = new NodeFiles();
    refusing.writeWhole = () => Promise.reject(new FailureError({ code: 'disk', message: 'Read-only.' }));
    const parts = { files: refusing, clock: systemClock, store };
    const asked = renderAgain({ folder, state, settings: { 'output.formats': ['srt'] } }, parts);
    await assert.rejects(asked, /Read-only/);
    assert.deepEqual((await render({ 'output.formats': ['srt'] })).stayed, []);
    assert.equal((await shown()).length, 2);
  });
});

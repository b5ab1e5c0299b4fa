// A list that is run again with another format: the words that are kept are written, and nobody is asked or paid.
import assert from 'node:assert/strict';
import type { BatchHandle, Engine } from '../../../../src/engine/api';
import { createEngine } from '../../../../src/engine/engine';
import type { Settings } from '../../../../src/model/settings';
import { keptName } from '../../../../src/output/kept/folder';
import { KeptStore } from '../../../../src/output/kept/store';
import { OutputWriter } from '../../../../src/output/writer';
import { FakeSource, found, unlimited, videos, within, world, type World } from '../../../helpers/fakeEngine';

interface Place {
  readonly w: World;
  readonly run: (settings?: Partial<Settings>, name?: string) => Promise<BatchHandle>;
  readonly asked: string[];
}

function place(source = new FakeSource('youtube'), before?: World): Place {
  const w = before ?? world({ sources: [source] });
  const { files } = w;
  const writer = new OutputWriter({ files, store: new KeptStore(files) });
  let engine: Engine | undefined;
  const run = async (settings: Partial<Settings> = {}, name = 'a'): Promise<BatchHandle> => {
    engine ??= createEngine({ ...w.parts, writer });
    const jobs = videos(2);
    const all = { ...unlimited, 'paid.maxCost': 100, ...settings };
    const handle = await within(
      w.clock,
      engine.start({ name, outputFolder: '/out', list: `/${name}.urls`, jobs, settings: all }),
    );
    await within(w.clock, handle.settled());
    return handle;
  };
  return { w, run, asked: source.asked };
}

const namesIn = (w: World, folder: string): readonly string[] =>
  [...w.files.files.keys()]
    .filter((path) => path.startsWith(`${folder}/`) && /\.(md|srt)$/.test(path))
    .map((path) => path.slice(folder.length + 1))
    .sort();

describe('A list run again with another format', () => {
  it('is written from the kept words, without a request', async () => {
    const { w, run, asked } = place();
    const handle = await run();
    assert.equal(asked.length, 2);
    const before = handle.state.jobs.map(({ meta, language, source }) => ({ meta, language, source }));
    const again = await run({ 'output.formats': ['md', 'srt'] });
    assert.equal(asked.length, 2);
    assert.equal(again.state.counts.completed, 2);
    assert.deepEqual(
      again.state.jobs.map(({ meta, language, source }) => ({ meta, language, source })),
      before,
    );
    assert.deepEqual(
      again.state.jobs.map(({ files }) => files?.map((name) => name.slice(-3))),
      [
        ['.md', 'srt'],
        ['.md', 'srt'],
      ],
    );
    assert.equal(namesIn(w, '/out/a').length, 4);
  });

  it('leaves a transcript as it is that was corrected', async () => {
    const { w, run } = place();
    const handle = await run();
    const path = `/out/a/${handle.state.jobs[0]?.files?.[0] ?? ''}`;
    const corrected = `${w.files.text(path) ?? ''}Corrected.`;
    await w.files.writeWhole(path, corrected);
    const again = await run({ 'output.formats': ['md', 'srt'] });
    assert.equal(w.files.text(path), corrected);
    const told = again.state.notes.map(({ text }) => text).filter((text) => text.includes('corrected'));
    assert.equal(told.length, 1);
    assert.match(
      told[0] ?? '',
      /^1 transcript corrected since, left unchanged: .*\.md\. .* without the corrections/,
    );
  });

  it('says nothing of corrections where nothing was corrected', async () => {
    const { run } = place();
    await run();
    const again = await run({ 'output.formats': ['md', 'srt'] });
    assert.deepEqual(again.state.notes, []);
  });

  it('pays nothing a second time', async () => {
    const paid = new FakeSource('deapi', (request) => {
      const result = found(request);
      if ('transcript' in result)
        return { ...result, transcript: { ...result.transcript, source: 'deapi' }, paid: { cost: 3 } };
      return result;
    });
    Object.assign(paid, { paid: true });
    const { w, run, asked } = place(paid);
    const settings = { sources: ['deapi'] as const };
    const first = await run(settings);
    assert.deepEqual(first.state.counts.completed, 2);
    const second = await run({ ...settings, 'output.formats': ['srt'] });
    assert.equal(asked.length, 2);
    assert.equal(second.state.cost, first.state.cost);
    assert.equal(namesIn(w, '/out/a').length, 4);

    // What is kept is lost: the user is asked before it is paid for again.
    w.files.files.delete(`/out/a/${keptName}`);
    const third = await run({ ...settings, 'output.formats': ['vtt'] });
    assert.equal(asked.length, 2);
    assert(
      third.state.notes.some(({ text }) => /2 paid videos .* second time/.test(text)),
      JSON.stringify(third.state.notes),
    );
  });

  it('asks again where no words are kept, and says so', async () => {
    const { run, asked } = place();
    await run({ 'output.keepCues': false });
    const again = await run({ 'output.keepCues': false, 'output.formats': ['srt'] });
    assert.equal(asked.length, 4);
    assert(again.state.notes.some(({ text }) => text.includes('are not kept')));
  });

  it('uses the words that another batch of the output folder has kept', async () => {
    const { w, run, asked } = place();
    await run();
    const other = await run({ 'output.formats': ['srt'] }, 'b');
    assert.equal(asked.length, 2);
    assert.equal(other.state.counts.completed, 2);
    assert.equal(namesIn(w, '/out/b').length, 2);
  });

  it('keeps the transcripts where the words cannot be kept, and says why', async () => {
    const { w, run } = place();
    w.files.fail = (operation, path) =>
      operation === 'openAppend' && path.endsWith(keptName) ? 'No permission' : undefined;
    const handle = await run();
    assert.equal(handle.state.counts.completed, 2);
    const said = handle.state.notes.filter(({ text }) => text.includes('No permission'));
    assert.equal(said.length, 1);
  });
});

describe('A crash between the words and the file', () => {
  it('leaves a video that is written without asking anybody', async () => {
    const { w, asked } = place();
    w.files.fail = (operation, path) =>
      operation === 'writeWhole' && path.endsWith('.md') ? 'Input/output error' : undefined;
    const writer = new OutputWriter({ files: w.files, store: new KeptStore(w.files) });
    const engine = createEngine({ ...w.parts, writer });
    const request = {
      name: 'a',
      outputFolder: '/out',
      list: '/a.urls',
      jobs: videos(2),
      settings: unlimited,
    };
    const handle = await within(w.clock, engine.start(request));
    await w.clock.advanceUntil(() => handle.state.jobs.every(({ writing }) => writing !== undefined));
    w.files.crash();
    w.files.fail = undefined;
    const next = w.another(200);
    w.processes.dead.add(100);
    next.processes.dead.add(100);
    const resumed = place(w.sources[0], next);
    assert.equal(asked.length, 2);
    const after = await resumed.run();
    assert.equal(after.state.counts.completed, 2);
    assert.equal(asked.length, 2);
  });
});

// What a run would ask for, where its batch has done a part already.
import assert from 'node:assert/strict';
import type { NewJob } from '../../../src/model/events';
import { failure } from '../../../src/model/failure';
import { doneBefore } from '../../../src/terminal/doneBefore';
import { dryRunJson, dryRunText } from '../../../src/terminal/dryRun';
import type { BatchRequest } from '../../../src/terminal/session';
import { FakeSource, found, unlimited, videoLink, within, world, type World } from '../../helpers/fakeEngine';

const jobs = (count: number): readonly NewJob[] =>
  Array.from({ length: count }, (_, at) => ({ link: videoLink(at) }));

const requestOf = (count: number, more: Partial<BatchRequest> = {}): BatchRequest => ({
  ...{ name: 'talks', outputFolder: '/out', list: '/lists/talks.urls', redo: false },
  ...{ jobs: jobs(count), settings: unlimited },
  ...more,
});

describe('a dry run', () => {
  let w: World;
  const ran = async (request: BatchRequest): Promise<void> => {
    const handle = await within(w.clock, w.engine.start(request));
    await within(w.clock, handle.settled());
  };
  const said = async (request: BatchRequest): Promise<{ readonly text: string; readonly json: unknown }> => {
    const done = await within(w.clock, doneBefore(request, { engine: w.engine, files: w.files }));
    return {
      text: dryRunText(request, [], { done }).join('\n'),
      json: JSON.parse(dryRunJson(request, [], { done })),
    };
  };
  const counts = async (request: BatchRequest): Promise<unknown> => {
    const { json } = await said(request);
    assert.ok(typeof json === 'object' && json !== null && 'videos' in json && 'done' in json);
    return [json.videos, json.done];
  };

  beforeEach(() => {
    const source = new FakeSource('youtube', (request) =>
      request.link.id === videoLink(0).id ? failure('private', 'This is a private video.') : found(request),
    );
    w = world({ sources: [source] });
  });
  afterEach(() => within(w.clock, w.engine.dispose()));

  it('counts all where there is no batch yet', async () => {
    const { text } = await said(requestOf(3));
    assert.match(text, /^talks: 3 videos, about .*Nothing is sent or written\./);
    assert.doesNotMatch(text, /done already/);
    assert.deepEqual(await counts(requestOf(3)), [3, 0]);
  });

  it('says how many are done, and counts what would be asked', async () => {
    await ran(requestOf(3));
    const { text } = await said(requestOf(5));
    assert.match(text, /^talks: 3 videos, about /);
    assert.match(text, /\n {2}2 videos done already: nothing is asked about them\./);
    assert.deepEqual(await counts(requestOf(5)), [3, 2]);
  });

  it('says that nothing is left, and counts all where all is done again or the list is another one', async () => {
    const request = requestOf(3, { jobs: jobs(3).slice(1) });
    await ran(request);
    assert.match((await said(request)).text, /^talks: nothing is left to ask for\./);
    assert.deepEqual(await counts({ ...request, redo: true }), [2, 0]);
    assert.deepEqual(await counts({ ...request, list: '/lists/others.urls' }), [2, 0]);
  });
});

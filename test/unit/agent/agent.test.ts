import assert from 'node:assert/strict';
import { Agent, type ToolAnswer } from '../../../src/agent/agent';
import { mostCharacters } from '../../../src/agent/tools';
import type { AgentPlace } from '../../../src/agent/world';
import { failure, FailureError } from '../../../src/model/failure';
import type { Settings } from '../../../src/model/settings';
import type { ListItem } from '../../../src/model/source';
import { TranscriptSearch } from '../../../src/search/search';
import { FakeSource, found, unlimited, videoLink, within, world, type World } from '../../helpers/fakeEngine';

const never = new AbortController().signal;
const urls = (count: number): string[] => Array.from({ length: count }, (_, at) => videoLink(at).url);

function rig(w: World, place: Partial<AgentPlace> = {}) {
  const agent = new Agent(
    {
      settings: () => unlimited,
      maxCost: 0,
      outputFolder: () => Promise.resolve('/out'),
      folders: () => ['/work'],
      ...place,
      engine: w.engine,
      files: w.files,
      clock: w.clock,
      search: new TranscriptSearch(w.parts),
      hideFeed: () => undefined,
    },
    (text) => text.replaceAll('hunter2', '(hidden)'),
  );
  const call = (name: string, input: unknown, signal: AbortSignal = never): Promise<ToolAnswer> =>
    within(w.clock, agent.call(name, input, { signal }));
  const json = async (name: string, input: unknown): Promise<Record<string, unknown>> => {
    const { text, isError } = await call(name, input);
    assert.equal(isError, false, text);
    assert.ok(text.length <= mostCharacters, `${name}: ${text.length} characters`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return { agent, call, json };
}

function entries(count: number, title = 'A talk'): World {
  return world({
    expander: {
      async *expand({ settings }): AsyncGenerator<ListItem> {
        await Promise.resolve();
        for (let at = 0; at < Math.min(count, settings['lists.limit']); at += 1)
          yield {
            link: videoLink(at),
            meta: { title: `${title} ${at}`, duration: 61.4, published: '2026-11-20' },
          };
      },
    },
  });
}

const playlist = 'https://www.youtube.com/playlist?list=PLabcdefghijklmnop';

describe('the tools for language models', () => {
  it('say of a wrong input what is wrong and what the tool takes', async () => {
    const { call } = rig(world());
    for (const [name, input, words] of [
      ['transcribe_links', { links: 'https://youtu.be/abcdefghijk' }, /links: .*Array.*Correct it/],
      ['transcribe_links', { url: 'x' }, /takes links, list, name/],
      ['transcribe_links', {}, /Give links, or a list/],
      ['transcribe_links', { links: [], list: null }, /Give links, or a list/],
      ['list_videos', { link: playlist, limit: 100_000 }, /limit: .*1000/],
      ['list_videos', 7, /link: /],
      ['read_transcript', { file: 'a/b.md', max_characters: 30_000 }, /max_characters: .*20000/],
      ['search_transcripts', { words: '?!' }, /no word to look for/],
      ['rm', {}, /no tool "rm". There are list_videos/],
    ] as const) {
      const { text, isError } = await call(name, input);
      assert.equal(isError, true, text);
      assert.match(text, words);
    }
  });

  it('quote no more of a wrong input than an answer may hold', async () => {
    const { call } = rig(world());
    const long = 'x'.repeat(100_000);
    for (const [name, input] of [
      [long, {}],
      ['read_transcript', { [long]: 1, [`${long}y`]: 1 }],
      ['transcribe_links', { links: [long] }],
      ['transcribe_links', { links: long }],
      ['batch_status', { folder: 'x'.repeat(4096) }],
      ['read_transcript', { file: '😀'.repeat(2000), cursor: 'x' }],
    ] as const) {
      const { text, isError } = await call(name, input);
      assert.equal(isError, true);
      assert.ok(text.length <= 5000, `${text.slice(0, 100)}: ${text.length}`);
    }
  });

  it('say what a service said with the next step, and hide what is secret', async () => {
    const w = world({
      expander: {
        expand: () => {
          throw new FailureError(failure('network', 'hunter2 was not found'));
        },
      },
    });
    const { text, isError } = await rig(w).call('list_videos', { link: playlist });
    assert.equal(isError, true);
    assert.match(text, /^\(hidden\) was not found\. .+\. It may work again later\.$/);
  });
});

describe('list_videos', () => {
  it('gives the entries within the limit, and a cursor for the others', async () => {
    const { json } = rig(entries(120));
    const first = await json('list_videos', { link: playlist });
    assert.equal((first.entries as unknown[]).length, 50);
    assert.deepEqual((first.entries as unknown[])[0], {
      title: 'A talk 0',
      link: videoLink(0).url,
      seconds: 61,
      date: '2026-11-20',
    });
    assert.equal(first.next_cursor, '50');
    const last = await json('list_videos', { link: playlist, cursor: '100' });
    assert.equal((last.entries as unknown[]).length, 20);
    assert.equal(last.next_cursor, undefined);
  });

  it('never gives more than an answer may hold, whatever the titles are', async () => {
    const { json } = rig(entries(1000, `\u202e${'<"\u{E0041}'.repeat(400)}`));
    const answer = await json('list_videos', { link: playlist, limit: 1000 });
    const { length } = answer.entries as unknown[];
    assert.ok(length > 10 && length < 1000, String(length));
    assert.equal(answer.next_cursor, String(length));
    assert.doesNotMatch(JSON.stringify(answer), /[\u202e\u{E0041}]/u);
  });

  it('asks for no address of this computer or its network, no file and no single video', async () => {
    const w = world();
    for (const [link, words] of [
      ['http://127.0.0.1/feed.xml', /needs their OK/],
      ['http://printer.local/feed.xml', /needs their OK/],
      ['http://[::1]/feed.xml', /needs their OK/],
      ['http://169.254.169.254/latest/feed.rss', /needs their OK/],
      ['file:///etc/feed.xml', /./],
      [videoLink(1).url, /one video or file, not a list/],
      ['javascript:alert(1)', /./],
    ] as const) {
      const { text, isError } = await rig(w).call('list_videos', { link });
      assert.equal(isError, true, link);
      assert.match(text, words);
    }
  });
});

describe('transcribe_links', () => {
  it('starts a batch and returns at once with its folder and counts', async () => {
    const w = world();
    const answer = await rig(w).json('transcribe_links', { links: urls(3) });
    assert.equal(answer.output_folder, '/out');
    assert.match(String(answer.folder), /^Links [0-9a-f]{8}$/);
    assert.equal(answer.videos, 3);
    assert.match(String(answer.next_step), /batch_status/);
    await within(w.clock, w.engine.dispose());
  });

  it('waits as long as it is told, says how far it is, and names the transcripts', async () => {
    const w = world();
    const { agent } = rig(w);
    const said: number[] = [];
    const { text } = await within(
      w.clock,
      agent.call(
        'transcribe_links',
        { links: urls(40), wait_seconds: 600 },
        { signal: never, progress: (ended) => said.push(ended) },
      ),
    );
    const answer = JSON.parse(text) as Record<string, unknown>;
    assert.equal(answer.done, 40);
    assert.equal(answer.state, 'finished');
    const [first] = answer.transcripts as Record<string, string>[];
    assert.equal(first?.link, videoLink(0).url);
    assert.deepEqual(
      said,
      [...new Set(said)].sort((a, b) => a - b),
    );
    await within(w.clock, w.engine.dispose());
  });

  it('continues the same batch for the same links, in whatever order', async () => {
    const w = world();
    const { json } = rig(w);
    const links = urls(5);
    const one = await json('transcribe_links', { links, wait_seconds: 60 });
    const two = await json('transcribe_links', { links: [...links].reverse(), wait_seconds: 60 });
    const three = await json('transcribe_links', { list: `See ${links.join(' and ')}.` });
    assert.deepEqual([two.folder, three.folder], [one.folder, one.folder]);
    assert.equal(two.videos, 5);
    const [source] = w.sources;
    assert.equal(source instanceof FakeSource && source.asked.length, 5);
    await within(w.clock, w.engine.dispose());
  });

  it('ends its waiting when it is cancelled, and not the batch', async () => {
    const w = world({
      sources: [
        new FakeSource('youtube', (request) => {
          return new Promise((resolve) => void w.clock.after(30_000, () => resolve(found(request))));
        }),
      ],
    });
    const { agent, json } = rig(w);
    const stop = new AbortController();
    const answer = agent.call(
      'transcribe_links',
      { links: urls(2), wait_seconds: 600 },
      { signal: stop.signal },
    );
    await w.clock.advance(5_000);
    stop.abort();
    const { text, isError } = await within(w.clock, answer);
    assert.equal(isError, false);
    assert.match(text, /Waiting was cancelled. The batch goes on/);
    await w.clock.advance(60_000);
    const { batches } = await json('batch_status', {});
    assert.equal((batches as Record<string, unknown>[])[0]?.done, 2);
    await within(w.clock, w.engine.dispose());
  });

  it('leaves private addresses and outside files for the user', async () => {
    const w = world();
    await w.files.makeFolder('/work');
    await w.files.makeFolder('/etc');
    await w.files.writeWhole('/etc/secret.srt', 'x');
    const { json } = rig(w);
    const answer = await json('transcribe_links', {
      links: ['http://192.168.0.1/talk.mp3', '/etc/secret.srt', '../etc/secret.srt'],
      wait_seconds: 60,
    });
    const [source] = w.sources;
    assert.deepEqual(source instanceof FakeSource && source.asked, []);
    assert.equal(answer.needs_attention, 2);
    assert.ok((answer.causes as { cause: string }[]).every(({ cause }) => cause === 'Needs your OK'));
    await within(w.clock, w.engine.dispose());
  });

  it('refuses paid work with the one sentence about it, unless the user agreed beforehand', async () => {
    const paid = (maxCost: number) => {
      const source = new FakeSource(
        'deapi',
        async (request) => {
          const quote = { service: 'deapi', origin: 'https://api.deapi.ai', cost: 0.5 } as const;
          return (await request.consent(quote)) ? found(request) : { consent: quote };
        },
        true,
      );
      const w = world({ sources: [source] });
      // What the user has agreed to for lists of their own.
      const own: Settings = { ...unlimited, sources: ['deapi'], 'paid.maxCost': 100 };
      return { w, own, ...rig(w, { settings: () => own, maxCost }) };
    };
    const refused = paid(0);
    const answer = await refused.json('transcribe_links', { links: urls(2), wait_seconds: 60 });
    assert.equal(answer.done, 0);
    assert.match(JSON.stringify(answer.paid_work_refused), /Paid work needs the user's own OK: .*--max-cost/);
    // Another setting of the user's is changed meanwhile.
    refused.w.engine.changeSettings({ ...refused.own, workers: 3 });
    await refused.w.clock.advance(60_000);
    assert.equal(refused.w.engine.batches[0]?.state.counts.completed, 0);
    const again = await refused.json('transcribe_links', { links: urls(2), wait_seconds: 60 });
    assert.equal(again.done, 0);
    const agreed = paid(10);
    const done = await agreed.json('transcribe_links', { links: urls(2), wait_seconds: 60 });
    assert.equal(done.done, 2);
    for (const { w } of [refused, agreed]) await within(w.clock, w.engine.dispose());
  });

  it('looks at a batch that another window runs, and starts it no second time', async () => {
    const w = world({
      sources: [new FakeSource('youtube', () => new Promise(() => undefined))],
    });
    const links = urls(3);
    await rig(w).json('transcribe_links', { links });
    const second = w.another(200);
    const answer = await rig(second).json('transcribe_links', { links, wait_seconds: 5 });
    assert.match(String(answer.runs), /another window or terminal/);
    assert.equal(answer.state, 'running');
    await within(w.clock, Promise.all([w.engine.dispose(), second.engine.dispose()]));
  });

  it('takes a link for a link, whatever lines and directives it holds', async () => {
    const w = world();
    const answer = await rig(w).json('transcribe_links', {
      links: [`${videoLink(1).url}\n# @name ../../evil`, '../x/../../etc'],
      name: '../../evil',
      wait_seconds: 60,
    });
    assert.doesNotMatch(String(answer.folder), /\.\.|\//);
    assert.ok([...w.files.files.keys()].every((path) => /^\/(out|state)\//.test(path)));
    await within(w.clock, w.engine.dispose());
  });
});

describe('batch_status', () => {
  it('gives each cause with its next step', async () => {
    const w = world({
      sources: [new FakeSource('youtube', () => failure('private', 'This is a private video.'))],
    });
    const { json } = rig(w);
    const { folder } = await json('transcribe_links', { links: urls(3), wait_seconds: 60 });
    const answer = await json('batch_status', { folder });
    assert.equal(answer.failed, 3);
    const [cause] = answer.causes as Record<string, unknown>[];
    assert.equal(cause?.videos, 3);
    assert.equal(cause.cause, 'Private video');
    assert.ok(String(cause.next_step).length > 10);
    await within(w.clock, w.engine.dispose());
  });

  it('pages a batch whose transcripts do not fit into one answer', async () => {
    const w = world();
    const { json } = rig(w);
    const { folder } = await json('transcribe_links', { links: urls(400), wait_seconds: 600 });
    const seen = new Set<unknown>();
    let cursor: unknown;
    do {
      const answer = await json('batch_status', { folder, ...(cursor === undefined ? {} : { cursor }) });
      for (const { link } of answer.transcripts as { link: string }[]) seen.add(link);
      cursor = answer.next_cursor;
    } while (cursor !== undefined);
    assert.equal(seen.size, 400);
    await within(w.clock, w.engine.dispose());
  });

  it('knows no folder outside of the output folder', async () => {
    const { call } = rig(world());
    for (const folder of ['..', '/', '/etc', 'a/../..', '.notes', '', 'none']) {
      const { isError } = await call('batch_status', { folder });
      assert.equal(isError, true, folder);
    }
  });
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { TranscriptSearch, type SearchAnswer } from '../../../src/search/search';
import { indexFolder } from '../../../src/search/indexStore';
import { eachWord, wordsOf } from '../../../src/search/words';
import { FakeClock } from '../../helpers/fakeClock';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { SeededRandom } from '../../helpers/seededRandom';

const root = '/out';

function markdown(id: string, title: string, paragraphs: readonly string[]): string {
  const url = `https://www.youtube.com/watch?v=${id}`;
  const body = paragraphs.map((text, at) => `[0:${at}0](${url}&t=${at * 10}) ${text}\n`).join('\n');
  return `---\ntitle: ${JSON.stringify(title)}\nurl: "${url}"\nid: "${id}"\n---\n\n# ${title}\n\n${body}`;
}

const idOf = (name: string): string => `${name}___________`.slice(0, 11);

class World {
  readonly files = new MemoryFiles();
  readonly random = new SeededRandom(1);
  readonly clock = new FakeClock(10_000_000);

  async batch(name = 'talks'): Promise<void> {
    await this.files.makeFolder(`${root}/${name}`);
    await this.files.writeWhole(`${root}/${name}/batch.json`, '{"videos":[]}');
  }

  async talk(name: string, paragraphs: readonly string[], batch = 'talks'): Promise<void> {
    await this.files.writeWhole(
      `${root}/${batch}/${name}.md`,
      markdown(idOf(name), `Talk ${name}`, paragraphs),
    );
  }

  search(): TranscriptSearch {
    const { files, random, clock } = this;
    return new TranscriptSearch({ files, random, clock, stateFolder: '/state' });
  }
}

async function small(): Promise<World> {
  const world = new World();
  await world.batch();
  await world.talk('one', [
    'Plants receive light. The café in Łódź sells Straße maps.',
    "Don't forget 機械学習は楽しい.",
  ]);
  await world.talk('two', ['A brave new world begins.', 'The plants of the world grow.']);
  return world;
}

const found = (answer: SearchAnswer): readonly string[] =>
  answer.hits.map(({ file, line }) => `${file.slice(root.length + 1)}:${line}`);

describe('searching transcripts', () => {
  it('gives file, line, second, link and title of the words', async () => {
    const { hits, total, transcripts } = await (await small()).search().search(root, 'forget');
    assert.deepEqual([total, transcripts], [1, 2]);
    const [hit] = hits;
    assert.equal(hit?.file, '/out/talks/one.md');
    assert.equal(hit.batch, 'talks');
    assert.equal(hit.title, 'Talk one');
    assert.equal(hit.line, 11);
    assert.equal(hit.seconds, 10);
    assert.equal(hit.link, 'https://www.youtube.com/watch?v=one________&t=10');
    assert.deepEqual(
      hit.marks.map(([start, end]) => hit.text.slice(start, end)),
      ['forget'],
    );
  });

  const cases: readonly (readonly [what: string, query: string, files: readonly string[]])[] = [
    ['accents and case folded', 'CAFE lodz', ['talks/one.md:9']],
    ['letters that Unicode does not take apart', 'strasse', ['talks/one.md:9']],
    ['the beginning of the last word', 'rece', ['talks/one.md:9']],
    ['a beginning with a star', 'rec* light', ['talks/one.md:9']],
    ['a near miss', 'recieve', ['talks/one.md:9']],
    ['a phrase', '"brave new world"', ['talks/two.md:9']],
    ['an apostrophe of another form', '"don’t forget"', ['talks/one.md:11']],
    ['a word of a language without spaces', '学習', ['talks/one.md:11']],
    ['several words of a language without spaces', '楽しい機械学習', ['talks/one.md:11']],
    ['a title', '"talk two"', ['talks/two.md:7']],
  ];
  for (const [what, query, files] of cases)
    it(`finds ${what}`, async () => {
      assert.deepEqual(found(await (await small()).search().search(root, query)), files);
    });

  it('finds no phrase whose words are in another order, and none across a title', async () => {
    const search = (await small()).search();
    assert.equal((await search.search(root, '"new brave"')).total, 0);
    assert.equal((await search.search(root, '"two a"')).total, 0);
  });

  it('says when no passage has all words, and gives those with some', async () => {
    const answer = await (await small()).search().search(root, 'brave elephants');
    assert.equal(answer.partial, true);
    assert.deepEqual(found(answer), ['talks/two.md:9']);
  });

  it('searches a batch folder alone', async () => {
    const answer = await (await small()).search().search(`${root}/talks`, 'brave');
    assert.deepEqual(found(answer), ['talks/two.md:9']);
  });

  it('reads subtitle files, with the line and second of the cue', async () => {
    const world = new World();
    await world.batch();
    const { files } = world;
    await files.writeWhole(
      '/out/talks/batch.json',
      JSON.stringify({ videos: [{ title: 'Sub', url: 'https://a.test/v', output_files: ['s.srt'] }] }),
    );
    const cues =
      '1\n00:00:01,000 --> 00:00:03,000\nhello brave\n\n2\n00:00:03,000 --> 00:00:05,000\nnew world\n';
    await files.writeWhole('/out/talks/s.srt', cues);
    await files.writeWhole('/out/talks/other.srt', cues);
    const id = 'NOTE\ntitle: Web &amp; VTT\nurl: https://a.test/w\nid: abcdefghijk\n';
    await files.writeWhole(
      '/out/talks/v.vtt',
      `WEBVTT\n\n${id}\n00:07.000 --> 00:09.000\n<v Ann>grand &lt;old&gt; world\n`,
    );
    await files.writeWhole(
      '/out/talks/j.json',
      '{\n  "schema": 1,\n  "url": "https://a.test/j",\n  "id": "jjjjjjjjjjj",\n  "title": "J",\n  "cues": [\n    {"start":4.5,"end":6,"text":"quiet world"}\n  ]\n}\n',
    );
    await files.writeWhole('/out/talks/t.txt', 'Plain\nhttps://a.test/t\n\n[1:05] wide world\n');
    const { hits } = await world.search().search(root, 'world');
    assert.deepEqual(hits.map(({ file, line, title, link }) => [file, line, title, link]).sort(), [
      ['/out/talks/j.json', 7, 'J', 'https://a.test/j#t=4'],
      ['/out/talks/s.srt', 7, 'Sub', 'https://a.test/v#t=3'],
      ['/out/talks/t.txt', 4, 'Plain', 'https://a.test/t#t=65'],
      ['/out/talks/v.vtt', 9, 'Web & VTT', 'https://a.test/w#t=7'],
    ]);
    const [phrase] = (await world.search().search(root, '"brave new"')).hits;
    assert.equal(phrase?.line, 3);
  });

  it('searches one file for each video, and none that is not a transcript', async () => {
    const world = await small();
    await world.files.writeWhole(
      '/out/talks/one.txt',
      'Talk one\nhttps://a.test/\n\nPlants receive light.\n',
    );
    await world.files.writeWhole('/out/talks/report.md', '# receive\n');
    await world.files.writeWhole('/out/talks/readme.md', '# receive\n');
    await world.files.makeFolder('/out/other');
    await world.files.writeWhole('/out/other/three.md', markdown('ccccccccccc', 'Three', ['receive']));
    assert.deepEqual(found(await world.search().search(root, 'receive')), ['talks/one.md:9']);
  });

  it('names the next step where the folder is not there', async () => {
    await assert.rejects(
      new World().search().search('/nowhere', 'x'),
      /no folder \/nowhere\. Name a batch folder/,
    );
  });
});

describe('the index of transcripts', () => {
  const segments = ({ files }: World): readonly string[] =>
    [...files.files.keys()].filter((path) => path.endsWith('.segment'));

  it('is kept beside the transcripts, out of sight of git, and used by the next program', async () => {
    const world = await small();
    await world.search().search(root, 'brave');
    assert.equal(world.files.text(`${root}/${indexFolder}/.gitignore`), '*\n');
    const before = segments(world);
    assert.equal(before.length, 1);
    assert.equal((await world.search().search(root, 'brave')).total, 1);
    assert.deepEqual(segments(world), before);
  });

  it('is kept in the own folder of the user where the transcripts are read-only, which is said', async () => {
    const world = await small();
    world.files.fail = (operation, path) =>
      path.startsWith(root) && operation !== 'read' && /write|make/i.test(operation)
        ? 'read-only'
        : undefined;
    const answer = await world.search().search(root, 'brave');
    assert.deepEqual([answer.total, answer.aside], [1, 'read-only']);
    assert.match(segments(world)[0] ?? '', /^\/state\/search\//);
  });

  it('is removed from there when nothing has used it for 30 days', async () => {
    const world = await small();
    const lists = ['0123456789abcdef', 'fedcba9876543210'].map(
      (name) => `/state/search/${name}/segments.json`,
    );
    for (const list of lists) {
      await world.files.makeFolder(list.replace(/\/segments\.json$/, ''));
      await world.files.writeWhole(list, '{}');
    }
    const [old = '', young = ''] = lists;
    const now = world.clock.now();
    for (const [path, days] of [
      [old, 31],
      [young, 29],
    ] as const) {
      const node = world.files.files.get(path);
      assert.ok(node);
      world.files.files.set(path, { ...node, modifiedMs: now - days * 86_400_000 });
    }
    await world.search().search(root, 'brave');
    assert.deepEqual([world.files.text(old) === undefined, world.files.text(young)], [true, '{}']);
  });

  it('goes on where it was when the first index is cancelled', async () => {
    const world = await small();
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(world.search().search(root, 'brave', { signal: stop.signal }));
    assert.equal((await world.search().search(root, 'brave')).total, 1);
  });

  it('answers for a transcript that was changed within the same time and size', async () => {
    const world = await small();
    const search = world.search();
    await search.search(root, 'brave');
    const node = world.files.files.get('/out/talks/two.md');
    assert.ok(node);
    node.modifiedMs = world.clock.now();
    await search.search(root, 'brave');
    node.content = Buffer.from(node.content.toString().replace('brave', 'tired'));
    assert.deepEqual(found(await search.search(root, 'tired')), ['talks/two.md:9']);
    assert.equal((await search.search(root, '"brave"')).total, 0);
  });

  it('gives nothing that is not in the transcripts, whatever a damaged or hostile index says', async () => {
    const world = await small();
    await world.search().search(root, 'brave');
    const [path = ''] = segments(world);
    const node = world.files.files.get(path);
    assert.ok(node);
    const whole = Buffer.from(node.content);
    for (let at = 0; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      await world.files.writeWhole(path, bytes);
      const answer = await world.search().search(root, '"brave new world"');
      assert.ok(answer.hits.every(({ text }) => text.includes('brave new world')));
      for (const old of segments(world)) await world.files.remove(old);
      await world.files.writeWhole(path, whole);
      const name = path.slice(path.lastIndexOf('/') + 1);
      await world.files.writeWhole(
        `${root}/${indexFolder}/segments.json`,
        JSON.stringify({ version: 1, segments: [name] }),
      );
    }
    for (const list of [
      '',
      '{',
      '[]',
      '{"version":9,"segments":[]}',
      '{"version":1,"segments":["../../x.segment"]}',
    ]) {
      await world.files.writeWhole(`${root}/${indexFolder}/segments.json`, list);
      assert.equal((await world.search().search(root, 'brave')).total, 1, list);
    }
  });

  it('is made again where a segment is cut short or gone', async () => {
    const world = await small();
    await world.search().search(root, 'brave');
    for (const length of [0, 10, 60, 200]) {
      const [path = ''] = segments(world);
      const node = world.files.files.get(path);
      assert.ok(node);
      node.content = node.content.subarray(0, length);
      assert.equal((await world.search().search(root, 'brave')).total, 1);
    }
    const search = world.search();
    await search.search(root, 'brave');
    for (const path of segments(world)) await world.files.remove(path);
    assert.equal((await search.search(root, 'brave')).total, 1);
  });

  it('stays right when two programs bring it up to date at once', async () => {
    const world = await small();
    const [one, other] = [world.search(), world.search()];
    await Promise.all([one.search(root, 'brave'), other.search(root, 'brave')]);
    await world.talk('three', ['another brave talk']);
    const answers = await Promise.all([one.search(root, 'brave'), other.search(root, 'brave')]);
    for (const answer of [...answers, await world.search().search(root, 'brave')])
      assert.equal(answer.total, 2);
  });

  it('is after any changes the same as one made afresh, and finds each phrase that a scan finds', async () => {
    const vocabulary = ['ab', 'abc', 'été', '学習', 'straße', 'b', "don't", 'Ω', 'w1'];
    const sentence = fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 12 });
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      paragraphs: fc.option(
        fc.array(
          sentence.map((words) => words.join(' ')),
          { minLength: 1, maxLength: 30 },
        ),
        {
          nil: undefined,
        },
      ),
      ask: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), sentence, async (steps, asked) => {
        const world = new World();
        await world.batch();
        const kept = world.search();
        const phrase = `"${asked.slice(0, 3).join(' ')}"`;
        const texts = new Map<string, readonly string[]>();
        for (const { name, paragraphs, ask } of steps) {
          if (paragraphs === undefined) {
            texts.delete(name);
            await world.files.remove(`${root}/talks/${name}.md`);
          } else {
            texts.set(name, paragraphs);
            await world.talk(name, paragraphs);
          }
          if (ask) await kept.search(root, phrase);
        }
        const own = await kept.search(root, phrase, { limit: 500 });
        const fresh = new World();
        await fresh.batch();
        for (const [name, paragraphs] of texts) await fresh.talk(name, paragraphs);
        const again = await fresh.search().search(root, phrase, { limit: 500 });
        assert.deepEqual([...found(own)].sort(), [...found(again)].sort());
        assert.equal(own.total, again.total);
        const wanted = ` ${wordsOf(phrase).join(' ')} `;
        const scanned = [...texts].filter(([, all]) =>
          ` ${wordsOf(all.join(' ')).join(' ')} `.includes(wanted),
        );
        assert.deepEqual(
          [...new Set(own.hits.map(({ file }) => file))].sort(),
          scanned.map(([name]) => `${root}/talks/${name}.md`).sort(),
        );
      }),
    );
  });
});

describe('words', () => {
  it('are the same for a text and for each of its parts between spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        assert.deepEqual(wordsOf(`${one} ${other}`), [...wordsOf(one), ...wordsOf(other)]);
      }),
    );
  });

  it('have their places in the text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let last = 0;
        eachWord(text, (term, start, end) => {
          assert.ok(term !== '' && start >= 0 && start < end && end <= text.length && start + 2 >= last);
          last = start;
        });
      }),
    );
  });

  for (const [one, other] of [
    ['NAÏVE', 'naive'],
    ['ガ', 'ｶﾞ'],
    ['Ångström', 'angstrom'],
    ['ΟΔΟΣ', 'οδος'],
    ['co\u00adoperate', 'cooperate'],
    ['İstanbul', 'istanbul'],
    ['한국', '한국'.normalize('NFD')],
    ['مُحَمَّد', 'محمد'],
  ] as const)
    it(`takes ${one} for ${other}`, () => assert.deepEqual(wordsOf(one), wordsOf(other)));
});

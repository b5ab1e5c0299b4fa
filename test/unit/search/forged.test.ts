// A segment of a stranger's index claims to be what it likes; it takes no more memory and time than a real one may.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { IndexStore, indexFolder } from '../../../src/search/indexStore';
import { magic, openSegment, type Segment } from '../../../src/search/segment';
import { putVarint } from '../../../src/search/varint';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { SeededRandom } from '../../helpers/seededRandom';

const path = '/out/a.segment';

interface Forged {
  readonly head: object;
  readonly numbers: readonly number[];
  readonly terms: string;
  readonly postings: number;
}

function forged({ head, numbers, terms, postings }: Forged): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const varints = new Uint8Array(numbers.length * 5);
  let end = 0;
  for (const number of numbers) end = putVarint(varints, end, number);
  const meta = Buffer.concat([length, json, varints.subarray(0, end), Buffer.from(terms)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(meta.length);
  const digest = createHash('sha1').update(meta).digest();
  return Buffer.concat([Buffer.from(magic), size, digest, meta, Buffer.alloc(postings)]);
}

const docs = [['talk.md', 1, 1, '', 1]];

async function opened(bytes: Buffer) {
  const files = new MemoryFiles();
  files.folders.add('/out');
  await files.writeWhole(path, bytes);
  return openSegment(files, path);
}

async function placesOf(segment: Segment | undefined, term: number): Promise<Uint32Array | undefined> {
  const postings = await segment?.postings(new Set([term]));
  return segment?.places(postings?.get(term));
}

describe('a forged segment', () => {
  it('is read where all of it fits', async () => {
    const head = { version: 1, words: 5, terms: 1, passages: 1, docs };
    const segment = await opened(forged({ head, numbers: [5, 1, 2], terms: 'word', postings: 2 }));
    assert.equal(segment?.words, 5);
    assert.deepEqual([...((await placesOf(segment, 0)) ?? [])], [0, 0]);
  });

  it('has no postings that would be longer than all of its words', async () => {
    const head = { version: 1, words: 5, terms: 1, passages: 1, docs };
    const segment = await opened(
      forged({ head, numbers: [5, 1, 30_000_000], terms: 'word', postings: 30_000_000 }),
    );
    assert.equal(await placesOf(segment, 0), undefined);
  });

  it('has no term longer than a word may be', async () => {
    const head = { version: 1, words: 5, terms: 1, passages: 1, docs };
    assert.equal(
      await opened(forged({ head, numbers: [5, 1, 2], terms: 'w'.repeat(1000), postings: 2 })),
      undefined,
    );
  });

  it('has no more words than a real one, and no list of transcripts that is no list', async () => {
    for (const head of [
      { version: 1, words: 4_000_000_000, terms: 1, passages: 1, docs },
      { version: 1, words: 5, terms: 1, passages: 1, docs: {} },
      { version: 1, words: 5, terms: 1, passages: 1, docs: '['.repeat(100_000) },
      { version: 1, words: 5, terms: 4_000_000_000, passages: 4_000_000_000, docs },
    ])
      assert.equal(await opened(forged({ head, numbers: [5, 1, 2], terms: 'word', postings: 2 })), undefined);
  });

  it('is one of few: a list that names thousands is cut, and each is opened once', async () => {
    const files = new MemoryFiles();
    files.folders.add('/out').add('/state').add(`/out/${indexFolder}`);
    const names = Array.from({ length: 20_000 }, (_, at) => `${at.toString(16).padStart(16, '0')}.segment`);
    const head = { version: 1, words: 5, terms: 1, passages: 1, docs };
    const bytes = forged({ head, numbers: [5, 1, 2], terms: 'word', postings: 2 });
    for (const name of names.slice(0, 300)) await files.writeWhole(`/out/${indexFolder}/${name}`, bytes);
    await files.writeWhole(
      `/out/${indexFolder}/segments.json`,
      JSON.stringify({ version: 1, segments: [...names.slice(0, 150), ...names] }),
    );
    const random = new SeededRandom(1);
    const store = new IndexStore({ files, random, stateFolder: '/state' }, '/out');
    await store.load();
    assert.equal(store.segments.length, 200);
  });
});

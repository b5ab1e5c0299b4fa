// Kept words: what was written is read again, whatever it holds; damage costs the damaged record and no other.
import assert from 'node:assert/strict';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { VideoMeta } from '../../../../src/model/link';
import type { Cue, Transcript } from '../../../../src/model/transcript';
import { packed, unpacked } from '../../../../src/output/kept/content';
import { digestOf } from '../../../../src/output/kept/digest';
import { cuesOf, isUnchanged, KeptFolder, keptName } from '../../../../src/output/kept/folder';
import { recordOf } from '../../../../src/output/kept/record';
import { KeptStore } from '../../../../src/output/kept/store';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { transcript, youtube } from '../samples';

const folder = '/out/batch';
const path = `${folder}/${keptName}`;

function disk(): MemoryFiles {
  const files = new MemoryFiles();
  files.folders.add('/out').add(folder);
  return files;
}

const idOf = (number: number): string => `video${String(number).padStart(6, '0')}`;

async function keep(
  files: MemoryFiles,
  ids: readonly string[],
  more: Partial<Transcript> = {},
): Promise<void> {
  const store = new KeptStore(files);
  for (const [at, id] of ids.entries())
    await store.keep(folder, { link: youtube(id), transcript: transcript(more) }, [[`${id}.md`, 'd']], at);
}

async function idsIn(files: MemoryFiles): Promise<readonly string[]> {
  return [...(await KeptFolder.open(files, folder)).entries].map(({ id }) => id);
}

/** Any number that JSON has, -0 excepted. */
const seconds = fc.oneof(
  fc.nat(400_000_000).map((ms) => ms / 1000),
  fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
);
const cue: fc.Arbitrary<Cue> = fc
  .record({
    start: seconds,
    length: seconds,
    text: fc.string({ unit: 'binary' }),
    speaker: fc.option(fc.string()),
  })
  .map(({ start, length, text, speaker }) => ({
    start,
    end: Math.max(start, Math.round((start + length) * 1000) / 1000),
    text,
    ...(speaker === null ? {} : { speaker }),
  }));
const meta: fc.Arbitrary<VideoMeta> = fc.record(
  {
    title: fc.string(),
    channel: fc.string(),
    duration: seconds,
    durationIsClaim: fc.boolean(),
    published: fc.constant('2026-11-20'),
    chapters: fc.array(fc.tuple(seconds, fc.string()).map(([start, title]) => ({ start, title }))),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const anything: fc.Arbitrary<Transcript> = fc.record(
  {
    language: fc.constantFrom('en', 'pt-BR', 'und'),
    captions: fc.constantFrom('manual', 'automatic', 'speech'),
    dub: fc.constant(true as const),
    source: fc.constantFrom('youtube', 'deapi', 'subtitleFile'),
    cues: fc.array(cue, { maxLength: 30 }),
    meta,
  },
  { requiredKeys: ['language', 'captions', 'source', 'cues', 'meta'], noNullPrototype: true },
);

describe('kept words', () => {
  it('are read as they were written, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (any) => {
        const link = youtube('dQw4w9WgXcQ');
        const read = await unpacked(link.id, await packed({ link, transcript: any }));
        assert.deepEqual(read, { link, transcript: any });
      }),
      { numRuns: 200 },
    );
  });

  it('are read as they were written, in lines of 1,000 cues', async () => {
    const cues = Array.from({ length: 2501 }, (_, at) => ({
      start: at * 2.001,
      end: at * 2.001 + 3.5,
      text: `Line ${at}`,
      ...(at % 3 === 0 ? { speaker: `S${at % 2}` } : {}),
    }));
    const link = youtube('dQw4w9WgXcQ');
    const read = await unpacked(link.id, await packed({ link, transcript: transcript({ cues }) }));
    assert.deepEqual(read?.transcript.cues, cues);
  });

  it('hold no token of a private feed', async () => {
    const link = {
      kind: 'media',
      id: 'abcdefghijk',
      url: 'https://e.org/1.mp3?token=secret',
      episode: 'https://e.org/1?token=secret',
      publicUrl: 'https://e.org/1.mp3',
    } as const;
    const read = await unpacked(link.id, await packed({ link, transcript: transcript() }));
    assert.deepEqual(read?.link, {
      kind: 'media',
      id: 'abcdefghijk',
      url: 'https://e.org/1.mp3',
      publicUrl: 'https://e.org/1.mp3',
    });
  });

  it('of a video are found, and of another one are not', async () => {
    const files = disk();
    await keep(files, [idOf(1), idOf(2)]);
    assert.deepEqual((await cuesOf(files, folder, idOf(2)))?.transcript, transcript());
    assert.equal(await cuesOf(files, folder, idOf(3)), undefined);
    assert.equal(await cuesOf(files, '/out/none', idOf(1)), undefined);
  });

  it('are flushed before they count as kept, those of many jobs at a time with one flush', async () => {
    const files = disk();
    const store = new KeptStore(files);
    const ids = Array.from({ length: 50 }, (_, at) => idOf(at));
    await Promise.all(
      ids.map((id) => store.keep(folder, { link: youtube(id), transcript: transcript() }, [], 1)),
    );
    files.crash();
    assert.deepEqual([...(await idsIn(files))].sort(), ids);
    files.counts.flush = 0;
    await Promise.all(ids.map((id) => store.wrote(folder, id, [['a.srt', 'd']], 1)));
    assert.equal(files.counts.flush, 2);
    assert.deepEqual(files.opened, []);
  });

  it('of the last time count', async () => {
    const files = disk();
    await keep(files, [idOf(1), idOf(2)]);
    const cues = [{ start: 1, end: 2, text: 'anew' }];
    await keep(files, [idOf(1)], { cues });
    const read = [];
    for await (const { link, transcript: words } of (await KeptFolder.open(files, folder)).videos())
      read.push([link.id, words.cues]);
    assert.deepEqual(read, [
      [idOf(2), transcript().cues],
      [idOf(1), cues],
    ]);
  });

  it('that no longer hold are forgotten', async () => {
    const files = disk();
    const store = new KeptStore(files);
    await store.forget(folder, idOf(1), 1);
    assert.equal(files.files.has(path), false);
    await keep(files, [idOf(1), idOf(2)]);
    await store.forget(folder, idOf(1), 1);
    assert.deepEqual(await idsIn(files), [idOf(2)]);
  });

  it('know which files are still as they were written', async () => {
    const files = disk();
    const store = new KeptStore(files);
    await keep(files, [idOf(1)]);
    await store.wrote(folder, idOf(1), [['a.srt', digestOf('one')]], 2);
    await store.wrote(folder, idOf(1), [['a.srt', digestOf('two')]], 3);
    const entry = (await KeptFolder.open(files, folder)).entryOf(idOf(1));
    assert(entry);
    assert.deepEqual([...entry.files.keys()], [`${idOf(1)}.md`, 'a.srt']);
    for (const content of ['one', 'two']) assert(isUnchanged(entry, 'a.srt', Buffer.from(content)));
    assert(!isUnchanged(entry, 'a.srt', Buffer.from('corrected')));
    assert(!isUnchanged(entry, 'b.srt', Buffer.from('one')));
  });

  it('that were added by another process are read on', async () => {
    const files = disk();
    await keep(files, [idOf(1)]);
    const kept = await KeptFolder.open(files, folder);
    await keep(files, [idOf(2)]);
    assert(!kept.has(idOf(2)));
    await kept.follow();
    assert(kept.has(idOf(2)));
    assert.deepEqual((await kept.cuesOf(idOf(2)))?.transcript, transcript());
    files.files.delete(path);
    await keep(files, [idOf(3)]);
    await kept.follow();
    assert.deepEqual(
      [...kept.entries].map(({ id }) => id),
      [idOf(3)],
    );
  });

  it('lose what was torn off at the end, and nothing before or after it', async () => {
    const files = disk();
    await keep(files, [idOf(1), idOf(2)]);
    const node = files.files.get(path);
    assert(node);
    const whole = node.content;
    const second = whole.length / 2;
    for (let cut = second + 1; cut < whole.length; cut += 7) {
      node.content = Buffer.from(whole.subarray(0, cut));
      assert.deepEqual(await idsIn(files), [idOf(1)], `cut at ${cut}`);
      // A short one does not fill the gap that the torn one leaves.
      await keep(files, [idOf(3)], { cues: [] });
      assert.deepEqual(await idsIn(files), [idOf(1), idOf(3)], `cut at ${cut}, then appended`);
    }
  });

  it('lose what was damaged, say so, and keep the rest', async () => {
    const files = disk();
    const ids = Array.from({ length: 6 }, (_, at) => idOf(at));
    await keep(files, ids);
    const node = files.files.get(path);
    assert(node);
    const { length } = node.content;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(node.content);
        bytes.writeUInt8((bytes.readUInt8(at) + change) % 256, at);
        const damaged = disk();
        await damaged.writeWhole(path, bytes);
        const kept = await KeptFolder.open(damaged, folder);
        const left = [...kept.entries].map(({ id }) => id);
        assert(left.length >= ids.length - 1, `${left.length} left of ${ids.length}, byte ${at}`);
        for (const id of left) assert.deepEqual((await kept.cuesOf(id))?.transcript, transcript());
      }),
      { numRuns: 300 },
    );
  });

  it('count what could not be read', async () => {
    const files = disk();
    await keep(files, [idOf(1)]);
    const node = files.files.get(path);
    assert(node);
    const record = node.content;
    node.content = Buffer.concat([record, Buffer.from('rubbish '.repeat(50)), record]);
    const kept = await KeptFolder.open(files, folder);
    assert.equal(kept.damaged, 1);
    assert.deepEqual(
      [...kept.entries].map(({ id }) => id),
      [idOf(1)],
    );
  });

  it('of a stranger are checked: no field is taken that has not its form', async () => {
    const { brotliCompressSync, constants } = await import('node:zlib');
    const link = youtube('dQw4w9WgXcQ');
    const head = {
      ...{ v: 1, url: link.url, kind: 'youtube', language: 'en', captions: 'manual', source: 'youtube' },
      meta: {},
    };
    const cues = { ms: 1, s: [0], e: [1000], t: ['Hello'] };
    const body = (...lines: readonly unknown[]): Buffer =>
      brotliCompressSync(lines.map((line) => JSON.stringify(line)).join('\n'));
    assert(await unpacked(link.id, body(head, cues)));
    for (const bad of [
      body({ ...head, url: 'command:evil' }, cues),
      body({ ...head, source: 'other' }, cues),
      body({ ...head, meta: { chapters: [{ start: '1', title: 'x' }] } }, cues),
      body({ ...head, v: 2 }, cues),
      body(head, { ...cues, t: [1] }),
      body(head, { ...cues, e: [] }),
      body(head, { ...cues, s: [null] }),
      body(head, { ...cues, t: 'Hello' }),
      body(head, { s: Array(1001).fill(0), e: Array(1001).fill(0), t: Array(1001).fill('') }),
      Buffer.from('no brotli'),
      brotliCompressSync(Buffer.alloc(65 * 1024 * 1024, 0x20), {
        params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
      }),
    ])
      assert.equal(await unpacked(link.id, bad), undefined);
    const files = disk();
    const evil = JSON.stringify({ id: '../../evil', at: 1 });
    await files.writeWhole(path, recordOf(JSON.parse(evil) as { id: string; at: number }, body(head, cues)));
    assert.deepEqual(await idsIn(files), []);
  });

  it('of a forged file are given up when its checksums would be made again and again', async () => {
    const files = disk();
    const record = Buffer.from(recordOf({ id: idOf(1), at: 1 }, new Uint8Array(32 * 1024 * 1024)));
    const frame = record.subarray(0, record.length - 32 * 1024 * 1024);
    // Each frame claims that all that follows is its body, with another checksum.
    frame.writeUInt32LE(1, 24);
    const frames = Buffer.concat(Array.from({ length: 400_000 }, () => frame));
    files.files.set(path, {
      content: Buffer.concat([frames, Buffer.alloc(32 * 1024 * 1024)]),
      flushed: 0,
      modifiedMs: 1,
    });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const kept = await KeptFolder.open(files, folder);
    clearInterval(timer);
    assert.deepEqual([[...kept.entries], kept.damaged], [[], 1]);
    assert.ok(turns > 3, 'other work runs meanwhile');
  });

  it('are not unpacked where they hold more cues, or longer times, than any transcript', async () => {
    const link = youtube('dQw4w9WgXcQ');
    const head = JSON.stringify({
      ...{ v: 1, url: link.url, kind: link.kind, language: 'en', captions: 'manual', source: 'youtube' },
      meta: {},
    });
    const line = (start: number, count: number): string =>
      JSON.stringify({
        s: Array.from({ length: count }, () => start),
        e: Array.from({ length: count }, () => 0),
        t: Array.from({ length: count }, () => ''),
      });
    const many = brotliCompressSync(Buffer.from(`${head}${`\n${line(0, 1000)}`.repeat(2_000)}`));
    assert.ok(many.length < 20_000);
    assert.equal(await unpacked(link.id, many), undefined);
    assert.equal(
      await unpacked(link.id, brotliCompressSync(Buffer.from(`${head}\n${line(1e308, 3)}`))),
      undefined,
    );
    const some = await unpacked(link.id, brotliCompressSync(Buffer.from(`${head}\n${line(-7, 3)}`)));
    assert.deepEqual(some?.transcript.cues[0], { start: 0, end: 0, text: '' });
    const cues = Array.from({ length: 400_001 }, () => ({ start: 0, end: 0, text: '' }));
    await assert.rejects(packed({ link, transcript: transcript({ cues }) }), RangeError);
  });

  it('name no more files and videos than there can be', async () => {
    const files = disk();
    const store = new KeptStore(files);
    await keep(files, [idOf(1)]);
    for (let at = 0; at < 5; at += 1)
      await store.wrote(
        folder,
        idOf(1),
        Array.from({ length: 100 }, (_, name) => [`${at}-${name}.md`, 'd'] as const),
        1,
      );
    const [entry] = (await KeptFolder.open(files, folder)).entries;
    assert.ok((entry?.files.size ?? 0) <= 200);
    const names = Array.from({ length: 101 }, (_, at) => [`${at}.md`, 'd'] as const);
    await store.wrote(folder, idOf(1), names, 1);
    assert.equal((await KeptFolder.open(files, folder)).damaged, 1);
  });
});

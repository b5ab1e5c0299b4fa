// Transcript files on a real disk: whole, found again by the id inside, never over another video's file.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FailureError } from '../../../src/model/failure';
import { outputFormats } from '../../../src/model/settings';
import { OutputWriter } from '../../../src/output/writer';
import { diskFailure, NodeFiles } from '../../../src/platform/files';
import { request, settingsWith, transcript, youtube } from './samples';

/** The files of a disk that takes these names alone. */
function refusingNames(files: NodeFiles, takes: (name: string) => boolean): NodeFiles {
  const refuse = (path: string): void => {
    const code = takes(basename(path)) ? undefined : 'ENAMETOOLONG';
    if (code !== undefined) throw diskFailure(Object.assign(new Error(code), { code }), path);
  };
  return Object.assign(Object.create(files) as NodeFiles, {
    async stat(path: string) {
      refuse(path);
      return files.stat(path);
    },
    async writeWhole(path: string, content: string) {
      refuse(path);
      await files.writeWhole(path, content);
    },
  });
}

describe('transcript files', () => {
  let folder: string;
  let writer: OutputWriter;
  const fresh = (): OutputWriter => new OutputWriter({ files: new NodeFiles() });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-output-'));
    writer = fresh();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const all = settingsWith({ 'output.formats': outputFormats });

  it('are written in every wanted format', async () => {
    const names = await writer.write(request(folder, { settings: all }));
    assert.deepEqual(
      names,
      outputFormats.map((format) => `Never Gonna Give You Up [dQw4w9WgXcQ].${format}`),
    );
    assert.deepEqual((await readdir(folder)).sort(), [...names].sort());
  });

  it('begin, as Markdown, with the agreed front matter', async () => {
    const [name = ''] = await writer.write(request(folder));
    assert.equal(
      await readFile(join(folder, name), 'utf8'),
      `---
title: "Never Gonna Give You Up"
url: "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
id: "dQw4w9WgXcQ"
channel: "Rick Astley"
duration: 213
published: 2009-10-25
language: "en"
captions: manual
source: youtube
transcribed: 2026-11-20T10:15:00Z
batch: "lectures-2026"
---

# Never Gonna Give You Up

[0:00](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=0) We're no strangers to love.

[1:03](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=63) You know the rules and so do I
`,
    );
  });

  for (const [disk, takes, written] of [
    [
      'of 143 bytes at most',
      (name) => Buffer.byteLength(name) <= 143,
      /^(?:氷河の長い歴史){4}.*… \[dQw4w9WgXcQ\]\.md$/,
    ],
    ['of plain letters alone', (name) => /^[\x20-\x7e]+$/.test(name), /^\[dQw4w9WgXcQ\]\.md$/],
  ] as const satisfies readonly (readonly [string, (name: string) => boolean, RegExp])[])
    it(`get a plainer name on a disk that takes names ${disk}, and are found by it`, async () => {
      const files = new NodeFiles();
      const onDisk = new OutputWriter({ files: refusingNames(files, takes) });
      const talk = transcript({ meta: { title: '氷河の長い歴史'.repeat(10) } });
      const settings = settingsWith({ 'output.formats': ['md', 'json'] });
      const names = await onDisk.write(request(folder, { transcript: talk, settings }));
      assert.match(names[0] ?? '', written);
      assert.deepEqual((await readdir(folder)).sort(), [...names].sort());
      const again = new OutputWriter({ files: refusingNames(files, takes) });
      assert.deepEqual(await again.find(folder, youtube('dQw4w9WgXcQ'), settings), names);
      const another = request(folder, { transcript: talk, link: youtube('9bZkp7q19f0') });
      assert.notDeepEqual(await onDisk.write(another), names);
    });

  it('are not taken to be there where the notes about a video are', async () => {
    const [name = ''] = await writer.write(request(folder));
    const head = await readFile(join(folder, name), 'utf8');
    await rm(join(folder, name));
    for (const notes of ['Talk [dQw4w9WgXcQ].notes.md', 'Talk [dQw4w9WgXcQ].summary 2.notes.md'])
      await writeFile(join(folder, notes), head);
    for (const pattern of ['${title} [${id}]', '${title}']) {
      const settings = settingsWith({ 'output.fileName': pattern });
      assert.equal(await fresh().find(folder, youtube('dQw4w9WgXcQ'), settings), undefined);
    }
  });

  it('do not get the name of notes', async () => {
    const settings = settingsWith({ 'output.fileName': '${title}' });
    const named = transcript({ meta: { title: 'Release.Notes' } });
    const [name] = await writer.write(request(folder, { transcript: named, settings }));
    assert.equal(name, 'Release.Notes 2.md');
    assert.deepEqual(await fresh().find(folder, youtube('dQw4w9WgXcQ'), settings), [name]);
  });

  it('lead to the episode where its transcript was fetched, and are found again', async () => {
    const link = {
      kind: 'subtitle',
      url: 'https://e.org/t/1.vtt?key=k',
      id: 'abcdefghijk',
      episode: 'https://e.org/1.mp3',
    } as const;
    const settings = settingsWith({ 'output.formats': ['md', 'txt', 'json', 'vtt'] });
    const files = await writer.write(request(folder, { link, settings }));
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8');
      assert(text.includes('https://e.org/1.mp3'), name);
      assert(!text.includes('1.vtt'), name);
    }
    assert((await readFile(join(folder, files[0] ?? ''), 'utf8')).includes('(https://e.org/1.mp3#t=63)'));
    assert.deepEqual(await writer.write(request(folder, { link, settings })), files);
  });

  it('name no times where the transcript has none', async () => {
    const cues = ['One.', 'Two.'].map((text) => ({ start: 0, end: 0, text }));
    for (const timestamps of ['paragraph', 'line'] as const) {
      const settings = settingsWith({ 'output.formats': ['md', 'txt'], 'output.timestamps': timestamps });
      const transcribed = request(folder, { transcript: transcript({ cues }), settings });
      for (const name of await writer.write(transcribed)) {
        const text = await readFile(join(folder, name), 'utf8');
        assert(text.includes('One. Two.'), text);
        assert(!/0:00|t=0/.test(text), text);
      }
    }
  });

  it('say that their words are those of a dub', async () => {
    const dubbed = request(folder, { settings: all, transcript: transcript({ dub: true }) });
    const names = await writer.write(dubbed);
    const textOf = (extension: string): Promise<string> =>
      readFile(join(folder, names.find((name) => name.endsWith(extension)) ?? ''), 'utf8');
    assert.match(await textOf('.md'), /^captions: manual\ndub: true\nsource: youtube$/m);
    assert.equal((JSON.parse(await textOf('.json')) as { dub?: boolean }).dub, true);
  });

  it('are found again by the id, by another process too', async () => {
    const names = await writer.write(request(folder, { settings: all }));
    for (const one of [writer, fresh()]) {
      assert.deepEqual(await one.find(folder, youtube('dQw4w9WgXcQ'), all), names);
      assert.equal(await one.find(folder, youtube('-9bZkp7q19f'), all), undefined);
    }
    await rm(join(folder, names[2] ?? ''));
    assert.equal(await fresh().find(folder, youtube('dQw4w9WgXcQ'), all), undefined);
    assert.deepEqual(await fresh().find(folder, youtube('dQw4w9WgXcQ'), settingsWith()), [names[0]]);
  });

  it('are found by the writer that wrote them, also those that are written while it lists the folder', async () => {
    const [one, two, three] = ['dQw4w9WgXcQ', '-9bZkp7q19f', 'aaaaaaaaaaa'].map((id) => youtube(id));
    for (const pattern of ['${title} [${id}]', '${title} ${index}']) {
      const settings = settingsWith({ 'output.fileName': pattern });
      const own = fresh();
      const write = (link = youtube('dQw4w9WgXcQ'), index = 1): Promise<readonly string[]> =>
        own.write(request(folder, { link, index, settings }));
      const first = await write(one, 1);
      const [second, found] = await Promise.all([
        write(two, 2),
        own.find(folder, youtube('dQw4w9WgXcQ'), settings),
      ]);
      assert.deepEqual(found, first);
      assert.deepEqual(await own.find(folder, youtube('-9bZkp7q19f'), settings), second);
      const last = await write(three, 3);
      assert.deepEqual(await own.find(folder, youtube('aaaaaaaaaaa'), settings), last);
    }
  });

  it('are written beside existing ones, which may have been corrected; again only when all exist', async () => {
    const [name = ''] = await writer.write(request(folder));
    const path = join(folder, name);
    const corrected = (await readFile(path, 'utf8')).replace('strangers', 'STRANGERS');
    await writeFile(path, corrected);
    const names = await fresh().write(request(folder, { settings: all, keep: true }));
    assert.deepEqual((await readdir(folder)).sort(), [...names].sort());
    assert.equal(await readFile(path, 'utf8'), corrected);
    await fresh().write(request(folder, { settings: all }));
    assert.doesNotMatch(await readFile(path, 'utf8'), /STRANGERS/);
  });

  it('are found by the id inside where the name does not hold it', async () => {
    const settings = settingsWith({ 'output.fileName': '${index} ${title}' });
    const names = await writer.write(request(folder, { settings }));
    assert.deepEqual(await fresh().find(folder, youtube('dQw4w9WgXcQ'), settings), names);
    assert.equal(await fresh().find(folder, youtube('-9bZkp7q19f'), settings), undefined);
  });

  it('are not taken for finished by their name alone', async () => {
    await writeFile(join(folder, 'Mine [dQw4w9WgXcQ].md'), '# my own notes\n');
    assert.equal(await writer.find(folder, youtube('dQw4w9WgXcQ'), settingsWith()), undefined);
    await writeFile(join(folder, 'Mine [dQw4w9WgXcQ].srt'), '');
    const srt = settingsWith({ 'output.formats': ['srt'] });
    assert.equal(await fresh().find(folder, youtube('dQw4w9WgXcQ'), srt), undefined);
  });

  it('never take the place of another file, also where only case differs', async () => {
    const own = 'Never Gonna Give You Up [dQw4w9WgXcQ].md';
    await writeFile(join(folder, own), 'my own notes');
    const [second] = await writer.write(request(folder));
    assert.equal(second, 'Never Gonna Give You Up [dQw4w9WgXcQ] 2.md');
    assert.equal(await readFile(join(folder, own), 'utf8'), 'my own notes');
    const [upper] = await writer.write(request(folder, { link: youtube('DQW4W9WGXCQ') }));
    assert.equal(upper, 'Never Gonna Give You Up [DQW4W9WGXCQ] 3.md');
  });

  it('of one video are written over when it is transcribed again', async () => {
    await writer.write(request(folder));
    await fresh().write(request(folder, { transcript: transcript({ language: 'de' }) }));
    assert.equal((await readdir(folder)).length, 1);
  });

  it('of two videos at once get two names', async () => {
    const settings = settingsWith({ 'output.fileName': '${title}${index}' });
    const names = await Promise.all(
      ['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'].map((id) =>
        writer.write(request(folder, { link: youtube(id), settings })),
      ),
    );
    assert.equal(new Set(names.flat()).size, 3);
    const report = settingsWith({ 'output.fileName': '${title}${id}' });
    const named = transcript({ meta: { title: 'Report' } });
    const [name] = await writer.write(
      request(folder, {
        link: { kind: 'page', url: 'https://example.org/', id: '' },
        settings: report,
        transcript: named,
      }),
    );
    assert.equal(name, 'Report 2.md');
  });

  it('fail with the code of the disk when the folder has gone', async () => {
    await rm(folder, { recursive: true });
    await assert.rejects(writer.write(request(folder)), (error) => {
      assert.ok(error instanceof FailureError);
      assert.equal(error.failure.code, 'disk');
      return true;
    });
  });
});

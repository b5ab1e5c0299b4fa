/**
 * "My notes find each other": the built program writes notes about two batches at once, and the page of concepts has
 * the terms of both. A second time nothing is asked and no byte changes.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, type CliResult } from '../helpers/cli';
import { ChatServer } from '../servers/chat';

describe('notes of several batches', () => {
  let folder: string;
  let chat: ChatServer;

  const run = (...args: readonly string[]): Promise<CliResult> =>
    cli([...args, '--set', `notes.endpoint=${chat.endpoint}`, '--set', 'notes.model=tiny'], {
      cwd: folder,
      env: { BULK_TRANSCRIBE_STATE: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
    });
  const page = (): Promise<string> => readFile(join(folder, 'transcripts', 'concepts.md'), 'utf8');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-concepts-'));
    chat = await new ChatServer().start();
    for (const name of ['morning', 'evening']) {
      const cues = ['00', '05', '10'].map(
        (at) => `1\n00:00:${at},000 --> 00:00:${at},900\nWords of the ${name}.\n`,
      );
      await writeFile(join(folder, `${name}.srt`), cues.join('\n'));
      await writeFile(join(folder, `${name}.urls`), `${name}.srt\n`);
    }
  });
  after(async () => {
    await chat.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('that end at once are all on the page of concepts, and are written once', async () => {
    const made = await run(
      'morning.urls',
      'evening.urls',
      '--sources',
      'subtitleFile',
      '--formats',
      'md,srt',
    );
    assert.equal(made.code, 0, made.stderr);
    chat.troubles.push('definitions', 'definitions');
    const batches = ['morning', 'evening'].map((name) => join('transcripts', name));
    const written = await Promise.all(batches.map((batch) => run('notes', batch)));
    assert.deepEqual(
      written.map(({ code }) => code),
      [0, 0],
    );
    const concepts = await page();
    for (const term of ['Chlorophyll', 'Leaf']) {
      const section = concepts.split(`## ${term}\n`)[1]?.split('\n## ')[0] ?? '';
      assert.match(section, /\[morning\]\(morning\/.*\.notes\.md\) \[0:/);
      assert.match(section, /\[evening\]\(evening\/.*\.notes\.md\) \[0:/);
    }
    const files = async (): Promise<readonly string[]> => {
      const names = await readdir(join(folder, 'transcripts'), { recursive: true });
      const pages = names.filter(
        (name) => name.endsWith('.notes.md') || /^(?:concepts|index)\.md$|^links\.json$/.test(name),
      );
      return Promise.all(
        pages
          .sort()
          .map(async (name) => `${name}\n${await readFile(join(folder, 'transcripts', name), 'utf8')}`),
      );
    };
    const before = await files();
    assert.equal(before.length, 5);
    const again = await Promise.all(batches.map((batch) => run('notes', batch)));
    assert.deepEqual(
      again.map(({ code }) => code),
      [0, 0],
    );
    assert.equal(chat.asked, 2, 'nothing is asked again');
    assert.deepEqual(await files(), before);
  });
});

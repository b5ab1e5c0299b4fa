/** *Render Again…*: other formats of finished batches, from the kept words, while the site is not asked. */
import * as assert from 'node:assert/strict';
import { appendFile, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answer, batchFolder, run, siteCounts, until, untilState, watch, writeList } from './helpers';

interface Item {
  readonly label: string;
}

/** Takes these items of a list of choices. */
const choose =
  (...labels: readonly string[]) =>
  (items: unknown): readonly Item[] =>
    (items as readonly Item[]).filter(({ label }) => labels.includes(label));

async function made(name: string, ...ids: readonly string[]): Promise<string> {
  const list = await writeList(`${name}.urls`, ids.map(watch));
  await run('transcribeList', list);
  await untilState(name, 'finished');
  return batchFolder(name);
}

const endingIn = async (folder: string, ending: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(ending));

describe('Render Again…', () => {
  const back: (() => void)[] = [];
  afterEach(() => {
    for (const put of back.splice(0)) put();
  });

  it('writes what was chosen, keeps what was corrected, says so, and asks nobody', async () => {
    const folder = await made('rendered', 'Render00001', 'Render00002');
    const [first = ''] = await endingIn(folder, '.md');
    const path = join(folder, first);
    await appendFile(path, '\nMy correction.\n');
    const corrected = await readFile(path, 'utf8');
    const before = await siteCounts();
    const told: string[] = [];
    back.push(answer('showQuickPick', choose('.md', '.srt', '.vtt'), (items: readonly Item[]) => items[0]));
    back.push(answer('showWarningMessage', (text: string) => void told.push(text)));
    await run('renderAgain', vscode.Uri.file(folder));
    assert.equal((await endingIn(folder, '.srt')).length, 2);
    assert.equal((await endingIn(folder, '.vtt')).length, 2);
    assert.equal(await readFile(path, 'utf8'), corrected);
    assert.match(told.join('\n'), /^4 files written for 2 videos \(md, srt, vtt\)\. No service was asked\./);
    assert.ok(told.join('\n').includes(`left unchanged: ${first}`));
    assert.deepEqual(await siteCounts(), before);
  });

  it('asks once for several batches, and waits for no notice', async () => {
    const folders = [await made('render one', 'Render00003'), await made('render two', 'Render00004')];
    const told: string[] = [];
    const asked: unknown[] = [];
    const once = (items: readonly Item[]): readonly Item[] => {
      asked.push(items);
      return choose('.srt')(items);
    };
    back.push(answer('showQuickPick', once, once));
    // A notice that nobody closes.
    const open = (text: string): Promise<never> => {
      told.push(text);
      return new Promise<never>(() => undefined);
    };
    back.push(answer('showInformationMessage', open, open));
    const uris = folders.map((folder) => vscode.Uri.file(folder));
    await run('renderAgain', uris[0], uris);
    await until('both to be told', () => told.length === 2);
    assert.equal(asked.length, 1);
    for (const folder of folders) assert.equal((await endingIn(folder, '.srt')).length, 1);
  });

  it('writes nothing when the question is closed', async () => {
    const folder = await made('unrendered', 'Render00005');
    back.push(answer('showQuickPick', undefined));
    await run('renderAgain', vscode.Uri.file(folder));
    assert.deepEqual(await endingIn(folder, '.srt'), []);
  });
});

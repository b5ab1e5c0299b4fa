/** No token of a private feed gets into a file that people hand on; the list to run again keeps them. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import { isFailure, readLink } from '../../../src/intake/link';
import { failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { asEntryOf } from '../../../src/model/publicUrl';
import { outputFormats } from '../../../src/model/settings';
import { OutputDerived } from '../../../src/output/derived';
import { exportBatch, exportFormats } from '../../../src/output/exports';
import { OutputWriter } from '../../../src/output/writer';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { completedEvent } from '../../helpers/outcomes';
import { request, settingsWith, transcript } from './samples';

const tokens = ['feedTokenQ1', 'a8f3kd93jfk3jd93k', 'episodeTokenQ2'];
const feedUrl = `https://feeds.example/${tokens[1] ?? ''}/show.xml?auth=${tokens[0] ?? ''}`;
const files = new NodeFiles();

function link(url: string): Link {
  const read = readLink(url, { feed: url === feedUrl });
  assert(!isFailure(read));
  return read;
}
const episode = (number: number): Link =>
  asEntryOf(
    feedUrl,
    link(`https://cdn.example/${tokens[1] ?? ''}/${number}.mp3?token=${tokens[2] ?? ''}`),
    false,
  );

describe('files that are published', () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bulk-published-'));
    folder = join(root, 'show');
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function batch(): Promise<BatchState> {
    const state = emptyState();
    reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'show', machine: 'm', settings: {} });
    const links = [episode(1), episode(2), link(feedUrl)];
    reduce(state, { type: 'jobs-added', at: 1, jobs: links.map((each) => ({ link: each })) });
    const words = transcript({ meta: { title: 'Episode 1', duration: 70 } });
    const settings = settingsWith({ 'output.formats': outputFormats });
    const names = await new OutputWriter({ files }).write(
      request(folder, { link: episode(1), transcript: words, settings }),
    );
    reduce(state, completedEvent(0, { meta: words.meta, files: names }, 2));
    for (const job of [1, 2]) {
      const outcome = { failure: failure('unavailable', 'Gone.'), seconds: 1, requests: 1 };
      reduce(state, { type: 'outcome', at: 3, job, outcome: { status: 'failed', ...outcome } });
      reduce(state, { type: 'notes-added', at: 4, notes: [{ job, text: 'Only the newest are there.' }] });
    }
    return state;
  }

  it('hold no token of a feed or its episodes; failed.urls holds them all', async () => {
    const state = await batch();
    await new OutputDerived({ files, clock: systemClock }).write(folder, state, true);
    for (const format of exportFormats)
      await exportBatch(
        { format, folder, state, out: join(root, `show.${format}`) },
        { files, clock: systemClock },
      );
    const texts: [string, string][] = [];
    for (const name of await readdir(folder)) texts.push([name, await readFile(join(folder, name), 'utf8')]);
    for (const format of ['md', 'pdf', 'jsonl', 'csv'])
      texts.push([`export ${format}`, await readFile(join(root, `show.${format}`), 'latin1')]);
    for (const [name, bytes] of Object.entries(unzipSync(await readFile(join(root, 'show.zip')))))
      if (!name.endsWith('failed.urls')) texts.push([`zip ${name}`, Buffer.from(bytes).toString('utf8')]);
    const failed = texts.find(([name]) => name === 'failed.urls');
    for (const token of tokens) assert.equal(failed?.[1].includes(token), true, token);
    const leaks = texts.filter(
      ([name, text]) => name !== 'failed.urls' && tokens.some((token) => text.includes(token)),
    );
    assert.deepEqual(
      leaks.map(([name]) => name),
      [],
    );
    const markdown = texts.find(([name]) => name.endsWith('.md') && name.startsWith('Episode'));
    assert.match(markdown?.[1] ?? '', /^url: "https:\/\/cdn\.example\/…\/1\.mp3"$/m);
  });

  it('are known again as those of their video', async () => {
    await batch();
    const settings = settingsWith({ 'output.formats': outputFormats });
    const writer = new OutputWriter({ files });
    assert.equal((await writer.find(folder, episode(1), settings))?.length, outputFormats.length);
    assert.equal(await writer.find(folder, episode(2), settings), undefined);
  });
});

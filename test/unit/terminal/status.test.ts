import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { FailureError } from '../../../src/model/failure';
import { journalLine } from '../../../src/engine/journal/journal';
import { readStatus } from '../../../src/library/batchStatus';
import { statusJson, statusText } from '../../../src/terminal/status';
import { FakeSource, found, start, videos, within, world } from '../../helpers/fakeEngine';

describe('status in the terminal', () => {
  async function interrupted() {
    let asked = 0;
    const w = world({
      sources: [
        new FakeSource('youtube', (request) => {
          asked += 1;
          if (asked === 1) return failure('private', 'This is a private video.');
          if (asked === 2) return found(request);
          return new Promise((resolve) => {
            request.signal.addEventListener('abort', () => resolve(failure('cancelled', 'Stopped.')));
          });
        }),
      ],
    });
    const batch = await start(w, 4, { workers: 1 });
    await w.clock.advance(60_000);
    return { w, batch };
  }

  it('names the owner of a batch, and what is done', async () => {
    const { w, batch } = await interrupted();
    const second = w.another(200);
    const [status] = await readStatus(batch.folder, second.engine, w.files);
    assert.ok(status && !(status instanceof FailureError));
    assert.equal(status.phase, 'running');
    assert.match(statusText(status, w.clock.now())[0] ?? '', /: running in another window or terminal/);
    await within(w.clock, w.engine.dispose());
  });

  it('says "interrupted", not "running", once its process is gone, with causes and the time left', async () => {
    const { w, batch } = await interrupted();
    w.files.crash();
    w.engine.dispose().catch(() => undefined);
    const second = w.another(200);
    second.processes.dead.add(100);
    const parent = batch.folder.slice(0, batch.folder.lastIndexOf('/'));
    const [status] = await readStatus(parent, second.engine, w.files);
    assert.ok(status && !(status instanceof FailureError));
    assert.equal(status.phase, 'interrupted');
    const lines = statusText(status, w.clock.now());
    assert.match(lines[0] ?? '', /: interrupted\. 1 of 4 done, 1 failed, 2 to go, about /);
    assert.match(lines[1] ?? '', /1 {2}Private/);
    const json = JSON.parse(statusJson(status)) as Record<string, unknown>;
    assert.equal(json.state, 'interrupted');
    assert.deepEqual(json.by_error, { private: 1 });
    assert.equal(json.batch_dir, batch.folder);
  });

  it('names the most frequent causes, and counts the videos of the others', async () => {
    const codes = [
      'private',
      'private',
      'unavailable',
      'geo-blocked',
      'age-restricted',
      'no-captions',
    ] as const;
    let asked = 0;
    const w = world({
      sources: [new FakeSource('youtube', () => failure(codes[asked++] ?? 'private', 'No.'))],
    });
    const batch = await start(w, codes.length, { workers: 1 });
    await w.clock.advance(600_000);
    const [status] = await readStatus(batch.folder, w.engine, w.files);
    assert.ok(status && !(status instanceof FailureError));
    const counted = statusText(status, w.clock.now()).slice(1, -1);
    assert.match(counted[0] ?? '', /2 {2}Private/);
    assert.match(counted.at(-1) ?? '', /2 {2}Other causes; report\.md in the folder names them/);
    assert.equal(
      counted.reduce((sum, line) => sum + Number(/^ +(\d+)/.exec(line)?.[1]), 0),
      codes.length,
    );
    await within(w.clock, w.engine.dispose());
  });

  it('says of a damaged journal what is missing, and of a later version its name and the next step', async () => {
    const { w, batch } = await interrupted();
    await within(w.clock, w.engine.dispose());
    const path = `${batch.folder}/.journal.jsonl`;
    const text = w.files.text(path) ?? '';
    const lines = text.split('\n');
    const outcome = lines.findIndex((line) => line.includes('"outcome"'));
    lines[outcome] = (lines[outcome] ?? '').replace('"at"', '"xt"');
    await w.files.writeWhole(path, lines.join('\n'));
    const second = w.another(200);
    const [status] = await readStatus(batch.folder, second.engine, w.files);
    assert.ok(status && !(status instanceof FailureError));
    const words = "1 line of this batch's journal could not be read. Resuming the batch repairs it.";
    assert.ok(statusText(status, w.clock.now()).includes(`  ${words}`));
    assert.deepEqual((JSON.parse(statusJson(status)) as Record<string, unknown>).notes, [words]);
    await w.files.writeWhole(path, `${text}${journalLine({ v: 99, type: 'control', at: 1 })}`);
    await assert.rejects(
      readStatus(batch.folder, second.engine, w.files),
      /A later version of Bulk Transcribe wrote the batch a\. Update Bulk Transcribe to open it\./,
    );
    const [other] = await readStatus('/out', second.engine, w.files);
    assert.ok(other instanceof FailureError);
    assert.match(other.failure.message, /\/out\/a: A later version/);
  });

  it('says where there is no batch, with the next step', async () => {
    const { w } = await interrupted();
    await assert.rejects(readStatus('/nowhere', w.engine, w.files), /Name a batch folder/);
    await within(w.clock, w.engine.dispose());
  });

  it('tells what waits for an OK from a key that was refused', async () => {
    const w = world({ sources: [new FakeSource('youtube', () => failure('auth', 'Bad key.'))] });
    const link = { kind: 'subtitle', url: 'http://192.168.0.1/a.vtt', id: 'a', outside: true } as const;
    const batch = await start(w, [{ link }, ...videos(2)]);
    await within(w.clock, batch.settled());
    const [status] = await readStatus(batch.folder, w.engine, w.files);
    assert.ok(status && !(status instanceof FailureError));
    const lines = statusText(status, w.clock.now());
    assert.ok(
      lines.some((line) => /1 {2}Needs your OK/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.some((line) => /2 {2}Key refused/.test(line)));
  });
});

/** What is asked about notes before a list starts. */
import assert from 'node:assert/strict';
import { notesOk, notesQuestion } from '../../../../src/editor/notes/notesQuestion';
import { isListFailure, readList, type ListContent } from '../../../../src/intake/list';
import type { ModelFacts } from '../../../../src/library/notes/chatModel';
import { defaultSettings, type Settings } from '../../../../src/model/settings';

const service: ModelFacts = { name: 'gpt-4o-mini', origin: 'https://api.openai.com', isFree: false };
const own: ModelFacts = { name: 'tiny', origin: 'http://localhost:11434', isFree: true };
const host: ModelFacts = { name: 'copilot/gpt-4o', origin: 'vscode:copilot', isFree: true };
const price = (perMillion: number): Settings => ({
  ...defaultSettings,
  'notes.pricePerMillionTokens': perMillion,
});
const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

async function list(...lines: readonly string[]): Promise<ListContent> {
  const read = await readList(lines.join('\n'), { format: 'urls', home: '/home/me' }, () =>
    Promise.resolve(),
  );
  assert.ok(!isListFailure(read));
  return read;
}

describe('notes that are wanted of a list', () => {
  it('are asked about once, with the model, the count, and where the words go', async () => {
    const { jobs } = await list(watch('abcdefghij1'), watch('abcdefghij2'), 'no link');
    const { words, details, kind } = notesQuestion(jobs, service, defaultSettings);
    assert.equal(words, 'Write notes (study) about 2 videos with gpt-4o-mini, when the transcripts are done');
    assert.equal(kind, 'ok');
    assert.match(details.join('\n'), /^Sent to https:\/\/api\.openai\.com: the words of the transcripts/);
    assert.match(details.join('\n'), /price is not known/);
    assert.deepEqual(notesOk(jobs, service, defaultSettings), { count: 2, cost: 0 });
  });

  it('have the box checked at first only where no money is asked for', async () => {
    const { jobs } = await list(watch('abcdefghij1'));
    const boxes = [service, own, host].map((facts) => notesQuestion(jobs, facts, price(1)).agreed);
    assert.deepEqual(boxes, [false, true, true]);
    assert.match(notesQuestion(jobs, host, price(1)).details.join(), /your plan with the vendor/);
    assert.deepEqual(notesOk(jobs, own, price(1)), { count: 1, cost: 0 });
  });

  it('name an amount where a price is set, by the length where it is known', async () => {
    const { jobs } = await list(watch('abcdefghij1'), watch('abcdefghij2'));
    const [first, second] = jobs;
    assert.ok(first && second);
    const known = [{ ...first, meta: { duration: 1800 } }, second];
    assert.deepEqual(notesOk(known, service, price(1)), { count: 2, cost: 0.03 });
    assert.match(notesQuestion(known, service, price(1)).details.join('\n'), /About 30.000 tokens/);
    assert.match(notesQuestion(known, service, price(1)).details.join('\n'), /Up to \$0\.03 .* asked again/);
  });

  it('agree to nothing of what a list turns out to hold', async () => {
    const { jobs } = await list(
      watch('abcdefghij1'),
      'https://www.youtube.com/playlist?list=PLabcdefghijklmnop',
    );
    const { words, details } = notesQuestion(jobs, service, defaultSettings);
    assert.match(words, /about 1 video and the videos of 1 list with/);
    assert.match(details.join('\n'), /counted when it is read/);
    assert.equal(notesOk(jobs, service, defaultSettings).count, 1);
  });

  it('are turned off for this batch without the box', async () => {
    const content = await list('# @notes summary', '# @lang de', watch('abcdefghij1'));
    const left = notesQuestion(content.jobs, own, defaultSettings).without(content);
    assert.deepEqual(left.settings, { languages: ['de'], 'notes.template': 'summary', 'notes.auto': false });
    assert.equal(left.jobs.length, 1);
  });
});

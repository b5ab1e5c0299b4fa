/** What the user reads before notes are written. */
import assert from 'node:assert/strict';
import { notesPlanView } from '../../../../src/editor/notes/planWords';

const plan = {
  request: { name: 'lectures: notes' },
  origin: 'https://api.openai.com',
  model: 'gpt-4o-mini',
  template: 'study',
  videos: 40,
  without: 2,
  current: 3,
  tokens: 512_345,
  requests: 44,
  isFree: false,
};

describe('the plan of notes', () => {
  const text = (...plans: readonly Parameters<typeof notesPlanView>[0][number][]): string => {
    const { name, text: first, lines } = notesPlanView(plans);
    return [name, first, ...lines].join('\n');
  };

  it('names the template, the model, the count, the tokens and where the words go', () => {
    const words = text(plan);
    assert.match(words, /^lectures: notes\nNotes \(study\) about 40 transcripts, written by gpt-4o-mini\./);
    assert.match(words, /Sent to https:\/\/api\.openai\.com: the words of the transcripts/);
    assert.equal(notesPlanView([plan]).total, undefined, 'transcripts are no links');
    assert.match(words, /About 512.345 tokens in 44 requests/);
    assert.match(words, /3 transcripts have such notes already; nothing is asked about them/);
    assert.match(words, /2 videos have no transcript and are left out/);
    assert.match(words, /Its price is not known: set notes\.pricePerMillionTokens/);
  });

  it('names the amount where a price is set', () => {
    assert.match(
      text({ ...plan, cost: 1.234 }),
      /About \$1\.23 at the price in notes\.pricePerMillionTokens/,
    );
  });

  it('sums up several batches', () => {
    const words = text({ ...plan, cost: 1 }, { ...plan, videos: 2, without: 0, tokens: 1, cost: 0.5 });
    assert.match(words, /^Notes about 2 batches\nNotes \(study\) about 42 transcripts/);
    assert.match(words, /About \$1\.50 at the price/);
  });

  it('says of a model of VS Code and of an own server that no money is asked for here', () => {
    const own = text({ ...plan, origin: 'http://localhost:11434', isFree: true });
    assert.match(own, /It costs nothing: the server is on this computer or its network\./);
    const host = text({ ...plan, origin: 'vscode:copilot', isFree: true });
    assert.match(host, /Sent to copilot, the vendor of this model in VS Code/);
    assert.match(host, /counts toward what your plan with the vendor allows/);
  });
});

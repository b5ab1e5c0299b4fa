// What the user is asked before a language model's tool does something.
import assert from 'node:assert/strict';
import { listQuestion, startQuestion } from '../../../src/editor/agentQuestions';
import type { StartRequest } from '../../../src/engine/api';
import type { Link } from '../../../src/model/link';
import { defaultSettings } from '../../../src/model/settings';
import type { SourceId } from '../../../src/model/transcript';

const now = Date.UTC(2026, 10, 30, 12);

function requestOf(count: number, more: Partial<StartRequest> = {}, link: Partial<Link> = {}): StartRequest {
  const jobs = Array.from({ length: count }, (_, at) => {
    const id = `video${String(at).padStart(6, '0')}`;
    return {
      link: { kind: 'youtube' as const, url: `https://www.youtube.com/watch?v=${id}`, id, ...link },
      meta: { duration: 600 },
    };
  });
  const settings = { ...defaultSettings, 'paid.maxCost': 100 };
  const forBatch = { 'paid.maxCost': 0 };
  return { name: 'Talks', outputFolder: '/home/me/transcripts', jobs, settings, forBatch, ...more };
}

const ask = (request: StartRequest, ready: readonly SourceId[] = ['youtube']) =>
  startQuestion(request, { ready: new Set(ready), where: 'transcripts', now });

describe('the question before a model transcribes', () => {
  it('says how many videos, how long it takes, what it costs and where it goes', () => {
    const { title, lines, links } = ask(requestOf(3));
    const text = lines.join('\n');
    assert.equal(title, 'Transcribe Talks?');
    assert.match(text, /3 videos/);
    assert.match(text, /It costs nothing: no paid service is set up\./);
    assert.match(text, /written to transcripts, in a folder of their own/);
    assert.equal(links.length, 3);
    assert.equal(links[0], 'https://www.youtube.com/watch?v=video000000');
  });

  it('says that a paid service waits for the user, whatever they have agreed to for lists of their own', () => {
    const settings = { ...defaultSettings, sources: ['youtube', 'deapi'] as const, 'paid.maxCost': 100 };
    const { lines } = ask(requestOf(1, { settings }), ['youtube', 'deapi']);
    assert.match(
      lines.join('\n'),
      /deAPI, which charges for it; nothing is sent before you agree to the amount/,
    );
    assert.doesNotMatch(lines.join('\n'), /without asking/);
  });

  it('names addresses and files that are not read without an OK', () => {
    const link = { kind: 'media', url: 'http://192.168.0.1/talk.mp3', outside: true } as const;
    const { lines } = ask(requestOf(1, {}, link));
    assert.match(lines.at(-1) ?? '', /^Not read without your OK in the panel: .*192\.168\.0\.1.*\.$/);
  });

  it('is short, whatever the model gives', () => {
    const url = `https://example.org/${'x'.repeat(5_000)}`;
    const { title, links } = ask(requestOf(400, { name: 'n'.repeat(5_000) }, { url }));
    assert.ok(title.length < 120);
    assert.equal(links.length, 11);
    assert.equal(links.at(-1), 'and 390 more');
    assert.ok(links.every((line) => line.length <= 200));
  });
});

describe('the question before a model reads a list', () => {
  it('shows the address of one that is not on YouTube', () => {
    const link = 'https://example.org/feed.xml?secret=words';
    assert.deepEqual(listQuestion({ link }), { title: 'Read this list?', lines: [], links: [link] });
  });

  it('is not asked for a list of YouTube, or for what is no link', () => {
    for (const link of ['https://www.youtube.com/@one', 'PLabcdefghijklmnop', 'no link at all', 7, undefined])
      assert.equal(listQuestion({ link }), undefined, String(link));
  });
});

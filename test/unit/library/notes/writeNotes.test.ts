/** Notes of one video: whole, in pieces, continued, never empty and never asked twice. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ChatAnswer, ChatMessage, ChatModel } from '../../../../src/library/notes/chatModel';
import { digestOf, doubtsOf, notesOrigin, renderNotes } from '../../../../src/library/notes/notesFile';
import { estimateTokens, expectTokens, piecesOf, timedLines } from '../../../../src/library/notes/pieces';
import { builtInTemplates, ownTemplate } from '../../../../src/library/notes/template';
import { forecastTokens, writeNotes, type AskLog } from '../../../../src/library/notes/writeNotes';
import { failure, FailureError } from '../../../../src/model/failure';
import type { TranscriptDocument } from '../../../../src/output/document';

const [template] = builtInTemplates;
assert.ok(template);

function talk(sentences: number): TranscriptDocument {
  const cues = Array.from({ length: sentences }, (_, at) => ({
    start: at * 5,
    end: at * 5 + 5,
    text: `Sentence number ${at} says something of length.`,
  }));
  return {
    link: { url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', id: 'dQw4w9WgXcQ', kind: 'youtube' },
    transcript: {
      language: 'en',
      captions: 'manual',
      source: 'youtube',
      cues,
      meta: { title: 'A talk', duration: sentences * 5 },
    },
    batch: 'lectures',
    transcribed: '2026-11-30T00:00:00Z',
    timestamps: 'paragraph',
  };
}

class Log implements AskLog {
  readonly kept = new Map<string, ChatAnswer>();
  answered(messages: readonly ChatMessage[]): Promise<ChatAnswer | undefined> {
    return Promise.resolve(this.kept.get(JSON.stringify(messages)));
  }
  keep(messages: readonly ChatMessage[], answer: ChatAnswer): Promise<void> {
    this.kept.set(JSON.stringify(messages), answer);
    return Promise.resolve();
  }
}

const model = (
  contextTokens: number,
  answer: (messages: readonly ChatMessage[]) => ChatAnswer | Promise<ChatAnswer>,
): ChatModel => ({
  name: 'm',
  origin: 'http://localhost',
  isFree: true,
  contextTokens,
  ask: (messages) => Promise.resolve(messages).then(answer),
});

const write = (
  document: TranscriptDocument,
  chat: ChatModel,
  asks: AskLog = new Log(),
  parts: string[] = [],
): ReturnType<typeof writeNotes> =>
  writeNotes({
    document,
    template,
    model: chat,
    mark: 'k3f9k3f9k3f9k3f9',
    signal: new AbortController().signal,
    asks,
    progress: (part, of) => parts.push(`${part}/${of}`),
  });

describe('notes: asking a model', () => {
  it('asks once where the transcript fits, with the transcript between marks and called data', async () => {
    const seen: (readonly ChatMessage[])[] = [];
    const { notes, tokens } = await write(
      talk(10),
      model(8000, (messages) => {
        seen.push(messages);
        return { text: '- It is said [0:05]', tokens: { input: 100, output: 20 } };
      }),
    );
    assert.equal(seen.length, 1);
    assert.equal(notes.withoutTime, 0);
    assert.equal(tokens, 120);
    assert.match(seen[0]?.[0]?.text ?? '', /It is data/);
    assert.match(seen[0]?.[1]?.text ?? '', /k3f9k3f9k3f9k3f9\n\[0:00\] Sentence number 0/);
  });

  it('asks in pieces that hold every line, then merges, and says which part it is at', async () => {
    const asked: string[] = [];
    const parts: string[] = [];
    await write(
      talk(1000),
      model(4000, (messages) => {
        asked.push(messages[1]?.text ?? '');
        return { text: '- Gathered [0:05]' };
      }),
      new Log(),
      parts,
    );
    const all = asked.join('\n');
    for (let at = 0; at < 1000; at += 1) assert.ok(all.includes(`number ${at} `), String(at));
    assert.equal(parts.at(-1), `${asked.length}/${asked.length}`);
    assert.match(asked.at(-1) ?? '', /Write the notes from what was gathered/);
    const forecast = forecastTokens(talk(1000), template, 4000);
    assert.equal(forecast.parts, asked.length);
    const sent = asked.reduce((sum, text) => sum + text.length / 4, 0);
    assert.ok(
      forecast.tokens > sent && forecast.tokens < sent * 2.5,
      `${forecast.tokens} foretold of ${sent}`,
    );
  });

  it('makes smaller pieces where the model says that a request is too long', async () => {
    let refused = 0;
    await write(
      talk(1000),
      model(100_000, (messages) => {
        if ((messages[1]?.text.length ?? 0) < 30_000) return { text: '- Gathered [0:05]' };
        refused += 1;
        throw new FailureError(failure('too-large', 'maximum context length is 8192 tokens'));
      }),
    );
    assert.ok(refused > 0 && refused < 5);
  });

  it('continues an answer that is cut, and fails where it never ends', async () => {
    let calls = 0;
    const { notes } = await write(
      talk(10),
      model(8000, () => {
        calls += 1;
        return calls === 1 ? { text: '- One [0:05]\n- Tw', isCut: true } : { text: 'o [0:10]' };
      }),
    );
    assert.match(notes.markdown, /- Two /);
    await assert.rejects(
      write(
        talk(10),
        model(8000, () => ({ text: 'x', isCut: true })),
      ),
      /stopped in the middle/,
    );
  });

  it('makes no notes of an empty answer or an empty transcript', async () => {
    for (const text of ['', ' \n', '```\n```', '<think>only thoughts</think>', '<think>cut in'])
      await assert.rejects(
        write(
          talk(10),
          model(8000, () => ({ text })),
        ),
        /without words/,
        JSON.stringify(text),
      );
    await assert.rejects(
      write(
        talk(0),
        model(8000, () => ({ text: '- x' })),
      ),
      /has no words/,
    );
  });

  it('asks nothing again that was answered before', async () => {
    const log = new Log();
    let calls = 0;
    const failing = model(4000, () => {
      calls += 1;
      if (calls === 4) throw new FailureError(failure('network', 'gone'));
      return { text: '- Gathered [0:05]' };
    });
    await assert.rejects(write(talk(1000), failing, log), /gone/);
    const before = log.kept.size;
    await write(talk(1000), failing, log);
    assert.equal(before, 3);
    assert.equal(calls, log.kept.size + 1);
  });

  it('keeps what was counted wrong in the file, and its origin can be read back', async () => {
    const document = talk(10);
    const { notes } = await write(
      document,
      model(8000, () => ({ text: '- One [9:59:59]\n- "never said by anybody here" [0:05]' })),
    );
    const origin = { model: 'a "model"', template: 'study', digest: digestOf(document, template) };
    const file = renderNotes(document, notes, origin, 12, 0);
    assert.deepEqual(notesOrigin(file), { ...origin, id: 'dQw4w9WgXcQ' });
    assert.match(
      file,
      /Not found in the transcript: 1 of 2 statements have no time; 1 time outside .*; 1 quotation/,
    );
    assert.equal(
      doubtsOf({ markdown: '', statements: 3, withoutTime: 0, wrongTimes: 0, wrongQuotations: 0 }),
      '',
    );
    assert.equal(notesOrigin('# no head'), undefined);
  });

  it('divides any lines into pieces within the budget, none left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 400 }), { maxLength: 60 }),
        fc.integer({ min: 200, max: 3000 }),
        (texts, budget) => {
          const lines = texts.map((text, start) => ({ start, text }));
          const pieces = piecesOf(lines, budget);
          const seen = new Set(pieces.flatMap((piece) => piece.lines));
          assert.equal(seen.size, lines.length);
          for (const piece of pieces)
            assert.ok(piece.lines.length === 1 || piece.tokens <= budget, `${piece.tokens} of ${budget}`);
        },
      ),
    );
  });

  it('estimates more tokens than models count, also for scripts of three bytes', () => {
    assert.ok(estimateTokens('The quick brown fox jumps over the lazy dog') >= 10);
    assert.ok(estimateTokens('敏捷的棕色狐狸') >= 7);
    for (const text of ['The quick brown fox', 'Быстрая лиса', '敏捷的棕色狐狸', 'Füchse über Zäune', ''])
      assert.ok(expectTokens(text) <= estimateTokens(text), text);
  });

  it('cuts a cue of an hour into lines', () => {
    const lines = timedLines([{ start: 0, end: 3600, text: '長い'.repeat(5000) }], true);
    assert.ok(lines.length > 10);
    assert.equal(lines.map(({ text }) => text.replace(/^\[0:00\] /, '')).join(''), '長い'.repeat(5000));
  });

  it('names a field that a template of the user gets wrong', () => {
    assert.throws(() => ownTemplate('mine', 'About {{titel}}'), /Did you mean \{\{title\}\}\?/);
    assert.throws(() => ownTemplate('mine', 'About {{foo}}'), /These do: \{\{title\}\}/);
    assert.throws(() => ownTemplate('mine', '  '), /is empty/);
  });
});

// What a transcript's renderers write is read back as it was, and nothing in a title or a cue becomes markup.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { whole } from '../../../src/captions/sliced';
import { fromMarkdownText, markdownText } from '../../../src/output/escape';
import { renderers } from '../../../src/output/formats';
import { readMarkdown } from '../../../src/output/readBack';
import { transcript, youtube } from './samples';

describe('what the renderers write', () => {
  it('reads back as the same text, whatever it was', () => {
    const line = fc
      .string({
        unit: fc.constantFrom(...'ab1.)-+=#>!*_`[](){}<>&;:/@w$~|\\ '.split('')),
        minLength: 1,
        maxLength: 40,
      })
      .map((text) => text.trim().replace(/ +/g, ' '))
      .filter((text) => text !== '');
    fc.assert(
      fc.property(line, (text) => assert.equal(fromMarkdownText(markdownText(text)), text)),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), line, (texts, title) => {
        const cues = texts.map((text, at) => ({ start: at * 60, end: at * 60 + 50, text, speaker: 'Ann' }));
        const chapters = [{ start: 0, title }];
        const markdown = whole(
          renderers.md({
            link: youtube('dQw4w9WgXcQ'),
            transcript: transcript({ cues, meta: { title, chapters } }),
            batch: 'b',
            transcribed: '2026-11-20T10:15:00Z',
            timestamps: 'line',
          }),
        );
        const read = whole(readMarkdown(markdown, undefined));
        assert.deepEqual(
          read.cues.map((cue) => [cue.start, cue.speaker, cue.text]),
          cues.map((cue) => [cue.start, cue.speaker, cue.text]),
        );
        assert.deepEqual(read.chapters, chapters);
      }),
    );
  });

  it('makes no cue, and no line of its own, of what is said in a cue or named as its speaker', () => {
    const evil = 'A\n\n9\n00:00:01,000 --> 00:00:09,000\n0:00:01.000,0:00:02.000\nB';
    const document = {
      link: youtube('dQw4w9WgXcQ'),
      transcript: transcript({ cues: [{ start: 0, end: 1, text: evil, speaker: evil }] }),
      batch: 'b',
      transcribed: '2026-11-20T10:15:00Z',
    };
    const srt = whole(renderers.srt({ ...document, timestamps: 'line' }));
    assert.deepEqual(
      srt.match(/^.*-->.*$/gm)?.filter((line) => /^\d\d:\d\d:\d\d,\d{3}/.test(line)),
      ['00:00:00,000 --> 00:00:01,000'],
    );
    assert.doesNotMatch(srt.trimEnd(), /\n\n/);
    assert.equal(whole(renderers.vtt({ ...document, timestamps: 'line' })).match(/-->/g)?.length, 1);
    for (const timestamps of ['line', 'paragraph'] as const)
      assert.equal(
        whole(renderers.txt({ ...document, timestamps }))
          .trimEnd()
          .split('\n').length,
        4,
      );
  });

  it('embeds and links nothing from a title or a cue', () => {
    for (const evil of [
      '![x](http://e/x.png)',
      '<img src=http://e>',
      '[a](javascript:1)',
      '[[wiki]]',
      '&lt;b&gt;',
      '`x`',
      'see https://evil.example and www.evil.example or a@evil.example',
    ])
      assert.doesNotMatch(
        markdownText(evil),
        /(?<!\\)[[\]<>`!](?<=!)\[|(?<!\\)[[\]<>`]|(?<!\\)&lt;|[^\\]:\/\/|www\.|[^\\]@/,
        evil,
      );
  });
});

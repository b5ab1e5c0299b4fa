import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { findLinks } from '../../../src/intake/freeText';

const found = (text: string): string[] => [...findLinks(text)].map((link) => link.text);

describe('Links in free text', () => {
  for (const [what, text, links] of [
    [
      'prose',
      'See https://a.org/x, then (https://b.org/y). Also https://c.org!',
      ['https://a.org/x', 'https://b.org/y', 'https://c.org'],
    ],
    [
      'Markdown',
      '[t](https://a.org/x "T") **https://b.org** <https://c.org/?q=1> [https://d.org](https://d.org)',
      ['https://a.org/x', 'https://b.org', 'https://c.org/?q=1', 'https://d.org', 'https://d.org'],
    ],
    ['Markdown escapes', 'https://youtu.be/abc\\_def\\_hij', ['https://youtu.be/abc_def_hij']],
    [
      'brackets that belong to the link',
      '(https://en.wikipedia.org/wiki/A_(b))',
      ['https://en.wikipedia.org/wiki/A_(b)'],
    ],
    ['brackets opened inside of emphasis', '_https://example.org/[_(', ['https://example.org/']],
    [
      'emphasis around an id that ends with _',
      '_https://youtu.be/abcdefghij__ and https://youtu.be/abcdefghij_',
      ['https://youtu.be/abcdefghij_', 'https://youtu.be/abcdefghij_'],
    ],
    [
      'HTML',
      `<a href="https://a.org/?x=1&amp;y=2">a</a><a href='https://b.org/it'>b</a><a href=https://c.org>c</a>`,
      ['https://a.org/?x=1&y=2', 'https://b.org/it', 'https://c.org'],
    ],
    [
      'HTML shown as text',
      '&lt;https://a.org/x&gt; &quot;https://b.org&quot;',
      ['https://a.org/x', 'https://b.org'],
    ],
    [
      'an embedded player',
      '<iframe src="//www.youtube.com/embed/dQw4w9WgXcQ"></iframe>',
      ['www.youtube.com/embed/dQw4w9WgXcQ'],
    ],
    [
      'JSON',
      '{"u":"https:\\/\\/a.org\\/x?y=1\\u0026z=2","t":"see\\nhttps://b.org\\n"}',
      ['https://a.org/x?y=1&z=2', 'https://b.org'],
    ],
    [
      'links without a scheme',
      'youtu.be/-9bZkp7q19f; www.youtube.com/@x. me@youtube.com/x notyoutube.com/x',
      ['youtu.be/-9bZkp7q19f', 'www.youtube.com/@x'],
    ],
    ['one after the other', 'https://a.org/x,https://b.org/y', ['https://a.org/x', 'https://b.org/y']],
    ['a comma inside a link', 'https://a.org/x,y.html', ['https://a.org/x,y.html']],
    [
      'other scripts',
      '見て：https://a.org/x。次は「https://b.org/y」',
      ['https://a.org/x', 'https://b.org/y'],
    ],
    [
      'markup in square brackets',
      '[embed]https://youtu.be/abcdefghijk[/embed] https://vimeo.com/1[AsciiDoc] [url]https://a.org/x[/url] https://a.org/?x[]=1&y[a]=2',
      [
        'https://youtu.be/abcdefghijk',
        'https://vimeo.com/1',
        'https://a.org/x',
        'https://a.org/?x[]=1&y[a]=2',
      ],
    ],
    [
      'two pastes in a row',
      'https://youtu.be/abcdefghijkhttps://a.org/x?u=https://b.org',
      ['https://youtu.be/abcdefghijk', 'https://a.org/x?u=https://b.org'],
    ],
    [
      'the source of a YouTube page',
      '<a href="/watch?v=abcdefghijk&amp;list=PL1">a</a> {"url":"\\/shorts\\/lmnopqrstuv"} and /watch?v=abcdefghijk',
      ['/watch?v=abcdefghijk&list=PL1', '/shorts/lmnopqrstuv'],
    ],
    [
      'a link inside a link',
      'https://web.archive.org/web/2020/https://a.org/x',
      ['https://web.archive.org/web/2020/https://a.org/x'],
    ],
    [
      'semicolons between links',
      'https://youtu.be/abcdefghijk;https://youtu.be/lmnopqrstuv; https://a.org/x;https://b.org',
      ['https://youtu.be/abcdefghijk', 'https://youtu.be/lmnopqrstuv', 'https://a.org/x', 'https://b.org'],
    ],
    [
      'words that go on right behind a video’s address',
      '请看https://youtu.be/abcdefghijk的视频→https://www.youtube.com/watch?v=lmnopqrstuv和https://www.youtube.com/@日本語',
      [
        'https://youtu.be/abcdefghijk',
        'https://www.youtube.com/watch?v=lmnopqrstuv',
        'https://www.youtube.com/@日本語',
      ],
    ],
    ['no links', 'http:// https:/// youtu.be/ httpx://a', []],
  ] as const)
    it(`are found in ${what}`, () => assert.deepEqual(found(text), links));

  it('never hold trailing punctuation or a bracket that was never opened', () => {
    const around = fc.string({
      unit: fc.constantFrom(...Array.from('.,;:!?()[]{}<>"\'*_~| \n。」)')),
      maxLength: 8,
    });
    const path = fc.string({ unit: fc.constantFrom(...Array.from('abz019/-=&.()?')), maxLength: 20 });
    fc.assert(
      fc.property(around, path, around, (before, middle, after) => {
        const text = `${before}https://example.org/${middle}${after}`;
        for (const link of findLinks(text)) {
          assert.doesNotMatch(link.text, /[.,;:!?'"*。」<>([{}|]$/);
          for (const [open = '', close = ''] of ['()', '[]'].map((pair) => pair.split('')))
            assert(link.text.split(close).length <= link.text.split(open).length, link.text);
          assert.equal(text.slice(link.from, link.to), link.text);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are all found between any words, in their order', () => {
    const word = fc.string({ unit: fc.constantFrom(...Array.from('abc .,!?\n()"')), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), (words) => {
        const text = words.map((text, number) => `${text} https://example.org/${number}`).join(' ');
        assert.deepEqual(
          found(text),
          words.map((_, number) => `https://example.org/${number}`),
        );
      }),
    );
  });

  it('never make the search throw or lose its place', () => {
    const piece = fc.constantFrom(
      'https://',
      'http',
      'https:\\/\\/',
      'youtu.be/',
      '\\u0026',
      '&amp;',
      '\\',
      '(',
      ')',
      ',',
      "'",
      '_',
      'a',
      ' ',
      '\n',
      '&#xffff;',
      '\u{1f600}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        let last = 0;
        for (const { from, to } of findLinks(pieces.join(''))) {
          assert(from >= last && to > from);
          last = to;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

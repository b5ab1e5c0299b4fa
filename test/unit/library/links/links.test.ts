// Links between notes: related videos with the reason, concepts with their times, and texts from outside that can
// become nothing but text.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { whole } from '../../../../src/captions/sliced';
import { conceptsOf, conceptsPage, type Explained } from '../../../../src/library/links/conceptsPage';
import { definitionsOf } from '../../../../src/library/links/definitions';
import { edgesOf, mermaid } from '../../../../src/library/links/graph';
import { linkText } from '../../../../src/library/links/linkText';
import { relate } from '../../../../src/library/links/related';
import { withSeeAlso } from '../../../../src/library/links/seeAlso';
import { termsOf, type Term } from '../../../../src/library/links/terms';
import { isUnchanged } from '../../../../src/library/notes/seal';
import { titles } from '../../../helpers/hostileFolder';
import { notesText, transcript } from '../../../helpers/libraryFolder';

const terms = (text: string): readonly Term[] => whole(termsOf('md', transcript('T', [text])));
const words = (text: string): readonly string[] => terms(text).map(([word]) => word);

describe('the telling words of a transcript', () => {
  it('are the frequent ones, without those of every talk, numbers and what is not said', () => {
    assert.deepEqual(
      words(
        'So the gradient is what you want, and the Gradient descends 2024 times; the loss is a loss, a GRADIENT.',
      ),
      ['gradient', 'loss', 'descends'],
    );
    assert.deepEqual(
      words('Der Gradient ist eigentlich nur die Ableitung, und die Ableitung zeigt nach oben.'),
      ['ableitung', 'gradient', 'oben', 'zeigt'],
    );
  });

  it('are pairs of characters where a script has no spaces', () => {
    assert.deepEqual(words('量子力学と量子').slice(0, 1), ['量子']);
  });
});

describe('related videos', () => {
  const videos = [
    'Gradient descent follows the gradient of the loss; backpropagation gives the gradient of each layer.',
    'Backpropagation through layers: the gradient flows backwards, descent goes on until the loss is low.',
    'Bread rises with yeast; knead the dough, let the yeast work, bake the dough.',
    'Sourdough is dough without bought yeast: the starter has wild yeast. Bake it hot.',
    'Tides follow the moon.',
  ].map(terms);
  const keys = videos.map((_, at) => String(at));

  it('share telling words, which are the reason', () => {
    const found = whole(relate(videos, keys));
    assert.deepEqual(
      found.map((one) => one.map(({ to }) => to)),
      [[1], [0], [3], [2], []],
    );
    assert.deepEqual(new Set(found[0]?.[0]?.words), new Set(['gradient', 'backpropagation', 'descent']));
    assert.deepEqual(new Set(found[2]?.[0]?.words), new Set(['dough', 'yeast', 'bake']));
  });

  it('are never the same video in another batch', () => {
    assert.deepEqual(whole(relate(videos, ['a', 'a', 'b', 'c', 'd']))[0], []);
  });

  it('are there for two videos as for two thousand, at most five each', () => {
    assert.equal(whole(relate(videos.slice(0, 2), keys))[0]?.length, 1);
    const many = Array.from({ length: 2000 }, (_, at) =>
      [`common${at % 7}`, `subject${at % 100}`, `part${at % 100}`, `own${at}`].map((word): Term => [word, 3]),
    );
    const found = whole(
      relate(
        many,
        many.map((_, at) => String(at)),
      ),
    );
    for (const [at, one] of found.entries()) {
      assert.equal(one.length, 5);
      for (const { to } of one) assert.equal(to % 100, at % 100);
    }
  });

  it('do not depend on the order in which the videos are read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const found = whole(
          relate(
            order.map((at) => videos[at] ?? []),
            order.map(String),
          ),
        );
        const pairs = found.flatMap((one, at) =>
          one.map(({ to, words: why }) => `${order[at]} ${order[to]} ${why.join()}`),
        );
        const plain = whole(relate(videos, keys)).flatMap((one, at) =>
          one.map(({ to, words: why }) => `${at} ${to} ${why.join()}`),
        );
        assert.deepEqual(pairs.sort(), plain.sort());
      }),
    );
  });

  it('are one edge in the drawing, with labels that are nothing but words', () => {
    const hostile = [
      ...Object.values(titles),
      'a"]; click n1 "javascript:alert(1)"',
      '`x` #quot; <b>',
      '%%{init: {}}%%',
      'end',
    ];
    const edges = edgesOf(
      hostile.map((_, at) => [
        { to: (at + 1) % hostile.length, score: 0.5, words: [hostile[at] ?? '', 'b'] },
      ]),
    );
    const drawing = mermaid(
      hostile.map((title) => ({ title })),
      edges,
    );
    const lines = drawing.trimEnd().split('\n');
    assert.deepEqual([lines[0], lines[1], lines.at(-1)], ['```mermaid', 'graph LR', '```']);
    for (const line of lines.slice(2, -1))
      assert.match(
        line,
        /^ {2}n\d+(?:\["[\p{L}\p{N} .,!?'()+…-]+"\]| -- "[\p{L}\p{N} .,!?'()+…-]+" --- n\d+)$/u,
      );
    assert.equal(mermaid([], []), '');
    const many = Array.from({ length: 300 }, (_, at) => [{ to: (at + 1) % 300, score: 0.5, words: ['a'] }]);
    assert.ok(
      mermaid(
        many.map((_, at) => ({ title: `${at}` })),
        edgesOf(many),
      ).split('\n').length < 150,
    );
  });
});

describe('concepts', () => {
  const link = (seconds: number): string => `[x](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=${seconds})`;
  const study = [
    '## Key ideas',
    `- **Not a definition**: an idea ${link(1)}`,
    '## Definitions',
    `- **Gradient**: points uphill ${link(62)} ${link(60)}`,
    `- **Loss \\[L\\]:** what is minimised ${link(5)}`,
    `  and again ${link(7)}`,
    '- **Epoch** – one pass *(no time)*',
    '- no term here',
    '## Questions',
    `- **Why?**: ${link(9)}`,
  ].join('\n');

  it('are the terms that notes define, with their times', () => {
    assert.deepEqual(definitionsOf(study), [
      { term: 'Gradient', times: [62, 60] },
      { term: 'Loss [L]', times: [5, 7] },
      { term: 'Epoch', times: [] },
    ]);
  });

  it('are found in notes of another language', () => {
    assert.deepEqual(definitionsOf(`## Begriffe\n- **Ableitung**: Steigung ${link(3)}`), [
      { term: 'Ableitung', times: [3] },
    ]);
    assert.deepEqual(definitionsOf(`## 定義\n- **微分**：傾き ${link(3)}`), [{ term: '微分', times: [3] }]);
    // A heading that is not known: the section of which each item is a definition.
    const other = `## Ideoj\n- ideo\n## Difinoj\n- **Derivaĵo**: io ${link(3)}\n## Demandoj\n- kio?`;
    assert.deepEqual(definitionsOf(other), [{ term: 'Derivaĵo', times: [3] }]);
    assert.deepEqual(definitionsOf('## Summary\n\nNothing is defined.'), []);
  });

  it('stand on one page in the order of the alphabet, one for spellings that differ in case and accents', () => {
    const explained: readonly Explained[] = [
      {
        notes: { folder: 'A b', file: 'One.notes.md' },
        title: 'One',
        url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
        definitions: definitionsOf(study),
      },
      {
        notes: { folder: 'C', file: 'Two.notes.md' },
        title: 'Two',
        url: undefined,
        definitions: [
          { term: 'gradient', times: [3] },
          { term: 'Gradient', times: [] },
        ],
      },
    ];
    const page = conceptsPage(explained, conceptsOf(explained), 'markdown') ?? '';
    assert.match(
      page,
      /\n3 concepts from the notes of 2 videos\n\n## Epoch\n\n- \[One\]\(A%20b\/One\.notes\.md\)\n\n## Gradient\n\n- \[One\]\(A%20b\/One\.notes\.md\) \[1:00\]\(https:\/\/www\.youtube\.com\/watch\?v=dQw4w9WgXcQ&t=60\) \[1:02\]\(\S+\)\n- \[Two\]\(C\/Two\.notes\.md\) 0:03\n\n## Loss \\\[L\\\]\n/,
    );
    assert.match(
      conceptsPage(explained, conceptsOf(explained), 'wiki') ?? '',
      /- \[\[A b\/One\.notes\|One\]\] \[1:00\]/,
    );
    assert.equal(conceptsPage([], [], 'markdown'), undefined);
  });

  it('take any text as notes without an error, and never lead elsewhere', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '## Definitions\n',
            '- **',
            '**',
            ':',
            ' a ',
            '\\',
            '](http://x.example/?t=9)',
            '[',
            '\n',
            '*',
            '<img>',
            '  ',
          ),
        ),
        (parts) => {
          const definitions = definitionsOf(parts.join(''));
          const explained = [
            { notes: { folder: 'A', file: 'b.notes.md' }, title: '![](x)', url: undefined, definitions },
          ];
          const page = conceptsPage(explained, conceptsOf(explained), 'markdown') ?? '';
          assert.doesNotMatch(page, /x\.example|(?<!\\)<img|(?<!\\)!\[\]/);
        },
      ),
    );
  });
});

describe('a link between notes', () => {
  it('is relative, from wherever the file is', () => {
    const to = { folder: 'A b', file: 'x [1].notes.md' };
    assert.equal(linkText('markdown', 'A b', to, 'X'), '[X](x%20%5B1%5D.notes.md)');
    assert.equal(linkText('markdown', 'C', to, 'X'), '[X](../A%20b/x%20%5B1%5D.notes.md)');
    assert.equal(linkText('markdown', '', to, 'X'), '[X](A%20b/x%20%5B1%5D.notes.md)');
  });

  it('is a wiki link where the name can be in one, else Markdown', () => {
    assert.equal(
      linkText('wiki', 'C', { folder: 'A b', file: "L'été (1).notes.md" }, 'A | b [c]'),
      "[[A b/L'été (1).notes|A b c]]",
    );
    for (const file of [
      'a [b].md',
      'a#b.md',
      'a|b.md',
      'a^b.md',
      '<img src=x>.md',
      '`a`.md',
      'www.x.example.md',
      'a]].md',
    ])
      assert.match(
        linkText('wiki', 'C', { folder: 'A', file }, 'X'),
        /^\[X\]\(\.\.\/A\/[^()<>`\s]*\)$/,
        file,
      );
    assert.equal(linkText('wiki', '', { folder: 'A', file: 'b.md' }, '[[|]]'), '[[A/b|video]]');
  });
});

describe('the section "See also"', () => {
  const notes = notesText('A', '## Summary\n\n- one');
  const links = [{ to: { folder: 'B', file: 'b.notes.md' }, title: 'B *b*', words: ['loss', 'a_b', 'c'] }];

  it('comes at the end of notes with its reason, and once only', () => {
    const linked = withSeeAlso(notes, links, 'A', 'markdown') ?? '';
    assert.ok(
      linked.endsWith('\n## See also\n\n- [B \\*b\\*](../B/b.notes.md): both speak of loss, a\\_b and c\n'),
      linked,
    );
    assert.ok(isUnchanged(linked));
    assert.equal(withSeeAlso(linked, links, 'A', 'markdown'), linked);
    const others =
      withSeeAlso(
        linked,
        [{ ...links[0], to: { folder: 'C', file: 'c.md' }, title: 'C', words: ['x', 'y'] }],
        'A',
        'markdown',
      ) ?? '';
    assert.equal(others.match(/## See also/g)?.length, 1);
    assert.match(others, /\.\.\/C\/c\.md/);
    assert.equal(withSeeAlso(others, [], 'A', 'markdown'), notes);
  });

  it('is never written into notes that the user has changed', () => {
    const linked = withSeeAlso(notes, links, 'A', 'markdown') ?? '';
    for (const changed of [
      `${notes}mine\n`,
      linked.replace('one', 'two'),
      notes.replace(/written: .*\n/, ''),
      'no head',
    ])
      assert.equal(withSeeAlso(changed, links, 'A', 'markdown'), undefined);
  });
});

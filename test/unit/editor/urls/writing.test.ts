/** What helps to write a Link List: folding, completion, outline, formatting and clean lines from the clipboard. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse, LineMemory } from '../../../../src/editor/urls/analysis';
import { completionAt } from '../../../../src/editor/urls/complete';
import { formatEdits, type LineEdit } from '../../../../src/editor/urls/format';
import { outlineOf, type OutlineNode } from '../../../../src/editor/urls/outline';
import { fileEntry, pastedLines } from '../../../../src/editor/urls/paste';
import { sectionsOf } from '../../../../src/editor/urls/sections';
import { directives } from '../../../../src/intake/directives';
import { sourceIds } from '../../../../src/model/transcript';

async function analysed(text: string, memory?: LineMemory) {
  const analysis = await analyse(
    text,
    { folder: '/lists' },
    () => Promise.resolve(),
    () => false,
    memory,
  );
  assert(analysis);
  memory?.turn();
  return analysis;
}

describe('the folding of a Link List', () => {
  const folds = (text: string): readonly string[] =>
    sectionsOf(text.split('\n')).map(({ kind, name, from, to }) => `${kind} ${name} ${from}-${to}`);

  it('goes from a heading comment to the next one, without the blank lines between', () => {
    assert.deepEqual(folds('# Talks\naaaaaaaaaaa\nbbbbbbbbbbb\n\n# More\n# of them\nccccccccccc\n'), [
      'heading Talks 0-2',
      'heading More 4-6',
    ]);
    assert.deepEqual(folds('# @name x\n\naaaaaaaaaaa\n# alone'), []);
  });

  it('keeps regions whole, also inside of each other, and no heading reaches over their edge', () => {
    const text = [
      '# Before',
      'aaaaaaaaaaa',
      '# region Course',
      '# First',
      'bbbbbbbbbbb',
      '#region',
      'ccccccccccc',
      '# endregion',
      '# Second',
      'ddddddddddd',
      '#endregion Course',
      'eeeeeeeeeee',
    ];
    assert.deepEqual(folds(text.join('\n')), [
      'heading Before 0-1',
      'region Course 2-10',
      'heading First 3-4',
      'region  5-7',
      'heading Second 8-9',
    ]);
  });

  it('leaves an edge without its partner alone, and takes no other word for one', () => {
    assert.deepEqual(folds('# endregion\naaaaaaaaaaa\n# region open\nbbbbbbbbbbb'), []);
    assert.deepEqual(folds('# regional news\naaaaaaaaaaa'), ['heading regional news 0-1']);
  });
});

describe('the completion of a Link List', () => {
  const labels = (line: string, used?: ReadonlySet<string>): readonly string[] =>
    completionAt(line, line.length, used)?.proposals.map(({ label }) => label) ?? [];

  it('proposes every directive where one begins, and none that is used already', () => {
    for (const line of ['', '#', '# ', '# @', '  # @la', '@', '#@na']) {
      const found = labels(line);
      for (const name of Object.keys(directives)) assert.ok(found.includes(`# @${name}`), `${line}: ${name}`);
    }
    assert.equal(labels('# @', new Set(['lang'])).includes('# @lang'), false);
    assert.equal(completionAt('  # @la', 7)?.from, 2, 'the whole beginning is replaced');
  });

  it('proposes the values that a directive takes, those before it not again', () => {
    assert.deepEqual(labels('# @sources '), sourceIds);
    assert.deepEqual(
      labels('# @sources youtube, '),
      sourceIds.filter((id) => id !== 'youtube'),
    );
    assert.equal(completionAt('# @sources youtube, wh', 22)?.from, 20);
    assert.deepEqual(labels('#@speakers: '), ['yes', 'no']);
    assert.deepEqual(labels('# @notes '), ['summary', 'study', 'chapters']);
    assert.ok(labels('# @lang ').includes('pt-BR'));
    assert.ok(labels('# @encoding ').includes('shift_jis'));
    for (const name of Object.keys(directives)) assert.ok(labels(`# @${name} `).length > 0, name);
    assert.deepEqual(labels('# @constructor '), []);
  });

  it('proposes nothing within a link or a comment', () => {
    for (const line of ['https://www.youtube.com/watch?v=', 'aaaaaaaaaaa # @', '# some words @']) {
      assert.deepEqual(labels(line), [], line);
      assert.equal(completionAt(line, line.length)?.folder, undefined, line);
    }
  });

  it('knows where a path is being written', () => {
    const folder = (line: string): string | undefined => completionAt(line, line.length)?.folder;
    assert.equal(folder(''), './');
    assert.equal(folder('./'), './');
    assert.equal(folder('./my recordings/ta'), './my recordings/');
    assert.equal(folder('../x'), '../');
    assert.equal(folder('~/Videos/'), '~/Videos/');
    assert.equal(folder('/media/disk/a'), '/media/disk/');
  });
});

describe('the outline of a Link List', () => {
  it('holds the links in their headings and regions, by their remarks where they have one', async () => {
    const text = 'aaaaaaaaaaa\n# Talks\nbbbbbbbbbbb # On rust\n# region\n./x.mp4\n# endregion\nccccccccccc';
    const tree = outlineOf(await analysed(text), (line, to) =>
      (text.split('\n')[line] ?? '').slice(to).replace(/^\s*#\s*/, ''),
    );
    const words = (nodes: readonly OutlineNode[]): unknown[] =>
      nodes.map(({ name, children }) => (children.length > 0 ? [name, words(children)] : name));
    assert.deepEqual(words(tree), [
      'youtube.com/watch?v=aaaaaaaaaaa',
      ['Talks', ['On rust']],
      ['Region', ['/lists/x.mp4']],
      'youtube.com/watch?v=ccccccccccc',
    ]);
  });
});

describe('the formatting of a Link List', () => {
  const apply = (text: string): string => {
    const lines = text.split('\n');
    const isEnded = lines.at(-1) === '';
    if (isEnded) lines.pop();
    const edits: LineEdit[] = [...formatEdits(lines)];
    for (const { from, to, text: one } of edits.reverse())
      lines.splice(from, to - from + 1, ...(one === undefined ? [] : [one]));
    return lines.join('\n') + (isEnded ? '\n' : '');
  };

  it('brings directives into one form and takes blanks and empty lines away', () => {
    assert.equal(
      apply(
        '\n  \n#@LANG = de, en   # mine\n#Talks\n  aaaaaaaaaaa   # kept as it is  \n\n \n\nbbbbbbbbbbb\n \n\n',
      ),
      '# @lang de, en   # mine\n# Talks\naaaaaaaaaaa   # kept as it is\n\nbbbbbbbbbbb\n',
    );
  });

  it('changes nothing twice, and never what a list means', async () => {
    const piece = fc.constantFrom(
      ...['aaaaaaaaaaa', ' bbbbbbbbbbb # x', '', '  ', '#x', '# @limit 5', '#@lang:de', '##y', '; off'],
      ...[
        '#region a',
        '# endregion',
        './a b.mp4  ',
        'https://e.org/a?b=c#d',
        'nonsense here',
        '// c',
        '\t# @name  z  # r',
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (lines) => {
        const text = lines.join('\n');
        const once = apply(text);
        assert.equal(apply(once), once);
        const [before, after] = await Promise.all([analysed(text), analysed(once)]);
        const means = ({ content }: Awaited<ReturnType<typeof analysed>>): unknown => [
          content.jobs.map(({ link }) => link.url),
          content.settings,
          content.name,
        ];
        assert.deepEqual(means(after), means(before));
      }),
    );
  });
});

describe('what is pasted into a Link List', () => {
  it('becomes clean lines where it is words with links', () => {
    assert.equal(
      pastedLines('Look at https://youtu.be/aaaaaaaaaaa, and\n(https://e.org/talk.mp3)!'),
      'https://www.youtube.com/watch?v=aaaaaaaaaaa\nhttps://e.org/talk.mp3\n',
    );
    assert.equal(
      pastedLines('- [A](https://youtu.be/aaaaaaaaaaa)'),
      'https://www.youtube.com/watch?v=aaaaaaaaaaa',
    );
    assert.equal(pastedLines('  aaaaaaaaaaa  \n\t# x\n'), 'aaaaaaaaaaa\n# x\n');
  });

  it('stays as it is where it is a list, or no link at all', () => {
    for (const text of ['https://e.org/a', 'aaaaaaaaaaa # x\n# @lang de\n./a.mp4', 'only words', '', '# c'])
      assert.equal(pastedLines(text), undefined, text);
  });

  it('is a path relative to the list, for a file below its folder', () => {
    assert.equal(fileEntry('/lists/rec/a b.mp4', '/lists'), './rec/a b.mp4');
    assert.equal(fileEntry('/elsewhere/a.mp4', '/lists'), '/elsewhere/a.mp4');
    assert.equal(fileEntry('/lists/a.mp4', undefined), '/lists/a.mp4');
  });
});

describe('a list that is read again', () => {
  it('is the same by memory, and forgets what is gone', async () => {
    const memory = new LineMemory();
    const texts = ['aaaaaaaaaaa\nhttps://e.org/a\n./x.mp4', 'https://e.org/a\nhttps://e.org/a # again', ''];
    for (const text of [...texts, ...texts]) {
      const { content } = await analysed(text, memory);
      assert.deepEqual(content, (await analysed(text)).content);
    }
    assert.equal(memory.get('aaaaaaaaaaa'), undefined);
  });
});

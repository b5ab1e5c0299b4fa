/** A model's answer is data: safe to open, and nothing in it that the transcript does not hold. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lexer, type Token } from 'marked';
import { whole } from '../../../../src/captions/sliced';
import { checkAnswer, type CheckedNotes } from '../../../../src/library/notes/answer';
import { Ground } from '../../../../src/library/notes/grounding';

const cues = [
  { start: 0, end: 5, text: 'Welcome to the lecture on entropy.' },
  { start: 5.4, end: 9, text: 'Entropy is a measure of disorder, my friends.' },
  { start: 60, end: 70, text: "the second law says it doesn't decrease" },
];
const url = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ';
const checked = (answer: string, timed = true): CheckedNotes =>
  checkAnswer(answer, whole(Ground.of(cues, 75, timed)), url);
const link = (shown: string, second: number): string => `[${shown}](${url}&t=${second})`;

describe('notes: what a model answers', () => {
  it('links each time to the cue that is heard then, in all forms that models write', () => {
    for (const time of [
      '[0:07]',
      '(0:07)',
      '[00:07]',
      '[0:00:07]',
      '[7s]',
      '(t=7)',
      '[0:07](https://x.example/)',
    ])
      assert.equal(
        checked(`- It is disorder ${time}`).markdown,
        `- It is disorder ${link('0:05', 5)}\n`,
        time,
      );
    assert.equal(checked('- 1:02 It never falls').markdown, `- ${link('1:00', 60)} It never falls\n`);
    assert.equal(
      checked('- Both are said [0:02–1:04]').markdown,
      `- Both are said ${link('0:00', 0)} ${link('1:00', 60)}\n`,
    );
    assert.equal(checked('- Seven [0:07](x) and a score of 3:10 points').statements, 1);
  });

  it('writes no time outside of the video, marks and counts it', () => {
    const notes = checked('- Something [12:34]\n- Another [1:00]');
    assert.ok(!notes.markdown.includes('12:34'));
    assert.match(notes.markdown, /Something \*\(time not in the video\)\*/);
    assert.deepEqual([notes.wrongTimes, notes.statements, notes.withoutTime], [1, 2, 1]);
  });

  it('keeps quotations that were said, whatever their marks and case, and leaves the others out', () => {
    const said = checked(
      '- “Entropy is a measure of Disorder my friends” [0:07]\n- "the second law … doesn’t decrease" [1:00]',
    );
    assert.equal(said.wrongQuotations, 0);
    const invented = checked(
      '- "entropy is what I hate most" [0:07]\n\n> Entropy was invented in Bern by me [0:05]',
    );
    assert.equal(invented.wrongQuotations, 2);
    assert.ok(!/hate|Bern/.test(invented.markdown));
    assert.equal(checked('- The "second law" is a term [1:00]').wrongQuotations, 0);
  });

  it('marks a statement without a time; a lead-in and what is below a heading with a time need none', () => {
    const notes = checked('## Ideas\n\nThese are the ideas:\n\n- One [0:05]\n- Two');
    assert.deepEqual([notes.statements, notes.withoutTime], [2, 1]);
    assert.match(notes.markdown, /- Two \*\(no time\)\*/);
    assert.equal(checked('## [1:00] The second law\n\nIt is explained.').withoutTime, 0);
  });

  it('asks no times of a transcript that has none', () => {
    const notes = checked('- One\n- Two [0:05]', false);
    assert.deepEqual([notes.statements, notes.withoutTime, notes.wrongTimes], [0, 0, 0]);
  });

  it('drops the title that it repeats, a fence around all of it, and what it thought', () => {
    const answer = '<think>hm\n</think>\n```markdown\n# My title\n\n## Ideas\n- One [0:05]\n```';
    assert.equal(checked(answer).markdown, `## Ideas\n\n- One ${link('0:05', 5)}\n`);
    // The server has the opening tag in its request.
    assert.equal(checked('Let me see.\n</think>\n\n- One [0:05]').markdown, `- One ${link('0:05', 5)}\n`);
    assert.equal(checked('<thought>hm</thought>- One [0:05]').markdown, `- One ${link('0:05', 5)}\n`);
    assert.match(checked('- He said <think> [0:05]').markdown, /He said/);
  });

  it('makes HTML, pictures, links, commands and tags of template languages plain text', () => {
    const notes = checked(
      '<img src=x onerror=alert(1)> ![p](http://evil.example/x.png) [click](command:foo) {{ x }} {% y %} [[wiki]] http://evil.example\n\n' +
        '[a]: command:foo\n\n[a] `{{ z }}`\n\n```mermaid\nclick a "command:foo"\n```\n\n<script>x</script>',
    );
    assert.deepEqual(unsafe(lexer(notes.markdown)), []);
    assert.ok(!/(?<!\\)\{[{%]/.test(notes.markdown));
    assert.ok(!notes.markdown.includes('```mermaid'));
  });

  it('never lets markup through, whatever is answered', () => {
    const piece = fc.constantFrom(
      ...[
        '<b>',
        '</b>',
        '![',
        '](',
        '[',
        ']',
        '(command:x)',
        'http://x.example',
        '`',
        '```',
        '~~~',
        '\n',
        '\n\n',
        '- ',
      ],
      ...[
        '> ',
        '# ',
        '|',
        '|-|',
        '*',
        '**',
        '_',
        '[0:05]',
        '"',
        'some words here',
        '\\',
        '&lt;',
        '<!--',
        '-->',
        '    ',
        '1. ',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        assert.deepEqual(unsafe(lexer(checked(pieces.join('')).markdown)), []);
      }),
    );
  });

  it('reads hostile answers', () => {
    for (const hostile of [
      '>'.repeat(100_000),
      '_a__b'.repeat(20_000),
      '[a](<'.repeat(20_000),
      '“'.repeat(90_000),
    ])
      assert.ok(checked(hostile).markdown.length > 0);
  });
});

/** Links that do not lead to the video, pictures and HTML. */
function unsafe(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token): readonly string[] => {
    const inner = [
      ...(('tokens' in token ? (token.tokens as readonly Token[] | undefined) : undefined) ?? []),
      ...(token.type === 'list' ? (token as { readonly items: readonly Token[] }).items : []),
    ];
    const isBad =
      token.type === 'html' ||
      token.type === 'image' ||
      token.type === 'def' ||
      (token.type === 'link' && !(token as { readonly href: string }).href.startsWith(url));
    return [...(isBad ? [token.raw] : []), ...unsafe(inner)];
  });
}

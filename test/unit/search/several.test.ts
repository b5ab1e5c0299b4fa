// Search in several folders at once: each folder's best comes first, and whole matches before those with some words.
import assert from 'node:assert/strict';
import type { SearchAnswer } from '../../../src/search/search';
import { mergedAnswers } from '../../../src/search/several';

const answer = (titles: readonly string[], more: Partial<SearchAnswer> = {}): SearchAnswer => ({
  hits: titles.map((title) => ({
    ...{ title, file: `/${title}.md`, batch: 'talks', line: 1, seconds: 0, link: undefined, text: title },
    marks: [],
  })),
  total: titles.length,
  partial: false,
  transcripts: 1,
  aside: undefined,
  ...more,
});
const titles = ({ hits }: SearchAnswer): string => hits.map(({ title }) => title).join(' ');

describe('search in several folders', () => {
  it('takes the best of each in turn, and counts all', () => {
    const merged = mergedAnswers([answer(['a1', 'a2', 'a3'], { total: 9 }), answer(['b1'])], 3);
    assert.equal(titles(merged), 'a1 b1 a2');
    assert.deepEqual([merged.total, merged.transcripts, merged.partial], [10, 2, false]);
  });

  it('leaves passages with some of the words out where another folder has all', () => {
    const merged = mergedAnswers([answer(['a1'], { partial: true }), answer(['b1'])], 5);
    assert.deepEqual([titles(merged), merged.total, merged.partial], ['b1', 1, false]);
    const some = mergedAnswers([answer(['a1'], { partial: true }), answer([])], 5);
    assert.deepEqual([titles(some), some.partial], ['a1', true]);
  });

  it('of one folder is that answer', () => {
    const one = answer(['a1', 'a2'], { aside: 'read-only' });
    assert.deepEqual(mergedAnswers([one], 5), one);
  });
});

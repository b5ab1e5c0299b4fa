// A list is edited after its batch was made: a row still finds its own line, and never another's.
import assert from 'node:assert/strict';
import { lineOfLink } from '../../../src/editor/lineOfLink';

const lines = (text: string) => {
  const all = text.split('\n');
  return { lineCount: all.length, lineAt: (at: number) => ({ text: all[at] ?? '' }) };
};
const link = { id: 'dQw4w9WgXcQ', url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ' };

describe('the line of a link', () => {
  it('is where it was, whatever the form of the link', () => {
    for (const form of ['dQw4w9WgXcQ # a talk', 'https://youtu.be/dQw4w9WgXcQ?t=3', link.url])
      assert.equal(lineOfLink(lines(`# list\n${form}\nother`), 1, link), 1);
  });

  it('is the nearest where lines were added or removed', () => {
    const text = ['dQw4w9WgXcQ', ...Array.from({ length: 20 }, (_, at) => `x${at}`), link.url].join('\n');
    assert.equal(lineOfLink(lines(text), 15, link), 21);
    assert.equal(lineOfLink(lines(text), 5, link), 0);
    assert.equal(lineOfLink(lines(text), 500, link), 21);
  });

  it('is unknown where the link is gone', () => {
    assert.equal(lineOfLink(lines('# list\nhttps://youtu.be/aaaaaaaaaaa'), 1, link), undefined);
    assert.equal(lineOfLink(lines(''), 0, { id: '', url: '' }), undefined);
  });

  it('knows local files by their names and wrong entries by their text', () => {
    const file = { id: 'x', url: 'file:///talks/a%20b.mp4', path: '/talks/a b.mp4' };
    assert.equal(lineOfLink(lines('one\n./a b.mp4'), 0, file), 1);
    assert.equal(
      lineOfLink(lines('one\njavascript:alert(1)'), 0, { id: 'y', url: 'javascript:alert(1)' }),
      1,
    );
  });
});

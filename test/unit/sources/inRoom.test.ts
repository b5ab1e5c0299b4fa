/** How much memory a text is taken to need before it is read, and that its room is given back whatever happens. */
import assert from 'node:assert/strict';
import { inRoom } from '../../../src/sources/inRoom';

const MB = 1_048_576;

function* done(): Generator<undefined, string, undefined> {
  yield;
  return 'read';
}
function* broken(): Generator<undefined, string, undefined> {
  yield;
  throw new Error('broken');
}

describe('Reading in room', () => {
  it('asks for the memory that its form takes, and gives it back', async () => {
    const asked: number[] = [];
    let left = 0;
    const room = (bytes: number): Promise<() => void> => {
      asked.push(Math.round(bytes / MB));
      return Promise.resolve(() => {
        left += 1;
      });
    };
    const texts = [
      `\uFEFF \n<tt>${' '.repeat(MB)}`,
      `{"events":[]}${' '.repeat(MB)}`,
      `WEBVTT${' '.repeat(MB)}`,
    ];
    for (const text of texts) {
      assert.equal(await inRoom({ room }, Buffer.from(text), done()), 'read');
      assert.equal(await inRoom({ room }, text, done()), 'read');
    }
    assert.deepEqual(asked, [56, 56, 14, 14, 26, 26]);
    await assert.rejects(inRoom({ room }, 'x', broken()), /broken/);
    assert.equal(left, 7);
    assert.equal(await inRoom({}, 'x', done()), 'read');
  });
});

/** What Redis answers about shared quotas is untrusted: what is not understood counts as not there. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readReply } from '../../../../src/cluster/pace/wire';

const token = '0123456789abcdef.1';
const good = { now: 1_800_000_000_000, born: 1, read: 4, machines: 2, told: 2 };

function read(more: object): Exclude<ReturnType<typeof readReply>, 'lost'> {
  const reply = readReply(JSON.stringify({ ...good, ...more }));
  assert.ok(reply !== 'lost');
  return reply;
}

describe('an answer of Redis about shared quotas', () => {
  it('is read with what it grants, and empty lists as Lua writes them', () => {
    const reply = read({
      granted: true,
      parts: { '0123456789abcdef': 2 },
      news: {},
      all: { openai: { starts: [token, '1800000000000'], hold: 0, limit: 9 } },
    });
    assert.equal(reply.granted, true);
    assert.deepEqual([...reply.parts], [['0123456789abcdef', 2]]);
    assert.deepEqual(reply.news, []);
    assert.deepEqual(reply.all.get('openai'), { starts: [[token, 1_800_000_000_000]], hold: 0, limit: 9 });
  });

  it('grants nothing by what is no plain yes', () => {
    for (const granted of ['true', 1, {}, undefined]) assert.equal(read({ granted }).granted, false);
  });

  it('loses what has another form, and keeps the rest', () => {
    const { news } = read({
      news: [
        JSON.stringify([5, 's', token, 1_800_000_000_000, ['openai', 7]]),
        JSON.stringify([6, 's', '../../etc', 1, ['openai']]),
        JSON.stringify([7, 's', token, -1, ['openai']]),
        JSON.stringify([8, 'n', 'x', 'k', 'y'.repeat(100_000)]),
        JSON.stringify([9, 'h', 'x', 'openai', '1e400']),
        '{',
        12,
      ],
    });
    assert.deepEqual(news, [{ number: 5, kind: 'start', token, at: 1_800_000_000_000, keys: ['openai'] }]);
  });

  it('without its time is no answer', () => {
    for (const text of ['', '[]', 'null', '{}', JSON.stringify({ ...good, now: 'soon' })])
      assert.throws(() => readReply(text), /answer of Redis/);
  });

  it('never does more than fail, whatever stands there', () => {
    fc.assert(
      fc.property(fc.object(), (more) => {
        try {
          readReply(JSON.stringify({ ...good, ...more }));
        } catch (error) {
          assert.ok(error instanceof Error && error.message.includes('answer of Redis'));
        }
      }),
    );
  });
});

/** BULK_TRANSCRIBE_FEED_PASSWORD goes to the feeds that it names, and without a name to those of one origin alone. */
import { strict as assert } from 'node:assert';
import { FeedPassword } from '../../../src/platform/feedPassword';

const mine = 'https://feeds.example';
const other = 'https://other.example';

describe('The feed password of the environment', () => {
  let said: string[];
  const of = (value: string | undefined): FeedPassword => new FeedPassword(value, (line) => said.push(line));

  beforeEach(() => {
    said = [];
  });

  it('goes to the origin that it names alone, whatever else is on the list', () => {
    const feeds = of(`ann:se:cr@et@${mine}/show.xml`);
    for (const origin of [mine, other]) feeds.name(`${origin}/a.xml`, false);
    assert.equal(feeds.of(mine), 'ann:se:cr@et');
    for (const origin of [
      other,
      `${mine}:8443`,
      'https://feeds.example.evil.example',
      'http://feeds.example',
    ])
      assert.equal(feeds.of(origin), undefined, origin);
  });

  it('holds several, a line each', () => {
    const feeds = of(`ann:one@${mine}\r\n bob:two@${other} \n`);
    assert.equal(feeds.of(mine), 'ann:one');
    assert.equal(feeds.of(other), 'bob:two');
    assert.deepEqual(feeds.secrets, ['ann:one', 'one', 'bob:two', 'two']);
  });

  it('goes without a name to the feeds of one origin, and to none where there are several', () => {
    const feeds = of('ann:secret');
    assert.equal(feeds.of(mine), undefined);
    feeds.name(`${mine}/a.xml`, false);
    feeds.name(`${mine}/b.xml`, false);
    assert.equal(feeds.of(mine), 'ann:secret');
    assert.equal(feeds.of(other), undefined);
    feeds.name(`${other}/a.xml`, false);
    for (const origin of [mine, other]) assert.equal(feeds.of(origin), undefined);
    assert.match(said.at(-1) ?? '', /user:password@https:\/\/other\.example/);
    assert.doesNotMatch(said.join(), /secret/);
  });

  it('goes without a name to the feed that was typed, not to those that a list beside it names', () => {
    const feeds = of('ann:secret');
    feeds.name(`${other}/a.xml`, false);
    feeds.name(`${mine}/a.xml`, true);
    assert.equal(feeds.of(mine), 'ann:secret');
    assert.equal(feeds.of(other), undefined);
    feeds.name(`${other}/typed.xml`, true);
    assert.equal(feeds.of(mine), undefined);
  });

  it('goes over plain http to another computer only where it names that address', () => {
    const plain = 'http://feeds.example';
    const feeds = of('ann:secret');
    feeds.name(`${plain}/a.xml`, true);
    assert.equal(feeds.of(plain), undefined);
    assert.match(said.join(), /plain http.*user:password@http:\/\/feeds\.example/);
    assert.equal(feeds.of(mine), 'ann:secret', 'the same host on the safe wire');
    assert.equal(of(`ann:secret@${plain}`).of(plain), 'ann:secret');
    const local = of('ann:secret');
    local.name('http://127.0.0.1:8080/a.xml', false);
    assert.equal(local.of('http://127.0.0.1:8080'), 'ann:secret');
  });

  it('is said once to be of no use where it has no colon', () => {
    const feeds = of(`secret@${mine}`);
    assert.deepEqual([feeds.of(mine), feeds.of(mine)], [undefined, undefined]);
    assert.equal(said.length, 1);
    assert.equal(of(undefined).of(mine), undefined);
  });
});

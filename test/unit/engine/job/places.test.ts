import assert from 'node:assert/strict';
import type { NewJob } from '../../../../src/model/events';
import type { Link } from '../../../../src/model/link';
import { unconfirmedPlace } from '../../../../src/model/need';
import { rowWords } from '../../../../src/model/words';
import { FakeSource, found, start, videos, within, world } from '../../../helpers/fakeEngine';

const link = (more: Partial<Link>): Link => ({
  kind: 'subtitle',
  url: 'http://192.168.0.1/talk.vtt',
  id: 'private0000',
  ...more,
});
const named: NewJob = { link: link({ outside: true, reach: 'unconfirmed' }) };

describe('A place of this computer or its network that a list names', () => {
  it('is not asked before the user has allowed it, while the others are done', async () => {
    const source = new FakeSource('subtitleFile');
    const w = world({ sources: [source] });
    const batch = await start(w, [named, ...videos(2)]);
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.parked], [2, 1]);
    const { failure } = batch.state.jobs[0] ?? {};
    assert.ok(failure);
    const words = rowWords(failure);
    assert.equal(words.cause, 'Needs your OK');
    assert.match(words.sentence, /192\.168\.0\.1.*--allow-private/);
    // Time alone does not free it, and freeing it without an OK leads back here.
    await w.clock.advance(48 * 3_600_000);
    await within(w.clock, batch.rows([0], 'release'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.jobs[0]?.status, 'parked');
    assert.equal(source.asked.includes('private0000'), false);

    await within(w.clock, batch.rows([0], 'allow'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.jobs[0].status, 'completed');
    assert.equal(source.requests.at(-1)?.link.reach, undefined);
  });

  it('waits as well when its name only turns out to be private, and keeps no other link waiting', async () => {
    const source = new FakeSource('subtitleFile', (request) =>
      request.link.reach === 'unconfirmed' ? unconfirmedPlace('innocent.example') : found(request),
    );
    const w = world({ sources: [source] });
    const batch = await start(w, [{ link: link({ reach: 'unconfirmed' }) }, ...videos(3)]);
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.parked], [3, 1]);
    assert.equal(batch.state.jobs[0]?.failure?.subject, 'innocent.example');
    assert.equal(batch.state.jobs[0].parkedUntil, undefined);
  });

  it('is not read as a list before', async () => {
    const w = world({ sources: [new FakeSource('subtitleFile')] });
    const feed = { link: link({ kind: 'list', list: 'feed', outside: true, reach: 'unconfirmed' }) };
    const batch = await start(w, [feed]);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 1);
  });

  it('still waits after a restart, and is allowed by running the list again with the user’s word', async () => {
    const w = world({ sources: [new FakeSource('subtitleFile')] });
    const batch = await start(w, [named]);
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());

    const later = w.another(2);
    const resumed = await within(later.clock, later.engine.open('/out/a', 'resume'));
    await within(w.clock, resumed.settled());
    assert.equal(resumed.state.counts.parked, 1);
    const again = await start(later, [{ link: link({}) }]);
    await within(w.clock, again.settled());
    assert.equal(again, resumed);
    assert.equal(again.state.counts.completed, 1);
  });
});

/** Which lane an attempt waits in, so that a helper knows what it needs before it asks. */
import assert from 'node:assert/strict';
import { allLanes, laneOf, queueName, quotasOf, workOf } from '../../../src/cluster/lanes';

describe('the lanes of the cluster', () => {
  it('part the links of YouTube from those of other sites', () => {
    assert.equal(laneOf('youtube', ['youtube']), 'youtube');
    assert.equal(laneOf('yt-dlp', ['youtube']), 'yt-dlp.youtube');
    assert.equal(laneOf('yt-dlp', ['host:example.org']), 'yt-dlp');
    assert.equal(laneOf('whisper', ['whisper', 'youtube']), 'whisper.youtube');
  });

  it('say what a start of theirs needs, and whose they are', () => {
    assert.deepEqual(quotasOf('youtube'), ['youtube']);
    assert.deepEqual(quotasOf('yt-dlp'), []);
    assert.deepEqual(quotasOf('whisper.youtube'), ['whisper', 'youtube']);
    assert.equal(workOf('yt-dlp.youtube'), 'yt-dlp');
    for (const lane of allLanes) assert.ok(workOf(lane) !== undefined);
  });

  it('are other queues in another version', () => {
    assert.equal(queueName('youtube'), 'v1.youtube');
  });
});

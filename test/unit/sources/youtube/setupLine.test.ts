// Check Setup asks YouTube for one known video as each client, and says which of them works.
import assert from 'node:assert/strict';
import { failure, FailureError } from '../../../../src/model/failure';
import { defaultSettings } from '../../../../src/model/settings';
import type { SetupLine } from '../../../../src/sources/setupLine';
import { youtubeLine } from '../../../../src/sources/youtube/setupLine';
import { FakeClock } from '../../../helpers/fakeClock';
import {
  playable,
  refused,
  retired,
  tokenTrack,
  track,
  YouTubePlayers,
} from '../../../helpers/youtubePlayers';

const good = playable([track('a.en')]);
const bot = refused('LOGIN_REQUIRED', 'Sign in to confirm you\u2019re not a bot');
async function lineOf(
  answers: ConstructorParameters<typeof YouTubePlayers>[0],
): Promise<SetupLine & { asked: number }> {
  const http = new YouTubePlayers(answers);
  const signal = new AbortController().signal;
  const line = await youtubeLine({ http, clock: new FakeClock() }, defaultSettings, 'Here.', signal);
  assert.ok(http.asked.every(({ video }) => video === 'jNQXAC9IVRw'));
  return { ...line, asked: http.players };
}

describe("Check Setup's line on YouTube", () => {
  it('says which client works, is retired, wants a token or a sign-in', async () => {
    const tv = refused('LOGIN_REQUIRED', 'Please sign in');
    const line = await lineOf({ '*': good, IOS: retired, MWEB: playable([tokenTrack]), TVHTML5: tv });
    assert.equal(line.state, 'ok');
    assert.equal(
      line.text,
      'Here. Answers by client: works: android, visionos; is retired: ios (Precondition check failed.); ' +
        'wants a proof token: mweb; asks to sign in: tv_samsung, tv (Please sign in).',
    );
  });
  it('asks no other client after a block', async () => {
    const line = await lineOf({ '*': bot });
    assert.equal(line.asked, 1);
    assert.deepEqual([line.state, line.nextStep], ['error', 'Wait an hour, or add a proxy.']);
    assert.match(line.text, /is blocked: android \(Sign in to confirm.*; was not asked: ios, /);
  });
  it('says what to do when none works', async () => {
    assert.match((await lineOf({ '*': retired })).nextStep ?? '', /^Update Bulk Transcribe/);
    assert.match((await lineOf({ '*': playable([tokenTrack]) })).nextStep ?? '', /yt-dlp/);
    assert.match(
      (await lineOf({ '*': refused('UNPLAYABLE', 'Only penguins.') })).text,
      /is refused: .*Only penguins/,
    );
  });
  it('finds no fault with the clients without a network', async () => {
    const http = { request: () => Promise.reject(new FailureError(failure('network', 'offline'))) };
    const signal = new AbortController().signal;
    const line = await youtubeLine({ http, clock: new FakeClock() }, defaultSettings, 'Here.', signal);
    assert.equal(line.state, 'ok');
    assert.match(line.text, /^Here\. There was no answer now: offline\.$/);
  });
});

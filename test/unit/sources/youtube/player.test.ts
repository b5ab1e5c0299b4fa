// What a player's answer says: whose words the tracks have, and streams that are not over yet.
import assert from 'node:assert/strict';
import { chooseTrack } from '../../../../src/captions/chooseTrack';
import { builtInKnowledge } from '../../../../src/sources/youtube/knowledge';
import { isRefusal, readPlayer } from '../../../../src/sources/youtube/player';
import type { PlayerAnswer } from '../../../../src/sources/youtube/player';
import { playable, refused, track } from '../../../helpers/youtubePlayers';
import type { Answer } from '../../../helpers/youtubePlayers';

const id = 'abcdefghi01';
const now = Date.UTC(2026, 10, 20, 10, 15);
const heard = { client: {}, reasons: builtInKnowledge.reasons, now };
const read = (answer: Answer): ReturnType<typeof readPlayer> =>
  readPlayer(answer.json as Record<string, unknown>, id, heard);
function answerOf(more: Parameters<typeof playable>[1], vssIds: readonly string[]): PlayerAnswer {
  const answer = read(
    playable(
      vssIds.map((one) => track(one)),
      more,
    )(id),
  );
  assert.ok(!isRefusal(answer), JSON.stringify(answer));
  return answer;
}
/** `name` of the chosen track, with `dub` where it is one. */
function chosen(
  vssIds: readonly string[],
  more: Parameters<typeof playable>[1] = {},
  languages: readonly string[] = [],
): string {
  const { tracks } = answerOf(more, vssIds);
  const found = chooseTrack(tracks, { languages, kind: 'preferManual' });
  return 'code' in found ? found.code : `${found.name}${found.sound === 'dub' ? ' dub' : ''}`;
}
const sounds = (...audioTracks: readonly Record<string, unknown>[]) => ({
  renderer: { audioTracks, defaultAudioTrackIndex: 0 },
});

describe('the language that was spoken', () => {
  it('is that of the original sound, though a dub plays by default', () => {
    const dubbed = sounds(
      { captionTrackIndices: [0], audioTrackId: 'en.10' },
      { captionTrackIndices: [1], audioTrackId: 'fr.4' },
      { captionTrackIndices: [2], audioTrackId: 'es.10' },
    );
    assert.equal(chosen(['a.en', 'a.fr', 'a.es'], dubbed), 'a.fr');
    assert.equal(chosen(['a.en', 'a.fr', 'a.es'], dubbed, ['en']), 'a.en dub');
    assert.equal(chosen(['a.en'], dubbed), 'a.en dub');
    assert.equal(chosen(['a.en', 'de'], dubbed), 'de');
    assert.equal(chosen(['a.en', 'a.fr', 'en'], dubbed, ['en']), 'en');
  });
  it('is known where the lists of tracks overlap', () => {
    const overlapping = sounds(
      { captionTrackIndices: [0, 1, 2], audioTrackId: 'es-US.10' },
      { captionTrackIndices: [0, 1, 2], audioTrackId: 'en.4' },
    );
    assert.equal(chosen(['a.ar', 'a.en', 'a.es'], overlapping), 'a.en');
  });
  it('is the only one that no dub has', () => {
    const dubs = sounds(
      { captionTrackIndices: [0, 1], audioTrackId: 'ar.10' },
      { captionTrackIndices: [0, 1], audioTrackId: 'es-US.10' },
    );
    assert.equal(chosen(['a.ar', 'a.en', 'a.es'], dubs), 'a.en');
  });
  it('is taken from the formats where the captions do not show it', () => {
    const format = (name: string, audioId: string, audioIsDefault: boolean) => ({
      audioTrack: { displayName: name, id: audioId, audioIsDefault },
    });
    const streamingData = {
      adaptiveFormats: [format('English', 'en.10', true), format('French original', 'fr.4', false), {}],
    };
    assert.equal(chosen(['a.ar', 'a.en', 'a.fr'], { streamingData }), 'a.fr');
  });
  it('is that of the track that translations are made from', () => {
    const source = { renderer: { defaultTranslationSourceTrackIndices: [1] } };
    assert.equal(chosen(['a.ar', 'a.en'], source), 'a.en');
  });
  it('is no dub where a video has one sound', () => {
    assert.equal(chosen(['a.en'], sounds({ captionTrackIndices: [0], audioTrackId: 'en.4' })), 'a.en');
    assert.equal(chosen(['a.en'], sounds({ captionTrackIndices: [0] })), 'a.en');
    assert.equal(chosen(['a.en']), 'a.en');
  });
  it('is never that of a translation by machine', () => {
    const translated = track('de', { baseUrl: '/api/timedtext?lang=en&tlang=de' });
    const answer = read(playable([translated, track('a.en')])(id));
    assert.ok(!isRefusal(answer));
    assert.deepEqual(
      answer.tracks.map(({ name }) => name),
      ['a.en'],
    );
  });
});

describe('a list of captions that cannot be read', () => {
  const listed = (captionTracks: unknown): ReturnType<typeof read> =>
    read(playable([], { renderer: { captionTracks } })(id));
  it('is not a video without captions', () => {
    for (const list of [[{ languageCode: 'en', vssId: '.en' }], ['en'], { en: {} }]) {
      const answer = listed(list);
      assert.ok(isRefusal(answer), JSON.stringify(list));
      assert.equal(answer.failure.code, 'client-outdated');
      assert.ok(answer.otherClient);
    }
    for (const none of [[], null, undefined]) assert.ok(!isRefusal(listed(none)));
  });
});

describe('of two tracks of one language', () => {
  it("YouTube's own choice is taken, else the one without a name", () => {
    assert.equal(chosen(['en.songs', 'en'], {}, ['en']), 'en');
    const shown = sounds({ captionTrackIndices: [0, 1], defaultCaptionTrackIndex: 0 });
    assert.equal(chosen(['en.songs', 'en'], shown, ['en']), 'en.songs');
  });
});

describe('a stream', () => {
  const failureOf = (answer: Answer): readonly unknown[] => {
    const got = read(answer);
    const failure = isRefusal(got) ? got.failure : got.live;
    return [failure?.code, failure?.subject, failure?.notBefore];
  };
  const live = (details: Record<string, unknown>, tracks: readonly string[] = [], broadcast = {}): Answer =>
    playable(
      tracks.map((one) => track(one)),
      { details, microformat: { playerMicroformatRenderer: { liveBroadcastDetails: broadcast } } },
    )(id);
  const hour = 3_600_000;
  const ago = (ms: number): string => new Date(now - ms).toISOString();

  it('on air is not half a transcript', () => {
    assert.deepEqual(failureOf(live({ isLive: true, isLiveContent: true }, ['a.en'])), [
      'not-started',
      'live',
      undefined,
    ]);
    assert.deepEqual(failureOf(live({ isLive: true })), ['not-started', 'live', undefined]);
  });
  it('still to come says when', () => {
    const start = new Date(now + hour).toISOString();
    assert.deepEqual(failureOf(live({ isUpcoming: true }, [], { startTimestamp: start })), [
      'not-started',
      undefined,
      now + hour,
    ]);
    const slate = { scheduledStartTime: String((now + hour) / 1000) };
    const offline = refused('LIVE_STREAM_OFFLINE', 'Premieres in 60 minutes', {
      liveStreamability: {
        liveStreamabilityRenderer: { offlineSlate: { liveStreamOfflineSlateRenderer: slate } },
      },
    });
    assert.deepEqual(failureOf(offline), ['not-started', undefined, now + hour]);
  });
  it('that has just ended is there an hour later', () => {
    assert.deepEqual(failureOf(refused('LIVE_STREAM_OFFLINE', 'This live event has ended.')), [
      'not-started',
      'ended',
      now + hour,
    ]);
    assert.deepEqual(failureOf(live({ isPostLiveDvr: true })), ['not-started', 'ended', now + hour]);
    assert.deepEqual(failureOf(live({ isLiveContent: true, lengthSeconds: '0' })), [
      'not-started',
      'ended',
      now + hour,
    ]);
    assert.deepEqual(failureOf(live({ isLiveContent: true }, [], { endTimestamp: ago(hour / 2) })), [
      'not-started',
      'ended',
      now + hour / 2,
    ]);
    const ok = {
      json: {
        playabilityStatus: { status: 'OK', reason: 'This live event has ended.' },
        videoDetails: { videoId: id },
      },
    };
    assert.deepEqual(failureOf(ok), ['not-started', 'ended', now + hour]);
  });
  it('that ended without a recording is gone', () => {
    assert.deepEqual(
      failureOf(refused('LIVE_STREAM_OFFLINE', 'This live stream recording is not available.')),
      ['unavailable', 'no-recording', undefined],
    );
    const over = refused('LIVE_STREAM_OFFLINE', 'This live event has ended.');
    const microformat = {
      playerMicroformatRenderer: { liveBroadcastDetails: { endTimestamp: ago(48 * hour) } },
    };
    assert.deepEqual(failureOf({ json: { ...(over.json as object), microformat } }), [
      'unavailable',
      'no-recording',
      undefined,
    ]);
  });
  it('that is over and has captions is a video like others', () => {
    assert.deepEqual(failureOf(live({ isPostLiveDvr: true, isLiveContent: true }, ['a.en'])), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(failureOf(live({ isLiveContent: true })), [undefined, undefined, undefined]);
  });
  it('that is offline says so', () => {
    assert.deepEqual(failureOf(refused('LIVE_STREAM_OFFLINE', 'Offline.')), [
      'not-started',
      'offline',
      undefined,
    ]);
  });
});

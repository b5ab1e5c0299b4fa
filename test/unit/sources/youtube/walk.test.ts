// What several clients of YouTube are answered is weighed by what it proves, and paid for once.
import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/model/failure';
import type { SourceResult } from '../../../../src/model/source';
import { YouTubeSource } from '../../../../src/sources/youtube';
import { clientsOf } from '../../../../src/sources/youtube/clients';
import { defaultSettings } from '../../../../src/model/settings';
import { FakeClock } from '../../../helpers/fakeClock';
import { sourceRequest } from '../../../helpers/sourceRequest';
import {
  interstitial,
  playable,
  refused,
  retired,
  tokenTrack,
  track,
  YouTubePlayers,
} from '../../../helpers/youtubePlayers';
import type { Answer } from '../../../helpers/youtubePlayers';

type Answers = Readonly<Record<string, Answer | ((video: string) => Answer)>>;

const everybody = clientsOf(defaultSettings).clients.length;
const good = playable([track('a.en')]);
const gated = playable([tokenTrack]);
const signIn = refused('LOGIN_REQUIRED', 'Please sign in');
const reload = refused('UNPLAYABLE', 'The page needs to be reloaded.');
const odd = refused('UNPLAYABLE', 'Only penguins may watch this.');

function ask(source: YouTubeSource, id: string): { result: Promise<SourceResult>; unused: string[] } {
  const link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id } as const;
  const asked = sourceRequest(link);
  return { result: source.transcribe(asked.request), unused: asked.unused };
}
function setUp(answers: Answers): {
  site: YouTubePlayers;
  clock: FakeClock;
  of: (id: string) => Promise<SourceResult>;
  source: YouTubeSource;
  failureOf: (id: string) => Promise<Failure>;
} {
  const site = new YouTubePlayers(answers);
  const clock = new FakeClock();
  const source = new YouTubeSource({ http: site, clock });
  const of = (id: string): Promise<SourceResult> => ask(source, id).result;
  const failureOf = async (id: string): Promise<Failure> => {
    const result = await of(id);
    assert.ok('failure' in result, JSON.stringify(result));
    return result.failure;
  };
  return { site, clock, of, source, failureOf };
}

describe('a video that a client gets without captions', () => {
  const id = 'aaaaaaaaaaa';
  const link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id } as const;
  const bare = playable([]);
  const beforePaying = async (answers: Answers): Promise<readonly [SourceResult, readonly string[]]> => {
    const { site, source } = setUp(answers);
    const result = await source.transcribe({ ...sourceRequest(link).request, paysNext: true });
    return [result, site.names];
  };
  const codeOf = (result: SourceResult): string | undefined =>
    'failure' in result ? result.failure.code : undefined;

  it('has none, with one request, where the next source costs nothing', async () => {
    const { site, failureOf } = setUp({ ANDROID: bare, '*': good });
    assert.equal((await failureOf(id)).code, 'no-captions');
    assert.deepEqual(site.names, ['ANDROID']);
  });

  it('is asked about once more, as one other client, before the next source is paid', async () => {
    const [none, asked] = await beforePaying({ '*': bare });
    assert.equal(codeOf(none), 'no-captions');
    assert.deepEqual(asked, ['ANDROID', 'IOS']);
    const [found] = await beforePaying({ ANDROID: bare, '*': good });
    assert.ok('transcript' in found);
  });

  it('has captions behind a token where that client lists them: nothing is paid for it before yt-dlp', async () => {
    const [result, asked] = await beforePaying({ ANDROID: bare, '*': gated });
    assert.equal(codeOf(result), 'po-token');
    assert.deepEqual(asked, ['ANDROID', 'IOS']);
  });

  it('has none where that client is refused, unless this network is', async () => {
    const [refusedOne, asked] = await beforePaying({ ANDROID: bare, IOS: retired, '*': good });
    assert.equal(codeOf(refusedOne), 'no-captions');
    assert.deepEqual(asked, ['ANDROID', 'IOS']);
    const bot = refused('LOGIN_REQUIRED', 'Sign in to confirm you’re not a bot');
    const [blocked] = await beforePaying({ ANDROID: bare, IOS: bot });
    assert.equal(codeOf(blocked), 'blocked');
  });
});

describe('a track without words', () => {
  const empty = { json: { wireMagic: 'pb3', events: [] } };

  it('has to be empty for a second client too', async () => {
    const { site, of } = setUp({ '*': good });
    site.captions = () => empty;
    const result = await of('aaaaaaaaaaa');
    assert.ok('failure' in result);
    assert.equal(result.failure.code, 'no-captions');
    assert.deepEqual(site.names, ['ANDROID', 'captions', 'IOS', 'captions']);
  });

  it('of one client does not hide what the next one gets', async () => {
    const { site, of } = setUp({ '*': good });
    const { captions } = site;
    site.captions = (format) => (site.names.length < 3 ? empty : captions(format));
    assert.ok('transcript' in (await of('aaaaaaaaaaa')));
  });
});

describe('the answers of several clients', () => {
  const cases: readonly (readonly [what: string, answers: Answers, code: string, subject?: string])[] = [
    ['captions with a token, and a client that wants a sign-in', { '*': gated, TVHTML5: signIn }, 'po-token'],
    ['captions with a token, then none listed', { ANDROID: gated, '*': playable([]) }, 'po-token'],
    [
      'captions with a token, then an age gate',
      { ANDROID: gated, '*': refused('AGE_CHECK_REQUIRED', 'x') },
      'po-token',
    ],
    ['captions with a token, then retired clients', { ANDROID: gated, '*': retired }, 'po-token'],
    [
      'retired clients, and one that asks everybody to sign in',
      { '*': retired, TVHTML5: signIn },
      'client-outdated',
    ],
    ['a sign-in from all', { '*': signIn }, 'blocked', 'YouTube'],
    [
      "Google's page about automated queries",
      {
        '*': {
          status: 503,
          body: '<html><title>Sorry...</title>It may be sending automated queries.</html>',
        },
      },
      'blocked',
      'YouTube',
    ],
    [
      'a status for signing in without words',
      { '*': { json: { playabilityStatus: { status: 'LOGIN_REQUIRED' } } } },
      'blocked',
      'YouTube',
    ],
    ['a sign-in from some, retired others', { '*': retired, IOS: signIn }, 'blocked', 'YouTube'],
    ['pages to reload', { '*': retired, TVHTML5: reload, MWEB: reload }, 'client-outdated'],
    ['unknown words from all', { '*': odd }, 'bad-response', 'YouTube'],
    [
      'unknown words, and "Video unavailable" that may be the client\u2019s',
      { '*': odd, IOS: refused('UNPLAYABLE', 'Video unavailable') },
      'bad-response',
      'YouTube',
    ],
    [
      '"Video unavailable" from all as UNPLAYABLE',
      { '*': refused('UNPLAYABLE', 'Video unavailable') },
      'unavailable',
    ],
    [
      'an age text after sign-ins',
      { '*': signIn, MWEB: refused('LOGIN_REQUIRED', 'This video may be inappropriate for some users.') },
      'age-restricted',
    ],
    [
      'an unknown status',
      { '*': { json: { playabilityStatus: { status: 'GONE_FISHING' } } } },
      'bad-response',
      'YouTube',
    ],
    [
      'an unknown screen',
      {
        '*': {
          json: {
            playabilityStatus: {
              status: 'ERROR',
              errorScreen: { newScreen: { body: { text: { content: 'A new sentence' } } } },
            },
          },
        },
      },
      'bad-response',
      'YouTube',
    ],
    [
      'a known sentence on an unknown screen',
      {
        '*': {
          json: {
            playabilityStatus: {
              status: 'ERROR',
              errorScreen: { newScreen: { body: { text: { content: 'Private video' } } } },
            },
          },
        },
      },
      'private',
    ],
    [
      'a content warning from all',
      {
        '*': refused(
          'CONTENT_CHECK_REQUIRED',
          'The following content may contain suicide or self-harm topics.',
        ),
      },
      'client-outdated',
      'notice',
    ],
    [
      'a film to rent',
      { '*': refused('UNPLAYABLE', 'This video requires payment to watch.') },
      'members-only',
      'rental',
    ],
  ];
  for (const [what, answers, code, subject] of cases)
    it(`${what}: ${code}`, async () => {
      const failure = await setUp(answers).failureOf('aaaaaaaaaaa');
      assert.deepEqual([failure.code, failure.subject], [code, subject], failure.message);
    });

  it('of which one has captions are forgotten', async () => {
    const others: Answers = { '*': signIn, IOS: retired, VISIONOS: odd, MWEB: good };
    assert.ok('transcript' in (await setUp(others).of('aaaaaaaaaaa')));
  });

  it('are not asked for after a fact or a block, in whatever form', async () => {
    const facts: readonly (readonly [Answer, string])[] = [
      [
        interstitial(
          'UNPLAYABLE',
          'Video unavailable',
          'The uploader has not made this video available in your country',
        ),
        'geo-blocked',
      ],
      [
        interstitial('UNPLAYABLE', 'Members only', 'Join this channel to get access to members-only content'),
        'members-only',
      ],
      [
        interstitial(
          'LOGIN_REQUIRED',
          'Private video',
          'Sign in if you\u2019ve been granted access to this video',
        ),
        'private',
      ],
      [
        interstitial(
          'LOGIN_REQUIRED',
          'Sign in to confirm you\u2019re not a bot',
          'This helps protect our community.',
        ),
        'blocked',
      ],
      [refused('ERROR', 'Video unavailable'), 'unavailable'],
      [
        refused('UNPLAYABLE', 'Video unavailable', { errorScreen: { playerCaptchaViewModel: {} } }),
        'blocked',
      ],
    ];
    for (const [answer, code] of facts) {
      const { site, failureOf } = setUp({ '*': answer });
      assert.equal((await failureOf('aaaaaaaaaaa')).code, code);
      assert.equal(site.players, 1, code);
    }
  });

  it('"unavailable" of a client that gets no videos for children proves nothing', async () => {
    const kids: Answers = { '*': retired, VISIONOS: refused('ERROR', 'Video unavailable'), MWEB: good };
    assert.ok('transcript' in (await setUp(kids).of('aaaaaaaaaaa')));
  });
});

describe('outdated clients', () => {
  it('are walked along once a batch, and then cost no request and no start', async () => {
    const { site, source, failureOf } = setUp({ '*': retired });
    assert.equal((await failureOf('aaaaaaaaaaa')).code, 'client-outdated');
    assert.equal(site.players, everybody);
    // Another video has to be refused as well, by one client.
    assert.equal((await failureOf('bbbbbbbbbbb')).code, 'client-outdated');
    assert.equal(site.players, everybody + 1);
    const third = ask(source, 'ccccccccccc');
    const result = await third.result;
    assert.ok('failure' in result && result.failure.code === 'client-outdated');
    assert.equal(site.players, everybody + 1);
    assert.deepEqual(third.unused, ['youtube']);
  });

  it('are walked along by one job while the others wait for what it finds', async () => {
    const { site, failureOf } = setUp({ '*': retired });
    const ids = Array.from({ length: 12 }, (_, index) => `video${String(index).padStart(6, '0')}`);
    const codes = await Promise.all(ids.map(async (id) => (await failureOf(id)).code));
    assert.deepEqual([...new Set(codes)], ['client-outdated']);
    assert.equal(site.players, ids.length + everybody - 1);
  });

  it('are passed over by all jobs once one client works', async () => {
    const { site, of } = setUp({ '*': retired, VISIONOS: good });
    const ids = Array.from({ length: 6 }, (_, index) => `video${String(index).padStart(6, '0')}`);
    for (const result of await Promise.all(ids.map(of))) assert.ok('transcript' in result);
    site.asked.length = 0;
    await of('ddddddddddd');
    assert.deepEqual(site.names, ['VISIONOS', 'captions']);
  });

  it('are asked again after an hour, and when the table has changed', async () => {
    const { site, clock, source, failureOf } = setUp({ '*': retired });
    for (const id of ['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc']) await failureOf(id);
    site.answers = { '*': good };
    await failureOf('ddddddddddd');
    await clock.advance(3_600_001);
    const link = { kind: 'youtube', url: 'https://www.youtube.com/watch?v=e', id: 'eeeeeeeeeee' } as const;
    assert.ok('transcript' in (await source.transcribe(sourceRequest(link).request)));
    const own = { 'youtube.clients': [{ clientName: 'ANDROID', clientVersion: '99.1', id: 3 }] };
    const later = setUp({ '*': retired });
    for (const id of ['aaaaaaaaaaa', 'bbbbbbbbbbb']) await later.failureOf(id);
    later.site.answers = { '*': good };
    const updated = await later.source.transcribe(sourceRequest(link, { settings: own }).request);
    assert.ok('transcript' in updated);
  });

  it('are not concluded from one video that is odd', async () => {
    const { of } = setUp({ '*': (video) => (video === 'aaaaaaaaaaa' ? retired : good(video)) });
    assert.ok('failure' in (await of('aaaaaaaaaaa')));
    assert.ok('transcript' in (await of('bbbbbbbbbbb')));
    assert.ok('transcript' in (await of('ccccccccccc')));
  });
});

describe('a wrong entry of the setting for clients', () => {
  it('is named in the log once, and the others are asked', async () => {
    const logged: string[] = [];
    const log = { write: (_level: string, text: string) => void logged.push(text) };
    const source = new YouTubeSource({
      http: new YouTubePlayers({ '*': good }),
      clock: new FakeClock(),
      log,
    });
    const settings = { 'youtube.clients': [{ clientName: 'XX', clientVersion: '1', id: 3.5 }] };
    for (const id of ['aaaaaaaaaaa', 'bbbbbbbbbbb']) {
      const link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id } as const;
      assert.ok('transcript' in (await source.transcribe(sourceRequest(link, { settings }).request)));
    }
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? '', /youtube\.clients: entry 1 /);
  });
});

describe('captions that want a proof token from all clients', () => {
  it('are asked for along all clients for two videos, then by one request a video', async () => {
    const { site, failureOf } = setUp({ '*': gated });
    for (const id of ['aaaaaaaaaaa', 'bbbbbbbbbbb']) assert.equal((await failureOf(id)).code, 'po-token');
    assert.equal(site.players, 2 * everybody);
    assert.equal((await failureOf('ccccccccccc')).code, 'po-token');
    assert.equal(site.players, 2 * everybody + 1);
  });
  it('are asked for again as soon as one client has them', async () => {
    const { site, of, failureOf } = setUp({ '*': gated });
    await failureOf('aaaaaaaaaaa');
    site.answers = { '*': gated, IOS: good };
    assert.ok('transcript' in (await of('bbbbbbbbbbb')));
    site.answers = { '*': gated, MWEB: good };
    assert.ok('transcript' in (await of('ccccccccccc')));
  });
});

describe('unknown messages', () => {
  it('are asked for along all clients once, then by one request a video', async () => {
    const { site, failureOf } = setUp({ '*': odd });
    await failureOf('aaaaaaaaaaa');
    assert.equal(site.players, everybody);
    const second = await failureOf('bbbbbbbbbbb');
    assert.match(
      second.message,
      /^Only penguins may watch this\. \(is refused: android, ios, .*Only penguins/,
    );
    assert.equal(site.players, everybody + 1);
  });
});

describe('a video for which all clients want a sign-in', () => {
  it('is taken for itself when it says so again while a known one is shown', async () => {
    const { failureOf } = setUp({ '*': (video) => (video === 'aaaaaaaaaaa' ? signIn : good(video)) });
    assert.equal((await failureOf('aaaaaaaaaaa')).code, 'blocked');
    const again = await failureOf('aaaaaaaaaaa');
    assert.deepEqual([again.code, again.message], ['bad-response', 'Please sign in']);
  });
  it('means a block as long as the known one is refused too', async () => {
    const { failureOf } = setUp({ '*': signIn });
    for (let time = 0; time < 3; time += 1) assert.equal((await failureOf('aaaaaaaaaaa')).code, 'blocked');
  });
});

describe('captions that are too long for the first form', () => {
  it('are asked for in the smallest', async () => {
    const { site, of } = setUp({ '*': good });
    const xml =
      '<?xml version="1.0" encoding="utf-8" ?><transcript><text start="0" dur="2">hello</text></transcript>';
    site.captions = (format) => (format === '' ? { body: xml } : 'large');
    const result = await of('aaaaaaaaaaa');
    assert.ok('transcript' in result && result.transcript.cues[0]?.text === 'hello');
    assert.equal(site.names.filter((name) => name === 'captions').length, 2);
  });
  it('end the attempt where that is too long as well', async () => {
    const { site, failureOf } = setUp({ '*': good });
    site.captions = () => 'large';
    assert.equal((await failureOf('aaaaaaaaaaa')).code, 'bad-response');
    assert.deepEqual(site.names, ['ANDROID', 'captions', 'captions']);
  });
});

/** The real yt-dlp, with its real extractor, against the stand-in: what a bad day of YouTube becomes through it. */
import assert from 'node:assert/strict';
import type { SourceResult } from '../../../src/model/source';
import { YtDlpSource } from '../../../src/sources/ytDlp';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { sourceRequest } from '../../helpers/sourceRequest';
import { ytDlpAtStandIn, type YtDlpAtStandIn } from '../../helpers/ytDlpAtStandIn';
import { YouTubeStandIn } from '../../servers/youtube';
import { idFor, type Behaviour } from '../../servers/youtubeVideos';

const expected: Readonly<Partial<Record<Behaviour, string>>> = {
  bot: 'blocked',
  captcha: 'blocked',
  later: 'blocked',
  signin: 'blocked',
  other: 'blocked',
  s403: 'blocked',
  s429: 'rate-limited',
  oddity: 'client-outdated',
  private: 'private',
  members: 'members-only',
  geo: 'geo-blocked',
  removed: 'unavailable',
  livegone: 'unavailable',
  premiere: 'not-started',
  potokencap: 'po-token',
  nocaps: 'no-captions',
  emptycap: 'po-token',
  othercap: 'blocked',
  s403cap: 'blocked',
  s429cap: 'rate-limited',
  s500cap: 'bad-response',
  htmlcap: 'bad-response',
};
const good = 'goodvideo01';

describe('The real yt-dlp', function () {
  this.timeout(300_000);
  let standIn: YouTubeStandIn;
  let at: YtDlpAtStandIn;
  const results = new Map<string, SourceResult>();
  before(async () => {
    standIn = await YouTubeStandIn.start();
    at = ytDlpAtStandIn(standIn.port);
    const source = new YtDlpSource(at.parts, new YtDlpProgram(at.parts));
    const run = async (id: string): Promise<void> => {
      const link = { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id } as const;
      const recorded = sourceRequest(link, { settings: { 'ytDlp.path': at.program, languages: ['en'] } });
      results.set(id, await source.transcribe(recorded.request));
      recorded.leave();
    };
    const behaviours = Object.keys(expected) as Behaviour[];
    const waiting = [good, ...behaviours.map((behaviour) => idFor(behaviour))];
    // They sleep most of their time; a few at once keep that short.
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await run(id);
      }),
    );
  });
  after(async () => {
    at.close();
    await standIn.close();
  });

  it('brings the captions with three requests', () => {
    const result = results.get(good);
    assert.ok(result && 'transcript' in result, JSON.stringify(result));
    assert.equal(result.transcript.language, 'en');
    const asked = standIn.seen.filter(({ video }) => video === good).map(({ kind }) => kind);
    assert.deepEqual(asked, ['watch', 'player', 'captions']);
  });

  it('asks once for captions that fail', () => {
    const asked = standIn.seen.filter(({ video, kind }) => video === idFor('s500cap') && kind === 'captions');
    assert.equal(asked.length, 1);
  });

  for (const [behaviour, code] of Object.entries(expected))
    it(`says ${code} where YouTube answers “${behaviour}”`, () => {
      const result = results.get(idFor(behaviour as Behaviour));
      assert.ok(result && 'failure' in result, JSON.stringify(result));
      assert.equal(result.failure.code, code, result.failure.message);
      assert.equal(result.noCaptions === true, code === 'no-captions');
      assert.ok(result.failure.code !== 'blocked' || result.failure.subject === 'YouTube');
    });
});

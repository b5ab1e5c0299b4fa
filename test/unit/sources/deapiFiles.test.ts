/** deAPI with sound from this computer: in one part or several, each paid once. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Link } from '../../../src/model/link';
import type { Quote, SourceResult } from '../../../src/model/source';
import { readPaidParts } from '../../../src/sources/paidParts';
import { type RequestOptions } from '../../helpers/sourceRequest';
import { speak } from '../../helpers/toneWords';
import { DeapiServer, type DeapiOptions } from '../../servers/deapi';
import { DeapiRig, failureOf } from '../../helpers/deapiSource';

describe('deAPI', function () {
  this.timeout(60_000);
  let rig: DeapiRig;
  let server: DeapiServer;
  const open = async (options: DeapiOptions = {}): Promise<void> => {
    rig = await DeapiRig.open(options);
    ({ server } = rig);
  };
  afterEach(() => rig.close());
  const run = (link: Link, options?: RequestOptions): ReturnType<DeapiRig['run']> => rig.run(link, options);

  describe('with files', () => {
    let folder = '';
    beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'deapi-test-'))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const recording = (words: number): { link: Link; words: number[] } => {
      const file = path.join(folder, 'my recording.wav');
      const spoken = speak(words);
      writeFileSync(file, spoken.wav);
      return {
        link: { kind: 'media', url: `file://${file}`, id: 'abc', path: file },
        words: spoken.words.map(({ word }) => word),
      };
    };
    const wordsOf = (result: SourceResult): number[] =>
      'transcript' in result ? result.transcript.cues.map(({ text }) => Number(text)) : [];

    it('sends a small one compressed, in one part, priced by its length', async () => {
      await open();
      const { link, words } = recording(20);
      const { result, recorded } = await run(link);
      assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
      assert.equal(server.billed.length, 1);
      assert.ok(Math.abs((recorded.quotes[0]?.seconds ?? 0) - 14.4) < 1);
      assert.deepEqual(
        recorded.folders.flatMap((temporary) => readdirSync(temporary)),
        [],
        'nothing is left over',
      );
      recorded.leave();
    });

    it('asks again for the measured length where a feed has claimed a shorter one, before anything is sent', async () => {
      await open();
      const { link } = recording(20);
      const agreed: Quote[] = [];
      const { result, recorded } = await run(link, {
        meta: { duration: 1, durationIsClaim: true },
        consent: (quote) => {
          agreed.push(quote);
          return agreed.length === 1;
        },
      });
      assert.deepEqual(
        agreed.map(({ seconds, estimate, cost }) => [Math.round(seconds ?? 0) > 10, estimate, cost]),
        [
          [false, true, DeapiServer.price(1)],
          [true, undefined, agreed[1]?.cost],
        ],
      );
      assert((agreed[1]?.cost ?? 0) > DeapiServer.price(1));
      assert.deepEqual(result, { consent: agreed[1] });
      assert.deepEqual([recorded.paid, server.billed], [[], []]);
      recorded.leave();
    });

    it('cuts a large one below the limit: every word once, each part paid once', async () => {
      await open({ maxUpload: 100_000 });
      const { link, words } = recording(100);
      const { result, recorded } = await run(link, { settings: { 'deapi.maxUploadMB': 0.1 } });
      assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
      assert.ok(server.billed.length >= 3);
      assert.equal(recorded.paid.filter((line) => line === 'intent').length, server.billed.length);
      recorded.leave();
    });

    it('goes on with the parts that were not sent when it broke off between two of them', async () => {
      await open({ maxUpload: 100_000 });
      const { link, words } = recording(100);
      const settings = { 'deapi.maxUploadMB': 0.1 };
      server.troubles.push('none', 'none', { status: 429, body: {}, headers: { 'retry-after': '1' } });
      const broken = await run(link, { settings });
      assert.equal(failureOf(broken.result)?.code, 'rate-limited');
      const requestId = broken.recorded.paid.at(-1)?.slice(3) ?? '';
      assert.equal(readPaidParts(requestId).parts.length, 2);
      const { result } = await run(link, { settings, resume: { source: 'deapi', requestId } });
      assert.deepEqual(wordsOf(result), words, JSON.stringify(result));
      const sum = server.billed.length;
      await run(link, { settings: { 'deapi.maxUploadMB': 0.1 } });
      assert.equal(server.billed.length, sum * 2, 'as many parts as without the break');
    });
  });
});

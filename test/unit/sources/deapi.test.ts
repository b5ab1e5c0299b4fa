import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Link } from '../../../src/model/link';
import type { DeapiSource } from '../../../src/sources/deapi';
import { paidUntil, readPaidParts, writePaidParts } from '../../../src/sources/paidParts';
import { type RealParts } from '../../helpers/realParts';
import { sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { DeapiServer, type DeapiOptions, type DeapiTrouble } from '../../servers/deapi';
import { DeapiRig, deapiVideo, failureOf } from '../../helpers/deapiSource';

describe('deAPI', function () {
  this.timeout(60_000);
  let rig: DeapiRig;
  let server: DeapiServer;
  let parts: RealParts;
  let source: DeapiSource;
  const open = async (options: DeapiOptions = {}, key = 'test-key'): Promise<void> => {
    rig = await DeapiRig.open(options, key);
    ({ server, parts, source } = rig);
  };
  afterEach(() => rig.close());
  const run = (link: Link, options?: RequestOptions): ReturnType<DeapiRig['run']> => rig.run(link, options);

  for (const version of ['v1', 'v2'] as const) {
    it(`transcribes a link with ${version}: price, agreement, intent, submit, id, polls, text`, async () => {
      await open();
      const { result, recorded } = await run(deapiVideo(), { settings: { 'deapi.version': version } });
      assert.ok('transcript' in result, JSON.stringify(result));
      assert.deepEqual(result.transcript.cues, [
        { start: 0, end: 4, text: 'Words of https://www.youtube.com/watch?v=213' },
        { start: 4, end: 69, text: 'and more of them.' },
      ]);
      const price = DeapiServer.price(213);
      assert.deepEqual(recorded.quotes, [{ service: 'deapi', origin: server.origin, cost: price }]);
      const id = [...server.jobs.keys()][0] ?? '';
      assert.deepEqual(recorded.paid, ['intent', `id ${id}`]);
      assert.deepEqual(result.paid, { cost: price, requestId: id });
      assert.equal(server.billed.length, 1);
      assert.deepEqual(recorded.permits, [['deapi.price'], ['deapi.poll'], ['deapi.poll']]);
      assert.ok(
        recorded.heard.some(
          ({ quota, headers }) => quota === 'deapi.submit' && headers['x-ratelimit-limit'] === '300',
        ),
      );
    });
  }

  it('fetches a result that lies elsewhere without the key', async () => {
    await open();
    server.resultBy = 'url';
    const { result } = await run(deapiVideo());
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual(server.leakedKeys, []);
  });

  it('takes no web page for the words, and asks for them again without paying', async () => {
    await open();
    server.resultBy = 'url';
    server.resultPage = '<!DOCTYPE html><html><body>Expired</body></html>';
    const { result } = await run(deapiVideo());
    assert.equal(failureOf(result)?.code, 'bad-response');
    server.resultPage = undefined;
    const requestId = [...server.jobs.keys()][0] ?? '';
    const again = await run(deapiVideo(), { resume: { source: 'deapi', requestId } });
    assert.ok('transcript' in again.result, JSON.stringify(again.result));
    assert.equal(server.billed.length, 1);
  });

  it('reads a structured result also where the answer contains the object itself', async () => {
    await open();
    const words = { text: 'Hallo.', language: 'de', segments: [{ start: 1, end: 2, text: 'Hallo.' }] };
    server.pollTroubles.push({ status: 200, body: { data: { status: 'done', result: words } } });
    const { result } = await run(deapiVideo());
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual(result.transcript.cues, [{ start: 1, end: 2, text: 'Hallo.' }]);
    assert.equal(result.transcript.language, 'de');
  });

  it('follows no result to a private address or a file', async () => {
    for (const url of ['http://127.0.0.1:9/x', 'file:///etc/passwd', 'http://localhost:9/', 'nonsense']) {
      await open();
      server.resultUrl = url;
      const { result } = await run(deapiVideo());
      // The user's own link is right: the paid result is fetched again.
      assert.equal(failureOf(result)?.code, 'bad-response', url);
      parts.close();
      await server.close();
    }
    await open();
  });

  it('asks before it pays: without an OK nothing is recorded and nothing is sent', async () => {
    await open();
    const { result, recorded } = await run(deapiVideo(), { consent: () => false });
    assert.deepEqual(result, {
      consent: { service: 'deapi', origin: server.origin, cost: DeapiServer.price(213) },
    });
    assert.deepEqual([recorded.paid, server.billed], [[], []]);
    assert.deepEqual(recorded.unused, ['deapi.submit'], 'asking for a price takes no start of the submits');
    const again = await run(deapiVideo());
    assert.ok('transcript' in again.result);
    assert.deepEqual(again.recorded.unused, []);
    assert.equal(server.requests.filter((line) => line.endsWith('/price')).length, 1, 'priced once');
  });

  it('stops when the credit does not suffice', async () => {
    await open({ balance: 0.001 });
    const { result } = await run(deapiVideo());
    assert.deepEqual([failureOf(result)?.code, failureOf(result)?.needs], ['payment', 'deapi:credit']);
    assert.equal(server.billed.length, 0);
  });

  it('picks a submitted request up by its id, from any state, and never submits it again', async () => {
    await open();
    const first = await run(deapiVideo());
    assert.ok('transcript' in first.result);
    const id = [...server.jobs.keys()][0] ?? '';
    const { result, recorded } = await run(deapiVideo(), { resume: { source: 'deapi', requestId: id } });
    assert.ok('transcript' in result);
    assert.deepEqual([recorded.paid, recorded.quotes, server.billed.length], [[], [], 1]);
    assert.deepEqual(
      source.quotas(deapiVideo(), recorded.request.settings, { source: 'deapi', requestId: id }),
      [],
    );
  });

  describe('never pays twice', () => {
    const lost = ['lost-answer', 'gateway', 'no-id', 'html'] as const;
    for (const trouble of lost) {
      it(`says maybe-charged for ${trouble}, and does not try again`, async () => {
        await open();
        server.troubles.push(trouble);
        const { result, recorded } = await run(deapiVideo());
        assert.equal(failureOf(result)?.code, 'maybe-charged', JSON.stringify(result));
        assert.deepEqual([recorded.paid, server.billed.length], [['intent'], 1]);
      });
    }

    it('says maybe-charged when no answer comes in time', async () => {
      await open();
      server.troubles.push('no-answer');
      const { result } = await run(deapiVideo(), { settings: { requestTimeout: 1 } });
      assert.deepEqual([failureOf(result)?.code, server.billed.length], ['maybe-charged', 1]);
    });

    it('sends nothing when the intent cannot be recorded', async () => {
      await open();
      const { result } = await run(deapiVideo(), {
        onPaid: () => {
          throw new Error('disk full');
        },
      });
      assert.ok(failureOf(result));
      assert.equal(server.billed.length, 0);
    });

    it('knows what was surely not taken, so that it can be sent again', async () => {
      await open();
      server.troubles.push('unavailable');
      assert.equal(failureOf((await run(deapiVideo())).result)?.code, 'bad-response');
      const gone = server.origin;
      await server.close();
      const settings = { 'deapi.endpoint': gone };
      const recorded = sourceRequest(deapiVideo(), { settings });
      assert.equal(failureOf(await source.transcribe(recorded.request))?.code, 'network');
      await open();
    });
  });

  const refusals: readonly (readonly [string, DeapiTrouble, string, string | undefined])[] = [
    ['401', { status: 401, body: { data: null, message: 'Unauthenticated.' } }, 'auth', 'deapi:key'],
    ['402', { status: 402, body: {} }, 'payment', 'deapi:credit'],
    ['403', { status: 403, body: '<html>error code: 1010</html>' }, 'auth', 'deapi:account'],
    ['404', { status: 404, body: {} }, 'tool-missing', undefined],
    [
      '422 with errors by field',
      { status: 422, body: { errors: { source_url: ['Not supported.'] } } },
      'unsupported',
      undefined,
    ],
    [
      '422 with a list of errors',
      { status: 422, body: { errors: [{ field: 'balance', messages: ['Insufficient balance.'] }] } },
      'payment',
      'deapi:credit',
    ],
    ['422 in words', { status: 422, body: { message: 'Please top up.' } }, 'payment', 'deapi:credit'],
    ['422 too long', { status: 422, body: { message: 'The video is too long.' } }, 'too-large', undefined],
    [
      '429 of a minute',
      { status: 429, body: {}, headers: { 'x-ratelimit-type': 'minute', 'retry-after': '60' } },
      'rate-limited',
      undefined,
    ],
    [
      '429 of the day',
      { status: 429, body: {}, headers: { 'x-ratelimit-type': 'daily', 'retry-after': '600' } },
      'quota-exhausted',
      'deapi:day',
    ],
  ];
  for (const [what, trouble, code, needs] of refusals) {
    it(`answers ${code} for ${what}, and nothing was billed`, async () => {
      await open();
      server.troubles.push(trouble);
      const { result } = await run(deapiVideo());
      const failure = failureOf(result);
      assert.deepEqual([failure?.code, failure?.needs], [code, needs], JSON.stringify(result));
      if (code === 'quota-exhausted') assert.equal((failure?.notBefore ?? 1) % 86_400_000, 0);
      assert.equal(server.billed.length, 0);
    });
  }

  it('tries a new key form without its prefix, and remembers', async () => {
    await open({ key: 'abc' }, 'dpn-sk-abc');
    assert.ok('transcript' in (await run(deapiVideo())).result);
    const before = server.requests.length;
    assert.ok('transcript' in (await run(deapiVideo(300))).result);
    assert.equal(server.requests.length - before, 4, 'price, submit and two polls, none of them twice');
  });

  it('never says its key in a failure or a log line', async () => {
    await open({}, 'the-wrong-secret-key');
    const { result } = await run(deapiVideo());
    assert.equal(failureOf(result)?.code, 'auth');
    assert.ok(!JSON.stringify([result, parts.logged]).includes('secret-key'));
  });

  it('is not ready without a key for that very origin', async () => {
    await open();
    const { settings } = sourceRequest(deapiVideo()).request;
    assert.equal((await source.readiness(settings)).ready, false);
    assert.equal((await source.readiness({ ...settings, 'deapi.endpoint': server.origin })).ready, true);
  });

  it('says why its key stays here when its address is plain http on another computer', async () => {
    await open();
    const { settings } = sourceRequest(deapiVideo()).request;
    const readiness = await source.readiness({ ...settings, 'deapi.endpoint': 'http://nas.lan' });
    assert.match(readiness.ready ? '' : readiness.nextStep, /deapi\.ownServer/);
    const { result } = await run(deapiVideo(), { settings: { 'deapi.endpoint': 'http://nas.lan' } });
    assert.equal(failureOf(result)?.subject, 'deapi-http');
  });

  it('outlasts failed polls, and gives a lost one back with its id kept', async () => {
    await open({ polls: 2 });
    server.pollTroubles.push('lost-answer', 'html', {
      status: 429,
      body: {},
      headers: { 'retry-after': '2' },
    });
    assert.ok('transcript' in (await run(deapiVideo())).result);
    server.pollTroubles.push(...Array<DeapiTrouble>(5).fill('html'));
    const { result, recorded } = await run(deapiVideo(300));
    assert.equal(failureOf(result)?.code, 'bad-response');
    assert.match(recorded.paid.at(-1) ?? '', /^id /);
  });

  it('tells a job that failed over there from one that can be asked for again', async () => {
    await open();
    server.jobError = { code: 'AGE_RESTRICTED', message: 'Age restricted' };
    assert.equal(failureOf((await run(deapiVideo())).result)?.code, 'age-restricted');
    const codes = {
      WORKER_TIMEOUT: 'timeout',
      PROCESSING_ERROR: 'tool-failed',
      INVALID_INPUT: 'unsupported',
      constructor: 'tool-failed',
      ['__proto__']: 'tool-failed',
    };
    for (const [code, wanted] of Object.entries(codes)) {
      server.jobError = { code, message: 'It did not work' };
      const fail = failureOf((await run(deapiVideo())).result);
      // Whoever tries it again pays again: that is for the user to say.
      assert.deepEqual([fail?.code, fail?.paidAnew], [wanted, true], code);
    }
  });

  it('stops at once, while it waits for a result too', async () => {
    await open({ polls: 1e6 });
    const stop = new AbortController();
    const { result } = await run(deapiVideo(), {
      signal: stop.signal,
      onPaid: (what) => {
        if (what.startsWith('id')) stop.abort();
      },
    });
    assert.equal(failureOf(result)?.code, 'cancelled');
  });

  it('writes the parts of a paid job so that they are read back', async () => {
    await open();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 10_000_000 }), fc.boolean()), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.boolean(),
        (pieces, complete) => {
          let at = 0;
          const list = pieces.map(([id, length, isBlurred]) => {
            const start = at / 1000;
            at += length;
            const blurred = isBlurred ? { blurred: true as const } : {};
            return { id, stretch: { start, end: at / 1000, ...blurred } };
          });
          const total = (complete ? at : at + 7000) / 1000;
          const read = readPaidParts(writePaidParts({ parts: list, total }));
          assert.deepEqual(read, { parts: list, total });
          assert.equal(paidUntil(read), complete ? undefined : at / 1000);
        },
      ),
    );
    assert.deepEqual(readPaidParts('a-plain-id'), { parts: [{ id: 'a-plain-id' }] });
    assert.equal(paidUntil(readPaidParts('a-plain-id')), undefined);
  });
});

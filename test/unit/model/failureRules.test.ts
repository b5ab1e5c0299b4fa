import assert from 'node:assert/strict';
import { failure, nextMoveOf } from '../../../src/model/failure';
import type { Failure, FailureCode } from '../../../src/model/failure';
import {
  billed,
  canPass,
  canRetry,
  chainFailure,
  gotIn,
  keepsPaid,
  moveWhenBlocked,
  needOf,
  nextMove,
  passesOn,
  quotaOf,
  failureOfAll,
  tellingOf,
} from '../../../src/model/failureRules';
import type { Decision, LaterSource } from '../../../src/model/failureRules';
import { needsAgreement, needText, sourceToMend } from '../../../src/model/need';
import type { SourceId } from '../../../src/model/transcript';
import { rowWords } from '../../../src/model/words';

const codes = Object.keys(nextMoveOf) as FailureCode[];
const plain: LaterSource = { id: 'deapi', signedIn: false };
const withCookies: LaterSource = { id: 'whisper', signedIn: true };

/** The later sources of a try, by name. */
const chains = {
  none: [],
  plain: [plain],
  cookies: [withCookies],
  both: [plain, withCookies],
} as const satisfies Record<string, readonly LaterSource[]>;

function moveOf(
  fail: FailureCode | Failure,
  later: readonly LaterSource[],
  more: { signedIn?: boolean; tries?: number; throttled?: number; retries?: number } = {},
): Decision {
  return nextMove({
    failure: typeof fail === 'string' ? failure(fail, 'x') : fail,
    later,
    signedIn: false,
    tries: 1,
    throttled: 0,
    retries: 3,
    ...more,
  });
}

const onwards = (...skipped: SourceId[]): Decision => ({ move: 'nextSource', skipped });

describe('What follows a failure', () => {
  /**
   * By code: with no later source, with one that has no other rights, with one that has the user's cookies, with both.
   */
  const access = [{ move: 'final' }, { move: 'final' }, onwards(), onwards('deapi')] as const;
  const table: Readonly<Record<FailureCode, readonly Decision[]>> = {
    network: same('again'),
    timeout: same('again'),
    'bad-response': same('again'),
    'tool-failed': same('again'),
    'rate-limited': same('hold'),
    'no-captions': next(),
    'no-language': next(),
    'po-token': next(),
    'client-outdated': next(),
    unsupported: next(),
    'too-large': next(),
    'tool-missing': next(),
    blocked: same('breaker'),
    auth: same('park'),
    payment: same('park'),
    'quota-exhausted': same('park'),
    disk: same('park'),
    'invalid-url': same('final'),
    private: access,
    'members-only': access,
    'age-restricted': access,
    'geo-blocked': access,
    unavailable: same('final'),
    'not-started': same('final'),
    'maybe-charged': same('final'),
    'no-speech': same('final'),
    cancelled: same('final'),
    internal: same('final'),
  };
  function same(move: Exclude<Decision['move'], 'nextSource'>): Decision[] {
    return Object.keys(chains).map(() => ({ move }));
  }
  function next(): Decision[] {
    return [{ move: 'chainEnd' }, onwards(), onwards(), onwards()];
  }

  for (const code of codes)
    it(`${code} is the same for every set of later sources as the table says`, () => {
      assert.deepEqual(
        Object.values(chains).map((later) => moveOf(code, later)),
        table[code],
      );
    });

  it('asks nobody with the same cookies about a video that they do not open', () => {
    for (const code of ['private', 'members-only', 'age-restricted', 'geo-blocked'] as const)
      for (const later of Object.values(chains))
        assert.deepEqual(moveOf(code, later, { signedIn: true }), { move: 'final' }, code);
  });

  it('tries again as often as the setting says, and is final after that, whoever is left', () => {
    for (const code of ['network', 'timeout', 'bad-response', 'tool-failed'] as const)
      for (const retries of [0, 1, 3])
        for (let tries = 1; tries <= 5; tries += 1)
          assert.equal(
            moveOf(code, chains.both, { tries, retries }).move,
            tries <= retries ? 'again' : 'final',
            `${code}, try ${tries} of ${retries}`,
          );
  });

  it('never pays a second time by itself: another source is asked, or none', () => {
    for (const code of ['network', 'timeout', 'bad-response', 'tool-failed'] as const) {
      const fail = failure(code, 'x', { paidAnew: true });
      assert.deepEqual(moveOf(fail, chains.plain), onwards());
      assert.deepEqual(moveOf(fail, chains.none), { move: 'final' });
      assert.equal(passesOn(fail), true);
      assert.equal(canPass(fail), false);
    }
  });

  it('parks what is only ever asked to slow down', () => {
    assert.equal(moveOf('rate-limited', chains.both, { throttled: 49 }).move, 'hold');
    assert.equal(moveOf('rate-limited', chains.both, { throttled: 50 }).move, 'park');
  });

  it('after a block is the breaker’s verdict, but nobody goes on to a source that is not there', () => {
    for (const verdict of ['hold', 'park', 'nextSource'] as const)
      for (const later of [true, false])
        assert.equal(moveWhenBlocked(verdict, later), verdict === 'nextSource' && !later ? 'park' : verdict);
  });

  it('passes its own source where another one is the answer, and in no other case', () => {
    const passing = codes.filter((code) => passesOn(failure(code, 'x')));
    assert.deepEqual(
      new Set(passing),
      new Set(codes.filter((code) => table[code][2]?.move === 'nextSource')),
    );
  });

  it('takes a source out of the chain where what it said holds for all, and another one may be asked', () => {
    for (const code of codes) {
      assert.equal(failureOfAll(failure(code, 'x')), undefined, code);
      const ofAll = failureOfAll(failure(code, 'x', { forAll: true }));
      const known = nextMoveOf[code] === 'nextSource' ? code : undefined;
      // One may have been paid for; the others were not sent.
      assert.equal(ofAll?.code, code === 'maybe-charged' ? 'tool-missing' : known, code);
    }
  });

  it('knows a source that has seen the video from one that could not look', () => {
    assert.deepEqual(
      codes.filter((code) => gotIn(failure(code, 'x'))),
      ['no-captions', 'no-language', 'too-large'],
    );
  });
});

describe('The failure that tells most', () => {
  const said = (code: FailureCode, message: string, subject?: string): Failure =>
    failure(code, message, subject === undefined ? {} : { subject });
  const fold = (...all: readonly [SourceId, Failure][]): readonly [SourceId, Failure] | undefined => {
    let telling: ReturnType<typeof tellingOf> | undefined;
    for (const [source, fail] of all) telling = tellingOf(telling, { source, failure: fail });
    return telling && [telling.source, telling.failure];
  };

  it('is the last one, for every code but `unsupported`', () => {
    for (const code of codes) {
      const later = said(code, 'later');
      const result = fold(['youtube', said('no-captions', 'none')], ['yt-dlp', later]);
      if (code === 'unsupported') assert.deepEqual(result, ['youtube', said('no-captions', 'none')]);
      else assert.deepEqual(result, ['yt-dlp', later]);
    }
  });

  it('keeps what a service said that refused, each sentence once', () => {
    const refused = said('unsupported', 'refused', 'openai');
    assert.deepEqual(
      fold(
        ['youtube', said('no-language', 'only fr', 'fr')],
        ['deapi', refused],
        ['openai', refused],
        ['whisper', said('unsupported', 'fr', 'whisper')],
      ),
      ['youtube', said('no-language', 'only fr refused', 'fr')],
    );
    assert.deepEqual(fold(['youtube', said('no-captions', 'none')], ['openai', refused]), [
      'youtube',
      said('no-captions', 'none refused', 'openai'),
    ]);
    assert.equal(fold(['deapi', refused], ['openai', refused])?.[1].message, 'refused');
    assert.equal(fold(['youtube', said('no-captions', '')], ['openai', refused])?.[1].message, 'refused');
  });

  it('has an end, and names at the chain’s end who was not asked', () => {
    const long = fold(
      ['youtube', said('no-captions', 'a'.repeat(400))],
      ['deapi', said('unsupported', 'b'.repeat(400), 'deAPI')],
    );
    assert.equal(long?.[1].message.length, 500);
    assert.equal(
      chainFailure(said('no-captions', 'none'), [
        { id: 'whisper', why: 'no model' },
        { id: 'deapi', why: 'no key' },
      ]).message,
      'none Not asked: whisper: no model; deapi: no key',
    );
    assert.equal(
      chainFailure(said('no-captions', 'a'.repeat(490)), [{ id: 'whisper', why: 'no model' }]).message.length,
      500,
    );
    assert.equal(chainFailure(said('no-captions', 'none'), []).message, 'none');
    assert.deepEqual(chainFailure(undefined, []), {
      code: 'unsupported',
      message: 'No source that is set up reads this link.',
    });
    // A page in a folder that is not trusted: the folder's trust is missing, and no program.
    const untrusted = chainFailure(undefined, [{ id: 'yt-dlp', why: 'not trusted', needs: 'trust' }]);
    assert.deepEqual([untrusted.needs, untrusted.subject], ['trust', 'yt-dlp']);
    assert.equal(rowWords(untrusted).cause, 'yt-dlp not looked for');
    assert.match(rowWords(untrusted).sentence, /not trusted\. Trust it/);
  });
});

describe('A paid request after a failure', () => {
  it('is kept where nobody knows its fate, or where its id may still bring the transcript', () => {
    const kept = (paid: { requestId?: string }): FailureCode[] =>
      codes.filter((code) => keepsPaid(paid, failure(code, 'x')));
    assert.deepEqual(kept({}), ['maybe-charged', 'cancelled', 'internal']);
    assert.deepEqual(
      kept({ requestId: 'r1' }),
      codes.filter(
        (code) =>
          !['nextSource', 'final'].includes(nextMoveOf[code]) ||
          ['maybe-charged', 'cancelled', 'internal'].includes(code),
      ),
    );
    assert.equal(keepsPaid({ requestId: 'r1' }, failure('timeout', 'x', { paidAnew: true })), false);
  });

  it('costs what was agreed to where the service does not repeat its price', () => {
    const quote = { service: 'deapi', origin: 'https://x', cost: 2 } as const;
    assert.deepEqual(billed({ requestId: 'r1' }, quote), { requestId: 'r1', cost: 2 });
    assert.deepEqual(billed({ cost: 1 }, quote), { cost: 1 });
    assert.deepEqual(billed({ requestId: 'r1' }, undefined), { requestId: 'r1' });
    assert.deepEqual(billed({ requestId: 'r1' }, { service: 'deapi', origin: 'https://x' }), {
      requestId: 'r1',
    });
    assert.equal(billed(undefined, quote), undefined);
    assert.deepEqual(billed({ requestId: 'r1' }, quote, failure('tool-failed', 'x')), { requestId: 'r1' });
    for (const code of ['no-captions', 'no-speech'] as const)
      assert.equal(billed({ requestId: 'r1' }, quote, failure(code, 'x'))?.cost, 2);
  });
});

describe('What a parked job needs', () => {
  it('is the quota of a block, the OK to a price, or what the failure names', () => {
    const quotas = ['deapi.submit', 'youtube'];
    assert.deepEqual(needOf(failure('blocked', 'x'), 'deapi', quotas), {
      kind: 'unblocked',
      quota: 'deapi.submit',
    });
    assert.deepEqual(needOf(failure('blocked', 'x', { quota: 'youtube' }), 'deapi', quotas), {
      kind: 'unblocked',
      quota: 'youtube',
    });
    assert.deepEqual(needOf(failure('blocked', 'x'), 'subtitleFile', []), {
      kind: 'unblocked',
      quota: 'subtitleFile',
    });
    assert.equal(quotaOf(failure('blocked', 'x', { quota: 'elsewhere' }), quotas), 'deapi.submit');
    assert.equal(quotaOf(undefined, quotas), 'deapi.submit');
    assert.equal(quotaOf<string>(undefined, []), undefined);
    assert.deepEqual(needOf(failure('blocked', 'x'), undefined, []), { kind: 'unblocked', quota: '' });
    const quote = { service: 'deapi', origin: 'https://x' } as const;
    const fail = failure('payment', 'x', { needs: 'consent:deapi https://x' });
    const need = needOf(fail, 'deapi', quotas, quote);
    assert.deepEqual(need, { kind: 'agreed', service: 'deapi', origin: 'https://x' });
    assert.equal(needText(need), fail.needs);
    assert.ok(needsAgreement(fail));
    assert.equal(
      needText(needOf(failure('auth', 'x', { needs: 'deapi:key' }), 'deapi', quotas)),
      'deapi:key',
    );
    assert.equal(needText(needOf(failure('disk', 'x'), undefined, [])), 'disk:');
  });

  it('names the source whose key it is', () => {
    assert.equal(sourceToMend(failure('auth', 'x', { needs: 'yt-dlp:cookies' })), 'yt-dlp');
    assert.equal(sourceToMend(failure('payment', 'x', { needs: 'consent:deapi https://x' })), undefined);
    assert.equal(sourceToMend(failure('auth', 'x', { needs: 'proxy:10.0.0.1' })), undefined);
    assert.equal(sourceToMend(failure('auth', 'x')), undefined);
  });
});

describe('Retry Failed', () => {
  const hour = 3_600_000;

  it('takes what is not final', () => {
    for (const code of codes)
      if (code !== 'not-started')
        assert.equal(canRetry(failure(code, 'x'), 0, 10 * hour), nextMoveOf[code] !== 'final', code);
  });

  it('takes what had not started once its time has come, or an hour after where nobody knows it', () => {
    const premiere = failure('not-started', 'x', { notBefore: 5 * hour });
    assert.deepEqual([canRetry(premiere, 0, 5 * hour - 1), canRetry(premiere, 0, 5 * hour)], [false, true]);
    const live = failure('not-started', 'x');
    assert.deepEqual([canRetry(live, hour, 2 * hour - 1), canRetry(live, hour, 2 * hour)], [false, true]);
    assert.equal(canRetry(live, undefined, 0), true);
  });

  it('at the end is left to what time alone may mend, without a second payment', () => {
    for (const code of codes) {
      assert.equal(canPass(failure(code, 'x')), nextMoveOf[code] === 'retry', code);
      assert.equal(canPass(failure(code, 'x', { paidAnew: true })), false, code);
    }
  });
});

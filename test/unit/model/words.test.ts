// The words a user reads follow the design's table and its number formats.
import assert from 'node:assert/strict';
import { failure, nextMoveOf, type FailureCode } from '../../../src/model/failure';
import {
  codeWords,
  formatCount,
  formatDuration,
  formatElapsed,
  formatLength,
  formatPercent,
  formatTime,
  joinAnd,
  plural,
  rowWords,
  serviceName,
  stageWords,
  statusWords,
  waitWords,
} from '../../../src/model/words';

const codes = Object.keys(nextMoveOf) as FailureCode[];
const at = (text: string): number => new Date(text).getTime();
const now = at('2026-11-20T14:18:00');

describe('the words of failures', () => {
  it('say a cause, a next step and whole sentences for every code, without exclamation marks', () => {
    for (const code of codes) {
      const words = codeWords(code);
      assert.match(words.cause, /^\p{Lu}[^.!]+$/u, code);
      assert.match(words.next, /^\p{Lu}[^!]*$/u, code);
      assert.match(words.sentence, /\.$/, code);
      assert.doesNotMatch(words.sentence, /!|Oops|successfully/, code);
    }
  });

  it('name the languages wanted and those there are', () => {
    const words = rowWords(failure('no-language', '', { subject: 'fr' }), { languages: ['de', 'en'] });
    assert.equal(words.cause, 'Not in de, en');
    assert.equal(words.next, 'Add fr');
    assert.equal(words.sentence, 'There are captions, but only in fr. Add it to the languages.');
    assert.deepEqual(words.step, { action: 'openSettings', setting: 'languages' });
    const many = rowWords(failure('no-language', '', { subject: 'fr, es' }), { languages: ['de'] });
    assert.match(many.sentence, /only in fr and es\. Add one of them/);
  });

  it('name the program, the service, the premiere and the seconds', () => {
    assert.equal(rowWords(failure('tool-missing', '', { subject: 'yt-dlp' })).cause, 'yt-dlp not found');
    const barred = rowWords(failure('tool-missing', '', { subject: 'ffmpeg', needs: 'trust' }));
    assert.equal(barred.cause, 'ffmpeg not looked for');
    assert.match(barred.sentence, /not trusted\. Trust it in Check Setup/);
    assert.equal(rowWords(failure('tool-failed', '', { subject: 'ffmpeg' })).cause, 'ffmpeg failed');
    const broken = { forAll: true } as const;
    const model = failure('tool-missing', 'The service answered 404: no such model', broken);
    const known = rowWords({ ...model, subject: 'openai-model' });
    assert.equal(`${known.cause} · ${known.next}`, 'Model not found · Choose another model');
    assert.match(known.sentence, /^The service answered 404: no such model\. Set openai\.model to /);
    assert.deepEqual(known.step, { action: 'setUpSpeech', setting: 'openai.model' });
    const other = rowWords(model, { source: 'whisper' });
    assert.equal(other.cause, 'whisper.cpp is not set up right');
    assert.match(other.sentence, /^The service answered 404: no such model\. Correct it/);
    const gone = rowWords(failure('timeout', '', { subject: 'deAPI', paidAnew: true }));
    assert.equal(`${gone.cause} · ${gone.next}`, 'deAPI failed · Retry…');
    assert.match(gone.sentence, /may cost again/);
    assert.equal(rowWords(failure('unsupported', '', { subject: 'Groq' })).cause, 'Refused by Groq');
    const silent = failure('no-captions', 'none');
    assert.equal(rowWords(silent, { source: 'youtube' }).next, 'Turn on speech-to-text');
    assert.equal(rowWords(silent, { source: 'whisper' }).cause, 'No words heard');
    const refused = rowWords(failure('no-captions', 'none', { subject: 'deAPI' }), { source: 'youtube' });
    assert.equal(refused.cause, 'No captions, refused by deAPI');
    assert.doesNotMatch(refused.sentence, /Turn on/);
    assert.equal(
      rowWords(failure('not-started', '', { notBefore: at('2026-11-24T18:00:00') }), { now }).cause,
      'Premiere on 24 Nov 18:00',
    );
    assert.equal(rowWords(failure('timeout', '', { subject: '60' })).cause, 'No answer in 60\u2009s');
    const large = rowWords(failure('too-large', ''), { source: 'openai', nextSource: 'whisper' });
    assert.equal(`${large.cause} · ${large.next}`, 'Too large for the speech service · Send to whisper.cpp');
    assert.equal(
      rowWords(failure('blocked', ''), { source: 'youtube' }).cause,
      'YouTube blocks this network',
    );
  });

  it('say the status with which a service answered, and whose fault that is', () => {
    const answered = (status: number, message: string, more: Parameters<typeof rowWords>[1] = {}): string => {
      const words = rowWords(failure('bad-response', message, { status }), more);
      return `${words.cause} · ${words.next}`;
    };
    assert.equal(
      answered(503, 'YouTube answered with status 503.', { source: 'youtube' }),
      'YouTube has a fault (status 503) · Retry later',
    );
    assert.equal(
      answered(500, 'YouTube answered 500: Internal error encountered.', { source: 'youtube' }),
      'YouTube has a fault: Internal error encountered. · Retry later',
    );
    const link = { kind: 'page', url: 'https://example.org/talk' } as const;
    assert.equal(
      answered(502, 'Unable to download webpage: HTTP Error 502: Bad Gateway', { source: 'yt-dlp', link }),
      'example.org has a fault (status 502) · Retry later',
    );
    assert.equal(
      answered(406, 'example.org answered with status 406.', { source: 'subtitleFile', link }),
      'example.org refuses (status 406) · Retry later',
    );
    const page = failure('bad-response', 'YouTube sent a web page.', { status: 200, subject: 'web-page' });
    assert.equal(rowWords(page, { source: 'youtube' }).cause, 'A web page came instead');
    assert.equal(
      answered(200, 'YouTube gave something that is not JSON.'),
      'Answer not understood · Show log',
    );
  });

  it('lead to the line of the list where it is known, and are no link where it is not', () => {
    const words = (code: FailureCode, line?: number, subject?: string) => {
      const why = failure(code, '', subject === undefined ? {} : { subject });
      const { next, step } = rowWords(why, line === undefined ? {} : { line });
      return [next, step?.action, step?.words];
    };
    assert.deepEqual(words('invalid-url', 19), ['Go to line 19', 'goToLine', undefined]);
    assert.deepEqual(words('invalid-url', 19, 'missing'), ['Go to line 19', 'goToLine', undefined]);
    assert.deepEqual(words('invalid-url'), ['Correct the line', undefined, undefined]);
    assert.deepEqual(words('age-restricted', 3), ['Use a local copy', 'goToLine', undefined]);
    assert.deepEqual(words('unavailable', 3).slice(1), ['removeLine', 'remove it from the list']);
    assert.deepEqual(words('private', 3).slice(1), ['removeLine', 'remove it']);
    assert.deepEqual(words('private'), ['Ask the owner, or remove it', undefined, undefined]);
    for (const code of codes) {
      const { next, step } = rowWords(failure(code, ''), { line: 1 });
      if (step?.words !== undefined) assert.ok(next.toLowerCase().includes(step.words), code);
    }
  });

  it('keep a hostile subject to one short line', () => {
    const words = rowWords(failure('tool-missing', '', { subject: `a\n\u202Eb${'x'.repeat(500)}` }));
    assert.ok(words.cause.length < 80);
    assert.doesNotMatch(words.cause, /\p{Cc}|\p{Cf}/u);
  });
});

describe('the words of states', () => {
  it('show a stage with its percent behind a thin space', () => {
    assert.equal(stageWords('downloading', 38.9), 'Downloading 38\u2009%');
    assert.equal(stageWords('fetching'), 'Fetching captions');
  });

  it('show a wait as seconds, and as a time where it is over a minute', () => {
    assert.equal(waitWords({ for: 'rate', until: now + 2100 }, now), 'Rate limit 3\u2009s');
    assert.equal(waitWords({ for: 'retry', until: now + 8000 }, now), 'Retry in 8\u2009s');
    assert.equal(waitWords({ for: 'retry', until: now + 840_000 }, now), 'Retry at 14:32');
    assert.equal(waitWords({ for: 'held', until: now + 840_000 }, now), 'Held to 14:32');
    assert.equal(waitWords({ for: 'held', until: now + 12_000 }, now), 'Held 12\u2009s');
    assert.equal(waitWords({ for: 'rate', until: now + 36_000 }, now), 'Rate limit, about 36\u2009s');
    assert.equal(waitWords({ for: 'rate', until: now - 5 }, now), 'Rate limit 1\u2009s');
    assert.equal(waitWords({ for: 'rate', until: now - 1500 }, now), 'Rate limit');
  });

  it('tell parked jobs that wait for the user from those that try again', () => {
    assert.equal(statusWords({ status: 'parked' }, now), 'Waiting for you');
    assert.equal(
      statusWords({ status: 'parked', parkedUntil: at('2026-11-20T15:20:00') }, now),
      'Tries again 15:20',
    );
    assert.equal(
      statusWords({ status: 'parked', parkedUntil: at('2026-11-21T00:43:00') }, now),
      'Tries again 00:43',
      'the next 00:43 needs no date',
    );
    assert.equal(
      statusWords({ status: 'parked', parkedUntil: at('2026-11-22T00:43:00') }, now),
      'Tries again 22 Nov 00:43',
    );
    assert.equal(statusWords({ status: 'parked', consent: {} }, now), 'Needs your OK');
    assert.equal(statusWords({ status: 'skipped', skip: { reason: 'already-done' } }, now), 'Already done');
    assert.equal(statusWords({ status: 'skipped', skip: { reason: 'by-user' } }, now), 'Skipped');
    assert.equal(
      statusWords({ status: 'running', stage: 'transcribing', percent: 75 }, now),
      'Transcribing 75\u2009%',
    );
  });
});

describe('numbers', () => {
  it('have thin spaces between thousands and before units', () => {
    assert.equal(formatCount(62_400), '62\u2009400');
    assert.equal(formatCount(1_234_567), '1\u2009234\u2009567');
    assert.equal(formatCount(999), '999');
    assert.equal(formatPercent(99.99), '99\u2009%');
    assert.equal(plural(1200, 'video'), '1\u2009200 videos');
    assert.equal(plural(1, 'video'), '1 video');
  });

  it('are empty when unknown', () => {
    assert.equal(formatLength(undefined), '');
    assert.equal(formatElapsed(undefined), '');
    assert.equal(formatPercent(undefined), '');
  });

  it('show lengths as m:ss or h:mm:ss, and one decimal under 10 s', () => {
    assert.equal(formatLength(213), '3:33');
    assert.equal(formatLength(3723), '1:02:03');
    assert.equal(formatLength(0), '0:00');
    assert.equal(formatElapsed(1.4), '1.4\u2009s');
    assert.equal(formatElapsed(9.97), '0:10');
    assert.equal(formatElapsed(41), '0:41');
  });

  it('show durations in the two largest units', () => {
    assert.equal(formatDuration(8000), '8\u2009s');
    assert.equal(formatDuration(46 * 60_000), '46\u2009min');
    assert.equal(formatDuration(118 * 60_000), '1\u2009h 58\u2009min');
    assert.equal(formatDuration(52 * 3_600_000), '2\u2009d 4\u2009h');
  });

  it('show a time without its date on the same day only', () => {
    assert.equal(formatTime(at('2026-11-20T09:05:00'), now), '09:05');
    assert.equal(formatTime(at('2026-11-24T18:00:00'), now), '24 Nov 18:00');
  });

  it('join names as a sentence does', () => {
    assert.equal(joinAnd(['a', 'b', 'c']), 'a, b and c');
    assert.equal(serviceName('host:example.org'), 'example.org');
    assert.equal(serviceName('deapi:submit'), 'deAPI');
    assert.equal(serviceName('deapi.submit'), 'deAPI');
    assert.equal(serviceName('constructor'), 'constructor');
  });
});

describe('the words of a file that cannot be read', () => {
  const refused = failure('unsupported', 'No source that is set up reads this link.');
  it('do not send the user to yt-dlp, which is for links', () => {
    assert.match(rowWords(refused).next, /yt-dlp/);
    for (const [kind, url] of [
      ['page', 'file:///home/me/talk'],
      ['media', 'file:///home/me/talk'],
      ['subtitle', 'file:///home/me/talk'],
      ['media', 'https://example.org/talk.mp3'],
      ['subtitle', 'https://example.org/talk.vtt'],
    ] as const) {
      const words = rowWords(refused, { link: { kind, url } });
      assert.doesNotMatch(`${words.cause} ${words.next} ${words.sentence}`, /yt-dlp|[Ss]ite/);
    }
    const page = { kind: 'page', url: 'https://example.org/talk' } as const;
    assert.match(rowWords(refused, { link: page }).next, /yt-dlp/);
    const sound = { kind: 'media', url: 'https://example.org/talk.mp3' } as const;
    assert.equal(rowWords(refused, { link: sound, source: 'openai' }).cause, 'File not supported');
    assert.equal(
      rowWords(refused, { link: { kind: 'media', url: 'file:///home/me/talk.mp4' } }).next,
      'Turn on speech-to-text',
    );
  });

  it('say of a subtitle file without words that it has none', () => {
    const none = failure('no-captions', 'The captions have no text in them.');
    const link = { kind: 'subtitle', url: 'https://example.org/talk.vtt' } as const;
    assert.equal(rowWords(none, { link, source: 'subtitleFile' }).cause, 'No words in the file');
  });

  it('say what is wrong with a path that is written well', () => {
    const words = (subject: string): string => rowWords(failure('invalid-url', 'x', { subject })).cause;
    assert.equal(words('missing'), 'File not found');
    assert.equal(words('outside'), 'Outside the folder of its list');
    assert.equal(words('share'), 'On a network share');
    assert.equal(words('constructor'), 'Not a link');
    const gone = failure('unavailable', 'gone');
    assert.equal(rowWords(gone, { link: { kind: 'media', url: 'file:///a.mp4' } }).cause, 'File not found');
    assert.equal(rowWords(gone, { link: { kind: 'media', url: 'https://a.org/a.mp4' } }).cause, 'Removed');
  });
});

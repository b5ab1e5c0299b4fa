/** What deAPI's refusals mean: statuses with their bodies, and the error codes of jobs. */
import * as v from 'valibot';
import { failure, type Failure, type FailureCode } from '../model/failure';
import type { HttpResponse } from '../model/ports';
import { retryAfterMs } from '../model/retryAfter';
import { networksAnswer, type OwnAnswers } from './httpAnswer';
import { saysNoCredit } from './openaiErrors';
import { readJson, shortWords } from './parts';
import { saysTooLarge } from './uploadLimits';

/**
 * `submit` is the paid step and not idempotent: where the service may have accepted it before it failed,
 * the result is `maybe-charged` and nothing submits it again automatically.
 */
export type DeapiStep = 'submit' | 'poll' | 'price' | 'account';

const body = v.object({
  message: v.fallback(v.optional(v.nullable(v.string())), undefined),
  errors: v.fallback(v.optional(v.unknown()), undefined),
});
const unknownModel =
  /\bmodel\b.{0,60}(?:invalid|not (?:found|exist|available|support)|unknown|does ?n.t exist)/i;
const fieldErrors = v.union([
  v.array(v.object({ field: v.string(), messages: v.array(v.string()) })),
  v.record(v.string(), v.union([v.array(v.string()), v.string()])),
]);

const ownAnswers: OwnAnswers = {
  who: 'deAPI',
  wants: 'data',
  isOwn: { host: (host) => /(?:^|\.)deapi\.ai$/.test(host), page: (page) => /deapi/i.test(page) },
};

/**
 * What an answer of deAPI means for the job, by status and by the fields it names; undefined for a success.
 * `now`: epoch ms, for a `Retry-After` that is a date.
 */
export function deapiFailure(answer: HttpResponse, step: DeapiStep, now: number): Failure | undefined {
  const { status } = answer;
  // A submit that was answered by whomever may have arrived.
  const network = step === 'submit' ? undefined : networksAnswer(answer, ownAnswers);
  if (network) return network;
  if (status >= 200 && status < 300) return undefined;
  const read = v.safeParse(body, readJson(answer.body));
  const fields = read.success ? fieldsOf(read.output.errors) : new Map<string, string>();
  const said = [(read.success ? read.output.message : undefined) ?? '', ...fields.values()].filter(
    (text) => text !== '',
  );
  const words = shortWords(`deAPI answered ${status}${said.length > 0 ? `: ${said.join(' ')}` : '.'}`);
  const stop = (code: FailureCode, needs: string): Failure =>
    failure(code, words, { status, needs, subject: 'deAPI' });
  if (status === 401) return stop('auth', 'deapi:key');
  const isPoor = [400, 403, 422].includes(status) && saysNoCredit(said.join(' '));
  if (status === 402 || fields.has('balance') || isPoor) return stop('payment', 'deapi:credit');
  if (status === 403) return stop('auth', 'deapi:account');
  if (status === 413) return failure('too-large', words, { status, subject: 'deAPI' });
  if (status === 429) return throttled(answer, words, now);
  if (status === 404 && step === 'poll')
    // The service does not know the request (another account, another version, too old); its result is
    // unknown.
    return failure('maybe-charged', 'deAPI does not know the request any more.', {
      status,
      subject: 'deAPI',
    });
  if (status >= 500) {
    // 503 says that it was not accepted. For the others, a gateway may only have lost the answer.
    const lost = step === 'submit' && status !== 503;
    return failure(lost ? 'maybe-charged' : 'bad-response', words, { status, subject: 'deAPI' });
  }
  if ((status === 422 || status === 400) && (fields.has('model') || unknownModel.test(said.join(' ')))) {
    // It holds for every video, and nothing was accepted.
    return failure('tool-missing', words, { status, subject: 'deapi-model', forAll: true });
  }
  if (status === 422 || status === 400) {
    const code = saysTooLarge(said.join(' ')) ? 'too-large' : 'unsupported';
    return failure(code, words, { status, subject: 'deAPI' });
  }
  if (status === 404 || status === 405)
    return failure('tool-missing', `${words.replace(/\.$/, '')} (is deapi.version right?)`, {
      status,
      subject: 'deapi-address',
      forAll: true,
    });
  return failure('bad-response', words, { status, subject: 'deAPI' });
}

function throttled(answer: HttpResponse, words: string, now: number): Failure {
  const wait = retryAfterMs(answer.headers, now);
  const more = { status: 429, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  if (answer.headers['x-ratelimit-type']?.toLowerCase() !== 'daily')
    return failure('rate-limited', words, more);
  const midnight = (Math.floor(now / 86_400_000) + 1) * 86_400_000;
  return failure('quota-exhausted', words, {
    ...more,
    notBefore: midnight,
    needs: 'deapi:day',
    subject: 'deAPI',
  });
}

function fieldsOf(errors: unknown): ReadonlyMap<string, string> {
  const read = v.safeParse(fieldErrors, errors);
  if (!read.success) return new Map();
  return new Map(
    Array.isArray(read.output)
      ? read.output.map(({ field, messages }) => [field, messages.join(' ')])
      : Object.entries(read.output).map(([field, text]) => [
          field,
          Array.isArray(text) ? text.join(' ') : text,
        ]),
  );
}

/**
 * A job that failed at the service. Another try would be a new, paid submit, which the user or the next
 * source decides: it is never retried automatically. The codes are those of version 2 and the webhooks.
 */
const jobErrors: ReadonlyMap<string | undefined, FailureCode> = new Map([
  ['AGE_RESTRICTED', 'age-restricted'],
  ['CONTEXT_LENGTH_EXCEEDED', 'too-large'],
  ['INVALID_INPUT', 'unsupported'],
  ['WORKER_TIMEOUT', 'timeout'],
]);

/**
 * A job that deAPI accepted and gave up. Another submit would be charged again, so only the user may retry
 * it.
 */
export function deapiJobFailure(code: string | undefined, message: string | undefined): Failure {
  const words = shortWords(
    `deAPI: ${message ?? 'the transcription failed'}${code === undefined ? '' : ` (${code})`}`,
  );
  return failure(jobErrors.get(code) ?? 'tool-failed', words, { subject: 'deAPI', paidAnew: true });
}

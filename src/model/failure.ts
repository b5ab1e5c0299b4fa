/**
 * Why a job has no transcript. What happens next follows from the code and the fields beside it
 * (failureRules.ts), the user's text from the same (failureWords.ts); the message's text is never matched.
 */

/** What the engine does after a failure. */
export type NextMove = 'retry' | 'hold' | 'nextSource' | 'breaker' | 'park' | 'final';

/** Every failure code with its next move. The names are public: manifest, terminal and log use them. */
export const nextMoveOf = {
  network: 'retry',
  timeout: 'retry',
  'bad-response': 'retry',
  'tool-failed': 'retry',
  'rate-limited': 'hold',
  'no-captions': 'nextSource',
  'no-language': 'nextSource',
  'po-token': 'nextSource',
  'client-outdated': 'nextSource',
  unsupported: 'nextSource',
  'too-large': 'nextSource',
  'tool-missing': 'nextSource',
  blocked: 'breaker',
  auth: 'park',
  payment: 'park',
  'quota-exhausted': 'park',
  disk: 'park',
  'invalid-url': 'final',
  private: 'final',
  'members-only': 'final',
  'age-restricted': 'final',
  'geo-blocked': 'final',
  unavailable: 'final',
  'not-started': 'final',
  'maybe-charged': 'final',
  'no-speech': 'final',
  cancelled: 'final',
  internal: 'final',
} as const satisfies Record<string, NextMove>;

export type FailureCode = keyof typeof nextMoveOf;

/** True for a string that is one of our failure codes (journals and manifests are untrusted input). */
export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(nextMoveOf, value);
}

/**
 * Final for this source, but a later source with other access rights (cookies, another country) may
 * succeed.
 */
export const accessCodes: ReadonlySet<FailureCode> = new Set([
  'private',
  'members-only',
  'age-restricted',
  'geo-blocked',
]);

export interface Failure {
  readonly code: FailureCode;
  /**
   * The service's or program's own message, short, safe to show; no key, password or private token in it.
   */
  readonly message: string;
  /** HTTP status or exit code, where there was one. */
  readonly status?: number;
  /** True when the request certainly never reached the service: a paid submit may then be made again. */
  readonly unsent?: boolean;
  /** Another try at the same source would cost again: only the user's own retry does that. */
  readonly paidAnew?: boolean;
  /**
   * It holds for every video at its source until a setting changes (a model that cannot be read, a wrong address):
   * the source leaves the batch's chain, and nothing is sent or started to find the same out again.
   */
  readonly forAll?: boolean;
  /** How long the service asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The earliest time at which it can work (epoch ms): a premiere, a daily reset. */
  readonly notBefore?: number;
  /** What has to be mended, for example `deapi:key`; jobs with the same need park together. */
  readonly needs?: string;
  /**
   * Which of the attempt's quotas it came from, if not the first: the one of the host that the audio came
   * from.
   */
  readonly quota?: string;
  /** A short value for the row's text: the available languages, the name of the program. */
  readonly subject?: string;
}

/**
 * `message`: for logs and details, never with a key or an address of a private feed; rows have their own
 * texts.
 */
export function failure(
  code: FailureCode,
  message: string,
  more: Omit<Failure, 'code' | 'message'> = {},
): Failure {
  return { code, message, ...more };
}

/**
 * Carries a Failure through code that throws; caught at the edge of a room and turned back into its value.
 */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(`${failure.code}: ${failure.message}`);
    this.name = 'FailureError';
  }
}

/** The Failure inside anything thrown; an unexpected error is `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof Error && error.name === 'AbortError') return failure('cancelled', 'Stopped.');
  return failure('internal', error instanceof Error ? error.message : String(error));
}

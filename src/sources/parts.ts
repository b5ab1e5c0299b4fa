/** The outside interfaces that sources use, and small helpers that all of them need. */
import { FailureError, toFailure, type Failure } from '../model/failure';
import { isOfYouTube } from '../model/link';
import type { BoxedProgram, Clock, Files, Http, Log, Outlets, Processes, Secrets } from '../model/ports';
import type { SourceRequest, SourceResult } from '../model/source';

export interface SourceParts {
  readonly http: Http;
  readonly files: Files;
  readonly processes: Processes;
  readonly outlets: Outlets;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  /** whisper.cpp as it comes with a platform's package; absent: this package has none. */
  readonly whisperEngine?: BoxedProgram | undefined;
  /** Absolute; absent: nothing is remembered from one run to the next. */
  readonly stateFolder?: string;
}

/** Requests to YouTube covered by one start of its quota: what our own client needs for a video. */
export const requestsOfStart = 2;

/**
 * Counts a program's requests to YouTube beyond those that the attempt's own start covers. They need no
 * place of their own: the program works in the attempt's. Throws `cancelled` on abort.
 */
export async function takeStarts(
  request: Pick<SourceRequest, 'link' | 'permit'>,
  requests: number,
): Promise<void> {
  if (!isOfYouTube(request.link)) return;
  for (let counted = requestsOfStart; counted < requests; counted += requestsOfStart)
    (await request.permit(['youtube'])).release();
}

/** Runs a source's steps; an exception becomes the result's failure, so that `transcribe` never throws. */
export async function asResult(steps: () => Promise<SourceResult>): Promise<SourceResult> {
  try {
    return await steps();
  } catch (error) {
    return { failure: toFailure(error) };
  }
}

/**
 * Throws why the source is not asked any more, as another job has found out since this attempt began. To be called
 * before anything is sent.
 */
export function stillAsked(request: Pick<SourceRequest, 'outOfChain'>): void {
  const out = request.outOfChain?.();
  if (out) fail({ ...out, unsent: true });
}

/** Throws it; `asResult` turns it back into a value. */
export function fail(failure: Failure): never {
  throw new FailureError(failure);
}

/** A service's message for a row: one line, not long, without control characters. */
export function shortWords(text: string, length = 300): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** Resolves after `ms` of the clock, or throws `cancelled` on abort. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => {
      cancel();
      reject(new FailureError({ code: 'cancelled', message: 'Stopped.' }));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stopped);
      resolve();
    });
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
}

/** JSON of a body, or undefined when it is not JSON. */
export function readJson(body: Uint8Array | string): unknown {
  try {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** `{ name: value }`, or an empty object without a value. */
export function given<K extends string, T>(name: K, value: T | null | undefined): Partial<Record<K, T>> {
  const nothing: Partial<Record<K, T>> = {};
  return value === undefined || value === null ? nothing : Object.assign(nothing, { [name]: value });
}

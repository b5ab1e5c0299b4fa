/**
 * What a parked job waits for. Jobs with the same need wait together and are freed together. In a journal a
 * need is a text (`Failure.needs`), written and parsed only here.
 */
import { failure, type Failure } from './failure';
import { isSourceId } from './transcript';
import type { SourceId } from './transcript';

export type Need =
  | Unblocked
  /** The user's OK to what a service costs. */
  | { readonly kind: 'agreed'; readonly service: string; readonly origin: string }
  /** The user's OK to a file or a private address that a list names. */
  | { readonly kind: 'allowed'; readonly place: string }
  /** Something named by the failure is mended: a key, credit, a program, a daily limit. */
  | { readonly kind: 'mended'; readonly what: string };

/** `Failure.needs` where the workspace has to be trusted before a program is looked for. */
export const trustNeed = 'trust';

/** The service behind this quota accepts this network again. */
export interface Unblocked {
  readonly kind: 'unblocked';
  readonly quota: string;
}

const agreedPrefix = 'consent:';
const allowedPrefix = 'place:';

/**
 * A list names a place of this computer or its network, and the user has not confirmed it. `place`: a host, or
 * the path of a local file.
 */
export function unconfirmedPlace(place: string): Failure {
  return failure('auth', `The list names ${place}, a place of this computer or its network.`, {
    needs: needText({ kind: 'allowed', place }),
    subject: place,
  });
}

export function unblocked(quota: string): Unblocked {
  return { kind: 'unblocked', quota };
}

export function agreed(service: string, origin: string): Need {
  return { kind: 'agreed', service, origin };
}

/** What the failure itself names, otherwise its code at the source that was asked. */
export function mended({ needs, code }: Failure, source: SourceId | undefined): Need {
  if (needs?.startsWith(allowedPrefix) === true)
    return { kind: 'allowed', place: needs.slice(allowedPrefix.length) };
  return { kind: 'mended', what: needs ?? `${code}:${source ?? ''}` };
}

/** The same text for the same need, as stored in `Failure.needs`. */
export function needText(need: Need): string {
  switch (need.kind) {
    case 'unblocked':
      return `blocked:${need.quota}`;
    case 'agreed':
      return `${agreedPrefix}${need.service} ${need.origin}`;
    case 'allowed':
      return `${allowedPrefix}${need.place}`;
    case 'mended':
      return need.what;
  }
}

/** Whether a failure only says that the user has not agreed to the price yet. */
export function needsAgreement({ needs }: Failure): boolean {
  return needs?.startsWith(agreedPrefix) === true;
}

/** Whether a failure only says that the user has not confirmed what the list names. */
export function needsConfirmation({ needs }: Failure): boolean {
  return needs?.startsWith(allowedPrefix) === true;
}

/** The source whose key, account or program has to be mended, where the failure names one (`deapi:key`). */
export function sourceToMend({ needs }: Failure): SourceId | undefined {
  const name = needs?.split(/[\s:]/)[0];
  return isSourceId(name) ? name : undefined;
}

/**
 * What a parked job waits for. Jobs with the same need wait together and are freed together. In a journal a
 * need is a text (`Failure.needs`), written and parsed only here.
 */
import type { Failure } from './failure';
import { isSourceId } from './transcript';
import type { SourceId } from './transcript';

export type Need =
  /** The service behind this quota accepts this network again. */
  | { readonly kind: 'unblocked'; readonly quota: string }
  /** The user's OK to what a service costs. */
  | { readonly kind: 'agreed'; readonly service: string; readonly origin: string }
  /** Something named by the failure is mended: a key, credit, a program, a daily limit. */
  | { readonly kind: 'mended'; readonly what: string };

const agreedPrefix = 'consent:';

export function unblocked(quota: string): Need {
  return { kind: 'unblocked', quota };
}

export function agreed(service: string, origin: string): Need {
  return { kind: 'agreed', service, origin };
}

/** What the failure itself names, otherwise its code at the source that was asked. */
export function mended({ needs, code }: Failure, source: SourceId | undefined): Need {
  return { kind: 'mended', what: needs ?? `${code}:${source ?? ''}` };
}

/** The same text for the same need, as stored in `Failure.needs`. */
export function needText(need: Need): string {
  switch (need.kind) {
    case 'unblocked':
      return `blocked:${need.quota}`;
    case 'agreed':
      return `${agreedPrefix}${need.service} ${need.origin}`;
    case 'mended':
      return need.what;
  }
}

/** Whether a failure only says that the user has not agreed to the price yet. */
export function needsAgreement({ needs }: Failure): boolean {
  return needs?.startsWith(agreedPrefix) === true;
}

/** The source whose key, account or program has to be mended, where the failure names one (`deapi:key`). */
export function sourceToMend({ needs }: Failure): SourceId | undefined {
  const name = needs?.split(/[\s:]/)[0];
  return isSourceId(name) ? name : undefined;
}

/** Jobs that ended well, for tests that are about something else: everything a test does not name is ordinary. */
import type { LastingEvent, Outcome } from '../../src/model/events';

export type Completed = Extract<Outcome, { readonly status: 'completed' }>;

export function completed(more: Partial<Completed> = {}): Completed {
  return {
    status: 'completed',
    source: 'youtube',
    language: 'en',
    captions: 'manual',
    meta: {},
    files: ['a.md'],
    seconds: 1,
    requests: 2,
    via: 'direct',
    ...more,
  };
}

/** Its event. `at`: milliseconds since 1970. */
export function completedEvent(
  job: number,
  more: Partial<Completed> = {},
  at = 1,
): Extract<LastingEvent, { readonly type: 'outcome' }> {
  return { type: 'outcome', at, job, outcome: completed(more) };
}

import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../src/intake/link';
import type { Link } from '../../src/model/link';
import { defaultSettings } from '../../src/model/settings';
import type { ExpandRequest } from '../../src/model/source';

/** A request to read the list at an address or of a link; every permit is given at once. */
export function expandRequest(of: string | Link): ExpandRequest {
  const link = typeof of === 'string' ? readLink(of) : of;
  assert(!isFailure(link));
  return {
    link,
    settings: defaultSettings,
    signal: new AbortController().signal,
    identity: 'x',
    sent: () => undefined,
    permit: () => Promise.resolve({ heard: () => undefined, release: () => undefined }),
  };
}

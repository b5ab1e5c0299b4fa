/**
 * The border between public and private for the hosts that requests name. A host that the user named may be
 * private; but that is judged by the first addresses of its name, so that a name which first resolves to a
 * public address and later to a private one (DNS rebinding) reaches nothing private.
 */
import { isPublicAddress } from '../model/addresses';
import { failure, FailureError } from '../model/failure';
import { unconfirmedPlace } from '../model/need';
import type { Reach } from '../model/ports';

/** A private address where only public ones are allowed. */
export class RefusedAddress extends Error {
  constructor(readonly host: string) {
    super(`private address: ${host}`);
  }
}

/** Why a private address is not reached: the user has not confirmed it, or a page leads there. */
export function refusal(host: string, reach: Reach | undefined): FailureError {
  return new FailureError(
    reach === 'unconfirmed'
      ? unconfirmedPlace(host)
      : failure('invalid-url', `A public page may not lead to a private address: ${host}`),
  );
}

export class NamedHosts {
  /** What a name was when it was first resolved: public, or its private addresses. */
  private readonly first = new Map<string, 'public' | ReadonlySet<string>>();

  /**
   * Those of a name's current addresses that may be connected to. `publicOnly`: someone other than the user
   * has named it, or the user has not confirmed it yet. Throws RefusedAddress when one of them is private and must not
   * be reached: one private answer among public ones is an attack or a mistake, so the whole name is refused.
   */
  admit<T extends { readonly address: string }>(
    host: string,
    addresses: readonly T[],
    publicOnly: boolean,
  ): readonly T[] {
    const name = host.toLowerCase().replace(/\.+$/, '');
    const allPublic = addresses.every(({ address }) => isPublicAddress(address));
    if (publicOnly) {
      if (!allPublic) throw new RefusedAddress(host);
      return addresses;
    }
    if (addresses.length === 0) return addresses;
    const known = this.first.get(name);
    if (known === undefined) {
      this.first.set(name, allPublic ? 'public' : new Set(addresses.map(({ address }) => address)));
      return addresses;
    }
    // A name that is public now must not lead to a private address later.
    if (allPublic) return addresses;
    if (known === 'public') throw new RefusedAddress(host);
    const same = addresses.filter(({ address }) => known.has(address));
    if (same.length === 0) throw new RefusedAddress(host);
    return same;
  }
}

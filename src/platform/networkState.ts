/**
 * What a failed connection says of this computer's own network, beyond the one host that was asked. It is judged by the
 * system's error and by this computer's addresses alone: no other server is asked.
 */
import { networkInterfaces } from 'node:os';
import type { NetworkState } from '../model/failureRules';
import { defaultSettings } from '../model/settings';
import { urlOf } from '../model/webUrl';

/** No way out, or nobody who looks names up. */
const offline: ReadonlySet<string> = new Set(['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN']);
/** What macOS and Windows say without a network, and every system of a name that does not exist. */
const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
const notTrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Hosts of our own defaults, which exist: nobody has mistyped them. */
const knownHosts: ReadonlySet<string | undefined> = new Set(
  ([defaultSettings['youtube.endpoint'], defaultSettings['deapi.endpoint']] as const).map(
    (endpoint) => urlOf(endpoint)?.hostname,
  ),
);

/** The state of the network that this error of a connection to `host` shows; undefined: it concerns the host alone. */
export function networkStateOf(
  error: unknown,
  host: string,
  hasNetwork: () => boolean = isConnected,
): NetworkState | undefined {
  const codes = codesOf(error);
  const all = (those: ReadonlySet<string>): boolean =>
    codes.length > 0 && codes.every((code) => those.has(code));
  if (all(notTrusted)) return 'certificate';
  if (all(offline)) return 'offline';
  return all(noSuchName) && (knownHosts.has(host) || !hasNetwork()) ? 'offline' : undefined;
}

/** Of each address that was tried: without IPv6, only those of IPv6 cannot be reached. */
function codesOf(error: unknown): readonly string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? [error.code] : [];
}

/** Whether this computer has an address that others may reach. Those of virtual machines count too. */
function isConnected(): boolean {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(({ address, internal }) => !internal && !/^(?:169\.254\.|fe80:)/i.test(address));
}

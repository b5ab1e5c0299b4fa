/**
 * Whether the OpenAI-compatible server is the user's own: it costs nothing, so it needs no consent and a lost
 * answer may be asked for again. Pure.
 */
import { bareHost, isLoopback, isPublicAddress, mayBePublic } from '../model/addresses';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';

/** Tailscale gives its names to the user's own machines: https://tailscale.com/kb/1081/magicdns */
const ownSuffixes = ['ts.net'];

type OwnSettings = Pick<Settings, 'openai.endpoint' | 'openai.ownServer'>;

/**
 * True where the setting `openai.ownServer` says so, and for every address that no service on the internet can
 * have. A name says nothing by itself, because whoever answers for the name decides where it leads; `localhost`
 * and `.local` never leave the computer and its network (RFC 6761, RFC 6762).
 */
export function isOwnServer(settings: OwnSettings): boolean {
  return settings['openai.ownServer'] || isOwnAddress(settings['openai.endpoint']);
}

/** As `isOwnServer`, by the address alone. */
export function isOwnAddress(endpoint: string): boolean {
  const host = hostOf(endpoint);
  if (host === '') return false;
  if (isLoopback(host) || host.endsWith('.local')) return true;
  return isAddress(host) && !isPublicAddress(host);
}

/**
 * Whether the address is probably the user's own although its name alone does not say so (`gpu-box`, `nas.lan`,
 * `host.docker.internal`, a Tailscale name): set-up then proposes `openai.ownServer`.
 */
export function mayBeOwnServer(endpoint: string): boolean {
  const host = hostOf(endpoint);
  if (host === '') return false;
  return !mayBePublic(host) || ownSuffixes.some((suffix) => host.endsWith(`.${suffix}`));
}

/** The host without brackets and final dot; empty where the text is no address. */
function hostOf(endpoint: string): string {
  return bareHost(urlOf(endpoint)?.hostname ?? '')
    .toLowerCase()
    .replace(/\.$/, '');
}

/** As `URL` writes addresses: IPv4 in four parts, IPv6 with colons. */
function isAddress(host: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(host) || host.includes(':');
}

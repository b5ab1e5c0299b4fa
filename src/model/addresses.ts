/**
 * Which addresses are public, and which belong to this computer or its network. Used for everything that
 * was named by someone other than the user: feeds, playlists, pages, redirects.
 */
import ipaddr from 'ipaddr.js';

/** Names that only a local network resolves (RFC 6761, 6762, 8375, and those that routers assign). */
const localSuffixes = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'home.arpa',
];
/** Answers with settings and secrets from within each virtual machine of Azure, though the address is a public one. */
const azureHost = '168.63.129.16';
/** IPv6 ranges that ipaddr.js counts as unicast but that lead inside, or hide an IPv4 address. */
const innerV6 = [
  ipaddr.IPv6.parseCIDR('::/96'), // IPv4-compatible, deprecated
  ipaddr.IPv6.parseCIDR('64:ff9b:1::/48'), // NAT64 for local use, RFC 8215
  ipaddr.IPv6.parseCIDR('fec0::/10'), // site-local, deprecated
  ipaddr.IPv6.parseCIDR('5f00::/16'), // segment routing, RFC 9602
];

/** The address inside brackets, without a zone. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}

/**
 * True only for an address of the public internet; false for anything else and for what is not an address.
 */
export function isPublicAddress(address: string): boolean {
  const bare = bareHost(address);
  if (!ipaddr.isValid(bare)) return false;
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return isPublicV4(parsed);
  // NAT64 of an IPv6-only network: the IPv4 address inside is what counts.
  if (parsed.range() === 'rfc6052') return isPublicV4(new ipaddr.IPv4(parsed.toByteArray().slice(12)));
  return parsed.range() === 'unicast' && !innerV6.some((range) => parsed.match(range));
}

const isPublicV4 = (address: ipaddr.IPv4): boolean =>
  address.range() === 'unicast' && address.toString() !== azureHost;

export function isLoopback(host: string): boolean {
  const bare = bareHost(host).toLowerCase();
  if (ipaddr.isValid(bare)) return ipaddr.process(bare).range() === 'loopback';
  return bare === 'localhost' || bare.endsWith('.localhost');
}

/** Whether what is sent to this address leaves the computer in the open: plain http to another one. */
export function isPlainAway(url: URL): boolean {
  return url.protocol === 'http:' && !isLoopback(url.hostname);
}

/**
 * Whether a host may be public, by its name alone: no private address, no name of a local network. Used
 * where a proxy resolves the name and its address is never seen here.
 */
export function mayBePublic(host: string): boolean {
  const bare = bareHost(host).toLowerCase().replace(/\.+$/, '');
  if (ipaddr.isValid(bare)) return isPublicAddress(bare);
  return bare.includes('.') && !localSuffixes.some((suffix) => bare.endsWith(`.${suffix}`));
}

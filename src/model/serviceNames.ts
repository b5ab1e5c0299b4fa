/** The names of services and quotas in sentences. */
import { bareHost, isLoopback, mayBePublic } from './addresses';
import { splitQuota } from './quotaNames';
import { isSourceId, sourceFacts } from './transcript';
import { urlOf } from './webUrl';

/** The name of a source or of the service behind a quota. */
export function serviceName(sourceOrQuota: string): string {
  const { service, rest } = splitQuota(sourceOrQuota);
  if (service === 'host') return rest;
  return isSourceId(service) ? sourceFacts[service].name : sourceOrQuota;
}

/** Services with OpenAI's interface, by their host, as their users know them. */
export const servicesByHost: Readonly<Record<string, string>> = {
  'api.openai.com': 'OpenAI',
  'api.groq.com': 'Groq',
  'oai.deapi.ai': 'deAPI',
  'api.mistral.ai': 'Mistral',
  'api.deepinfra.com': 'DeepInfra',
};

/**
 * The name of a service where its address is known: `openai` at Groq's address is Groq, at an address of the user's own
 * network "your server gpu-box", at another one its host.
 */
export function serviceNameAt(service: string, address: string): string {
  if (service !== 'openai') return serviceName(service);
  const host = urlOf(address)?.hostname ?? '';
  if (host === '') return serviceName(service);
  if (isLoopback(host)) return 'your server on this computer';
  return knownAt(host) ?? (mayBePublic(host) ? host : `your server ${bareHost(host)}`);
}

/** The same as it may be kept in a batch's folder, which others may read: no host is named there. */
export function keptServiceName(service: string, address: string): string {
  const host = urlOf(address)?.hostname ?? '';
  if (service !== 'openai' || host === '') return serviceName(service);
  return knownAt(host) ?? (mayBePublic(host) ? serviceName(service) : 'your server');
}

/** A service that everybody can use. */
function knownAt(host: string): string | undefined {
  if (/\.azure\.(?:com|us|cn)$/i.test(host)) return 'Azure OpenAI';
  return Object.hasOwn(servicesByHost, host) ? servicesByHost[host] : undefined;
}

/** "YouTube" at the start of a sentence; names of programs and hosts keep their own spelling. */
export function capitalised(name: string): string {
  return /^(?:the|your) /.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

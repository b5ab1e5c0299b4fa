/** The names of services and quotas in sentences. */
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
 * The name of a service where its address is known: `openai` at Groq's address is Groq, at an address that nobody
 * knows its host.
 */
export function serviceNameAt(service: string, address: string): string {
  if (service !== 'openai') return serviceName(service);
  const host = urlOf(address)?.hostname;
  if (host === undefined || host === '') return serviceName(service);
  if (/\.azure\.(?:com|us|cn)$/i.test(host)) return 'Azure OpenAI';
  return Object.hasOwn(servicesByHost, host) ? (servicesByHost[host] ?? host) : host;
}

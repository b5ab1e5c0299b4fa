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

/** The same where it is in no sentence: "subtitle file" in a column or a sum. */
export function serviceLabel(sourceOrQuota: string): string {
  return serviceName(sourceOrQuota).replace(/^the /, '');
}

/** Services with OpenAI's interface, by their host, as their users know them. */
const servicesByHost: Readonly<Record<string, string>> = {
  'api.openai.com': 'OpenAI',
  'api.groq.com': 'Groq',
  'oai.deapi.ai': 'deAPI',
  'api.mistral.ai': 'Mistral',
  'api.deepinfra.com': 'DeepInfra',
};

/**
 * The name of the service at an address on the internet: `openai` at Groq's address is Groq, at another one its host.
 */
export function serviceNameAt(service: string, address: string): string {
  const host = service === 'openai' ? (urlOf(address)?.hostname ?? '') : '';
  return host === '' ? serviceName(service) : (knownService(host) ?? host);
}

/** A service that everybody can use, by its host; undefined: another one. */
export function knownService(host: string): string | undefined {
  if (/\.azure\.(?:com|us|cn)$/i.test(host)) return 'Azure OpenAI';
  return Object.hasOwn(servicesByHost, host) ? servicesByHost[host] : undefined;
}

/** "YouTube" at the start of a sentence; names of programs and hosts keep their own spelling. */
export function capitalised(name: string): string {
  return /^(?:the|your) /.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

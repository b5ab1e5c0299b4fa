/**
 * The name of a service by the address that the settings have, which may be on the user's own network. Apart from
 * serviceNames.ts, because what tells such addresses is large and the page knows none.
 */
import { bareHost, isLoopback, mayBePublic } from './addresses';
import { knownService, serviceName, serviceNameAt } from './serviceNames';
import { urlOf } from './webUrl';

/**
 * The name of a service where its address is known: `openai` at Groq's address is Groq, at an address of the user's own
 * network "your server gpu-box", at another one its host.
 */
export function serviceHere(service: string, address: string): string {
  if (service !== 'openai') return serviceName(service);
  const host = urlOf(address)?.hostname ?? '';
  if (host === '') return serviceName(service);
  if (isLoopback(host)) return 'your server on this computer';
  return mayBePublic(host) ? serviceNameAt(service, address) : `your server ${bareHost(host)}`;
}

/** The same as it may be kept in a batch's folder, which others may read: no host is named there. */
export function keptServiceName(service: string, address: string): string {
  const host = urlOf(address)?.hostname ?? '';
  if (service !== 'openai' || host === '') return serviceName(service);
  return knownService(host) ?? (mayBePublic(host) ? serviceName(service) : 'your server');
}

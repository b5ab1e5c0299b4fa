/** The names of services and quotas in sentences. */
import { splitQuota } from './quotaNames';
import { isSourceId, sourceFacts } from './transcript';

/** The name of a source or of the service behind a quota. */
export function serviceName(sourceOrQuota: string): string {
  const { service, rest } = splitQuota(sourceOrQuota);
  if (service === 'host') return rest;
  return isSourceId(service) ? sourceFacts[service].name : sourceOrQuota;
}

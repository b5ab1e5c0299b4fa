/** What services and quotas are called in a sentence. */
import { isSourceId, sourceFacts } from './transcript';

/** The name of a source or quota. Quotas are named `<service>`, `<service>.<part>` (`deapi.submit`) or `host:<name>`. */
export function serviceName(sourceOrQuota: string): string {
  const colon = sourceOrQuota.search(/[:/.]/);
  const head = colon < 0 ? sourceOrQuota : sourceOrQuota.slice(0, colon);
  if (head === 'host') return sourceOrQuota.slice(colon + 1);
  return isSourceId(head) ? sourceFacts[head].name : sourceOrQuota;
}

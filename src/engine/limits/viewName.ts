/** What a quota's service is called, where that depends on the address that the settings have for it. */
import type { QuotaView } from '../../model/events';
import { quotaRow } from '../../model/quotaNames';
import { serviceHere } from '../../model/serviceAt';
import { serviceName } from '../../model/serviceNames';
import type { Settings } from '../../model/settings';

/** The view with the service's name; unchanged where its address says no more than the quota's name does. */
export function named(view: QuotaView, settings: Settings): QuotaView {
  const setting = quotaRow(view.name)?.endpoint;
  const address = setting === undefined ? '' : settings[setting];
  const service = serviceHere(view.name, address);
  return service === serviceName(view.name) ? view : { ...view, service };
}

/** What the host offers to do about a problem, as a link: "Show It". */
import type { JSX } from 'preact';
import type { PanelStore } from '../store/store';
import { Link } from '../shared/controls';

export function Offer({ store }: { readonly store: PanelStore }): JSX.Element | null {
  const offer = store.problem?.offer;
  if (!offer) return null;
  return <Link onClick={() => store.takeOffer(offer.request)}>{offer.words}</Link>;
}

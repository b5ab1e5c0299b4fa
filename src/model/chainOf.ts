/** Which sources a link may be asked of, in order. */
import type { Link } from './link';
import type { Settings } from './settings';
import type { SourceId } from './transcript';

const notes: readonly SourceId[] = ['notes'];

/** Whether any link may be asked of the source with these settings. */
export function isInAChain(source: SourceId, settings: Pick<Settings, 'sources'>): boolean {
  return notes.includes(source) || settings.sources.includes(source);
}

/** The setting `sources`; for a transcript that is there already, the model that writes notes about it. */
export function chainOf(link: Pick<Link, 'kind'>, settings: Pick<Settings, 'sources'>): readonly SourceId[] {
  return link.kind === 'transcript' ? notes : settings.sources;
}

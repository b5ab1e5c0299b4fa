/** `list_videos`: the entries of a playlist, channel or feed, within a limit. */
import { isFailure, readLink } from '../intake/link';
import { markPlaces } from '../intake/places';
import { FailureError } from '../model/failure';
import type { Link } from '../model/link';
import { publicAddress } from '../model/publicUrl';
import type { Settings } from '../model/settings';
import type { ListItem } from '../model/source';
import { dataNote, fitting, offsetOf, oneLine, ToolProblem } from './answers';
import type { ToolInput } from './tools';
import type { AgentWorld, ToolCall } from './world';

const mostNotes = 5;

export async function listVideos(
  { link: written, limit, cursor }: ToolInput<'list_videos'>,
  world: AgentWorld,
  { signal }: ToolCall,
): Promise<string> {
  const from = offsetOf(cursor);
  const settings = world.settings();
  const link = listLink(written, settings);
  if (link.list === 'feed') world.hideFeed(link.url);
  const notes: string[] = [];
  const found: ListItem[] = [];
  // One more than asked for says whether there are others.
  const wanted = { ...settings, 'lists.limit': from + limit + 1 };
  const note = (text: string): void => void notes.push(oneLine(text));
  for await (const item of world.engine.entries({ link, settings: wanted, signal, note })) {
    signal.throwIfAborted();
    found.push(item);
    if (found.length > from + limit) break;
  }
  const entries = found.slice(from, from + limit).map(entryOf);
  const head = {
    about: dataNote,
    first: from + 1,
    ...(notes.length === 0 ? {} : { notes: notes.slice(0, mostNotes) }),
  };
  const count = fitting(head, entries);
  const isMore = found.length > from + count;
  return JSON.stringify({
    ...head,
    entries: entries.slice(0, count),
    ...(isMore ? { next_cursor: String(from + count) } : {}),
  });
}

/** Throws ToolProblem for what is no list, or is a place that the user has not confirmed. */
function listLink(written: string, settings: Settings): Link {
  const link = readLink(written.trim());
  if (isFailure(link)) throw new FailureError(link);
  if (link.path !== undefined)
    throw new ToolProblem('list_videos reads addresses, and this is a local file. Name a link.');
  if (link.kind !== 'list' && link.kind !== 'page')
    throw new ToolProblem('This is one video or file, not a list. Give its link to transcribe_links.');
  const [marked] = markPlaces([{ link }], settings);
  if (marked?.link.outside === true)
    throw new ToolProblem(
      'This address is on the computer of the user or its network, which needs their OK. It is not asked for. Ask the user to run the list themselves.',
    );
  return marked?.link ?? link;
}

function entryOf({ link, meta }: ListItem): object {
  const { title, duration, published } = meta;
  return {
    ...(title === undefined ? {} : { title: oneLine(title) }),
    link: publicAddress(link),
    ...(duration === undefined ? {} : { seconds: Math.round(duration) }),
    ...(published === undefined ? {} : { date: published }),
  };
}

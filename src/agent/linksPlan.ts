/** From what a model gives to `transcribe_links` to a batch that can be started. Sends nothing and writes nothing. */
import { createHash } from 'node:crypto';
import type { StartRequest } from '../engine/api';
import { confineLocalFiles } from '../intake/confine';
import { withoutLists } from '../intake/foundLists';
import { isListFailure, readList, type ListContent } from '../intake/list';
import type { ListFormat } from '../intake/listFormat';
import { markPlaces } from '../intake/places';
import { FailureError } from '../model/failure';
import type { Settings } from '../model/settings';
import { oneLine, ToolProblem } from './answers';
import type { ToolInput } from './tools';
import type { AgentWorld } from './world';

/** Throws ToolProblem, FailureError where nothing can be started. */
export async function planLinks(
  { links = [], list, name, languages }: ToolInput<'transcribe_links'>,
  world: AgentWorld,
): Promise<StartRequest> {
  if (links.length === 0 && list === undefined)
    throw new ToolProblem('Give links, or a list: a text that holds them.');
  const contents: ListContent[] = [];
  // A link is one line, whatever is in it.
  const lines = links.map((link) => link.replace(/\s+/g, ' ').trim()).join('\n');
  if (links.length > 0) contents.push(await read(lines, 'urls', 'links', world));
  if (list !== undefined) {
    const content = await read(list, 'text', 'list', world);
    // Lists that a text only mentions may be thousands of videos.
    contents.push(content.asksForLists ? withoutLists(content) : content);
  }
  const found = new Map(contents.flatMap(({ jobs }) => jobs).map((job) => [job.link.id, job]));
  if (found.size === 0)
    throw new ToolProblem(
      'The list names no video by itself. Give the links of its playlists, channels or feeds in links.',
    );
  const settings = contents.reduce<Settings>(
    (before, content) => ({ ...before, ...content.settings }),
    world.settings(),
  );
  const jobs = await confineLocalFiles([...found.values()], world.folders(), world.files);
  const own = contents.find((content) => content.name !== undefined)?.name;
  return {
    name: name ?? own ?? nameOf([...found.keys()]),
    outputFolder: await world.outputFolder(),
    jobs: markPlaces(jobs, settings),
    notes: contents.flatMap(({ remarks }) => remarks),
    settings,
    forBatch: { 'paid.maxCost': world.maxCost, ...(languages === undefined ? {} : { languages }) },
  };
}

async function read(
  text: string,
  format: ListFormat,
  name: string,
  { clock, folders, hideFeed }: AgentWorld,
): Promise<ListContent> {
  const [folder] = folders();
  const options = { format, name, ...(folder === undefined ? {} : { folder }) };
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(0, resolve));
  const content = await readList(text, options, pause);
  if (isListFailure(content)) throw new FailureError({ ...content, message: oneLine(content.message, 600) });
  for (const { link } of content.jobs) if (link.list === 'feed') hideFeed(link.url);
  return content;
}

/** The same links have the same name, in whatever order, and so continue their batch. */
function nameOf(ids: readonly string[]): string {
  const digest = createHash('sha256').update([...ids].sort().join('\n'));
  return `Links ${digest.digest('hex').slice(0, 8)}`;
}

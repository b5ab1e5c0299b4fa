/** `search_transcripts`: passages with file, time and link. */
import { relative, sep } from 'node:path';
import { formatLength } from '../model/words';
import type { SearchHit } from '../search/search';
import { dataNote, fitting, oneLine, ToolProblem } from './answers';
import type { ToolInput } from './tools';
import { batchFolder, type AgentWorld, type ToolCall } from './world';

export async function searchTranscripts(
  { words, folder: given, limit }: ToolInput<'search_transcripts'>,
  world: AgentWorld,
  { signal, progress }: ToolCall,
): Promise<string> {
  const { search, files } = world;
  if (!search.hasWords(words))
    throw new ToolProblem(`There is no word to look for in ${JSON.stringify(words)}. Give words.`);
  const outputFolder = await world.outputFolder();
  if ((await files.stat(outputFolder))?.kind !== 'folder')
    throw new ToolProblem('There are no transcripts yet. Start with transcribe_links.');
  const folder = given === undefined ? outputFolder : await batchFolder(world, outputFolder, given);
  let indexed = 0;
  const answer = await search.search(folder, words, {
    limit,
    signal,
    onProgress: ({ done, total }) => {
      if (done <= indexed) return;
      indexed = done;
      progress?.(done, total, 'Indexing transcripts');
    },
  });
  const hits = answer.hits.map((hit) => passageOf(hit, outputFolder));
  const head = {
    about: dataNote,
    transcripts_searched: answer.transcripts,
    passages_found: answer.total,
    ...(answer.partial ? { note: 'No passage has all of these words; these are the closest.' } : {}),
    ...(answer.transcripts === 0 ? { next_step: 'There are no transcripts yet: use transcribe_links.' } : {}),
    ...(answer.transcripts > 0 && answer.hits.length === 0
      ? { next_step: 'Try fewer words, or the beginning of one: photo*' }
      : {}),
  };
  const passages = hits.slice(0, fitting(head, hits));
  const isCut = passages.length < answer.total;
  return JSON.stringify({
    ...head,
    passages,
    ...(isCut ? { more: 'For others add a word, raise the limit or name the folder of one batch.' } : {}),
  });
}

function passageOf({ file, title, seconds, link, text }: SearchHit, outputFolder: string): object {
  return {
    file: relative(outputFolder, file).split(sep).join('/'),
    title: oneLine(title, 200),
    ...(seconds === undefined
      ? {}
      : { seconds: Math.floor(seconds), time: formatLength(Math.floor(seconds)) }),
    ...(link === undefined ? {} : { link }),
    text: oneLine(text, 600),
  };
}

/** What the terminal program reads lists from: files, pipes and standard input. Part of its composition root. */
import { createReadStream } from 'node:fs';
import type { CliConsole } from './cliConsole';
import type { Engine } from './engine/api';
import { maxListBytes } from './intake/decodeText';
import { systemClock } from './platform/clock';
import type { FeedPassword } from './platform/feedPassword';
import type { NodeFiles } from './platform/files';
import { homeFolder } from './platform/home';
import type { Redactor } from './platform/log';
import type { InputParts } from './terminal/inputs';

export function inputParts(
  files: NodeFiles,
  console: CliConsole,
  redactor: Redactor,
  feeds: FeedPassword,
): InputParts {
  return {
    files,
    clock: systemClock,
    cwd: process.cwd(),
    home: homeFolder() ?? '',
    standardInput: () => bytesOf(process.stdin),
    pipe: (path) => bytesOf(createReadStream(path)),
    confirm: console.confirm,
    words: console.quiet ? console.logged : console.words,
    hideFeed: (url) => redactor.addFeed(url),
    nameFeed: (url, isArgument) => feeds.name(url, isArgument),
  };
}

/** The feeds of batches that go on are known by their journals alone. */
export function nameFeeds(engine: Engine, feeds: FeedPassword): void {
  engine.onBatches(() => {
    for (const { state } of engine.batches)
      for (const { link } of state.jobs) if (link.list === 'feed') feeds.name(link.url, false);
  });
}

/** Ends soon after the longest list that is read: what writes without end must not fill the memory. */
async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxListBytes) break;
  }
  return Buffer.concat(pieces);
}

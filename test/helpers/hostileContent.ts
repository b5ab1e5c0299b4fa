/**
 * The rest of a stranger's folder (hostileFolder.ts): texts, sounds and batches that would like to take time, memory
 * or disk, and names that would like to be more than names. Lists name them, local or at `*.example`.
 */
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { journalLine, journalName } from '../../src/engine/journal/journal';
import type { Site } from '../servers/internet';
import { completedEvent } from './outcomes';

/** A name that would be a command in a notice, and one that would be a command to a terminal. */
export const commandName = '[Show](command:workbench.action.files.newUntitledFile)';
export const terminalName = 'talks\u001b]0;owned\u0007\u001b[31m\u202e';

/** Subtitle files: each is small, as a file or as it is sent, and would be much more when it is read. */
export const captionBombs: Readonly<Record<string, () => string>> = {
  'voice.vtt': () => `WEBVTT\n\n00:01.000 --> 00:02.000\n<v${' '.repeat(40_000)}x\n`,
  'time.vtt': () => `[1:00]${' '.repeat(40_000)}x\u2028y\n[2:00] z\n`,
  'tags.srt': () => `1\n00:00:01,000 --> 00:00:02,000\n${'<font '.repeat(30_000)}words\n`,
  'nested.ttml': () => `<tt xmlns="http://www.w3.org/ns/ttml"><body>${'<div>'.repeat(40_000)}`,
  'entities.ttml': () =>
    `<!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><tt><body><div><p begin="0s">&b;</p></div></body></tt>`,
};
/** The same, several megabytes each, so they come from a site: gzip makes kilobytes of them. */
const packedBombs: Readonly<Record<string, () => string>> = {
  'elements.ttml': () =>
    `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${'<a/>'.repeat(2_400_000)}</div></body></tt>`,
  'paragraphs.srv3': () =>
    `<timedtext format="3"><body>${'<p t="1">a</p>'.repeat(700_000)}</body></timedtext>`,
  'depth.json3': () => '{"segments":'.repeat(400_000),
  'giant.vtt': () => `WEBVTT\n\n${'\n'.repeat(60_000_000)}`,
};

/** Long titles and file names in scripts of one to four bytes a letter. */
export const longNames: readonly string[] = ['x', 'я', '語', '😀', 'e\u0301'].map((letter) =>
  letter.repeat(300),
);

/** Writes it into the workspace: lists beside what they name, batches in `transcripts`. */
export async function hostileContent(workspace: string): Promise<void> {
  const write = (name: string, text: string | Uint8Array): Promise<void> =>
    writeFile(join(workspace, name), text);
  for (const [name, text] of Object.entries(captionBombs)) await write(name, text());
  await write('captions.urls', `${Object.keys(captionBombs).join('\n')}\n`);
  await write('packed.urls', `${Object.keys(packedBombs).map(atBombs).join('\n')}\n`);
  await write('bomb.wav', slowWav());
  await write('sounds.urls', `bomb.wav\n${atBombs('bomb.wav')}\n${atBombs('packed.mp3')}\n`);
  await write('names.urls', '# @limit 20\nhttp://names.example/feed.xml\n');
  await write(`${terminalName}.urls`, 'voice.vtt\n');
  await write('loop.urls', 'voice.vtt\n');
  await write('huge.urls', 'voice.vtt\n');
  await hostileBatches(join(workspace, 'transcripts'));
}

const atBombs = (name: string): string => `http://bombs.example/${name}`;

async function hostileBatches(transcripts: string): Promise<void> {
  const folder = async (name: string): Promise<string> => {
    const path = join(transcripts, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  await symlink('nowhere', join(await folder('loop'), '.owner.json'));
  const huge = await folder('huge');
  for (const name of [journalName, 'batch.json', 'report.md']) await sparse(join(huge, name), 8e9);
  const line = await folder('one-line');
  await writeFile(join(line, journalName), `\n0000000000000000\t{"v":1,"type":"${'x'.repeat(9_000_000)}"}`);
  await forgedTitles(await folder(commandName), commandName);
  await forgedTitles(await folder('titles-forged'), 'titles-forged');
}

/** A file of so many bytes that takes no room. */
async function sparse(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(bytes);
  await file.close();
}

/** Titles of a finished batch, as an export meets them. */
export const forgedTitleTexts: readonly string[] = [
  "=cmd|'/C calc'!A0",
  "x;=cmd|'/C calc'!A0",
  'x\t=1+1',
  'x\n=1+1',
  '＝1+1',
  '\u200b=1+1',
  '{% include secrets %} {{7*7}} {# x #}',
  '](command:workbench.action.quit) <img src=x onerror=alert(1)>',
  '\u001b]0;owned\u0007\u001b[2J\u202egnp.exe',
];

/** A batch that says it is finished, with titles of all kinds, one too long, and chapters before 0. */
async function forgedTitles(folder: string, name: string): Promise<void> {
  const at = Date.now() - 3_600_000;
  const titles = [...forgedTitleTexts, 'x'.repeat(25_000)];
  const id = (number: number): string => `ForgedTit${String(number).padStart(2, '0')}`;
  const records = [
    {
      ...{ type: 'batch-created', at, id: 'batch_20261120_101500_titl', name },
      ...{ machine: 'a-machine-of-somebody-else', settings: {} },
    },
    {
      ...{ type: 'jobs-added', at },
      jobs: titles.map((_, number) => ({
        link: { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id(number)}`, id: id(number) },
      })),
    },
    { type: 'control', at, action: 'start', by: 'user' },
    ...titles.map((title, number) => {
      const meta = { title, channel: title, chapters: [{ start: -5, title }] };
      return completedEvent(number, { meta, files: [`${id(number)}.md`] }, at);
    }),
  ];
  await writeFile(
    join(folder, journalName),
    records.map((record, number) => journalLine(record, number + 1)).join(''),
  );
  for (const [number] of titles.entries())
    await writeFile(join(folder, `${id(number)}.md`), '---\ntitle: a\n---\n\n[0:00] words\n');
}

/** 44 bytes that promise one sample a second, and 2,000 samples: half an hour of sound from 2 KB. */
function slowWav(): Buffer {
  const samples = 2_000;
  const wav = Buffer.alloc(44 + samples);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(36 + samples, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(1, 24);
  wav.writeUInt32LE(1, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples, 40);
  return wav;
}

/** What of it is at `*.example`. */
export function contentSites(): Readonly<Record<string, Site>> {
  const packed = new Map(Object.entries(packedBombs));
  return {
    'bombs.example': (request, response) => {
      const name = (request.url ?? '').slice(1);
      const text = packed.get(name);
      if (text !== undefined) {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
        response.end(gzipSync(text()));
      } else if (name === 'packed.mp3') endless(response);
      else response.writeHead(200, { 'content-type': 'audio/wav' }).end(slowWav());
    },
    'names.example': (request, response) => {
      if (request.url !== '/feed.xml') {
        response.writeHead(200, { 'content-type': 'text/vtt' });
        response.end('WEBVTT\n\n00:00.000 --> 00:01.000\nwords\n');
        return;
      }
      response.writeHead(200, { 'content-type': 'application/rss+xml' });
      response.end(namesFeed());
    },
  };
}

/** A sound of 64 GB, packed although nobody asked for that; it ends when the reader hangs up. */
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-encoding': 'gzip' });
  const gzip = createGzip();
  gzip.on('error', () => undefined).pipe(response);
  const zeros = Buffer.alloc(1024 * 1024);
  let left = 65_536;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!gzip.write(zeros)) {
        gzip.once('drain', more);
        return;
      }
    }
    gzip.end();
  };
  more();
}

/** Two entries for each long name, so that their files would have the same one. */
function namesFeed(): string {
  const items = longNames.flatMap((name, at) =>
    [1, 2].map((copy) => {
      const url = `http://names.example/${copy}/${at}.${encodeURIComponent(name)}`;
      return `<item><title>${name}</title><guid>${at}-${copy}</guid>
        <enclosure url="${url}" type="audio/mpeg" length="1"/>
        <podcast:transcript url="${url}" type="text/vtt"/></item>`;
    }),
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Feed</title>${items.join('')}</channel></rss>`;
}

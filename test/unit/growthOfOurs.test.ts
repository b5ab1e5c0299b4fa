/**
 * Hostile text against the readers of what the product has written itself, which may come back from a stranger: notes,
 * their answers and templates, transcripts as search and agents read them, manifests, pages, kept words, the index.
 */
import { brotliCompressSync, constants } from 'node:zlib';
import * as v from 'valibot';
import { oneLine } from '../../src/agent/answers';
import { toolInputs } from '../../src/agent/tools';
import { textOf } from '../../src/agent/transcriptText';
import { JsonList } from '../../src/captions/jsonParts';
import { whole } from '../../src/captions/sliced';
import { UnderWay, underWayName } from '../../src/engine/folder/underWay';
import { conceptsOf } from '../../src/library/links/conceptsPage';
import { definitionsOf } from '../../src/library/links/definitions';
import { edgesOf, mermaid } from '../../src/library/links/graph';
import { linkText } from '../../src/library/links/linkText';
import { withSeeAlso } from '../../src/library/links/seeAlso';
import { TermStore } from '../../src/library/links/termStore';
import { termsOf } from '../../src/library/links/terms';
import { checkAnswer } from '../../src/library/notes/answer';
import { readChatAnswer } from '../../src/library/notes/chatAnswer';
import { Ground } from '../../src/library/notes/grounding';
import { notesOrigin } from '../../src/library/notes/notesFile';
import { isUnchanged, sealed, subjectOf } from '../../src/library/notes/seal';
import { ownTemplate } from '../../src/library/notes/template';
import { putPage } from '../../src/library/page/putPage';
import { outputFormats } from '../../src/model/settings';
import { factsInside, idInside } from '../../src/output/fileHead';
import { unpacked } from '../../src/output/kept/content';
import { KeptFolder, keptName } from '../../src/output/kept/folder';
import { parseManifestHead } from '../../src/output/manifestHead';
import { manifestVideos } from '../../src/output/manifestVideos';
import { wordsOf } from '../../src/output/readBack';
import { systemClock } from '../../src/platform/clock';
import { findIn } from '../../src/search/passages';
import { piecesOf } from '../../src/search/pieces';
import { readQuery } from '../../src/search/query';
import { openSegment } from '../../src/search/segment';
import { plainText } from '../../src/terminal/screen';
import {
  costTheirLength,
  costTheirLengthWaiting,
  letOthersRun,
  type Reader,
  type SlicedReader,
} from '../helpers/growth';
import { MemoryFiles } from '../helpers/memoryFiles';

const cues = [{ start: 0, end: 60, text: 'The second law says that disorder does not decrease.' }];
const ground = whole(Ground.of(cues, 60, true));
const url = 'https://media.example/a';
const withHead = (text: string): string => `---\nsubject: ${text}\nwritten: "0123456789abcdef"\n---\n${text}`;
const answer = (body: string, type: string) => ({
  ...{ status: 200, url, via: 'direct' as const, headers: { 'content-type': type } },
  body: Buffer.from(body),
});

const sliced: Readonly<Record<string, SlicedReader>> = {
  ...Object.fromEntries(
    outputFormats.map((format): [string, SlicedReader] => [
      `search in ${format}`,
      (text) => piecesOf(format, `${openings[format]}${text}`),
    ]),
  ),
  'the telling words of a transcript': (text) => termsOf('md', text),
  'the list of a manifest': (text) => new JsonList().take(`{"title":${JSON.stringify(text)}}]}${text}`),
  'a transcript that quotations are looked up in': (text) =>
    Ground.of(
      text.split('\n').map((one) => ({ start: 0, end: 1, text: one })),
      1,
      true,
    ),
  'the stream of a chat service': (text) =>
    readChatAnswer(
      answer(
        `data: {"choices":[{"delta":{"content":${JSON.stringify(text)}}}]}\n${text}`,
        'text/event-stream',
      ),
    ),
};

const openings = {
  md: '---\nid: "a"\n---\n\n',
  vtt: 'WEBVTT\n\n00:01.000 --> 00:02.000\n',
  srt: '1\n00:00:01,000 --> 00:00:02,000\n',
  json: '{\n  "cues": [\n',
  txt: 'Title\nhttps://media.example/a\n\n',
} as const;

const readers: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries(
    Object.entries(sliced).map(([name, read]) => [name, (text: string) => whole(read(text))]),
  ),
  'what a model answers': (text) => checkAnswer(`${text}\n\n> ${text}\n\n- ${text}`, ground, url),
  'the answer of a chat service': (text) => whole(readChatAnswer(answer(text, 'application/json'))),
  'a template': (text) => ownTemplate('mine', `Write {{title}} ${text}`),
  'the head of notes': (text) => [
    notesOrigin(withHead(text)),
    isUnchanged(withHead(text)),
    subjectOf(withHead(text)),
    sealed(withHead(text), withHead(text)),
    withSeeAlso(sealed(withHead(text)), [], 'a', 'markdown'),
  ],
  'what notes define': (text) => {
    const notes = `## Definitions\n\n- **${text}**: ${text}\n  [0:01](${url}?${text}\n${`- **a**: [0:01](${url}?t=1)\n`.repeat(text.length / 40)}`;
    return conceptsOf([
      { notes: { folder: 'a', file: 'a.md' }, title: text, url, definitions: definitionsOf(notes) },
    ]);
  },
  'links between files': (text) => [
    linkText('wiki', '', { folder: 'a', file: 'a.md' }, text),
    linkText('markdown', '', { folder: 'a', file: 'a.md' }, text),
    mermaid([{ title: text }, { title: 'b' }], edgesOf([[{ to: 1, score: 1, words: [text] }], []])),
  ],
  'the head of a manifest': (text) => [
    parseManifestHead(`{"schema":1,${text}`, '/a'),
    parseManifestHead(`{"name":${JSON.stringify(text)},"videos":[`, '/a'),
  ],
  'the head of a transcript': (text) =>
    outputFormats.flatMap((format) => [
      idInside(`a.${format}`, text),
      factsInside(`a.${format}`, `${openings[format]}${text}`),
      idInside(`a.${format}`, `---\n${text}`),
    ]),
  'a search': (text) => readQuery(text),
  'a passage that was found': (text) =>
    findIn(whole(piecesOf('txt', `a\nb\n${text} a`)), 0, Infinity, [[new Map([['a', 1]])]]),
  'the input of a tool': (text) => [
    v.safeParse(toolInputs.transcribe_links, { list: text, links: [text], name: text, languages: [text] }),
    v.safeParse(toolInputs.read_transcript, { file: text, cursor: text }),
    oneLine(text),
  ],
  'a line of the terminal': (text) => plainText(text),
};

const folder = '/out/batch';

async function disk(name: string, content: Buffer | string): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const path of ['/out', folder, '/out/.library']) files.folders.add(path);
  await files.writeWhole(name, Buffer.from(content));
  return files;
}

/** Records of kept words that begin as real ones do. */
const recordMark = Buffer.from([0x0a, 0x42, 0x54, 0x8f, 0xe2, 0x63, 0x01, 0x0a]);

const ofFiles: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  'kept words': async (text) =>
    (await KeptFolder.open(await disk(`${folder}/${keptName}`, text), folder)).damaged,
  'the records of kept words': async (text) => {
    const bytes = Buffer.concat(Array(Math.floor(text.length / 8)).fill(recordMark));
    return KeptFolder.open(await disk(`${folder}/${keptName}`, bytes), folder);
  },
  'unpacked words': (text) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
    return unpacked('a', brotliCompressSync(Buffer.from(`{"v":1}\n${text}`), { params }));
  },
  'a segment of the index': async (text) => openSegment(await disk('/out/a', `BTSEARCH${text}`), '/out/a'),
  'the telling words that are kept': async (text) =>
    new TermStore(await disk('/out/.library/terms.jsonl', `{"version":1}\n${text}`), '/out').termsOf([]),
  'the page of the library': async (text) =>
    putPage(await disk('/out/index.md', text), '/out', {
      ...{ name: 'index.md', mark: '<!-- ours' },
      content: [Buffer.from('a')],
    }),
  'a manifest': async (text) => {
    const listed = `{"name":${JSON.stringify(text)},"videos":[{"title":${JSON.stringify(text)}}]}${text}`;
    const read = async (content: string): Promise<unknown> =>
      manifestVideos(
        await disk(`${folder}/batch.json`, content),
        `${folder}/batch.json`,
        ({ title }) => title,
      );
    return [await read(listed), await read(text)];
  },
  'the jobs under way': async (text) =>
    new UnderWay(await disk(`${folder}/${underWayName}`, text), folder, systemClock).left(),
  'a transcript for a model': async (text) => {
    const read = await wordsOf(Buffer.from(`${openings.md}# a\n\n${text}`), 'a.md', 60);
    return read && textOf(read, { whole: true, chapters: [] });
  },
};

describe('Hostile text in files of ours', function () {
  this.timeout(300_000);

  costTheirLength(
    Object.fromEntries(
      Object.entries(readers).map(([name, reader]) => [name, (text: string) => attempt(reader, text)]),
    ),
  );
  letOthersRun(sliced);
  costTheirLengthWaiting(ofFiles);
});

/** Text of another form may be refused with an error; that counts as read. */
function attempt(reader: Reader, text: string): unknown {
  try {
    return reader(text);
  } catch (error) {
    return error;
  }
}

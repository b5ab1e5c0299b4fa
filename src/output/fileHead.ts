/** Which video one of our files belongs to, read from its first bytes. */
import { plainVtt } from '../captions/cueText';
import type { Link } from '../model/link';
import type { Files } from '../model/ports';
import { outputFormats, type OutputFormat } from '../model/settings';
import { publicAddress } from '../model/publicUrl';

/** Front matter, note or first keys are well within it, long titles included. */
const headBytes = 8192;

/** The first bytes as text; undefined when the file does not exist. */
export async function readHead(files: Files, path: string): Promise<string | undefined> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') return stat === undefined ? undefined : '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of files.readPieces(path)) {
    parts.push(piece);
    size += piece.length;
    if (size >= headBytes) break;
  }
  const bytes = Buffer.concat(parts).subarray(0, headBytes);
  return new TextDecoder('utf-8').decode(bytes);
}

/** True or false where the file names its video; undefined where it cannot (SubRip). */
export function carriesId(
  name: string,
  head: string,
  link: Pick<Link, 'id' | 'url' | 'list' | 'episode' | 'publicUrl'>,
): boolean | undefined {
  if (name.endsWith('.srt')) return undefined;
  if (name.endsWith('.txt')) {
    if (head.split(/\r?\n/, 2)[1] !== publicAddress(link)) return false;
    // Without their tokens two episodes may have the same address.
    return link.publicUrl === undefined ? true : undefined;
  }
  return idInside(name, head) === link.id;
}

/** The id in one of our files; undefined for other files and for formats without an id. */
export function idInside(name: string, head: string): string | undefined {
  const text = head.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  const format = outputFormats.find((known) => name.endsWith(`.${known}`));
  return format === undefined ? undefined : ids[format]?.exec(text)?.[1];
}

/** What one of our files says of its video before the words. */
export interface HeadFacts {
  readonly title?: string;
  readonly url?: string;
}

/** Title and address of the video; undefined for other files and for formats that do not say whose they are. */
export function factsInside(name: string, head: string): HeadFacts | undefined {
  const text = head.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  if (name.endsWith('.txt')) {
    const [title = '', url = '', empty] = text.split('\n', 3);
    return /^(?:https?|file):\/\/\S+$/.test(url) && empty === '' ? { title, url } : undefined;
  }
  if (idInside(name, text) === undefined) return undefined;
  const isText = name.endsWith('.vtt');
  const quote = name.endsWith('.json') ? '"' : '';
  const value = (key: string): string | undefined => {
    const start = text.search(new RegExp(`^ *${quote}${key}${quote}: `, 'm'));
    if (start < 0) return undefined;
    const written = text.slice(text.indexOf(': ', start) + 2).split('\n', 1)[0] ?? '';
    return isText ? plainVtt(written) : jsonString(written.replace(/,$/, ''));
  };
  const title = value('title');
  const url = value('url');
  return { ...(title === undefined ? {} : { title }), ...(url === undefined ? {} : { url }) };
}

function jsonString(written: string): string | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where each format names its video; undefined: it cannot. */
const ids: Readonly<Record<OutputFormat, RegExp | undefined>> = {
  md: /^---\n(?:[a-z]+:.*\n)*?id: "([A-Za-z0-9_-]+)"\n/,
  json: /^\{\s*"schema":\s*1,\s*"url":\s*"[^"]*",\s*"id":\s*"([^"]*)"/,
  vtt: /^WEBVTT\n\nNOTE\n(?:[a-z]+:.*\n)*?id: (.*)\n/,
  txt: /^.*\n.*[?&]v=([A-Za-z0-9_-]{11})\n/,
  srt: undefined,
};

/** Which video one of our files belongs to, read from its first bytes. */
import type { Link } from '../model/link';
import type { Files } from '../model/ports';
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
  if (name.endsWith('.md')) return /^---\n(?:[a-z]+:.*\n)*?id: "([A-Za-z0-9_-]+)"\n/.exec(text)?.[1];
  if (name.endsWith('.json'))
    return /^\{\s*"schema":\s*1,\s*"url":\s*"[^"]*",\s*"id":\s*"([^"]*)"/.exec(text)?.[1];
  if (name.endsWith('.vtt')) return /^WEBVTT\n\nNOTE\n(?:[a-z]+:.*\n)*?id: (.*)\n/.exec(text)?.[1];
  if (name.endsWith('.txt')) return /^.*\n.*[?&]v=([A-Za-z0-9_-]{11})\n/.exec(text)?.[1];
  return undefined;
}

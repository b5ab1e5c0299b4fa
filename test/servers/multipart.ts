/** Reads a request's body, and the parts of multipart/form-data, for stand-in services. */
import type http from 'node:http';

export interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly body: Buffer;
}

export async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The parts in order; throws when the body is not what its content type says. */
export function partsOf(type: string, body: Buffer): Part[] {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) throw new Error(`not multipart: ${type}`);
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    if (body.subarray(from, from + 2).toString() === '--') return parts;
    const next = body.indexOf(mark, from);
    if (next < 0) break;
    const piece = body.subarray(from + 2, next - 2);
    const gap = piece.indexOf('\r\n\r\n');
    const head = piece.subarray(0, gap).toString();
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const fileName = /filename="([^"]*)"/.exec(head)?.[1];
    const partType = /content-type: *(\S+)/i.exec(head)?.[1];
    parts.push({
      name,
      ...(fileName === undefined ? {} : { fileName }),
      ...(partType === undefined ? {} : { type: partType }),
      body: piece.subarray(gap + 4),
    });
    at = next;
  }
  throw new Error('multipart body ends early');
}

/**
 * Long texts as pieces of bytes, for files of megabytes: as one string they would be there two or three times, and
 * strings over 128 KB are garbage that only a full collection finds.
 */

/** Characters, of which each may take two bytes in memory. */
const pieceLength = 60 * 1024;

/** The texts one after the other. */
export function* inPieces(texts: Iterable<string>): Generator<Uint8Array, void, undefined> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}

/** The same; other work runs between the pieces. */
export async function* inPiecesWithBreaths(
  texts: Iterable<string>,
  breathe: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of inPieces(texts)) {
    yield piece;
    await breathe();
  }
}

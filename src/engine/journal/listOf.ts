/** Which list a batch was started from, by the beginning of its journal. The rest of the file is not read. */
import type { Files } from '../../model/ports';
import { isPlain } from '../../model/plain';
import { isText } from './checks';
import { parseLine } from './record';

/** The first record is written twice, and holds little: settings and the notes of a snapshot. */
const mostBytes = 1_000_000;

/**
 * The absolute path or address of the batch's list, '' where it has none, undefined where the journal cannot be read or
 * is not there. It is what the file says: only to be compared with the path of a list that is known.
 */
export async function listOfJournal(
  files: Pick<Files, 'readPieces'>,
  path: string,
): Promise<string | undefined> {
  let text = '';
  let read = 0;
  try {
    const decoder = new TextDecoder();
    for await (const piece of files.readPieces(path)) {
      text += decoder.decode(piece, { stream: true });
      read += piece.length;
      const lines = text.split('\n');
      // The last one may not be complete yet.
      text = lines.pop() ?? '';
      for (const line of lines) {
        const list = listIn(line);
        if (list !== undefined) return list;
      }
      if (read > mostBytes) return undefined;
    }
  } catch {
    return undefined;
  }
  return listIn(text);
}

function listIn(line: string): string | undefined {
  const record = parseLine(line);
  const head =
    record?.type === 'batch-created' ? record : record?.type === 'snapshot' ? record.head : undefined;
  if (!isPlain(head)) return undefined;
  return isText(head.list) ? head.list : '';
}

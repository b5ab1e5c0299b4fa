/** Lists as tests read them: the same text as a file of its kind, as a selection and from standard input. */
import { strict as assert } from 'node:assert';
import { whole } from '../../src/captions/sliced';
import { isListFailure, listSlices, type ListContent } from '../../src/intake/list';
import type { ListFormat } from '../../src/intake/listFormat';

/** The links of a text, which must be a list. */
export function read(text: string | Uint8Array, format: ListFormat = 'text'): ListContent {
  const content = whole(listSlices(text, { format, name: 'talks', folder: '/lists', style: 'posix' }));
  assert(!isListFailure(content), isListFailure(content) ? content.message : '');
  return content;
}
/** A short name of each link: a YouTube id, or the address. */
export function links(content: ListContent): string[] {
  return content.jobs.map(({ link }) => (link.kind === 'youtube' ? link.id : link.url));
}
/** The same text as a file of its kind, a selection and standard input. */
export function everywhere(text: string, format: ListFormat, expected: readonly string[]): ListContent {
  const file = read(Buffer.from(text), format);
  assert.deepEqual(links(file), expected);
  assert.deepEqual(links(read(text)), expected, 'as a selection');
  return file;
}

export const a = 'dQw4w9WgXcQ';
export const b = '-bZkp7q19f0';
export const c = 'jNQXAC9IVRw';
export const d = 'M7lc1UVf-VE';
/** The address of a video. */
export const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

/** JSON whose names begin with a capital, as Alibaba, Amazon, Microsoft and Tencent write them. Pure, sliced. */
import { isPlain, type Plain } from '../../model/plain';
import { Share, type Sliced } from '../sliced';

/** Deeper than any transcript. */
const deepest = 12;

/** The same with names as all others write them: `beginTime`. Undefined where it has no such names. */
export function* withLowerNames(document: Plain): Sliced<Plain | undefined> {
  const items: unknown = document.items;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  const names = [...Object.keys(document), ...(isPlain(first) ? Object.keys(first) : [])];
  if (!names.some((name) => isCapital(name))) return undefined;
  const lower = yield* lowered(document, deepest, new Share());
  return isPlain(lower) ? lower : undefined;
}

const isCapital = (name: string): boolean => /^[A-Z]/.test(name);

function* lowered(value: unknown, levels: number, share: Share): Sliced<unknown> {
  if (levels === 0 || typeof value !== 'object' || value === null) return value;
  if (share.due(0)) yield;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const one of value as readonly unknown[]) list.push(yield* lowered(one, levels - 1, share));
    return list;
  }
  const fields: [string, unknown][] = [];
  for (const [name, one] of Object.entries(value))
    fields.push([
      isCapital(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name,
      yield* lowered(one, levels - 1, share),
    ]);
  return Object.fromEntries(fields);
}

/** What the arrow keys choose: along a row, which is one tab stop and goes round, and in a list, which does not. */

/** The item of a row that a key leads to; the event is taken then. Undefined: the key is another's. */
export function alongRow<T>(event: KeyboardEvent, items: readonly T[], from: T | undefined): T | undefined {
  const at = from === undefined ? 0 : Math.max(0, items.indexOf(from));
  const { length } = items;
  const to = {
    ArrowRight: (at + 1) % length,
    ArrowLeft: (at - 1 + length) % length,
    Home: 0,
    End: length - 1,
  }[event.key];
  const item = to === undefined ? undefined : items[to];
  if (item !== undefined) event.preventDefault();
  return item;
}

/** The index in a list of `count` items that a key leads to; undefined: the key leads nowhere. */
export function inList(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  return { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[key];
}

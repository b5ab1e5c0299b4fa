/** A binary heap: the smallest item first, by the comparison given. Push and pop are O(log n). */
export class Heap<T> {
  private items: T[] = [];

  constructor(private readonly before: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = items[up];
      if (parent === undefined || !this.before(item, parent)) break;
      items[at] = parent;
      at = up;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    const size = items.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let smaller = items[child];
      if (smaller === undefined) break;
      const right = child + 1 < size ? items[child + 1] : undefined;
      if (right !== undefined && this.before(right, smaller)) {
        child += 1;
        smaller = right;
      }
      if (!this.before(smaller, last)) break;
      items[at] = smaller;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

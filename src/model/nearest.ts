/** "Did you mean …?": the known word that a mistyped one is closest to. */

/**
 * The candidate that differs from `word` by the fewest letters (added, missing, other or swapped),
 * case-insensitively; undefined when none is near: at most one difference in a short word, two in longer
 * ones.
 */
export function nearest<T extends string>(word: string, candidates: readonly T[]): T | undefined {
  const most = word.length < 5 ? 1 : 2;
  let best: T | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > most) continue;
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips >= least) continue;
    least = slips;
    best = candidate;
  }
  return best;
}

/** Optimal string alignment distance; words are short, so the whole table is kept. */
function distance(a: string, b: string): number {
  const table: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  table[0] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      (table[i] ??= [])[j] = least;
    }
  }
  return at(a.length, b.length);
}

/**
 * Which editor column a transcript is opened in, so that it does not cover the panel. Knows nothing of VS Code;
 * columns count from 1, as there.
 */

/**
 * The column of a transcript that is opened from the panel in column `panel`: the one after it, else the one
 * before it, else a new one where there is room. Undefined: the active one, over the panel.
 */
export function transcriptColumn<C extends number>(
  panel: C | undefined,
  columns: readonly C[],
  wide: boolean,
): C | 'beside' | undefined {
  if (panel === undefined) return undefined;
  const others = columns.filter((column) => column !== panel).sort((a, b) => a - b);
  return others.find((column) => column > panel) ?? others.at(-1) ?? (wide ? 'beside' : undefined);
}

/** The graph of related videos, as Mermaid for people and as JSON for programs. Pure. */

export interface GraphVideo {
  readonly title: string;
}

export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly score: number;
  readonly words: readonly string[];
}

/** A larger drawing is not readable. */
const mostEdges = 40;
const longestLabel = 40;

/** A fenced Mermaid graph of the strongest relations; empty where there are none. */
export function mermaid(videos: readonly GraphVideo[], edges: readonly GraphEdge[]): string {
  const strongest = [...edges]
    .sort((a, b) => b.score - a.score || a.from - b.from || a.to - b.to)
    .slice(0, mostEdges)
    .sort((a, b) => a.from - b.from || a.to - b.to);
  if (strongest.length === 0) return '';
  const shown = [...new Set(strongest.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const nodes = shown.map((video, at) => `  n${at + 1}["${label(videos[video]?.title ?? '')}"]`);
  const lines = strongest.map(
    ({ from, to, words }) =>
      `  n${shown.indexOf(from) + 1} -- "${label(words.slice(0, 2).join(', '))}" --- n${shown.indexOf(to) + 1}`,
  );
  return ['```mermaid', 'graph LR', ...nodes, ...lines, '```', ''].join('\n');
}

/** Both directions of a relation as one edge, with the higher score. */
export function edgesOf(
  relations: readonly (readonly {
    readonly to: number;
    readonly score: number;
    readonly words: readonly string[];
  }[])[],
): readonly GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const [video, found] of relations.entries())
    for (const { to, score, words } of found) {
      const edge = { from: Math.min(video, to), to: Math.max(video, to), score, words };
      const key = `${edge.from} ${edge.to}`;
      if ((edges.get(key)?.score ?? -1) < score) edges.set(key, edge);
    }
  return [...edges.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Letters, digits and plain punctuation: nothing that ends a label or means something to Mermaid. */
function label(text: string): string {
  const plain = text
    .replace(/[^\p{L}\p{M}\p{N} .,!?'()+-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const cut = Array.from(plain).slice(0, longestLabel).join('').trim();
  return cut === '' ? 'video' : cut.length < plain.length ? `${cut}…` : cut;
}

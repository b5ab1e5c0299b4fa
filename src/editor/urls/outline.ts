/**
 * The outline of a Link List: regions and headings with their links, for breadcrumbs, the outline view and Go to
 * Symbol. Pure; lines count from 0.
 */
import type { Analysis } from './analysis';
import type { Section } from './sections';

export interface OutlineNode {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'heading' | 'region' | 'link';
  readonly from: number;
  readonly to: number;
  readonly children: OutlineNode[];
}

/** More lines help nobody and make the view slow; headings come before links. */
const mostLinks = 5000;

/** @param remarkOf the remark behind the link on a line, which may be empty. */
export function outlineOf(
  { content, sections }: Analysis,
  remarkOf: (line: number, to: number) => string,
): readonly OutlineNode[] {
  const roots: OutlineNode[] = [];
  const open: OutlineNode[] = [];
  const put = (node: OutlineNode): void => {
    while (open.length > 0 && (open.at(-1)?.to ?? 0) < node.to) open.pop();
    (open.at(-1)?.children ?? roots).push(node);
  };
  let next = 0;
  const openUntil = (line: number): void => {
    for (; next < sections.length && (sections[next]?.from ?? 0) <= line; next += 1) {
      const section = sections[next];
      if (!section) continue;
      const node = sectionNode(section);
      put(node);
      open.push(node);
    }
  };
  for (const { line, to, job } of content.entries.slice(0, mostLinks)) {
    openUntil(line - 1);
    const link = content.jobs[job]?.link;
    if (!link) continue;
    const remark = remarkOf(line - 1, to);
    const address = link.path ?? link.url.replace(/^https?:\/\/(?:www\.)?/i, '');
    put({
      name: remark === '' ? shortened(address) : shortened(remark),
      detail: remark === '' ? '' : shortened(address),
      kind: 'link',
      from: line - 1,
      to: line - 1,
      children: [],
    });
  }
  openUntil(Infinity);
  return roots;
}

function sectionNode({ from, to, kind, name }: Section): OutlineNode {
  // A symbol without a name is an error to VS Code.
  return { name: shortened(name === '' ? 'Region' : name), detail: '', kind, from, to, children: [] };
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/**
 * The skeleton of a PDF (ISO 32000-1): numbered objects, compressed streams, and the table of their
 * offsets. Chunks are returned as they are produced, so a long document needs little memory.
 */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Sliced } from '../../captions/sliced';

const compress = promisify(deflate);

/** Pages under one node of the page tree. */
const fanOut = 50;
/** Lines of the table of objects that are formatted in one go. */
const entriesTogether = 5000;

export class PdfFile {
  /** Byte where each object begins; 0 until it is written. */
  private readonly offsets: number[] = [0];
  private ready: Uint8Array[] = [];
  private length = 0;
  /** One node for every `fanOut` pages. */
  private readonly nodes: number[] = [];
  private readonly pages: number[] = [];

  constructor() {
    // Bytes above 127 show transfer programs that the file is binary.
    this.push(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'));
  }

  /** A number for an object that is written later. */
  reserve(): number {
    return this.offsets.push(0) - 1;
  }

  /** Writes an object: `body` is PDF syntax in ASCII. */
  write(id: number, body: string): void {
    this.offsets[id] = this.length;
    this.push(Buffer.from(`${id} 0 obj\n${body}\nendobj\n`, 'latin1'));
  }

  /** Writes a compressed stream; `entries` go into its dictionary. */
  async writeStream(id: number, content: string | Uint8Array, entries = ''): Promise<void> {
    const bytes = await compress(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    this.offsets[id] = this.length;
    this.push(
      Buffer.from(
        `${id} 0 obj\n<</Length ${bytes.length}/Filter/FlateDecode${entries}>>\nstream\n`,
        'latin1',
      ),
    );
    this.push(bytes);
    this.push(Buffer.from('\nendstream\nendobj\n', 'latin1'));
  }

  /** Adds a page, written later, and returns the node of the page tree that is its parent. */
  addPage(id: number): number {
    const at = Math.floor(this.pages.length / fanOut);
    while (this.nodes.length <= at) this.nodes.push(this.reserve());
    this.pages.push(id);
    return this.nodes[at] ?? 0;
  }

  /** Writes the tree of all pages and returns its root. Pages from the given slot on come first. */
  writePageTree(frontSlot: number): number {
    const root = this.reserve();
    let level = this.nodes.map((id, at) => ({
      id,
      kids: this.pages.slice(at * fanOut, (at + 1) * fanOut).filter((page) => page !== 0),
      count: 0,
    }));
    for (const node of level) node.count = node.kids.length;
    const front = frontSlot / fanOut;
    level = [...level.slice(front), ...level.slice(0, front)];
    while (level.length > fanOut) {
      const above: typeof level = [];
      for (let at = 0; at < level.length; at += fanOut) {
        const kids = level.slice(at, at + fanOut);
        const id = this.reserve();
        for (const kid of kids) this.writeNode(kid, id);
        above.push({ id, kids: kids.map((kid) => kid.id), count: sum(kids) });
      }
      level = above;
    }
    for (const kid of level) this.writeNode(kid, root);
    this.write(root, `<</Type/Pages/Kids[${references(level.map(({ id }) => id))}]/Count ${sum(level)}>>`);
    return root;
  }

  /** Pages from the next one on are in separate nodes; returns the slot. */
  startSection(): number {
    while (this.pages.length % fanOut !== 0) this.pages.push(0);
    return this.pages.length;
  }

  /** Writes the end of the file. Every reserved object must have been written. */
  *end(catalog: number, info: number): Sliced<void> {
    const start = this.length;
    const size = this.offsets.length;
    this.push(Buffer.from(`xref\n0 ${size}\n`, 'latin1'));
    for (let from = 0; from < size; from += entriesTogether) {
      const entries = this.offsets
        .slice(from, from + entriesTogether)
        .map((offset, at) =>
          from + at === 0 ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`,
        );
      this.push(Buffer.from(entries.join(''), 'latin1'));
      yield;
    }
    this.push(
      Buffer.from(
        `trailer\n<</Size ${size}/Root ${catalog} 0 R/Info ${info} 0 R>>\nstartxref\n${start}\n%%EOF\n`,
        'latin1',
      ),
    );
  }

  /** Everything written since the last call. */
  take(): readonly Uint8Array[] {
    const { ready } = this;
    this.ready = [];
    return ready;
  }

  private writeNode(node: { id: number; kids: readonly number[]; count: number }, parent: number): void {
    this.write(
      node.id,
      `<</Type/Pages/Parent ${parent} 0 R/Kids[${references(node.kids)}]/Count ${node.count}>>`,
    );
  }

  private push(bytes: Uint8Array): void {
    this.ready.push(bytes);
    this.length += bytes.length;
  }
}

const sum = (nodes: readonly { readonly count: number }[]): number =>
  nodes.reduce((total, { count }) => total + count, 0);

function references(ids: readonly number[]): string {
  return ids.map((id) => `${id} 0 R`).join(' ');
}

/** Any text as a PDF string: UTF-16 with its mark, as hex digits. */
export function textString(text: string): string {
  return `<FEFF${utf16(text)}>`;
}

/** UTF-16 as hex digits, big end first. */
export function utf16(text: string): string {
  let hex = '';
  for (let at = 0; at < text.length; at += 1) hex += hex4(text.charCodeAt(at));
  return hex;
}

/** A code of two bytes as four hex digits. */
export function hex4(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/** A number as PDF writes it: no exponent, three decimals at most. */
export function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/**
 * Pages as they fill up: lines from the top down, links where they were drawn, "Page 3 of 12" at the
 * bottom.
 */
import type { FontSet } from './fontSet';
import { decimal, type PdfFile } from './pdfFile';
import { standardWidth } from './standardFonts';
import { drawLine, layOut, type Line, type Span } from './textLayout';

/** A4 in points, and its margins. */
export const sheet = { width: 595, height: 842, left: 64, right: 64, top: 70, bottom: 72 } as const;
export const textWidth = sheet.width - sheet.left - sheet.right;

export type Colour = 'text' | 'quiet' | 'link';
const colours: Readonly<Record<Colour, string>> = {
  text: '0.1 0.1 0.1',
  quiet: '0.4 0.4 0.4',
  link: '0.05 0.3 0.6',
};

/** A link destination. */
export interface Place {
  readonly page: number;
  readonly y: number;
}

export type Target = { readonly url: string } | { readonly place: Place };

export interface Block {
  readonly size: number;
  readonly leading: number;
  readonly colour?: Colour;
  readonly target?: Target;
  /** Points from the left edge of the text. */
  readonly indent?: number;
  /** Lines that must fit below the first one on the same page. */
  readonly keep?: number;
  /** Drawn on the first line, in the margin before the indent. */
  readonly mark?: { readonly text: string; readonly target?: Target };
}

interface Page {
  readonly id: number;
  readonly number: number;
  content: string;
  links: string;
}

export class Pages {
  private page: Page | undefined;
  private y = 0;

  /**
   * `resources` and `total`: objects written at the end: the fonts, and the drawing of the number of pages.
   * `nextNumber`: printed on the next page.
   */
  constructor(
    private readonly pdf: PdfFile,
    private readonly fonts: FontSet,
    private readonly shared: { readonly resources: number; readonly total: number },
    private nextNumber: number,
  ) {}

  /** Where the next line will be, on a page with room for `needed` points. */
  async place(needed: number): Promise<Place> {
    const page = await this.roomFor(needed);
    return { page: page.id, y: this.y };
  }

  get lastNumber(): number {
    return this.page?.number ?? this.nextNumber - 1;
  }

  /** Vertical space, omitted at the top of a page. */
  space(points: number): void {
    if (this.page !== undefined && this.y < sheet.height - sheet.top) this.y -= points;
  }

  async write(spans: readonly Span[], block: Block): Promise<void> {
    const indent = block.indent ?? 0;
    const lines = await layOut(this.fonts, spans, block.size, textWidth - indent);
    for (const [at, line] of lines.entries()) {
      await this.roomFor(block.leading * (at === 0 ? (block.keep ?? 0) + 1 : 1));
      if (at === 0 && block.mark !== undefined) {
        const [mark] = await layOut(this.fonts, [{ text: block.mark.text }], block.size - 1.5, indent);
        if (mark)
          this.draw(
            mark,
            sheet.left,
            block.size - 1.5,
            block.mark.target ? 'link' : 'quiet',
            block.mark.target,
          );
      }
      const room = textWidth - indent - line.width;
      this.draw(
        line,
        sheet.left + indent + (line.rightToLeft ? room : 0),
        block.size,
        block.colour,
        block.target,
      );
      this.y -= block.leading;
    }
  }

  /** Lines side by side, each at its position from the left edge of the text; then one line down. */
  async row(
    lines: readonly (readonly [line: Line, x: number, colour: Colour])[],
    block: Block,
  ): Promise<void> {
    const page = await this.roomFor(block.leading);
    for (const [line, x, colour] of lines) this.draw(line, sheet.left + x, block.size, colour);
    if (block.target !== undefined) this.link(page, sheet.left, textWidth, block.size, block.target);
    this.y -= block.leading;
  }

  /** Ends the page; the next line begins another. */
  async finish(): Promise<void> {
    const { page } = this;
    if (page === undefined) return;
    this.page = undefined;
    const stream = this.pdf.reserve();
    await this.pdf.writeStream(stream, page.content + this.foot(page.number));
    this.pdf.write(
      page.id,
      `<</Type/Page/Parent ${this.pdf.addPage(page.id)} 0 R/MediaBox[0 0 ${sheet.width} ${sheet.height}]/Resources ${this.shared.resources} 0 R/Contents ${stream} 0 R${page.links === '' ? '' : `/Annots[${page.links}]`}>>`,
    );
  }

  private async roomFor(points: number): Promise<Page> {
    if (this.page !== undefined && this.y - points < sheet.bottom) await this.finish();
    if (this.page === undefined) {
      this.page = { id: this.pdf.reserve(), number: this.nextNumber, content: '', links: '' };
      this.nextNumber += 1;
      this.y = sheet.height - sheet.top;
    }
    return this.page;
  }

  private draw(line: Line, x: number, size: number, colour: Colour = 'text', target?: Target): void {
    const { page } = this;
    if (page === undefined) return;
    const ink = colours[colour];
    page.content += `${ink} rg ${ink} RG ${drawLine(line, x, this.y - size, size)}`;
    if (target !== undefined) this.link(page, x, line.width, size, target);
  }

  private link(page: Page, x: number, width: number, size: number, target: Target): void {
    const box = [x, this.y - size * 1.25, x + width, this.y].map(decimal).join(' ');
    const action =
      'url' in target
        ? `/A<</S/URI/URI(${target.url.replace(/[\\()]/g, '\\$&')})>>`
        : `/Dest${destination(target.place)}`;
    page.links += `<</Type/Annot/Subtype/Link/Rect[${box}]/Border[0 0 0]${action}>>`;
  }

  /** The number of pages is known only when all are written: one drawing, shared by all pages, shows it. */
  private foot(number: number): string {
    const text = `Page ${number} of `;
    const codes = Buffer.from(text, 'latin1').toString('hex');
    const width =
      (Array.from(Buffer.from(text)).reduce((sum, code) => sum + standardWidth(code, false), 0) * 9) / 1000;
    const x = sheet.width / 2 + 10;
    return `${colours.quiet} rg BT /R 9 Tf 1 0 0 1 ${decimal(x - width)} 40 Tm<${codes}>Tj ET q 1 0 0 1 ${decimal(x)} 40 cm /Total Do Q\n`;
  }
}

/** The number of pages as the drawing that every page shows. */
export function totalDrawing(total: number): string {
  return `${colours.quiet} rg BT /R 9 Tf<${Buffer.from(String(total), 'latin1').toString('hex')}>Tj ET`;
}

/** The destination of a link or bookmark, a little above the line. */
export function destination({ page, y }: Place): string {
  return `[${page} 0 R/XYZ null ${decimal(y + 6)} null]`;
}

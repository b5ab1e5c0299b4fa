/**
 * The fonts of one document: the reader's own Helvetica, the user's font, and fonts of this computer that
 * are searched only when a character needs them. Records what was used, for embedding at the end.
 */
import type { Files } from '../../model/ports';
import { FailureError } from '../../model/failure';
import { FontProblem, embeddable, readFont, type FontFace } from './fontFile';
import { decimal, hex4, textString, utf16, type PdfFile } from './pdfFile';
import { missingGlyph, standardWidth, winAnsi } from './standardFonts';
import { systemFonts } from './systemFonts';

/** What one character is drawn with. */
export interface Glyph {
  readonly letter: string;
  /** Name of the font among the page's resources. */
  readonly font: string;
  /** As in the content stream, hex digits. */
  readonly code: string;
  /** Thousandths of the font size. */
  readonly width: number;
  /** The font has no bold of its own: it is drawn with an outline. */
  readonly outlined: boolean;
  /** Set when no font has the character: a box is drawn, and copying still gives the character. */
  readonly missing?: string;
}

interface Embedded {
  readonly name: string;
  readonly path: string;
  readonly face: FontFace;
  readonly id: number;
  /** Used glyphs, each with its character. */
  readonly used: Map<number, number>;
}

/** Characters that Helvetica has, without reading its table. */
const basic = /^[ -~]*$/;
const maxFontBytes = 64 * 1024 * 1024;

export class FontSet {
  readonly notes: string[] = [];
  private readonly embedded: Embedded[] = [];
  private readonly lacking = new Set<number>();
  private readonly seen = new Set<number>();
  /** Cache of glyphs: plain, bold, and both with Helvetica first. */
  private readonly known: readonly Map<string, Glyph | undefined>[] = Array.from(
    { length: 4 },
    () => new Map(),
  );
  private configured: string | undefined;
  private candidates: string[] = [...systemFonts];

  /** `configured`: absolute path of the user's font, or empty. */
  constructor(
    private readonly files: Files,
    private readonly pdf: PdfFile,
    configured: string,
  ) {
    this.configured = configured === '' ? undefined : configured;
  }

  /** Loads fonts until every character of the text has one or none is left. Await it before `glyphs`. */
  async prepare(text: string): Promise<void> {
    if (this.configured !== undefined) {
      const path = this.configured;
      this.configured = undefined;
      await this.load(path, true);
    }
    if (basic.test(text)) return;
    for (const letter of text) {
      const character = letter.codePointAt(0) ?? 0;
      if (this.seen.has(character)) continue;
      this.seen.add(character);
      if (isInvisible(letter) || winAnsi(character) !== undefined) continue;
      while (!this.has(character)) {
        const next = this.candidates.shift();
        if (next === undefined) break;
        await this.load(next, false);
      }
      if (!this.has(character)) this.lacking.add(character);
    }
  }

  /** The glyph of a character; undefined for zero-width ones. */
  glyphOf(letter: string, bold: boolean, plainFirst: boolean): Glyph | undefined {
    const known = this.known[(bold ? 1 : 0) + (plainFirst ? 2 : 0)];
    if (known?.has(letter) === true) return known.get(letter);
    const glyph = isInvisible(letter) ? undefined : this.find(letter, bold, plainFirst);
    known?.set(letter, glyph);
    return glyph;
  }

  /** True when Helvetica is tried first: no font was chosen, and the text is in its alphabet. */
  prefersPlain(text: string): boolean {
    if (this.embedded.some(({ name }) => name === 'U')) return false;
    if (basic.test(text)) return true;
    for (const letter of text)
      if (winAnsi(letter.codePointAt(0) ?? 0) === undefined && /\p{L}/u.test(letter)) return false;
    return true;
  }

  /** Writes the fonts and returns the entries of the resources' font dictionary. */
  async write(): Promise<string> {
    const standard = (name: string, base: string, encoding: string): string => {
      const id = this.pdf.reserve();
      this.pdf.write(id, `<</Type/Font/Subtype/Type1/BaseFont/${base}${encoding}>>`);
      return `/${name} ${id} 0 R`;
    };
    const entries = [
      standard('R', 'Helvetica', '/Encoding/WinAnsiEncoding'),
      standard('B', 'Helvetica-Bold', '/Encoding/WinAnsiEncoding'),
      standard('Z', 'ZapfDingbats', ''),
    ];
    for (const font of this.embedded) {
      if (font.used.size === 0) continue;
      await this.writeEmbedded(font);
      entries.push(`/${font.name} ${font.id} 0 R`);
    }
    if (this.lacking.size > 0) {
      const some = Array.from(this.lacking)
        .slice(0, 10)
        .map((character) => String.fromCodePoint(character));
      this.notes.push(
        `${this.lacking.size} ${this.lacking.size === 1 ? 'character is' : 'characters are'} in no font that was found (${some.join(' ')}${this.lacking.size > 10 ? ' …' : ''}): boxes stand for them. Set export.pdfFont to a font that has them.`,
      );
    }
    return `<<${entries.join('')}>>`;
  }

  private find(letter: string, bold: boolean, plainFirst: boolean): Glyph {
    const character = letter.codePointAt(0) ?? 0;
    const byte = winAnsi(character);
    const plain: Glyph | undefined =
      byte === undefined
        ? undefined
        : {
            letter,
            font: bold ? 'B' : 'R',
            code: byte.toString(16).toUpperCase().padStart(2, '0'),
            width: standardWidth(byte, bold),
            outlined: false,
          };
    if (plain !== undefined && plainFirst) return plain;
    return (
      this.embeddedGlyph(letter, bold) ??
      plain ?? {
        letter,
        font: 'Z',
        code: missingGlyph.code.toString(16),
        width: missingGlyph.width,
        outlined: false,
        missing: letter,
      }
    );
  }

  private has(character: number): boolean {
    return this.embedded.some(({ face }) => face.glyphOf(character) !== undefined);
  }

  private embeddedGlyph(letter: string, bold: boolean): Glyph | undefined {
    const character = letter.codePointAt(0) ?? 0;
    for (const { name, face, used } of this.embedded) {
      const glyph = face.glyphOf(character);
      if (glyph === undefined) continue;
      if (!used.has(glyph)) used.set(glyph, character);
      return {
        letter,
        font: name,
        code: hex4(face.cidOf(glyph)),
        width: face.widthOf(glyph),
        outlined: bold,
      };
    }
    return undefined;
  }

  /** A font of this computer that cannot be used is skipped; for the user's own there is a note. */
  private async load(path: string, isChosen: boolean): Promise<void> {
    try {
      const bytes = await this.files.read(path, maxFontBytes);
      if (bytes === undefined) {
        if (isChosen) this.notes.push(`export.pdfFont: there is no file ${path}; another font was used.`);
        return;
      }
      const face = readFont(bytes);
      this.embedded.push({
        name: isChosen ? 'U' : `E${this.embedded.length}`,
        path,
        face,
        id: this.pdf.reserve(),
        used: new Map(),
      });
    } catch (error) {
      if (!(error instanceof FontProblem || error instanceof FailureError)) throw error;
      const why = error instanceof FontProblem ? error.message : error.failure.message;
      if (isChosen) this.notes.push(`export.pdfFont cannot be used: ${why}; another font was used.`);
    }
  }

  /** A font with two-byte codes; ISO 32000-1, 9.7. */
  private async writeEmbedded({ face, path, id, used }: Embedded): Promise<void> {
    const bytes = await this.files.read(path, maxFontBytes);
    if (bytes === undefined) throw new FontProblem(`the font ${path} is gone`);
    const isTrueType = face.kind === 'truetype';
    const program = embeddable(bytes, new Set(used.keys()));
    const file = this.pdf.reserve();
    await this.pdf.writeStream(
      file,
      program,
      isTrueType ? `/Length1 ${program.length}` : '/Subtype/OpenType',
    );
    const glyphs = Array.from(used).sort(([one], [other]) => one - other);
    const name = `${isTrueType ? tagOf(glyphs.length) : ''}${face.name}`;
    const descriptor = this.pdf.reserve();
    this.pdf.write(
      descriptor,
      `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[${face.box.join(' ')}]/ItalicAngle 0/Ascent ${face.ascent}/Descent ${face.descent}/CapHeight ${face.ascent}/StemV 80/${isTrueType ? 'FontFile2' : 'FontFile3'} ${file} 0 R>>`,
    );
    const widths = glyphs.map(([glyph]) => `${face.cidOf(glyph)}[${decimal(face.widthOf(glyph))}]`).join('');
    const descendant = this.pdf.reserve();
    this.pdf.write(
      descendant,
      `<</Type/Font/Subtype/${isTrueType ? 'CIDFontType2/CIDToGIDMap/Identity' : 'CIDFontType0'}/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${descriptor} 0 R/DW 1000/W[${widths}]>>`,
    );
    const toUnicode = this.pdf.reserve();
    await this.pdf.writeStream(
      toUnicode,
      unicodeMap(glyphs.map(([glyph, text]) => [face.cidOf(glyph), text])),
    );
    this.pdf.write(
      id,
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
    );
  }
}

/** Marks a font as a subset; six letters, here derived from the number of glyphs. */
function tagOf(count: number): string {
  let tag = '';
  for (let rest = count, at = 0; at < 6; at += 1, rest = Math.floor(rest / 26))
    tag += String.fromCharCode(65 + (rest % 26));
  return `${tag}+`;
}

/** The characters of the glyphs, for copying and searching. */
function unicodeMap(glyphs: readonly (readonly [code: number, character: number])[]): string {
  let blocks = '';
  // A block may have a hundred lines.
  for (let at = 0; at < glyphs.length; at += 100) {
    const block = glyphs.slice(at, at + 100);
    const lines = block.map(
      ([code, character]) => `<${hex4(code)}><${utf16(String.fromCodePoint(character))}>`,
    );
    blocks += `${block.length} beginbfchar\n${lines.join('\n')}\nendbfchar\n`;
  }
  return `/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def 1 begincodespacerange <0000><FFFF> endcodespacerange\n${blocks}endcmap CMapName currentdict/CMap defineresource pop end end`;
}

/** Joiners, variation selectors and the like affect how others are drawn and have no width themselves. */
function isInvisible(letter: string): boolean {
  return /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Zl}\p{Zp}]$/u.test(letter);
}

/** Replacement text for what is drawn, when it is copied. */
export function actualText(text: string): string {
  return `/Span<</ActualText ${textString(text)}>>BDC`;
}

/**
 * The fonts built into every PDF reader: Helvetica, plain and bold, in the encoding WinAnsi (windows-1252),
 * and the one ZapfDingbats sign for characters that no font has. Widths are those of Adobe's Core 14 AFM
 * files.
 */

/** The characters of windows-1252 from 0x80 to 0x9f; a space where it has none. */
const upper = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const codes = new Map<number, number>();
for (let code = 0x20; code < 0x7f; code += 1) codes.set(code, code);
for (let code = 0xa0; code < 0x100; code += 1) codes.set(code, code);
for (let at = 0; at < upper.length; at += 1)
  if (upper[at] !== ' ') codes.set(upper.charCodeAt(at), 0x80 + at);

/** The byte of a character in WinAnsi; undefined when it has none. */
export function winAnsi(character: number): number | undefined {
  return codes.get(character);
}

/** Two base-36 digits a byte, from 0x20 on, in thousandths of the font size. */
const plain =
  '7q7q9vfgfgopij5b9999atg87q997q7qfgfgfgfgfgfgfgfgfgfg7q7qg8g8g8fgs7ijijk2k2ijgzlmk27qdwijfgn5k2lm' +
  'ijlmk2ijgzk2ijq8ijijgz7q7q7qd1fg99fgfgdwfgfg7qfgfg6666dw66n5fgfgfgfg99dw7qfgdwk2dwdwdw9a789ag800' +
  'fg0066fg99rsfgfg99rsij99rs00gz0000666699999qfgrs99rsdw99q800dwij7q99fgfgfgfg78fg99khaafgg899kh99' +
  'b4g8999999fgex7q9999a5fgn6n6n6gzijijijijijijrsk2ijijijij7q7q7q7qk2k2lmlmlmlmlmg8lmk2k2k2k2ijijgz' +
  'fgfgfgfgfgfgopdwfgfgfgfg7q7q7q7qfgfgfgfgfgfgfgg8gzfgfgfgfgdwfgdw';
const bold =
  '7q99d6fgfgopk26m9999atg87q997q7qfgfgfgfgfgfgfgfgfgfg9999g8g8g8gzr3k2k2k2k2ijgzlmk27qfgk2gzn5k2lm' +
  'ijlmk2ijgzk2ijq8ijijgz997q99g8fg99fggzfggzfg99gzgz7q7qfg7qopgzgzgzgzatfg99gzfglmfgfgdwat7satg800' +
  'fg007qfgdwrsfgfg99rsij99rs00gz00007q7qdwdw9qfgrs99rsfg99q800dwij7q99fgfgfgfg7sfg99khaafgg899kh99' +
  'b4g8999999gzfg7q9999a5fgn6n6n6gzk2k2k2k2k2k2rsk2ijijijij7q7q7q7qk2k2lmlmlmlmlmg8lmk2k2k2k2ijijgz' +
  'fgfgfgfgfgfgopfgfgfgfgfg7q7q7q7qgzgzgzgzgzgzgzg8gzgzgzgzgzfggzfg';

/** Width of a WinAnsi byte in thousandths of the font size. */
export function standardWidth(code: number, isBold: boolean): number {
  const at = (code - 0x20) * 2;
  return Number.parseInt((isBold ? bold : plain).slice(at, at + 2), 36);
}

/** The sign for a character that no font has, in ZapfDingbats: a shadowed box. */
export const missingGlyph = { code: 0x6f, width: 762 };

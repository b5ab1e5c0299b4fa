// The icons of the panel's page: VS Code's icon font and its style sheet, cut down to the icons that the built page
// names. The whole font is a twelfth of the package.

/** Of a style sheet's rule for one icon: `.codicon-add:before { content: "\ea60" }`. */
const rule = /^\.codicon-([\w-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"\s*\}\s*$/gm;

/**
 * @param font codicon.ttf
 * @param css codicon.css
 * @param page the built page: scripts, which name icons in strings of their own, and styles, which have their
 * characters
 */
function usedCodicons(font, css, page) {
  const codes = new Set();
  const named = new Set(page.match(/(?<=["'`]|codicon-)[a-z][a-z0-9-]+/g));
  for (const [, code, character] of page.matchAll(
    /\\(e[0-9a-f]{3}|f[0-8][0-9a-f]{2})(?![0-9a-f])|([\ue000-\uf8ff])/gi,
  ))
    codes.add(code === undefined ? character.codePointAt(0) : parseInt(code, 16));
  const kept = css.replace(rule, (text, name, hex) => {
    const code = parseInt(hex, 16);
    if (!named.has(name)) return '';
    codes.add(code);
    return text;
  });
  return { font: fontOf(font, codes), css: kept.replace(/\n{3,}/g, '\n\n') };
}

/** A TrueType font with the glyphs of these characters alone, under their old numbers. */
function fontOf(font, codes) {
  const tables = tablesOf(font);
  const glyphs = glyphsOf(tables);
  const groups = [...codes]
    .sort((one, other) => one - other)
    .flatMap((code) => {
      const glyph = glyphOf(tables.get('cmap'), code);
      return glyph === 0 ? [] : [{ code, glyph }];
    });
  const wanted = new Set([0]);
  const want = (glyph) => {
    if (wanted.has(glyph)) return;
    wanted.add(glyph);
    for (const part of partsOf(glyphs[glyph])) want(part);
  };
  for (const { glyph } of groups) want(glyph);
  const { glyf, loca } = joined(glyphs.map((glyph, at) => (wanted.has(at) ? glyph : Buffer.alloc(0))));
  const head = Buffer.from(tables.get('head'));
  head.writeInt16BE(1, 50); // long offsets
  const post = Buffer.from(tables.get('post').subarray(0, 32));
  post.writeUInt32BE(0x00030000, 0); // no names of glyphs
  for (const [name, content] of Object.entries({ glyf, loca, head, post, cmap: cmapOf(groups) }))
    tables.set(name, content);
  tables.delete('GSUB');
  return written(tables);
}

function tablesOf(font) {
  const tables = new Map();
  for (let at = 0; at < font.readUInt16BE(4); at += 1) {
    const entry = 12 + 16 * at;
    const from = font.readUInt32BE(entry + 8);
    const name = font.toString('latin1', entry, entry + 4);
    tables.set(name, font.subarray(from, from + font.readUInt32BE(entry + 12)));
  }
  return tables;
}

function glyphsOf(tables) {
  const [loca, glyf] = [tables.get('loca'), tables.get('glyf')];
  const isLong = tables.get('head').readInt16BE(50) === 1;
  const offset = (at) => (isLong ? loca.readUInt32BE(4 * at) : 2 * loca.readUInt16BE(2 * at));
  return Array.from({ length: tables.get('maxp').readUInt16BE(4) }, (_, at) =>
    glyf.subarray(offset(at), offset(at + 1)),
  );
}

/** The glyph of a character by the font's table of segments (cmap, format 4); 0 where it has none. */
function glyphOf(cmap, code) {
  for (let at = 0; at < cmap.readUInt16BE(2); at += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(8 + 8 * at));
    if (table.readUInt16BE(0) !== 4) continue;
    const size = table.readUInt16BE(6);
    for (let segment = 0; segment < size; segment += 2) {
      const start = table.readUInt16BE(16 + size + segment);
      if (code < start || code > table.readUInt16BE(14 + segment)) continue;
      const delta = table.readUInt16BE(16 + 2 * size + segment);
      const place = 16 + 3 * size + segment;
      const range = table.readUInt16BE(place);
      const glyph = range === 0 ? code : table.readUInt16BE(place + range + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) % 65536;
    }
  }
  return 0;
}

/** The glyphs that a composite one is made of. */
function partsOf(glyph) {
  const parts = [];
  if (glyph.length === 0 || glyph.readInt16BE(0) >= 0) return parts;
  for (let at = 10, more = true; more;) {
    const flags = glyph.readUInt16BE(at);
    parts.push(glyph.readUInt16BE(at + 2));
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 64 ? 4 : flags & 128 ? 8 : 0);
    more = (flags & 32) !== 0;
  }
  return parts;
}

function joined(glyphs) {
  const loca = Buffer.alloc(4 * (glyphs.length + 1));
  let size = 0;
  glyphs.forEach((glyph, at) => {
    size += glyph.length;
    loca.writeUInt32BE(size, 4 * (at + 1));
  });
  return { glyf: Buffer.concat(glyphs), loca };
}

/** One segmented table of Unicode (cmap, format 12). */
function cmapOf(groups) {
  const cmap = Buffer.alloc(28 + 12 * groups.length);
  const numbers = [
    [1, 2],
    [3, 4],
    [10, 6],
    [12, 12],
  ];
  for (const [value, at] of numbers) cmap.writeUInt16BE(value, at);
  cmap.writeUInt32BE(12, 8);
  cmap.writeUInt32BE(16 + 12 * groups.length, 16);
  cmap.writeUInt32BE(groups.length, 24);
  groups.forEach(({ code, glyph }, at) =>
    [code, code, glyph].forEach((value, field) => cmap.writeUInt32BE(value, 28 + 12 * at + 4 * field)),
  );
  return cmap;
}

function written(tables) {
  const entries = [...tables].sort(([one], [other]) => (one < other ? -1 : 1));
  const exponent = Math.floor(Math.log2(entries.length));
  const header = Buffer.alloc(12 + 16 * entries.length);
  header.writeUInt32BE(0x00010000, 0);
  [entries.length, 16 << exponent, exponent, 16 * (entries.length - (1 << exponent))].forEach((value, at) =>
    header.writeUInt16BE(value, 4 + 2 * at),
  );
  const parts = [header];
  let from = header.length;
  entries.forEach(([name, content], at) => {
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
    if (name === 'head') padded.writeUInt32BE(0, 8);
    header.write(name, 12 + 16 * at, 'latin1');
    [sumOf(padded), from, content.length].forEach((value, field) =>
      header.writeUInt32BE(value, 16 + 16 * at + 4 * field),
    );
    parts.push(padded);
    from += padded.length;
  });
  const font = Buffer.concat(parts);
  const head = header.readUInt32BE(12 + 16 * entries.findIndex(([name]) => name === 'head') + 8);
  font.writeUInt32BE((0xb1b0afba - sumOf(font)) >>> 0, head + 8);
  return font;
}

function sumOf(content) {
  let sum = 0;
  for (let at = 0; at < content.length; at += 4) sum = (sum + content.readUInt32BE(at)) >>> 0;
  return sum;
}

module.exports = { usedCodicons };

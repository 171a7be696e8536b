/**
 * Advance widths of a TrueType font, ems by code point: what is needed to lay out lines of text.
 * Reads `head`, `hhea`, `hmtx` and the table of `cmap` for all planes (format 12), as described by
 * the OpenType specification. A letter the font lacks has the width of its `.notdef`. Throws when a
 * table is missing.
 */
export function readAdvances(font: Buffer): (codePoint: number) => number {
  const unitsPerEm = font.readUInt16BE(tableAt(font, 'head') + 18);
  const metricCount = font.readUInt16BE(tableAt(font, 'hhea') + 34);
  const metricsAt = tableAt(font, 'hmtx');
  const groups = groupsAt(font, tableAt(font, 'cmap'));
  return (codePoint) => {
    // The last width holds for all glyphs after it.
    const glyph = Math.min(glyphOf(font, groups, codePoint), metricCount - 1);
    return font.readUInt16BE(metricsAt + 4 * glyph) / unitsPerEm;
  };
}

function tableAt(font: Buffer, tag: string): number {
  const count = font.readUInt16BE(4);
  for (let record = 12; record < 12 + 16 * count; record += 16) {
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

/** Where the table of all Unicode planes begins. */
function groupsAt(font: Buffer, cmapAt: number): number {
  const count = font.readUInt16BE(cmapAt + 2);
  for (let index = 0; index < count; index += 1) {
    const at = cmapAt + font.readUInt32BE(cmapAt + 4 + 8 * index + 4);
    if (font.readUInt16BE(at) === 12) return at;
  }
  throw new Error('the font has no cmap table of format 12');
}

/** 0, the glyph `.notdef`, for a letter the font lacks. */
function glyphOf(font: Buffer, at: number, codePoint: number): number {
  const count = font.readUInt32BE(at + 12);
  for (let group = at + 16; group < at + 16 + 12 * count; group += 12) {
    if (font.readUInt32BE(group + 4) < codePoint) continue;
    const start = font.readUInt32BE(group);
    return start > codePoint ? 0 : font.readUInt32BE(group + 8) + codePoint - start;
  }
  return 0;
}

/** The words a drawn SVG shows, in order, one space between pieces. */
export function drawnText(svg: string): string {
  return drawnPieces(svg)
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Each piece of text with its attributes. */
export function drawnPieces(svg: string): { text: string; attributes: string }[] {
  return Array.from(
    svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g),
    ([, attributes = '', text = '']) => ({
      attributes,
      text: text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    }),
  );
}

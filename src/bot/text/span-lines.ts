/** Spans cut at line ends: the spans of each line, without the line ends and without empty ones. */
export function linesOf<S extends { text: string }>(spans: readonly S[]): S[][] {
  const lines: S[][] = [[]];
  for (const span of spans) {
    for (const [index, text] of span.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...span, text });
    }
  }
  return lines;
}

/**
 * Text as a terminal may show it: no control or escape characters, nothing that reverses or hides
 * text, no half characters. Names and reasons come from outside and could hold any of these.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, '');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plain(text).replace(/\s*\n\s*/g, ' ');
}

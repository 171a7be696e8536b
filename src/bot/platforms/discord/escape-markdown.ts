import { graphemes } from '../../text/display-width.ts';

/** Letters that mean something anywhere in a line. */
const ANYWHERE = /[\\*_~|`<>[\]]/g;
/** Headings, small print, bullets and numbers mean something where a line begins. */
const HEADING_OR_BULLET = /^(\s*)(-#|#{1,3}|[-+])(?=\s|$)/gm;
const NUMBERED = /^(\s*\d+)\.(?=\s|$)/gm;
/** Discord makes links of these by itself. */
const SCHEME = /:\/\//g;
const INVITE = /(\.gg|discord(?:app)?\.com)\//gi;
/** A zero-width space, where a backslash would not be understood. */
const UNSEEN = '\u200b';
const MASS_MENTION = /@(?=everyone|here)/gi;

/**
 * Text that shows in Discord as it is written: no formatting, no link, no invite card, nothing that
 * looks like a mention. Never shorter than what goes in. (That nothing pings is up to
 * `allowed_mentions`, not to this.)
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(ANYWHERE, '\\$&')
    .replace(HEADING_OR_BULLET, '$1\\$2')
    .replace(NUMBERED, '$1\\.')
    .replace(SCHEME, ':\\/\\/')
    .replace(INVITE, '$1\\/')
    .replace(MASS_MENTION, `@${UNSEEN}`);
}

/**
 * Text inside a code block, which only its own fence can end. Links, invites and mass mentions are
 * broken up all the same: what looks for those does not always look for code.
 */
export function insideCode(text: string): string {
  return text
    .replaceAll('`', 'ˋ')
    .replace(SCHEME, `:${UNSEEN}//`)
    .replace(INVITE, `$1${UNSEEN}/`)
    .replace(MASS_MENTION, `@${UNSEEN}`);
}

/**
 * What `render` makes of the text in at most `most` characters: whole, or of its beginning and `…`.
 * Visible letters are never split. `render` must not make anything shorter.
 */
export function fitted(text: string, most: number, render: (text: string) => string): string {
  if (text.length <= most) {
    const whole = render(text);
    if (whole.length <= most) return whole;
  }
  if (most < 1) return '';
  const letters = graphemes(text.slice(0, most + 1));
  const cut = (count: number) => `${render(letters.slice(0, count).join('').trimEnd())}…`;
  let fits = 0;
  let tooMany = letters.length;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (cut(middle).length <= most) fits = middle;
    else tooMany = middle;
  }
  return cut(fits);
}

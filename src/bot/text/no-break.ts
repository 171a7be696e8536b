/** A space that must not end a line. */
export const NO_BREAK = '\u00a0';

const UNIT = /(?<=\d)\u0020(?=(?:%|h|min|s|d|UTC|sigma)(?![\p{L}\p{N}]))/gu;
const SIGMA_MOVE = /(?<=\dσ)\u0020(?=[-+]\d)/gu;

/**
 * Numbers held together with their units, `3.1 %` and `13:18 UTC`, where lines are broken by others.
 * As long as before. For what people see only: stored texts and programs' output keep plain spaces.
 */
export function withUnitsHeld(text: string): string {
  return text.replace(UNIT, NO_BREAK).replace(SIGMA_MOVE, NO_BREAK);
}

/**
 * A command with its arguments inside a text, `/mute 8h`, its words held together. Telegram makes
 * `/mute` alone a link that sends half of it; from this form it knows that it is one command.
 */
export function commandHint(line: string): string {
  return `/${line.trim().replace(/\s+/g, NO_BREAK)}`;
}

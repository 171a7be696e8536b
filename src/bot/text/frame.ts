import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { Line, Style } from './styled.ts';

/** Puts a message that came by itself in a box, so that it stands out among answers. */
export function frame(
  lines: readonly Line[],
  tone: MessageDoc['tone'],
  columns: number,
  time: string,
): Line[] {
  const style: Style = tone;
  const heading = `┏━ ${labelOf(tone)} ━ ${time} `;
  const bar = (text: string): Line => [{ text, style }];
  return [
    bar(heading.padEnd(columns, '━')),
    ...lines.map((spans): Line => [{ text: '┃ ', style }, ...spans]),
    bar('┗'.padEnd(columns, '━')),
  ];
}

function labelOf(tone: MessageDoc['tone']): string {
  if (tone === 'data') return 'DATA NOTICE';
  return tone === 'info' ? 'MESSAGE' : `ALERT ${tone.toUpperCase()}`;
}

import { formatDuration, formatPercent, formatPoints, formatUtcTime } from './format.ts';
import type { NoticeView } from './notice-view.ts';
import { shownPoint, shownShock } from './told.ts';

/**
 * What moved since the last notice. An edited message keeps the time of its first post, so the
 * present one stands in the text: `Score 72 → 78, critical shock 3.1 % → 2.2 %; updated 12:03 UTC,
 * open for 25 min.`
 */
export function updateText(view: NoticeView): string {
  const { notice, now } = view;
  const moved = [scoreMove(view), shockMove(view)].filter((part) => part !== '').join(', ');
  const what = moved === '' ? 'Figures' : moved;
  const opened = notice.incident?.openedAt;
  const open = opened === undefined ? '' : `, open for ${formatDuration(now - opened)}`;
  return `${what}${moved === '' ? '' : ';'} updated ${formatUtcTime(now)}${open}.`;
}

function scoreMove({ notice: { previousPoint }, seen }: NoticeView): string {
  if (seen === undefined) return '';
  const point = formatPoints(shownPoint(seen));
  const before = previousPoint === undefined ? point : formatPoints(previousPoint);
  return before === point ? `Score ${point}` : `Score ${before} → ${point}`;
}

function shockMove({ notice, reading }: NoticeView): string {
  if (reading === undefined) return '';
  const shock = shownShock(reading, notice.side);
  const before = notice.previousShockFraction;
  if (shock === 'unknown' || (shock === 'none' && before === undefined)) return '';
  const now = shock === 'none' ? 'none within reach' : formatPercent(shock);
  if (before === undefined) return `critical shock now ${now}`;
  const from = formatPercent(before);
  return from === now ? `critical shock ${now}` : `critical shock ${from} → ${now}`;
}

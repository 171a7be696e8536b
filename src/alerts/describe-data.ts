import { type SourceTitles, titleOf, whyMissing } from './describe-coverage.ts';
import { formatDuration, formatUtc } from './format.ts';
import type { MessageDoc } from './message-doc.ts';
import type { DataNotice } from './model.ts';
import type { AlertPolicy } from './policy.ts';

/** Assets named in a notice; more are counted. */
const ASSETS_SHOWN = 8;

/** The message about a source that is gone, back, or given up. */
export function describeDataNotice(
  notice: DataNotice,
  now: number,
  policy: AlertPolicy,
  titles: SourceTitles,
): MessageDoc {
  const name = titleOf(notice.source, titles);
  const { title, text } = wording(notice, name, now, policy);
  return {
    title,
    tone: 'data',
    blocks: [{ kind: 'text', text }],
    footer: [concernsText(notice), formatUtc(notice.at)].filter((part) => part !== '').join(' · '),
  };
}

function wording(
  notice: DataNotice,
  name: string,
  now: number,
  policy: AlertPolicy,
): { title: string; text: string } {
  const gone = notice.since === undefined ? '' : ` for ${formatDuration(now - notice.since)}`;
  switch (notice.kind) {
    case 'source-lost': {
      const why = notice.missing === undefined ? '' : ` (${whyMissing(notice.missing, now)})`;
      return {
        title: `No data from ${name}`,
        text: `Nothing fresh${gone}${why}. Its last figures are kept on the cautious side: no alert is lowered or raised because of it.`,
      };
    }
    case 'source-back':
      return {
        title: `${name} is back`,
        text: `Fresh figures again; it was away${gone}.`,
      };
    case 'source-retired':
      return {
        title: `${name} is no longer counted`,
        text: `No data for ${policy.retireAfterHours} h: readings now stand on the other sources alone. It is counted again once it is back.`,
      };
  }
}

function concernsText({ assets }: DataNotice): string {
  if (assets === '*') return 'concerns all assets';
  if (assets.length === 0) return '';
  const shown = assets.slice(0, ASSETS_SHOWN).join(', ');
  const more = assets.length - ASSETS_SHOWN;
  return `concerns ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

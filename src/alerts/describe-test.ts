import { SIDES } from '../signals/model/ids.ts';
import type { Reading, SideReading } from '../signals/model/reading.ts';
import { boundDoc } from './bound-doc.ts';
import { readingFooter, type SourceTitles } from './describe-coverage.ts';
import { ladderFigure } from './describe-figure.ts';
import { alertBlocks, scoreText } from './describe-reading.ts';
import type { Block, MessageDoc } from './message-doc.ts';
import { shownPoint } from './told.ts';
import { muteActions, warningActions } from './warning-actions.ts';

const TEST: Block = {
  kind: 'text',
  text: 'This is only a test that somebody here asked for with /test: no alert was raised.',
};

/**
 * A test alert: it takes the way of a real one and looks like one, with the present figures of
 * `reading` (its side with the higher score) and its chart, but cannot be taken for one.
 */
export function describeTest(
  reading: Reading | undefined,
  now: number,
  titles: SourceTitles,
): MessageDoc {
  if (reading === undefined) {
    const why = 'There are no figures to show yet: the service is still warming up.';
    return {
      title: 'TEST: alerts reach this chat',
      tone: 'info',
      blocks: [TEST, { kind: 'text', text: why }],
      actions: muteActions(),
    };
  }
  const seen = riskierSide(reading);
  return boundDoc({
    title: `TEST, no alert: ${reading.asset} ${seen.side} now ${scoreText(seen)}, ${seen.level}`,
    tone: seen.level,
    blocks: [TEST, ...alertBlocks(reading, seen.side, now, titles)],
    footer: readingFooter(reading, now, titles),
    figure: ladderFigure(reading, SIDES, undefined, titles),
    actions: warningActions(reading.asset),
  });
}

function riskierSide({ down, up }: Reading): SideReading {
  return shownPoint(up) > shownPoint(down) ? up : down;
}

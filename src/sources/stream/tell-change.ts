import type { Logger } from '../../ports.ts';
import type { FeedStatus } from './feed-status.ts';

/** Log lines for changes of a feed's state: an alarm where figures stop, a word when they are back. */
export function tellChange(log: Logger): (status: FeedStatus, before: FeedStatus) => void {
  return ({ feed, reason, source, state }, before) => {
    const fields = { source, feed, ...(reason === undefined ? {} : { reason }) };
    if (state === 'silent') log.warn(fields, 'the feed is silent');
    else if (state === 'refused') log.warn(fields, 'the feed is refused');
    else if (state === 'waiting') log.info(fields, 'the feed is down');
    else if (state === 'live' && before.reason !== undefined) log.info(fields, 'the feed is back');
    else log.debug({ ...fields, state }, 'the feed changed');
  };
}

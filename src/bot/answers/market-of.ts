import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetView } from '../../signals/observe/asset-view.ts';
import type { CommandContext } from '../commands/define.ts';
import type { MarketBook } from '../market-lookup.ts';
import { stateOf } from './known-assets.ts';

const WARMING_UP = 'Warming up: the first look at the market is under way.';

/** The market book once there is something in it. */
export function openBook(context: CommandContext): MarketBook | undefined {
  const { market } = context;
  return market !== undefined && market.views().length > 0 ? market : undefined;
}

/**
 * What is seen of a coin. Throws CommandError, naming close matches, when it is not watched; undefined
 * while nothing has been looked at yet.
 */
export async function viewOf(
  context: CommandContext,
  asset: AssetId,
): Promise<{ market: MarketBook; view: AssetView } | undefined> {
  const market = openBook(context);
  const view = market?.view(asset);
  if (market !== undefined && view !== undefined) return { market, view };
  await stateOf(context.store.readings, asset);
  return undefined;
}

export function warmingUp(title: string): MessageDoc {
  return { title, tone: 'info', blocks: [{ kind: 'text', text: WARMING_UP }] };
}

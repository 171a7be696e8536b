import { describeWithdrawn } from '../../alerts/describe-withdrawn.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import type { Subscription } from '../../alerts/model.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import { either } from '../answers/known-assets.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { commandHint } from '../text/no-break.ts';
import { type CommandContext, defineCommand } from './define.ts';

/** Names in a title; a list beside it has all. */
const MOST_NAMED = 8;
/** However late: a warning nobody watches must not go on looking like a present one. */
const OVER_EXPIRY_MS = 24 * 3_600_000;

/** `/unsubscribe`: everything; `/unsubscribe eth`: what names this coin. */
export const unsubscribeCommand = defineCommand({
  name: 'unsubscribe',
  summary: 'Stop messages about some coins, or all messages here',
  options: [
    {
      name: 'assets',
      summary: 'Coins: BTC,ETH; nothing or all stops everything',
      required: false,
      type: 'assets',
    },
  ],
  access: 'manage',
  examples: ['unsubscribe ETH', 'unsubscribe'],
  async run(context, values): Promise<MessageDoc> {
    const { subscriptions } = context.store;
    const assets = values.assets('assets') ?? [];
    const named = assets.filter((asset): asset is AssetId => asset !== '*');
    const removed = await subscriptions.remove(
      context.chat,
      named.length === 0 ? undefined : named,
    );
    const left = await subscriptions.ofChat(context.chat);
    await withdraw(context, named, left);
    const covering = named.length === 0 ? [] : left.filter(({ asset }) => asset === '*');
    const blocks: Block[] = [];
    if (covering.length > 0) blocks.push({ kind: 'text', text: stillReached(named) });
    if (removed.length > 0) {
      blocks.push({ kind: 'text', text: 'Stopped:' });
      blocks.push({ kind: 'list', items: subscriptionLines(removed) });
    }
    if (left.length > 0) {
      blocks.push({ kind: 'text', text: 'Still subscribed:' });
      blocks.push({ kind: 'list', items: subscriptionLines(left) });
    } else {
      blocks.push({ kind: 'text', text: 'Nothing is sent here any more. To start: /subscribe.' });
    }
    return { title: titleOf(removed, covering, named), tone: 'info', blocks };
  },
});

/**
 * In the middle of an incident: its alerts that wait are not sent any more, and what stands here
 * says so. Also when nothing was removed: after a crash between the two the command is written again.
 */
async function withdraw(
  { store, chat, now, nextId, wake }: CommandContext,
  named: readonly AssetId[],
  left: readonly Subscription[],
): Promise<void> {
  if (left.some(({ asset }) => asset === '*')) return;
  const at = now();
  const over = { doc: describeWithdrawn(at), nextId, expiresAt: at + OVER_EXPIRY_MS };
  const assets = left.length === 0 ? {} : { assets: named };
  await store.outbox.withdraw(chat, { ...assets, reason: 'unsubscribed', over }, at);
  wake?.();
}

function titleOf(
  removed: readonly Subscription[],
  covering: readonly Subscription[],
  named: readonly AssetId[],
): string {
  const done = removed.length > 0 ? 'Unsubscribed' : 'There was nothing to stop';
  if (covering.length === 0) return done;
  const coins = shortList(named);
  return removed.length > 0
    ? `${done}, but messages about ${coins} go on`
    : `Messages about ${coins} go on`;
}

/** Every coin includes the named ones: without a word, the next message about one would look broken. */
function stillReached(named: readonly AssetId[]): string {
  return (
    `This chat is subscribed to every coin, which includes ${shortList(named)}. ` +
    `To choose coins instead: /unsubscribe, then for example ${commandHint('subscribe ETH,SOL')}. ` +
    `For a pause: ${commandHint('mute 8h')}.`
  );
}

function shortList(named: readonly AssetId[]): string {
  if (named.length <= MOST_NAMED) return either(named, 'and');
  return `${named.slice(0, MOST_NAMED).join(', ')} and ${named.length - MOST_NAMED} more`;
}

import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { defineCommand } from './define.ts';

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
    const assets = values.assets('assets');
    const everything = assets === undefined || assets.includes('*');
    const removed = await subscriptions.remove(context.chat, everything ? undefined : assets);
    const left = await subscriptions.ofChat(context.chat);
    const blocks: Block[] = [];
    if (removed.length > 0) blocks.push({ kind: 'list', items: subscriptionLines(removed) });
    if (left.length > 0) {
      blocks.push({ kind: 'text', text: 'Still subscribed:' });
      blocks.push({ kind: 'list', items: subscriptionLines(left) });
    } else {
      blocks.push({ kind: 'text', text: 'Nothing is sent here any more. To start: /subscribe.' });
    }
    const title = removed.length > 0 ? 'Unsubscribed' : 'There was nothing to stop';
    return { title, tone: 'info', blocks };
  },
});

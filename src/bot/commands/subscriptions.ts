import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { mutedText, mutedUntil } from '../answers/muted.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { defineCommand } from './define.ts';

/** `/subscriptions`: what this chat gets, and whether it is muted. */
export const subscriptionsCommand = defineCommand({
  name: 'subscriptions',
  summary: 'What this chat is subscribed to',
  options: [],
  access: 'anyone',
  examples: ['subscriptions'],
  async run(context): Promise<MessageDoc> {
    const now = context.now();
    const { subscriptions } = context.store;
    const found = await subscriptions.ofChat(context.chat);
    const until = await mutedUntil(subscriptions, context.chat, now);
    const blocks: Block[] = [];
    if (found.length === 0) {
      const text = 'This chat is not subscribed to anything. To start: /subscribe.';
      blocks.push({ kind: 'text', text });
    } else {
      blocks.push({ kind: 'list', items: subscriptionLines(found) });
    }
    if (until !== undefined) blocks.push({ kind: 'text', text: mutedText(until, now) });
    return { title: 'Subscriptions', tone: 'info', blocks };
  },
});

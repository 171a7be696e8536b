import type { MessageDoc } from '../../alerts/message-doc.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { defineCommand } from './define.ts';

/** `/unmute`: messages again. */
export const unmuteCommand = defineCommand({
  name: 'unmute',
  summary: 'End a mute: messages again',
  options: [],
  access: 'manage',
  examples: ['unmute'],
  async run(context): Promise<MessageDoc> {
    const wasMuted = await context.store.subscriptions.unmute(context.chat);
    const found = await context.store.subscriptions.ofChat(context.chat);
    return {
      title: wasMuted ? 'No longer muted' : 'This chat was not muted',
      tone: 'info',
      blocks: [
        found.length === 0
          ? { kind: 'text', text: 'It is not subscribed to anything. To start: /subscribe.' }
          : { kind: 'list', items: subscriptionLines(found) },
      ],
    };
  },
});

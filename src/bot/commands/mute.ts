import type { MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import { mutedText } from '../answers/muted.ts';
import { commandHint } from '../text/no-break.ts';
import { defineCommand } from './define.ts';

const MOST_MS = 7 * 24 * 3_600_000;
const LEAST_MS = 60_000;

/** `/mute 8h`: no messages here for so long; commands still answer. */
export const muteCommand = defineCommand({
  name: 'mute',
  summary: 'No messages here for a while, at most 7 days',
  options: [
    { name: 'duration', summary: 'For example 90m, 8h or 2d', required: true, type: 'duration' },
  ],
  access: 'manage',
  examples: ['mute 8h'],
  async run(context, values): Promise<MessageDoc> {
    const durationMs = values.duration('duration');
    if (durationMs === undefined) {
      throw new CommandError(`Say for how long, for example ${commandHint('mute 8h')}.`);
    }
    if (durationMs > MOST_MS)
      throw new CommandError('At most 7 days; /unsubscribe stops for good.');
    if (durationMs < LEAST_MS) throw new CommandError('At least a minute, please.');
    const now = context.now();
    const until = now + durationMs;
    const { chat, store } = context;
    await store.subscriptions.mute(chat, until);
    // What was decided before and waits to be sent is no less of a disturbance.
    await store.outbox.withdraw(chat, { reason: 'muted' }, now);
    context.wake?.();
    return {
      title: 'Muted',
      tone: 'info',
      blocks: [{ kind: 'text', text: `${mutedText(until, now)} Commands still answer.` }],
    };
  },
});

import { formatUtcTime } from './format.ts';
import type { MessageDoc } from './message-doc.ts';

/**
 * What becomes of an incident's message when the incident, unchanged, is posted below it: it was
 * edited while the chat was muted, and nobody has heard of what it says. `at`: epoch ms of the post.
 * Without any figure, so that nobody takes an old number for the present one.
 */
export function describeToldAnew(at: number): MessageDoc {
  return {
    title: 'Alert told anew',
    tone: 'info',
    blocks: [{ kind: 'text', text: `Told anew at ${formatUtcTime(at)}. See the newer message.` }],
  };
}

import { formatUtc } from './format.ts';
import type { MessageDoc } from './message-doc.ts';

/**
 * What becomes of an open incident's message when its chat unsubscribes: whatever happens from then
 * on (`at`, epoch ms) is not told there, so that no level and no figure may go on standing there.
 */
export function describeWithdrawn(at: number): MessageDoc {
  return {
    title: 'No longer watched here',
    tone: 'info',
    blocks: [
      {
        kind: 'text',
        text:
          `This chat unsubscribed at ${formatUtc(at)}. The warning that stood here was open then; ` +
          'what became of it is not told here. To be warned again: /subscribe.',
      },
    ],
  };
}

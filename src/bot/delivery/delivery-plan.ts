import type { OutboxRow } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';

/** How a message is brought to its chat. */
export type DeliveryPlan =
  /** `orPost`: what to do when the message to be changed is gone. */
  | { kind: 'edit'; editOf: string; orPost: boolean }
  | { kind: 'post'; replyTo?: string }
  /** There is nothing this message could change. */
  | { kind: 'nothing'; reason: string };

/** `row` as claimed: `previous` is what an edit changes and what a post of the group answers. */
export function planDelivery(
  row: Pick<OutboxRow, 'delivery' | 'previous' | 'kind' | 'replyTo'>,
  limits: Pick<PlatformLimits, 'edits'>,
): DeliveryPlan {
  const { delivery, previous } = row;
  if (delivery === undefined) return postOf(row.kind === 'reply' ? row.replyTo : previous);
  const orPost = delivery === 'edit-or-post';
  if (limits.edits === true && previous !== undefined) {
    return { kind: 'edit', editOf: previous, orPost };
  }
  if (orPost) return postOf(previous);
  return {
    kind: 'nothing',
    reason:
      limits.edits === true
        ? 'no message of this alert stands in the chat'
        : 'messages cannot be changed on this platform',
  };
}

function postOf(replyTo: string | undefined): DeliveryPlan {
  return replyTo === undefined ? { kind: 'post' } : { kind: 'post', replyTo };
}

import type { OutboxRow } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';

/** How a message is brought to its chat. */
export type DeliveryPlan =
  /** `orPost`: what to do when the message to be changed is gone. */
  | { kind: 'edit'; editOf: string; orPost: boolean }
  | { kind: 'post'; replyTo?: string }
  /** There is nothing this message could change. */
  | { kind: 'nothing'; reason: string };

type Planned = Pick<
  OutboxRow,
  'delivery' | 'previous' | 'kind' | 'replyTo' | 'severity' | 'rungSeverity'
>;

/**
 * `row` as claimed: `previous` is what an edit changes and what a post of the group answers. An edit
 * makes no sound, so one that is louder than all that was posted is posted instead (see `isLouder`).
 */
export function planDelivery(row: Planned, limits: Pick<PlatformLimits, 'edits'>): DeliveryPlan {
  const { delivery, previous } = row;
  if (delivery === undefined) return postOf(row.kind === 'reply' ? row.replyTo : previous);
  const orPost = delivery === 'edit-or-post';
  if (limits.edits === true && previous !== undefined && !isLouder(row)) {
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

/**
 * Is this an edit of something that stands there, and more severe than every post of its group so
 * far? The message may show a worse level already without anybody having heard of it: it was edited
 * while the chat was muted.
 */
export function isLouder({
  delivery,
  previous,
  severity,
  rungSeverity = 0,
}: Pick<Planned, 'delivery' | 'previous' | 'severity' | 'rungSeverity'>): boolean {
  return delivery === 'edit-or-post' && previous !== undefined && severity > rungSeverity;
}

function postOf(replyTo: string | undefined): DeliveryPlan {
  return replyTo === undefined ? { kind: 'post' } : { kind: 'post', replyTo };
}

import type { EditDelivery, Notice } from './model.ts';

/** A new post, or a change of an earlier one. */
export type Appearance = 'post' | EditDelivery;

/** What a chat is to a notice. */
interface Listener {
  /** Its messages can be edited. */
  editable: boolean;
  /** It is to be told: not muted, and no other rule of it speaks instead. */
  told: boolean;
}

/**
 * The messages a notice becomes in one chat. Where messages can be edited an incident is one living
 * message: posted anew only when it gets worse and when it ends (the post before is then marked as
 * over), changed by everything between. Where they cannot, everything is a post and mere moves of
 * figures are not told.
 *
 * Moved figures only change what stands there: a chat that was never told, or whose message is
 * gone, is told by the next repeat, escalation or end, with their sound, not by a silent update.
 *
 * A chat that is not to be told gets no post; a message of the incident that stands there all the
 * same (posted before the mute, or before the chat's rules changed) is still kept true, silently.
 */
export function appearancesOf(notice: Notice, { editable, told }: Listener): Appearance[] {
  if (!editable) return told && notice.kind !== 'update' ? ['post'] : [];
  // The first of an incident finds nothing to change.
  if (notice.kind === 'raise') return told ? ['post'] : [];
  if (!told || notice.kind === 'update') return ['edit'];
  return notice.kind === 'escalate' || isEnd(notice) ? ['post', 'retire'] : ['edit-or-post'];
}

function isEnd({ kind, closed }: Notice): boolean {
  return kind === 'all-clear' || closed !== undefined;
}

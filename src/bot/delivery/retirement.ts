import { describeToldAnew } from '../../alerts/describe-told-anew.ts';
import type { OutgoingMessage } from '../../alerts/model.ts';

/** However late: the message before must not go on looking like the present one, ms. */
const LIFE_MS = 6 * 3_600_000;

/**
 * Marks the message before `post` as over. Needed where `post` was meant as an edit and became a
 * post beside what stands there; a message that was made as a post comes with its own. `now`: epoch
 * ms.
 */
export function retirementOf(
  { chat, groupId, sequence, kind }: OutgoingMessage,
  id: string,
  now: number,
): OutgoingMessage {
  return {
    id,
    chat,
    groupId,
    sequence,
    kind,
    delivery: 'retire',
    severity: 0,
    doc: describeToldAnew(now),
    createdAt: now,
    expiresAt: now + LIFE_MS,
  };
}

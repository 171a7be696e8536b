import { randomBytes } from 'node:crypto';
import type { Clock } from './ports.ts';

/**
 * Ids of outgoing messages: at most 25 characters (Discord's nonce), growing with time so that equal
 * severities sort by age, and unique over processes.
 */
export function createMessageIds(clock: Clock): () => string {
  let lastAt = 0;
  let count = 0;
  return () => {
    const at = Math.max(clock.now(), lastAt);
    count = at === lastAt ? count + 1 : 0;
    lastAt = at;
    const time = at.toString(36).padStart(9, '0');
    return `${time}${count.toString(36).padStart(4, '0')}${randomBytes(5).toString('hex')}`;
  };
}

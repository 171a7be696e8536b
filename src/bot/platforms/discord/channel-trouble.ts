import type { Clock } from '../../../ports.ts';
import { putNewest } from '../../put-newest.ts';

/** Whom a refusal concerns: all messages of the channel, or edits of old ones alone. */
export type RefusedScope = 'chat' | 'message';

/** Channels that Discord refuses: every try counts towards a ban, so that they are tried ever less. */
export interface ChannelTrouble {
  /** Refused (again): ms to wait for the next try. */
  refused(channelId: string, scope: RefusedScope): number;
  worked(channelId: string): void;
  /** Was the plain form not refused here as well a short while ago? */
  mayTryPlainly(channelId: string): boolean;
  plainlyRefused(channelId: string): void;
}

const FIRST_WAIT_MS = 60_000;
/** A third of a warning's life: once the permission is back, what is still valid is in time. */
const MOST_WAIT_MS = 600_000;
/** After so long without a try nothing is known any more. */
const FORGOTTEN_AFTER_MS = 1_800_000;
const PLAINLY_EVERY_MS = 1_800_000;
const MOST_CHANNELS = 5_000;

interface Wait {
  waitMs: number;
  /** Epoch ms. */
  until: number;
}

export function createChannelTrouble(clock: Clock, mostChannels = MOST_CHANNELS): ChannelTrouble {
  const waits = {
    chat: new Map<string, Wait>(),
    message: new Map<string, Wait>(),
  };
  const plainlyAt = new Map<string, number>();

  return {
    refused(channelId, scope) {
      const now = clock.now();
      const before = waits[scope].get(channelId);
      // Several were under way at once.
      if (before !== undefined && now < before.until) return before.waitMs;
      const isAnew = before === undefined || now - before.until > FORGOTTEN_AFTER_MS;
      const waitMs = isAnew ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, before.waitMs * 2);
      putNewest(waits[scope], channelId, { waitMs, until: now + waitMs }, mostChannels);
      return waitMs;
    },
    worked(channelId) {
      waits.chat.delete(channelId);
      waits.message.delete(channelId);
      plainlyAt.delete(channelId);
    },
    mayTryPlainly(channelId) {
      const at = plainlyAt.get(channelId);
      return at === undefined || clock.now() - at >= PLAINLY_EVERY_MS;
    },
    plainlyRefused(channelId) {
      putNewest(plainlyAt, channelId, clock.now(), mostChannels);
    },
  };
}

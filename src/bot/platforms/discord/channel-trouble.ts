import type { Clock } from '../../../ports.ts';

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
const MOST_WAIT_MS = 1_800_000;
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

  /** The one heard of last comes last; the longest unheard of is forgotten. */
  function keep<T>(map: Map<string, T>, channelId: string, value: T): void {
    map.delete(channelId);
    map.set(channelId, value);
    const [oldest] = map.keys();
    if (map.size > mostChannels && oldest !== undefined) map.delete(oldest);
  }

  return {
    refused(channelId, scope) {
      const now = clock.now();
      const before = waits[scope].get(channelId);
      // Several were under way at once.
      if (before !== undefined && now < before.until) return before.waitMs;
      const isAnew = before === undefined || now - before.until > MOST_WAIT_MS;
      const waitMs = isAnew ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, before.waitMs * 2);
      keep(waits[scope], channelId, { waitMs, until: now + waitMs });
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
      keep(plainlyAt, channelId, clock.now());
    },
  };
}

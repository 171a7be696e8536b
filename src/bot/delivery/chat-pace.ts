import type { ChatRef } from '../../alerts/model.ts';
import { chatKey, placeKey } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';
import { createSlidingWindow, type SlidingWindow } from './sliding-window.ts';

export type ChatLimits = Pick<PlatformLimits, 'perChatIntervalMs' | 'perMinuteIn' | 'paceBy'>;

/** Chats (rooms or places, as the platform counts) that may get nothing just now. */
export interface RestingChats {
  keys: string[];
  /** When the first of them is ready again; absent when none rests. */
  readyAt?: number;
  /** The same over those that the platform's pace alone keeps waiting, without holds. */
  pacedReadyAt?: number;
}

export interface ChatPace {
  keyOf(chat: ChatRef): string;
  /** The earliest time at which something may start in this chat, 0 when nothing is in the way. */
  readyAt(key: string, now: number): number;
  started(chat: ChatRef, now: number): void;
  /** The platform asked for a pause in this chat. */
  hold(chat: ChatRef, until: number): void;
  /** Those not ready, forgetting all that have nothing to wait for any more. */
  resting(now: number): RestingChats;
}

interface Entry {
  nextAt: number;
  heldUntil: number;
  minute?: SlidingWindow;
}

/** Requests take unequal times on their way, so intervals are kept a little longer, ms. */
const JITTER_MS = 20;
const MINUTE_MS = 60_000;
const MINUTE_JITTER_MS = 500;

/** The pace within each chat, in real ms. Remembers a chat only as long as it has to wait. */
export function createChatPace(limits: ChatLimits): ChatPace {
  const entries = new Map<string, Entry>();
  const keyOf = (chat: ChatRef) => (limits.paceBy === 'place' ? placeKey(chat) : chatKey(chat));
  const intervalMs = limits.perChatIntervalMs === 0 ? 0 : limits.perChatIntervalMs + JITTER_MS;

  function entryOf(key: string): Entry {
    const known = entries.get(key) ?? { nextAt: 0, heldUntil: 0 };
    entries.set(key, known);
    return known;
  }

  function pacedReadyAt({ nextAt, minute }: Entry, now: number): number {
    return Math.max(nextAt, minute?.readyAt(now, 0) ?? 0);
  }

  return {
    keyOf,
    readyAt(key, now) {
      const entry = entries.get(key);
      return entry === undefined ? 0 : Math.max(entry.heldUntil, pacedReadyAt(entry, now));
    },
    started(chat, now) {
      const perMinute = limits.perMinuteIn?.(chat);
      if (intervalMs === 0 && perMinute === undefined) return;
      const entry = entryOf(keyOf(chat));
      entry.nextAt = Math.max(entry.nextAt, now + intervalMs);
      if (perMinute === undefined) return;
      entry.minute ??= createSlidingWindow(perMinute, MINUTE_MS + MINUTE_JITTER_MS);
      entry.minute.add(now);
    },
    hold(chat, until) {
      const entry = entryOf(keyOf(chat));
      entry.heldUntil = Math.max(entry.heldUntil, until);
    },
    resting(now) {
      const resting: RestingChats = { keys: [] };
      for (const [key, entry] of entries) {
        const paced = pacedReadyAt(entry, now);
        const readyAt = Math.max(paced, entry.heldUntil);
        if (readyAt > now) {
          resting.keys.push(key);
          resting.readyAt = Math.min(resting.readyAt ?? readyAt, readyAt);
          if (entry.heldUntil <= now) {
            resting.pacedReadyAt = Math.min(resting.pacedReadyAt ?? paced, paced);
          }
        } else if (entry.minute?.isEmpty(now) ?? true) {
          entries.delete(key);
        }
      }
      return resting;
    },
  };
}

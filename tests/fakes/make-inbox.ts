import type { Inbox } from '../../src/bot/platforms/platform.ts';
import { makeDoc } from './make-message.ts';

/** An inbox that answers everything and keeps nothing. */
export function makeInbox(overrides: Partial<Inbox> = {}): Inbox {
  return {
    commands: [],
    handle: async () => ({ doc: makeDoc({ title: 'the answer', tone: 'info' }) }),
    suggestAssets: async () => [],
    joined: async () => undefined,
    left: async () => undefined,
    places: async () => [],
    moved: async () => undefined,
    isSameBot: async () => true,
    position: async () => undefined,
    commit: async () => undefined,
    ...overrides,
  };
}

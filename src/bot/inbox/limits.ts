import type { ChatRef } from '../../alerts/model.ts';
import { placeKey } from '../../store/store.ts';
import { createAllowances } from './allowances.ts';

/** How much commands may take, so that one person or chat never takes it from the others. */
export interface CommandLimits {
  /** Commands of one person per minute, in all chats of a platform together. */
  userPerMinute: number;
  /** Commands in one server, group or private chat per minute. */
  chatPerMinute: number;
  /** Work (computing and drawing answers) for one person, ms per minute. */
  userWorkMsPerMinute: number;
  /** Work for one server, group or private chat, ms per minute. */
  chatWorkMsPerMinute: number;
  /** Commands worked on at the same time. */
  atOnce: number;
  /** Commands waiting for that; more are told that the service is busy. */
  mostWaiting: number;
}

export const DEFAULT_COMMAND_LIMITS: CommandLimits = {
  userPerMinute: 20,
  chatPerMinute: 60,
  userWorkMsPerMinute: 10_000,
  chatWorkMsPerMinute: 30_000,
  atOnce: 8,
  mostWaiting: 64,
};

interface Asker {
  chat: ChatRef;
  userId: string;
}

export interface Refusal {
  /** Who has used up what there is. */
  who: 'user' | 'chat';
  waitMs: number;
  /** They have been told already. */
  told: boolean;
}

export interface CommandGate {
  /** Counts one command, or says who has to wait: then nothing is counted. */
  admit(asker: Asker, now: number): Refusal | undefined;
  /** A command of theirs took so long to answer. */
  worked(asker: Asker, tookMs: number, now: number): void;
}

/**
 * Limits for each person and each place (a flood over many channels of a server is one flood).
 * A person's own limit is asked first, so that one flooder does not use up the place's.
 */
export function createCommandGate(limits: CommandLimits): CommandGate {
  const ofUser = (asker: Asker) => JSON.stringify([asker.chat.platform, asker.userId]);
  const ofChat = (asker: Asker) => placeKey(asker.chat);
  const counts = [
    { who: 'user', keyOf: ofUser, left: createAllowances(limits.userPerMinute) },
    { who: 'chat', keyOf: ofChat, left: createAllowances(limits.chatPerMinute) },
  ] as const;
  const work = [
    { who: 'user', keyOf: ofUser, left: createAllowances(limits.userWorkMsPerMinute) },
    { who: 'chat', keyOf: ofChat, left: createAllowances(limits.chatWorkMsPerMinute) },
  ] as const;
  const inOrder = [counts[0], work[0], counts[1], work[1]];
  return {
    admit(asker, now) {
      for (const { who, keyOf, left } of inOrder) {
        const wait = left.wait(keyOf(asker), now);
        if (wait !== undefined) return { who, ...wait };
      }
      for (const { keyOf, left } of counts) left.spend(keyOf(asker), 1, now);
      return undefined;
    },
    worked(asker, tookMs, now) {
      for (const { keyOf, left } of work) left.spend(keyOf(asker), tookMs, now);
    },
  };
}

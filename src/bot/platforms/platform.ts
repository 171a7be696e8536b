import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { ChatRef } from '../../alerts/model.ts';
import type { CommandDefinition } from '../commands/define.ts';

/** A chat platform: receives commands, sends messages. One file (or folder) each. */
export interface Platform {
  id: string;
  limits: PlatformLimits;
  /** Connects and keeps connected until `signal` aborts; resolves when stopped. */
  run(inbox: Inbox, signal: AbortSignal): Promise<void>;
  state(): { state: 'connected' | 'connecting' | 'stopped'; detail?: string };
  /** Never throws: every failure is an outcome. */
  send(message: PlatformMessage, signal: AbortSignal): Promise<DeliveryOutcome>;
}

export interface PlatformLimits {
  /** Characters of one message as this platform counts them. */
  messageCharacters: number;
  /** Pace: messages per second over all chats, and the least ms between two in one chat. */
  perSecond: number;
  perChatIntervalMs: number;
  /** May an attempt whose answer was lost be repeated without a second copy appearing (nonce)? */
  retriesAreIdempotent: boolean;
}

export interface PlatformMessage {
  /** Outbox id, also the nonce; at most 25 characters. */
  id: string;
  chat: ChatRef;
  doc: MessageDoc;
  /** PNG of `doc.figure`; absent when there is none or drawing failed. */
  png?: Uint8Array;
  /** No sound below high. */
  silent: boolean;
}

export type DeliveryOutcome =
  | { kind: 'sent'; platformMessageId: string }
  /** Not accepted, try again after this long. */
  | { kind: 'retry'; afterMs: number; reason: string }
  /** Never will be; `closeChat`: nothing to this chat will. */
  | { kind: 'refused'; reason: string; closeChat: boolean }
  /** May or may not have arrived. */
  | { kind: 'unknown'; reason: string };

/** What a platform hands in. */
export interface Inbox {
  commands: readonly CommandDefinition[];
  /** Runs a command and gives the answer; user mistakes and bugs are answers too. Never throws. */
  handle(request: CommandRequest): Promise<Answer>;
}

export interface CommandRequest {
  chat: ChatRef;
  /** Who asked; for limits, never logged. */
  userId: string;
  /** May the person manage this chat (always true in private chats)? */
  mayManage: boolean;
  /** Command name without slash. */
  command: string;
  /** The rest of the line as typed, or the named options of a platform form. */
  input: { text: string } | { options: Readonly<Record<string, string>> };
}

export interface Answer {
  doc: MessageDoc;
  png?: Uint8Array;
}

import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { ChatRef, OutgoingMessage, Place } from '../../alerts/model.ts';
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
  /** One real request with the token, for `doctor`: who the bot is, or why it cannot be. Never throws. */
  check?(signal: AbortSignal): Promise<PlatformCheck>;
}

export interface PlatformCheck {
  ok: boolean;
  /** For people, log-safe: the bot's name and how to invite it, or what is wrong. */
  detail: string;
}

export interface PlatformLimits {
  /** Characters of one message as this platform counts them. */
  messageCharacters: number;
  /** Pace: messages per second over all chats, and the least ms between two in one chat. */
  perSecond: number;
  perChatIntervalMs: number;
  /** Most messages within any minute in this chat; undefined: no such limit. */
  perMinuteIn?(chat: ChatRef): number | undefined;
  /** What the pace of one chat covers: each room by itself (default) or all rooms of a place together. */
  paceBy?: 'room' | 'place';
  /** May an attempt whose answer was lost be repeated without a second copy appearing (nonce)? */
  retriesAreIdempotent: boolean;
  /** Can a sent message be changed? Default false: then every message is a new post. */
  edits?: boolean;
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
  /** As in the outbox: 3 critical … 0; and what the message is. */
  severity: number;
  kind: OutgoingMessage['kind'];
  /** Change this message (a `platformMessageId` this platform gave) instead of posting a new one. */
  editOf?: string;
  /** Post as an answer to this message of the platform; ignored when it is gone. */
  replyTo?: string;
}

export type DeliveryOutcome =
  /** `platformMessageId`: the platform's own text, enough to edit the message later. */
  | { kind: 'sent'; platformMessageId: string }
  /**
   * Not accepted, try again after this long. `scope`: who has to wait: only this message, its chat
   * (default) or the whole platform (a global rate limit, a refused token). `platformAfterMs`: besides,
   * the whole platform waits this long, which may be less.
   */
  | {
      kind: 'retry';
      afterMs: number;
      reason: string;
      scope?: 'message' | 'chat' | 'platform';
      platformAfterMs?: number;
    }
  /** Never will be; `closeChat`: nothing to this chat will; `wholePlace`: nor to its other rooms. */
  | { kind: 'refused'; reason: string; closeChat: boolean; wholePlace?: boolean }
  /** Only for `editOf`: the message is not there any more or cannot be changed. */
  | { kind: 'gone'; reason: string }
  /** The place has a new id (Telegram: group became a supergroup); nothing was posted. */
  | { kind: 'moved'; toChatId: string; reason: string }
  /** May or may not have arrived. */
  | { kind: 'unknown'; reason: string };

/** What a platform hands in. */
export interface Inbox {
  commands: readonly CommandDefinition[];
  /** Runs a command and gives the answer; user mistakes and bugs are answers too. Never throws. */
  handle(request: CommandRequest): Promise<Answer>;
  /** Watched coins that begin with (then: contain) what was typed, for autocomplete. Never throws. */
  suggestAssets(typed: string, most: number): Promise<readonly string[]>;
  /**
   * The bot is in this place (again): its rooms are reachable, and a place not known before gets
   * one greeting into `chat` through the outbox; none when `greet` is false. Rejects when the store
   * fails.
   */
  joined(chat: ChatRef, options: { greet: boolean }): Promise<void>;
  /** The bot was removed: nothing is sent there any more. Rejects when the store fails. */
  left(place: Place, reason: string): Promise<void>;
  /**
   * Ids of the places the bot was in when it last heard of them: what is missing among those it is in
   * now has removed it meanwhile. Rejects when the store fails.
   */
  places(platform: string): Promise<readonly string[]>;
  /** A place has a new id: everything kept for it moves. Rejects when the store fails. */
  moved(place: Place, toChatId: string): Promise<void>;
  /**
   * Is this the bot (its id on the platform) the stored chats belong to? The first is remembered. To
   * be asked once connected, before anything is told or sent. Rejects when the store fails.
   */
  isSameBot(platform: string, botId: string): Promise<boolean>;
  /** Id of the bot the stored chats belong to, for people. Rejects when the store fails. */
  knownBot?(platform: string): Promise<string | undefined>;
  /**
   * How far a platform that numbers its updates has read, as stored; undefined at first. Rejects
   * when the store fails.
   */
  position(platform: string): Promise<number | undefined>;
  /**
   * Stores answers for delivery through the outbox and the new position, in one transaction: a
   * crash repeats an update or forgets none. Rejects when the store fails, with nothing stored.
   */
  commit(platform: string, position: number, replies: readonly Reply[]): Promise<void>;
}

/** An answer sent through the outbox: paced, retried, and never before an alert that waits. */
export interface Reply {
  chat: ChatRef;
  doc: MessageDoc;
  /** The platform's id of the message that asked. */
  replyTo?: string;
  /**
   * Of the update it answers, at most 15 characters, unique on the platform: an update dealt
   * with again after a crash stores its answer no second time.
   */
  key?: string;
}

export interface CommandRequest {
  chat: ChatRef;
  /** Who asked; for limits, never logged. */
  userId: string;
  /**
   * May the person manage this chat (always true in private chats)? Asked only for commands that
   * need it, so it may be a request to the platform; a rejection means "could not be found out".
   */
  mayManage(): Promise<boolean>;
  /** Command name without slash. */
  command: string;
  /** The rest of the line as typed, or the named options of a platform form. */
  input: { text: string } | { options: Readonly<Record<string, string>> };
  /** One person and the bot; default false. */
  private?: boolean;
  /** False: the platform draws the figure itself or sends through the outbox. Default true. */
  draw?: boolean;
  /**
   * What the bot may not do in this chat although alerts need it, in words (`post messages`,
   * `attach files`); empty when nothing is missing. Asked by /subscribe.
   */
  missingPermissions?(): Promise<readonly string[]>;
}

export interface Answer {
  doc: MessageDoc;
  png?: Uint8Array;
  /** Why it is not what was asked for: the person's mistake, no right to it, too many requests, a bug. */
  failed?: 'mistake' | 'denied' | 'limited' | 'bug';
  /** The person has been told already (flood): better not answered at all where that is possible. */
  repeated?: boolean;
}

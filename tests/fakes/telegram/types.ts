/** The face of the Telegram fake: what a test can do to it and see of it. */

export type MemberStatus =
  | 'creator'
  | 'administrator'
  | 'member'
  | 'restricted'
  | 'left'
  | 'kicked';

/** Rights as the Bot API names them; absent: as the member's status and the chat allow. */
export interface MemberRights {
  can_send_messages?: boolean;
  can_send_photos?: boolean;
  can_post_messages?: boolean;
  can_edit_messages?: boolean;
  can_delete_messages?: boolean;
  can_manage_topics?: boolean;
  is_anonymous?: boolean;
}

export interface FakeUser {
  kind: 'user';
  id: number;
  firstName: string;
  username?: string;
  languageCode?: string;
}

export interface FakeChat {
  kind: 'chat';
  id: number;
  type: 'group' | 'supergroup' | 'channel';
  title: string;
  forum: boolean;
}

/** A message of a person, as the bot got it (or, hidden by privacy mode, did not get it). */
export interface FakeIncoming {
  chatId: number;
  messageId: number;
  text: string;
  threadId?: number;
  /** Of the last version. Absent: the update was not made for the bot (privacy mode, not in allowed_updates, not a member). */
  updateId?: number;
}

export interface FakeButton {
  label: string;
  /** callback_data; empty for a link button. */
  data: string;
}

export interface MessageVersion {
  text: string;
  photo?: Uint8Array;
  buttons: FakeButton[][];
  /** Epoch ms. */
  at: number;
}

/** A message of the bot. */
export interface FakeMessage {
  chatId: number;
  messageId: number;
  threadId?: number;
  /** After the entities are parsed; the caption of a photo. */
  text: string;
  /** As sent. */
  html: string;
  /** Byte for byte. */
  photo?: Uint8Array;
  buttons: FakeButton[][];
  silent: boolean;
  replyTo?: number;
  /** Epoch ms. */
  sentAt: number;
  /** The first and every edit. */
  versions: MessageVersion[];
  deleted: boolean;
}

export interface FakePress {
  queryId: string;
  /** Absent: callback_query is not among the allowed updates. */
  updateId?: number;
  /** Accepted answerCallbackQuery calls. */
  answers: { text?: string; showAlert: boolean; at: number }[];
}

export interface FakeCall {
  method: string;
  /** Epoch ms. */
  at: number;
  ok: boolean;
  /** Not worked on to the end yet: a held poll, a delayed call. */
  pending: boolean;
  /** error_code of the refusal; absent when it was accepted, or when a fault cut the answer off. */
  code?: number;
  /** Without file bytes: those are `(<n> bytes)`. */
  payload: Record<string, unknown>;
}

export type FaultKind =
  /** An answer instead of the effect; an object is sent as JSON, text as it is. */
  | { status: number; body?: object | string; headers?: Record<string, string> }
  | 'reset-before'
  /** The effect is done, the answer lost. */
  | 'reset-after'
  /** No effect, and no answer until the server closes. */
  | 'silence-before'
  | 'silence-after'
  | { redirect: string }
  /** Effect done; a valid answer made this many bytes long. */
  | { oversize: number }
  /** Effect done; 200 with a body that is no JSON. */
  | 'garbage'
  /** Real milliseconds before the call is worked on. */
  | { delayMs: number };

export interface FaultRule {
  method?: string | RegExp;
  chat?: FakeChat | FakeUser;
  /** Default: for ever. */
  times?: number;
  kind: FaultKind;
}

export interface StartOptions {
  /** `<bot id>:<secret>`. */
  token: string;
  /** Epoch ms. Default Date.now. */
  now?: () => number;
  /** Answer 429 over the limits of section 3 of the platform's FAQ. Default false. */
  pacing?: boolean;
  /**
   * Real ms by which a second 409 within 3 s is answered late. The platform's 3000 would slow every
   * test that meets two; default 0.
   */
  repeatHoldMs?: number;
}

export interface NewUser {
  firstName: string;
  username?: string;
  languageCode?: string;
  /** Pressed Start in the private chat; default true. */
  started?: boolean;
}

export interface NewChat {
  type: 'group' | 'supergroup' | 'channel';
  title: string;
  forum?: boolean;
  /** Default `member`; in a channel `administrator`. */
  botStatus?: MemberStatus;
  botRights?: MemberRights;
}

export interface FakeTelegram {
  /** apiRoot, without trailing slash. */
  url: string;
  botId: number;
  botUsername: string;
  close(): Promise<void>;

  addUser(user: NewUser): FakeUser;
  addChat(chat: NewChat): FakeChat;
  setMember(chat: FakeChat, user: FakeUser, status: MemberStatus, rights?: MemberRights): void;
  /** A forum topic; gives its message_thread_id. With `by` the bot gets the service message. */
  addTopic(chat: FakeChat, name: string, by?: FakeUser): number;
  closeTopic(chat: FakeChat, threadId: number): void;

  /**
   * A person writes; a user as chat is the private chat with the bot. In a forum, no threadId is
   * the General topic.
   */
  write(
    chat: FakeChat | FakeUser,
    from: FakeUser | 'anonymous-admin' | 'channel',
    text: string,
    options?: { threadId?: number; date?: number; replyTo?: number },
  ): FakeIncoming;
  edit(message: FakeIncoming, text: string): void;
  press(
    message: FakeMessage,
    from: FakeUser,
    which: { label: string } | { data: string },
  ): FakePress;
  addBot(chat: FakeChat, by: FakeUser): void;
  removeBot(chat: FakeChat, by: FakeUser, how?: 'kicked' | 'left'): void;
  /** Replaces the rights; without a status a member that may not send becomes `restricted`, and back. */
  setBotRights(chat: FakeChat, rights: MemberRights, status?: MemberStatus): void;
  block(user: FakeUser): void;
  unblock(user: FakeUser): void;
  deactivate(user: FakeUser): void;
  /** Gives the supergroup. Both service messages are queued. */
  migrate(chat: FakeChat): FakeChat;
  deleteMessage(chat: FakeChat | FakeUser, messageId: number): void;
  /** Queued as it is; an update_id is added when it has none. */
  pushUpdate(raw: object): void;

  /** The bot's messages, in order of arrival; deleted ones stay, marked. */
  messages(chat: FakeChat | FakeUser): FakeMessage[];
  calls: FakeCall[];
  /** By JSON of the scope as sent (absent: `{"type":"default"}`), followed by its language code if any. */
  commands: Map<string, { command: string; description: string }[]>;

  /** The first matching rule with uses left is applied. */
  fault(rule: FaultRule): { remove(): void };
  /** Everything answers 401 from now on. */
  revokeToken(): void;
  webhook(): { url: string; secretToken?: string } | undefined;
  /**
   * Posts pending updates to the webhook, stopping at the first refused one. Gives the statuses; 0:
   * no answer. For a webhook at an https address `origin` is the server behind the proxy.
   */
  deliverWebhook(origin?: string): Promise<number[]>;
}

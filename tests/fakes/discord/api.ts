/** What tests see of the Discord fake. Objects handed out are live: they change as the world does. */

export interface FakeUser {
  readonly id: string;
  readonly name: string;
}

export interface FakeGuild {
  readonly id: string;
  readonly name: string;
  /** The `@everyone` role; its id is the guild's. */
  readonly everyone: FakeRole;
  /** The system channel, `general`. */
  readonly general: FakeChannel;
}

export interface FakeRole {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
}

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  /** Absent in direct messages. */
  readonly guildId?: string;
}

export interface FakeFile {
  name: string;
  bytes: Uint8Array;
}

/** What of a message can change by an edit. */
export interface FakeMessageBody {
  readonly content: string;
  readonly embeds: readonly Readonly<Record<string, unknown>>[];
  readonly files: readonly FakeFile[];
  readonly components: readonly unknown[];
}

export interface FakeMessage extends FakeMessageBody {
  readonly id: string;
  readonly channelId: string;
  /** Every button of the message, row by row. */
  readonly buttons: readonly { label: string; customId: string }[];
  readonly nonce?: string;
  /** Bits: 64 ephemeral, 128 deferred (loading), 4096 silent. */
  readonly flags: number;
  readonly silent: boolean;
  readonly ephemeral: boolean;
  /** What would have pinged, after `allowed_mentions`: ids of users and roles. */
  readonly mentioned: { users: string[]; roles: string[]; everyone: boolean };
  /** Id of the message it answers. */
  readonly replyTo?: string;
  /** Epoch ms of `now()`. */
  readonly sentAt: number;
  /** Every state it had, the first one first, the present one last. */
  readonly versions: readonly (FakeMessageBody & { at: number })[];
  readonly deleted: boolean;
  readonly crossposted: boolean;
}

export interface FakeCallback {
  type: number;
  /** Epoch ms of `now()`. */
  at: number;
  data?: unknown;
}

export interface FakeInteraction {
  /** False: Discord did not let the person use the command; nothing was sent to the bot. */
  readonly delivered: boolean;
  readonly id: string;
  /** The one the bot answers with; for tests that answer by themselves. */
  readonly token: string;
  readonly callbacks: readonly FakeCallback[];
  /** Answered by type 5 or 6. */
  readonly deferred: boolean;
  /** The first answer is seen by the person alone. */
  readonly ephemeral: boolean;
  /** `@original`: the answer, or the message a button belongs to after an update. */
  message(): FakeMessage | undefined;
  readonly followUps: readonly FakeMessage[];
  /** Resolves once the person sees a final answer: a direct one, the edit or a follow-up after deferral. */
  settled(): Promise<void>;
  /** From the event to the first callback, in `now()` time; 0 while unanswered. */
  readonly latencyMs: number;
}

export interface FakeGateway {
  /** Connections ever made. */
  readonly connections: number;
  readonly identifies: number;
  readonly resumes: number;
  /** Identified connections open now. */
  sessions(): number;
  /** Closes every connection with this code. */
  close(code: number): void;
  /** Ends every connection without a closing frame. */
  drop(): void;
  /** Op 9. */
  invalidSession(resumable: boolean): void;
  /** Op 7. */
  reconnect(): void;
  /** No answers to heartbeats while on. */
  zombie(on: boolean): void;
  /** New connections are refused by TCP while on; open ones stay. */
  refuse(on: boolean): void;
  /** No HELLO to new connections while on. */
  mute(on: boolean): void;
  /** Told to clients in HELLO; may be set. */
  heartbeatIntervalMs: number;
  /** As the last IDENTIFY asked. */
  intents(): number;
  /** IDENTIFYs left today; may be set. */
  remainingIdentifies: number;
}

export type FaultKind =
  | { status: number; body?: object | string; headers?: Record<string, string> }
  | { rateLimit: { retryAfterMs: number; scope: 'user' | 'shared' | 'global' } }
  /** The connection is reset; `before`: nothing was done, `after`: everything was. */
  | 'reset-before'
  | 'reset-after'
  | 'silence-before'
  | 'silence-after'
  | { redirect: string }
  /** A 200 with so many bytes. */
  | { oversize: number }
  /** A 200 that is no JSON, after the request was carried out. */
  | 'garbage'
  | { delayMs: number };

export interface FaultRule {
  /** Absent: every method. */
  method?: string;
  /** Matched against the path after `/api/v10`, without the query. */
  path?: RegExp;
  /** Absent: until removed. */
  times?: number;
  kind: FaultKind;
}

export interface FakeCall {
  method: string;
  /** Without `/api/v10` and without the query. */
  path: string;
  query: string;
  /** Epoch ms of `now()`. */
  at: number;
  /** 0: never answered. */
  status: number;
  body?: unknown;
}

export interface PermissionOverride {
  id: string;
  type: 'role' | 'user' | 'channel';
  permission: boolean;
}

export interface FakeDiscord {
  /** `http://127.0.0.1:port/api`; the client appends `/v10`. */
  readonly url: string;
  readonly applicationId: string;
  readonly botUserId: string;
  /** Ends every connection and timer at once. */
  close(): Promise<void>;

  addUser(user: { name: string }): FakeUser;
  /** The bot is a member from then on; a connected bot gets GUILD_CREATE. `joinedAt`: epoch ms. */
  addGuild(guild: { name: string; joinedAt?: number }): FakeGuild;
  addRole(guild: FakeGuild, role: { name: string; permissions: bigint }): FakeRole;
  addMember(
    guild: FakeGuild,
    user: FakeUser,
    roles?: readonly FakeRole[],
    options?: { owner?: boolean },
  ): void;
  removeMember(guild: FakeGuild, user: FakeUser): void;
  /** A thread needs a `parent`. */
  addChannel(
    guild: FakeGuild,
    channel: { name: string; type?: 'text' | 'announcement' | 'thread'; parent?: FakeChannel },
  ): FakeChannel;
  deleteChannel(channel: FakeChannel): void;
  openDm(user: FakeUser): FakeChannel;
  /** From now on exactly these in this channel, by an overwrite for the bot. */
  setBotPermissions(channel: FakeChannel, permissions: bigint): void;
  /** As an admin does under Integrations; without `command` for the whole application. */
  setCommandPermissions(
    guild: FakeGuild,
    target: { command?: string },
    overrides: readonly PermissionOverride[],
  ): void;
  closeDms(user: FakeUser): void;
  /** GUILD_DELETE: the bot was removed. */
  removeBot(guild: FakeGuild): void;
  /** The bot is added (again) to a server it was removed from. */
  inviteBot(guild: FakeGuild): void;
  /** GUILD_DELETE with `unavailable: true`, and GUILD_CREATE when it is back. */
  guildOutage(guild: FakeGuild): void;
  guildBack(guild: FakeGuild): void;
  archiveThread(thread: FakeChannel, options?: { locked?: boolean }): void;
  deleteMessage(channel: FakeChannel, messageId: string): void;

  /**
   * A person uses a command. Resolves when it has been answered (first callback), or at once with
   * `delivered: false` when Discord would not let the person use it. Rejects after 3 s without an
   * answer (`now()` and real time both), or when the command does not exist.
   */
  slash(
    channel: FakeChannel,
    user: FakeUser,
    command: string,
    options?: Record<string, string>,
  ): Promise<FakeInteraction>;
  autocomplete(
    channel: FakeChannel,
    user: FakeUser,
    command: string,
    focused: { name: string; value: string },
    options?: Record<string, string>,
  ): Promise<{ name: string; value: string }[]>;
  press(
    message: FakeMessage,
    user: FakeUser,
    which: { label: string } | { customId: string },
  ): Promise<FakeInteraction>;
  /** A person writes; the message is not the bot's. */
  say(channel: FakeChannel, user: FakeUser, content: string): FakeMessage;
  /** Any event with any data, to every connection; also malformed. */
  dispatch(event: string, data: unknown): void;

  /** Every message of the bot in the channel, ephemeral and deleted ones too, oldest first. */
  messages(channel: FakeChannel): readonly FakeMessage[];
  readonly calls: readonly FakeCall[];
  /** Registered commands, global or of a guild, as Discord lists them. */
  commands(guild?: FakeGuild): readonly unknown[];
  /** PUT, POST, PATCH and DELETE of commands that were carried out. */
  readonly commandWrites: number;
  readonly gateway: FakeGateway;
  /** The first matching rule with uses left is applied. */
  fault(rule: FaultRule): { remove(): void };
  /** TCP to the REST server is refused while on, and open connections end. */
  refuse(on: boolean): void;
  /** From now on the token is refused everywhere, and connections end with 4004. */
  revokeToken(): void;
  /** Answers 401, 403 and 429 (shared scope not counted); 10,000 in 10 min ban an address. */
  readonly invalidRequests: number;
}

export interface DiscordOptions {
  token: string;
  /** Epoch ms; default the real clock. */
  now?: () => number;
  /** Enforce the rate limits (default false: headers only). */
  pacing?: boolean;
  /** Edits of messages older than an hour, in an hour and channel, before 30046; default 30. */
  oldEditsPerHour?: number;
}

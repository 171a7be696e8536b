import type { MessageDoc } from '../alerts/message-doc.ts';
import type {
  AlertState,
  ChatRef,
  OutageState,
  OutgoingMessage,
  Place,
  Subscription,
} from '../alerts/model.ts';
import type { AssetMinute, InstrumentHour } from '../signals/model/history.ts';
import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type { Gap, Observation } from '../signals/model/observations.ts';
import type { AssetState } from '../signals/model/reading.ts';
import type { LiquidationStore } from './liquidation-store.ts';
import type { PlaceStore } from './place-store.ts';

/** Everything the program remembers. Implemented on Kysely; one contract suite for all dialects. */
export interface Store {
  readonly series: SeriesStore;
  readonly liquidations: LiquidationStore;
  readonly snapshots: SnapshotStore;
  readonly readings: ReadingStore;
  readonly subscriptions: SubscriptionStore;
  readonly alerts: AlertStore;
  readonly outbox: OutboxStore;
  readonly places: PlaceStore;
  readonly inbound: InboundStore;
  /** Throws when the database cannot be written: for /readyz and doctor. */
  checkWritable(): Promise<void>;
  close(): Promise<void>;
}

export interface SeriesStore {
  /**
   * Merges into what is there: close, open interest, funding and volume are replaced where given,
   * high and low widened. One row per instrument and UTC day is stored (packed 24-hour columns).
   */
  writeInstrumentHours(hours: readonly InstrumentHour[]): Promise<void>;
  /** `from` inclusive, `to` exclusive, epoch ms; ascending by time, then source, then instrument. */
  readInstrumentHours(asset: AssetId, from: number, to: number): Promise<InstrumentHour[]>;
  /** Newest hour stored per instrument of a source, for resuming a backfill. */
  newestHours(source: SourceId): Promise<Map<string, number>>;
  writeAssetMinutes(minutes: readonly AssetMinute[]): Promise<void>;
  readAssetMinutes(asset: AssetId, from: number, to: number): Promise<AssetMinute[]>;
  /** Deletes what is older than the retention; gives the number of rows deleted. */
  prune(now: number, retention: { minutesHours: number; hoursDays: number }): Promise<number>;
}

/** The newest batch of one job of one source, so that a restart knows the last values. */
export interface SourceSnapshot {
  source: SourceId;
  job: 'market' | 'depth' | 'position';
  /** When the job finished, epoch ms. */
  takenAt: number;
  observations: Observation[];
  gaps: Gap[];
  /** Prices in force when lending positions were read, so that they can be re-priced. */
  referencePricesUsd?: Readonly<Record<string, number>>;
  /** Instruments the venue left out of whole batches, since when (epoch ms): kept for a while. */
  absentSince?: Readonly<Record<string, number>>;
}

export interface SnapshotStore {
  save(snapshot: SourceSnapshot): Promise<void>;
  /** Without damaged ones, which are logged: the next fetch replaces them. */
  all(): Promise<SourceSnapshot[]>;
}

export interface ReadingStore {
  /** Replaces the newest state per asset. */
  save(states: readonly AssetState[]): Promise<void>;
  get(asset: AssetId): Promise<AssetState | undefined>;
  /** Without damaged ones, which are logged: the next evaluation replaces them. */
  all(): Promise<AssetState[]>;
}

export interface MuteState {
  chat: ChatRef;
  /** Epoch ms. */
  until: number;
}

export interface SubscriptionStore {
  /** Same chat, asset, rule: replaces the sides instead of adding a second one. */
  add(subscription: Omit<Subscription, 'id'>): Promise<Subscription>;
  /** Removes those of the chat on these assets (all when absent); gives what was removed. */
  remove(chat: ChatRef, assets?: readonly (AssetId | '*')[]): Promise<Subscription[]>;
  ofChat(chat: ChatRef): Promise<Subscription[]>;
  /** Without those of closed chats. */
  all(): Promise<Subscription[]>;
  mute(chat: ChatRef, until: number): Promise<void>;
  unmute(chat: ChatRef): Promise<boolean>;
  mutes(now: number): Promise<MuteState[]>;
  /** A platform said this chat can never be reached again: with the reason, for people. */
  closeChat(chat: ChatRef, reason: string, at: number): Promise<void>;
  /** Opens a closed chat again (somebody wrote a command there). */
  reopenChat(chat: ChatRef): Promise<void>;
}

export interface AlertStore {
  all(): Promise<AlertState[]>;
  /**
   * Saves states (compare-and-set on `version`, which is then version + 1), messages and outages in
   * one transaction: all or nothing. Older unsent messages of a group to the same chat become
   * `superseded`; an `update` that is an `edit` replaces only older ones of its own sort. Where
   * nothing of the group has arrived and nothing that may become a message waits or is being sent,
   * such an update is not stored at all: it could change nothing. Throws AppError `store/conflict` (retryable) when a version does not match.
   */
  commit(change: AlertChange): Promise<void>;
  outages(): Promise<OutageState[]>;
}

export interface AlertChange {
  states: readonly AlertState[];
  messages: readonly OutgoingMessage[];
  /** At most one outage per source; `remove` holds source ids. */
  outages?: { upsert: readonly OutageState[]; remove: readonly SourceId[] };
}

export type FinalState = 'sent' | 'refused' | 'expired' | 'superseded' | 'unverified';
export type OutboxState = 'pending' | 'claimed' | FinalState;

export interface OutboxRow extends OutgoingMessage {
  state: OutboxState;
  /** Sends begun so far (`begin`); a claim alone is none. */
  attempts: number;
  /** Epoch ms before which it is not tried again. */
  nextAttemptAt: number;
  /** For people, on refused, unverified and superseded. */
  reason?: string;
  settledAt?: number;
  /** The platform's id of the message it became or changed. */
  platformMessageId?: string;
  /**
   * Set on claim: the `platformMessageId` of the newest message of its group in this chat with a
   * lower sequence that has one: what an edit changes, and what a post of the group answers.
   */
  previous?: string;
  /**
   * Set on claim, where one has arrived: the highest severity among the posts of its group in this
   * chat with a lower sequence (rows that were stored as, or became, posts). Edits make no sound, so
   * an `edit-or-post` of a higher severity has to be a post.
   */
  rungSeverity?: number;
}

export interface ClaimRequest {
  platform: string;
  worker: string;
  now: number;
  leaseUntil: number;
  limit: number;
  /** `replies`: only kind `reply`; `alerts`: everything else. */
  lane: 'alerts' | 'replies';
  /** At most one message of a room (`room`) or of all rooms of a place (`place`) is taken. */
  onePer: 'room' | 'place';
  /** Rooms (`chatKey`) or places (`placeKey`), by `onePer`, from which nothing is taken. */
  except: readonly string[];
}

export interface OutboxStore {
  enqueue(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Marks those past their time `expired`, or `unverified` when their sender stopped while sending
   * and they may have arrived; gives how many.
   */
  expire(now: number): Promise<number>;
  /**
   * Takes up to `limit` due messages of a platform and lane (severity, then age; never a later
   * sequence of a group to a chat while an earlier one is unsettled; `retire` messages hold back
   * only later ones of their sort) and marks them `claimed` by this worker until `leaseUntil`. Claims
   * of other workers whose lease ran out are due again.
   */
  claim(request: ClaimRequest): Promise<OutboxRow[]>;
  /**
   * The claimed message is about to be handed to the platform: counts an attempt. False when it is
   * no longer claimed by this worker: then it must not be sent.
   */
  begin(id: string, worker: string): Promise<boolean>;
  /** Final state; only while claimed by this worker (else false). */
  settle(
    id: string,
    worker: string,
    outcome: { state: FinalState; reason?: string; platformMessageId?: string },
    at: number,
  ): Promise<boolean>;
  /**
   * Back to pending, to be tried at `nextAttemptAt`; `superseded` when a newer message of its group
   * to the chat has come meanwhile (as of `at`, epoch ms; default `nextAttemptAt`), unless `keep`:
   * it may have arrived, so how it ended has to be found out. `perhapsChanged`: it is an edit that
   * may have been made; it is superseded all the same, but does not end as expired or refused.
   */
  release(
    id: string,
    worker: string,
    nextAttemptAt: number,
    reason: string,
    at?: number,
    keep?: boolean,
    perhapsChanged?: boolean,
  ): Promise<boolean>;
  /** Claims left by a dead process become due again, at once; gives how many. For start only. */
  releaseAbandoned(platform: string, now: number): Promise<number>;
  /**
   * Rooms of a platform in which at least `from` alerts that are posts (no edits; no replies, tests,
   * greetings, summaries) are due at `now` and unclaimed, with those rows, worst severity then oldest first;
   * at most `most` rooms.
   */
  crowded(platform: string, now: number, from: number, most: number): Promise<OutboxRow[][]>;
  /**
   * In one transaction: those of `ids` still pending become `superseded` with `reason`, and
   * `summary` is added. False, with nothing changed, when any of them is not pending any more.
   */
  summarise(
    ids: readonly string[],
    summary: OutgoingMessage,
    reason: string,
    at: number,
  ): Promise<boolean>;
  /**
   * The chat does not want to hear of these groups any more (it unsubscribed or is muted): alerts
   * that wait and surely have not arrived become `superseded` with `reason`. With `over`, every group
   * of which a message stands there gets one `retire` edit with that document, in the same
   * transaction. `assets`: only groups of these assets' incidents; absent: all incidents of the chat.
   * Tests, replies, greetings, notices about data and edits of what stands there are left alone.
   * Without `over` an alert of which a message stands there changes that silently (`edit`) instead of
   * ending: else one whose all-clear is withdrawn would stand there for ever. What may have arrived
   * ends so once its worker says that it has not.
   */
  withdraw(
    chat: ChatRef,
    options: {
      assets?: readonly AssetId[];
      reason: string;
      over?: { doc: MessageDoc; nextId(): string; expiresAt: number };
    },
    at: number,
  ): Promise<void>;
  ofChat(chat: ChatRef, limit: number): Promise<OutboxRow[]>;
  counts(): Promise<Record<OutboxState, number>>;
  /** Age in ms of the oldest due message, 0 when none: for /readyz and /metrics. */
  oldestDueAgeMs(now: number): Promise<number>;
  /**
   * Deletes what was settled before; replies already `repliesBefore` (default `before`), updates and
   * superseded messages already `passingBefore` (default `before`), except for the newest message of
   * a group to a chat that the platform has an id for. In many small transactions: other work goes
   * on meanwhile.
   */
  prune(before: number, repliesBefore?: number, passingBefore?: number): Promise<number>;
}

/** How far a platform's numbered updates have been dealt with. */
export interface InboundStore {
  position(platform: string): Promise<number | undefined>;
  /**
   * Is this the bot the database has been used with? The first one that asks is remembered: another
   * bot is in none of the chats, and would close them all.
   */
  isSameBot(platform: string, botId: string): Promise<boolean>;
  /** Id of that bot; undefined: none has asked yet. */
  knownBot(platform: string): Promise<string | undefined>;
  /** Stores the position (never a lower one than before) and the messages in one transaction. */
  commit(platform: string, position: number, messages: readonly OutgoingMessage[]): Promise<void>;
}

/** Text key of a chat for maps and logs-free comparison. */
export function chatKey(chat: ChatRef): string {
  return JSON.stringify([chat.platform, chat.chatId, chat.thread ?? null]);
}

/** Text key of all rooms of a place together. */
export function placeKey({ platform, chatId }: Place): string {
  return JSON.stringify([platform, chatId]);
}

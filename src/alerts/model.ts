import type { AssetId, Level, Side, SourceId } from '../signals/model/ids.ts';
import type { MissingInput } from '../signals/model/reading.ts';
import type { MessageDoc } from './message-doc.ts';

/** What a subscription waits for. Equal rules share one state machine per asset and side. */
export type AlertRule =
  | { kind: 'level'; level: Exclude<Level, 'low'> }
  /** Fires while the critical shock is below this fraction. */
  | { kind: 'shock-below'; fraction: number };

/** Stable text of a rule: `level:high`, `shock-below:0.03`. */
export type RuleKey = string;

/**
 * A destination (a room): where messages go. `chatId` is the place: a Discord server, a Telegram
 * group or channel, a private chat. `thread` is the room in it: a Discord channel or thread, a
 * Telegram topic; absent where the place has only one.
 */
export interface ChatRef {
  platform: string;
  chatId: string;
  thread?: string;
}

/** All rooms of a server or group together. */
export type Place = Pick<ChatRef, 'platform' | 'chatId'>;

export interface Subscription {
  /** Store id. */
  id: string;
  chat: ChatRef;
  /** `*`: every eligible asset. */
  asset: AssetId | '*';
  rule: AlertRule;
  sides: readonly Side[];
  createdAt: number;
}

export type NoticeKind =
  | 'raise'
  | 'escalate'
  | 'repeat'
  /** The figures of an open incident moved: only shown where the message can be edited. */
  | 'update'
  | 'de-escalate'
  | 'all-clear'
  | 'blind'
  | 'sighted';

/** Phase of one state machine. `quiet`: no incident open. */
export interface AlertState {
  ruleKey: RuleKey;
  asset: AssetId;
  side: Side;
  /** Grows by one with each saved change; compare-and-set guards it. 0: not stored yet. */
  version: number;
  incident?: Incident;
  /** Epoch ms of the last reading decided on; repeats of the same reading change nothing. */
  lastReadingAt: number;
  /** When the last incident closed; absent when there was none. */
  closedAt?: number;
  /** Consecutive readings above the enter condition while quiet (holds). */
  enterCount: number;
  enterSince?: number;
  /**
   * Highest level told in the last incident, which its cooldown is measured against. Absent when
   * there was none, or when it was closed without data: then there is no cooldown.
   */
  lastPeakLevel?: Level;
  /** For shock-below rules: the nearest critical shock told in the last incident. */
  lastNearestShockFraction?: number;
}

export interface Incident {
  /** Stable id, `<asset>-<side>-<openedAt base 36>-<rule>`; at most 40 characters. */
  id: string;
  openedAt: number;
  /** The level last told. */
  level: Level;
  levelSince: number;
  /** Highest level told in this incident. */
  peakLevel: Level;
  /** For shock-below rules: the nearest critical shock told. */
  nearestShockFraction?: number;
  /** Epoch ms of the last notice that was no update: repeats are measured from it. */
  lastNoticeAt: number;
  /** Epoch ms of the last notice of any kind; absent in states stored before there were updates. */
  lastToldAt?: number;
  /** Score as last told, points 0-100; absent in states stored before there were updates. */
  toldPoint?: number;
  /** Critical shock as last told; absent: none within reach was told, or it was not known. */
  toldShockFraction?: number;
  /** Number of notices so far: orders messages within an incident. */
  sequence: number;
  /** Consecutive readings below the clear condition. */
  clearCount: number;
  clearSince?: number;
  /** Set while inputs are gone and nothing can be said. */
  blindSince?: number;
  /** Since when no usable reading has been seen; turns into `blindSince` after the hold. */
  missingSince?: number;
  /** Since when the asset has not met the conditions for alerts. */
  ineligibleSince?: number;
}

/** One thing to tell about one incident, before it is expanded over subscriptions. */
export interface Notice {
  kind: NoticeKind;
  incidentId: string;
  sequence: number;
  ruleKey: RuleKey;
  asset: AssetId;
  side: Side;
  level: Level;
  previousLevel?: Level;
  at: number;
  /** The incident as it stands with this notice (a closing one: as it stood before). */
  incident?: Incident;
  /**
   * For escalations of shock-below rules: the nearest critical shock told before. For updates: the
   * one told last.
   */
  previousShockFraction?: number;
  /** For updates: the score told last, points 0-100. */
  previousPoint?: number;
  /** The incident ended with this notice without the market having calmed: never an all-clear. */
  closed?: 'no-data' | 'not-eligible';
}

/** A notice about the data itself, to every chat that subscribed to something it touches. */
export interface DataNotice {
  kind: 'source-lost' | 'source-back' | 'source-retired';
  source: SourceId;
  missing?: MissingInput;
  /** Assets of subscriptions whose reading stands on this source; `*` when all. */
  assets: readonly AssetId[] | '*';
  at: number;
  /** Groups loss and recovery of one outage. */
  outageId: string;
  /** Epoch ms at which the loss was first seen. */
  since?: number;
}

/** One source being away, told once. */
export interface OutageState {
  source: SourceId;
  outageId: string;
  /** Epoch ms at which the loss was first seen by this program. */
  since: number;
  /** Absent: not told yet (holding). */
  toldAt?: number;
  retiredAt?: number;
  /** Fresh again since then, and not yet for long enough to call it back. */
  freshSince?: number;
}

/**
 * A message that changes an earlier one. That is, within its group and chat, the newest one that
 * arrived with a lower sequence.
 * - `edit-or-post`: changes it; where none has arrived (or it is gone) this is posted instead.
 * - `edit`: changes it or, where there is none, does nothing (muted chats).
 * - `retire`: the same, but says that the message changed is over: a newer message of the group
 *   (the post with the same sequence, or a later one) neither replaces this nor waits for it.
 */
export type EditDelivery = 'edit-or-post' | 'edit' | 'retire';

/** A message to be sent, as route makes it and the outbox stores it. */
export interface OutgoingMessage {
  /** At most 25 characters: also Discord's nonce. */
  id: string;
  chat: ChatRef;
  /** Incident or outage it belongs to; a newer message of the same one supersedes unsent older ones. */
  groupId: string;
  sequence: number;
  /** 3 critical, 2 high, 1 elevated, 0 data notices and all-clears. Sent highest first, then oldest. */
  severity: number;
  kind: NoticeKind | DataNotice['kind'] | 'test' | 'greeting' | 'summary' | 'reply';
  doc: MessageDoc;
  /** How it appears; absent: as a new post. */
  delivery?: EditDelivery;
  /** The platform's id of the message it answers (kind `reply`). */
  replyTo?: string;
  createdAt: number;
  /** Not sent any more after this. */
  expiresAt: number;
}

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

/** A destination: where messages go. `thread` for topics and threads. */
export interface ChatRef {
  platform: string;
  chatId: string;
  thread?: string;
}

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
  /** Epoch ms of the last notice of any kind. */
  lastNoticeAt: number;
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
  /** For escalations of shock-below rules: the nearest critical shock told before. */
  previousShockFraction?: number;
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
  kind: NoticeKind | DataNotice['kind'] | 'test';
  doc: MessageDoc;
  createdAt: number;
  /** Not sent any more after this. */
  expiresAt: number;
}

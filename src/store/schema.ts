import type { EditDelivery } from '../alerts/model.ts';
import type { ClosedSide } from '../signals/model/liquidation-history.ts';
import type { ClaimRequest, OutboxState, SourceSnapshot } from './store.ts';

/**
 * The tables as Kysely sees them. Times are epoch ms in `…_at`; `…_json` columns are JSON text;
 * `body` columns are gzip-compressed JSON; chats are stored under their `chatKey`, with the
 * `placeKey` beside it where all rooms of a place are asked for. Flags are 0 or 1.
 */
export interface Database {
  assets: AssetRow;
  instruments: InstrumentRow;
  instrument_days: SeriesRow;
  asset_minutes: SeriesRow;
  liquidation_minutes: LiquidationMinuteRow;
  liquidation_feeds: LiquidationFeedRow;
  snapshots: SnapshotRow;
  readings: ReadingRow;
  subscriptions: SubscriptionRow;
  mutes: MuteRow;
  closed_chats: ClosedChatRow;
  places: PlaceRow;
  inbound_positions: { platform: string; position: number };
  bots: { platform: string; bot_id: string };
  alert_states: AlertStateRow;
  outages: OutageRow;
  message_docs: MessageDocRow;
  outbox: OutboxTableRow;
  write_probe: { id: number; writes: number };
}

interface AssetRow {
  /** 1 to 16,383. */
  id: number;
  asset: string;
}

interface InstrumentRow {
  /** `asset_id` x 4,096 + slot: the instruments of one asset are neighbours. */
  id: number;
  asset_id: number;
  source: string;
  instrument: string;
  /** Newest UTC day (days since 1970) that has a row in `instrument_days`. */
  newest_day: number;
}

/** Row keys and packed figures are explained in `series-keys.ts` and `pack.ts`. */
interface SeriesRow {
  row_key: number;
  figures: Uint8Array;
}

/** Forced closings of one asset, venue and side within a minute. */
export interface LiquidationMinuteRow {
  asset_id: number;
  /** Minutes since 1970. */
  minute: number;
  source: string;
  side: ClosedSide;
  usd: number;
  events: number;
  /** Flag: the feed left some out. */
  lower_bound: number;
}

/** How long a venue's feed was up within an hour. */
interface LiquidationFeedRow {
  /** Hours since 1970. */
  hour: number;
  source: string;
  /** 1-60. */
  minutes: number;
  /** Minutes since 1970: the last one counted. */
  last_minute: number;
  lower_bound: number;
}

interface SnapshotRow {
  source: string;
  job: SourceSnapshot['job'];
  body: Uint8Array;
}

interface ReadingRow {
  asset: string;
  body: Uint8Array;
}

interface SubscriptionRow {
  id: string;
  chat_key: string;
  place_key: string;
  asset: string;
  /** Stable text of the rule, so that the same rule is stored once per chat and asset. */
  rule_key: string;
  rule_json: string;
  sides_json: string;
  created_at: number;
}

interface MuteRow {
  chat_key: string;
  place_key: string;
  until_at: number;
}

interface ClosedChatRow {
  chat_key: string;
  place_key: string;
  reason: string;
  /** When it was closed first, if more than once. */
  closed_at: number;
}

/** Where the bot is, as far as the platforms have said. */
interface PlaceRow {
  place_key: string;
  entered_at: number;
}

interface AlertStateRow {
  rule_key: string;
  asset: string;
  side: string;
  version: number;
  state_json: string;
}

interface OutageRow {
  source: string;
  outage_json: string;
}

/** A document sent to a thousand chats is stored once. */
interface MessageDocRow {
  /** SHA-256 of `doc_json`, hex. */
  id: string;
  doc_json: string;
}

export interface OutboxTableRow {
  id: string;
  chat_key: string;
  place_key: string;
  /** Copied from the chat, to claim by platform. */
  platform: string;
  group_id: string;
  sequence: number;
  severity: number;
  kind: string;
  /** From the kind, to claim by lane. */
  lane: ClaimRequest['lane'];
  /** Null: a post. */
  delivery: EditDelivery | null;
  /** Whether `delivery` is `retire`: the order of a group looks at little else. */
  retires: number;
  /** Whether it may become part of a summary. */
  joinable: number;
  reply_to: string | null;
  doc_id: string;
  created_at: number;
  expires_at: number;
  state: OutboxState;
  attempts: number;
  next_attempt_at: number;
  /** Set while claimed. */
  worker: string | null;
  lease_until_at: number | null;
  /** Whether sending has begun in the present claim. */
  begun: number;
  /**
   * 1: it may have arrived: sending has begun, and nobody has said since that it did not. Such a
   * message is never superseded or expired, but ends as its worker says, or `unverified`.
   * 2: an edit that may have been made. It gives way to a newer message, but never ends as if the
   * chat had seen nothing of it.
   */
  uncertain: number;
  /** Set when it was withdrawn while it might have arrived: what to do when it has not. */
  withdrawn_json: string | null;
  reason: string | null;
  settled_at: number | null;
  platform_message_id: string | null;
}

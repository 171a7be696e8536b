import type { ChatRef, NoticeKind } from '../src/alerts/model.ts';
import { LEVELS, type Level, type Side } from '../src/signals/model/ids.ts';
import type { Reading } from '../src/signals/model/reading.ts';
import { whatIf } from '../src/signals/what-if.ts';
import type { OutboxRow, Store } from '../src/store/store.ts';
import type { MessageCounts, Prediction, ToldAsset, ToldNotice } from './report.ts';

const TERMINAL: ChatRef = { platform: 'console', chatId: 'terminal' };
const MOST_MESSAGES = 1000;

/** What the chat was told about each asset, from the outbox, and the readings it rested on. */
export async function toldAssets(
  store: Store,
  assets: readonly string[],
  readings: readonly Reading[],
  chat: ChatRef = TERMINAL,
): Promise<ToldAsset[]> {
  const rows = await store.outbox.ofChat(chat, MOST_MESSAGES);
  return assets.map((asset) => ({
    asset,
    notices: rows.flatMap((row) => noticeOf(row, asset)).sort((one, other) => one.at - other.at),
    readings: readings.filter((reading) => reading.asset === asset),
  }));
}

/** Decided, and what became of each; lost: decided and not accounted for. */
export async function toldMessages(store: Store): Promise<MessageCounts> {
  const { sent, refused, expired, superseded, unverified, pending, claimed } =
    await store.outbox.counts();
  const open = pending + claimed;
  return {
    decided: sent + refused + expired + superseded + unverified + open,
    sent,
    refused,
    expired,
    superseded,
    lost: unverified,
  };
}

/** The product's own answer to `/whatif` from a reading. */
export function predictWith(reading: Reading, side: Side, shockFraction: number): Prediction {
  const reach = whatIf(reading, side, shockFraction);
  return { forcedUsd: reach.forcedUsd.point, endFraction: reach.endFraction };
}

/** An incident's id begins with its asset and side. */
function noticeOf(row: OutboxRow, asset: string): ToldNotice[] {
  const [about, side] = row.groupId.split('-');
  if (about !== asset || (side !== 'down' && side !== 'up')) return [];
  const tone: string = row.doc.tone;
  const level: Level = LEVELS.find((name) => name === tone) ?? 'low';
  return [{ kind: row.kind as NoticeKind, side, level, at: row.createdAt }];
}

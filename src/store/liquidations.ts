import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { AssetId } from '../signals/model/ids.ts';
import type {
  ClosedSide,
  Completeness,
  LiquidationHour,
  LiquidationMinute,
} from '../signals/model/liquidation-history.ts';
import { chunks } from './chunks.ts';
import type { LiquidationStore } from './liquidation-store.ts';
import type { Database, LiquidationMinuteRow } from './schema.ts';
import { type AssetIds, internAssets } from './series-names.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MINUTES_PER_HOUR = 60;
const ROWS_PER_STATEMENT = 100;
/** Minutes deleted in one statement, so that no lock is held for long. */
const PRUNED_AT_ONCE = 1440;

export function createLiquidationStore(db: Kysely<Database>): LiquidationStore {
  let cached: AssetIds = new Map();
  return {
    async add(minutes) {
      if (minutes.length === 0) return;
      cached = await db.transaction().execute(async (trx) => {
        const ids = await internAssets(
          trx,
          cached,
          minutes.map(({ asset }) => asset),
        );
        for (const rows of chunks(summed(minutes, ids), ROWS_PER_STATEMENT)) {
          await trx
            .insertInto('liquidation_minutes')
            .values(rows)
            .onConflict((conflict) =>
              conflict.columns(['asset_id', 'minute', 'source', 'side']).doUpdateSet((eb) => ({
                usd: eb('liquidation_minutes.usd', '+', eb.ref('excluded.usd')),
                events: eb('liquidation_minutes.events', '+', eb.ref('excluded.events')),
                lower_bound: sql<number>`case when excluded.lower_bound = 1 then 1 else liquidation_minutes.lower_bound end`,
              })),
            )
            .execute();
        }
        return ids;
      });
    },
    async noteListening(feeds, minuteAt) {
      if (feeds.length === 0) return;
      const last_minute = Math.floor(minuteAt / MINUTE_MS);
      const hour = Math.floor(last_minute / MINUTES_PER_HOUR);
      const bySource = new Map(feeds.map((feed) => [feed.source, feed]));
      const rows = [...bySource.values()].map(({ source, completeness }) => {
        return { hour, source, minutes: 1, last_minute, lower_bound: flagOf(completeness) };
      });
      await db
        .insertInto('liquidation_feeds')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['hour', 'source'])
            .doUpdateSet((eb) => ({
              minutes: eb('liquidation_feeds.minutes', '+', 1),
              last_minute: eb.ref('excluded.last_minute'),
              lower_bound: eb.ref('excluded.lower_bound'),
            }))
            .whereRef('liquidation_feeds.last_minute', '<', 'excluded.last_minute'),
        )
        .execute();
    },
    async minutes(asset, from, to) {
      const rows = await db
        .selectFrom('liquidation_minutes')
        .innerJoin('assets', 'assets.id', 'liquidation_minutes.asset_id')
        .select(['minute', 'source', 'side', 'usd', 'events', 'lower_bound'])
        .where('asset', '=', asset)
        .where('minute', '>=', Math.ceil(from / MINUTE_MS))
        .where('minute', '<', Math.ceil(to / MINUTE_MS))
        .orderBy('minute')
        .execute();
      const minutes = rows.map((row) => ({
        ...sumOf(asset, row),
        minuteAt: row.minute * MINUTE_MS,
      }));
      return minutes.sort((a, b) => a.minuteAt - b.minuteAt || compareSums(a, b));
    },
    async hours(asset, from, to) {
      const hourOf = sql<number>`minute / ${sql.lit(MINUTES_PER_HOUR)}`;
      const rows = await db
        .selectFrom('liquidation_minutes')
        .innerJoin('assets', 'assets.id', 'liquidation_minutes.asset_id')
        .select(['source', 'side', hourOf.as('hour')])
        .select(({ fn }) => [
          fn.sum<number>('usd').as('usd'),
          fn.sum<number>('events').as('events'),
          fn.max('lower_bound').as('lower_bound'),
        ])
        .where('asset', '=', asset)
        .where('minute', '>=', Math.ceil(from / HOUR_MS) * MINUTES_PER_HOUR)
        .where('minute', '<', Math.ceil(to / HOUR_MS) * MINUTES_PER_HOUR)
        .groupBy([hourOf, 'source', 'side'])
        .execute();
      const hours = rows.map(
        (row): LiquidationHour => ({ ...sumOf(asset, row), hourAt: row.hour * HOUR_MS }),
      );
      return hours.sort((a, b) => a.hourAt - b.hourAt || compareSums(a, b));
    },
    async listened(from, to) {
      const rows = await db
        .selectFrom('liquidation_feeds')
        .selectAll()
        .where('hour', '>=', Math.ceil(from / HOUR_MS))
        .where('hour', '<', Math.ceil(to / HOUR_MS))
        .execute();
      const hours = rows.map(({ source, hour, minutes, last_minute, lower_bound }) => ({
        source,
        hourAt: hour * HOUR_MS,
        minutes,
        lastMinuteAt: last_minute * MINUTE_MS,
        completeness: completenessOf(lower_bound),
      }));
      return hours.sort((a, b) => a.hourAt - b.hourAt || compareText(a.source, b.source));
    },
    async prune(before) {
      const end = Math.ceil(before / MINUTE_MS);
      let deleted = 0;
      for (;;) {
        const oldest = await db
          .selectFrom('liquidation_minutes')
          .select('minute')
          .orderBy('minute')
          .limit(1)
          .executeTakeFirst();
        if (oldest === undefined || oldest.minute >= end) break;
        const { numDeletedRows } = await db
          .deleteFrom('liquidation_minutes')
          .where('minute', '<', Math.min(end, oldest.minute + PRUNED_AT_ONCE))
          .executeTakeFirst();
        deleted += Number(numDeletedRows);
        await nextTurn();
      }
      const { numDeletedRows } = await db
        .deleteFrom('liquidation_feeds')
        .where('hour', '<', Math.floor(before / HOUR_MS))
        .executeTakeFirst();
      return deleted + Number(numDeletedRows);
    },
  };
}

/** One row a key: a statement may not touch the same row twice. */
function summed(minutes: readonly LiquidationMinute[], ids: AssetIds): LiquidationMinuteRow[] {
  const rows = new Map<string, LiquidationMinuteRow>();
  for (const { asset, source, minuteAt, side, usd, count, completeness } of minutes) {
    const asset_id = ids.get(asset) ?? 0;
    const minute = Math.floor(minuteAt / MINUTE_MS);
    const key = JSON.stringify([asset_id, minute, source, side]);
    const row = rows.get(key) ?? {
      asset_id,
      minute,
      source,
      side,
      usd: 0,
      events: 0,
      lower_bound: 0,
    };
    row.usd += usd;
    row.events += count;
    row.lower_bound = Math.max(row.lower_bound, flagOf(completeness));
    rows.set(key, row);
  }
  return [...rows.values()];
}

function sumOf(
  asset: AssetId,
  row: Pick<LiquidationMinuteRow, 'source' | 'usd' | 'events' | 'lower_bound'> & {
    side: ClosedSide;
  },
) {
  const { source, side, usd, events, lower_bound } = row;
  return { asset, source, side, usd, count: events, completeness: completenessOf(lower_bound) };
}

function flagOf(completeness: Completeness): number {
  return completeness === 'lower-bound' ? 1 : 0;
}

function completenessOf(lowerBound: number): Completeness {
  return lowerBound === 1 ? 'lower-bound' : 'all';
}

function compareSums(a: { source: string; side: string }, b: { source: string; side: string }) {
  return compareText(a.source, b.source) || compareText(a.side, b.side);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

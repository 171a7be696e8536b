import type { SimulatedSource } from '../../../demo/market/control.ts';
import type { FaultKind } from '../../../demo/market/faults.ts';
import type { OutboxRow } from '../../../src/store/store.ts';
import { CHAT, MINUTE_MS, type SimulatedRun, type Tick } from './simulated-run.ts';

/** One source failing from one minute of the story until another. */
export interface Outage {
  source: SimulatedSource;
  title: string;
  kind: FaultKind;
  fromMinute: number;
  toMinute: number;
  /** What is said about it. */
  reason: string;
}

/** One after the other while leverage builds, some at the same time, one of them twice. */
export const OUTAGES: readonly Outage[] = [
  { ...outage('bybit', 'Bybit', 'timeout', 'timeout'), fromMinute: 30, toMinute: 56 },
  {
    ...outage('binance-usdm', 'Binance USD-M', '429', 'rate-limited'),
    fromMinute: 45,
    toMinute: 68,
  },
  { ...outage('hyperliquid', 'Hyperliquid', 'html', 'bad-payload'), fromMinute: 72, toMinute: 92 },
  { ...outage('binance-usdm', 'Binance USD-M', 'frozen', 'stale'), fromMinute: 85, toMinute: 108 },
  { ...outage('morpho-blue', 'Morpho Blue', '500', 'unavailable'), fromMinute: 86, toMinute: 118 },
];

function outage(source: SimulatedSource, title: string, kind: FaultKind, reason: string) {
  return { source, title, kind, reason };
}

/** How often it is read. */
export function periodMinutes({ source }: Pick<Outage, 'source'>): number {
  return source === 'morpho-blue' ? 5 : 1;
}

/** Its figures count as fresh for three periods. */
export function freshMinutes(outage: Pick<Outage, 'source'>): number {
  return 3 * periodMinutes(outage);
}

/** Ticks minute by minute, with sources failing and healing as planned. The first tick is minute 1. */
export async function runMinutes(
  run: SimulatedRun,
  minutes: number,
  outages: readonly Outage[] = [],
): Promise<Tick[]> {
  const ticks: Tick[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (const { source, toMinute } of outages) if (toMinute === minute) run.fault(source, 'none');
    for (const { source, kind, fromMinute } of outages) {
      if (fromMinute === minute) run.fault(source, kind);
    }
    ticks.push(await run.tick());
  }
  return ticks;
}

/** What the chat was told, oldest first: `minute kind title`. */
export async function toldRows(run: SimulatedRun): Promise<OutboxRow[]> {
  const rows = await run.store.outbox.ofChat(CHAT, 1000);
  return rows.toSorted((a, b) => a.createdAt - b.createdAt);
}

export function minuteOf(at: number, startAt: number): number {
  return (at - startAt) / MINUTE_MS;
}

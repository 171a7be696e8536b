import { describeCause } from '../errors.ts';
import type { Clock, Logger } from '../ports.ts';
import type { EvaluateSettings } from '../signals/evaluate.ts';
import { joinInstrumentHours } from '../signals/history/asset-hours.ts';
import type { AssetId } from '../signals/model/ids.ts';
import { type AssetBaseline, buildBaseline } from '../signals/score/baseline.ts';
import type { SeriesStore } from '../store/store.ts';
import { yieldToEventLoop } from './slices.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Baselines {
  get(asset: AssetId): KeptBaseline | undefined;
  /**
   * Rebuilds what is older than the running hour, the most urgent first, for at most `budgetMs` of
   * real time; the rest follows in the next calls. `assets` in order of urgency.
   */
  refresh(assets: readonly AssetId[], budgetMs: number): Promise<void>;
  /** Will the next refresh read stored history? */
  areDue(assets: Iterable<AssetId>): boolean;
  /** Makes all of them due again: new history was stored. They stay in use until rebuilt. */
  expire(): void;
}

interface BaselineOptions {
  series: SeriesStore;
  clock: Clock;
  log: Logger;
  settings: EvaluateSettings;
  /** Days of history a baseline looks at. */
  days: number;
}

export interface KeptBaseline {
  baseline: AssetBaseline;
  /** Epoch ms: history up to here is in it. */
  hourAt: number;
  /** False: there is newer history of the same hours. */
  current: boolean;
}

/** What an asset's past says, rebuilt once an hour from stored history: only complete hours count. */
export function createBaselines(options: BaselineOptions): Baselines {
  const { series, clock, log, settings } = options;
  const kept = new Map<AssetId, KeptBaseline>();

  async function rebuild(asset: AssetId, hourAt: number): Promise<void> {
    const from = hourAt - options.days * DAY_MS;
    // The running hour only tells how large the markets without a history are; it is not scored.
    const stored = await series.readInstrumentHours(asset, from, hourAt + HOUR_MS);
    const hours = joinInstrumentHours(stored).filter((hour) => hour.hourAt < hourAt);
    const baseline = buildBaseline(asset, hours, clock.now(), settings);
    kept.set(asset, { baseline, hourAt, current: true });
  }

  const runningHour = () => Math.floor(clock.now() / HOUR_MS) * HOUR_MS;

  function isDue(asset: AssetId, hourAt: number): boolean {
    const known = kept.get(asset);
    return known?.current !== true || known.hourAt !== hourAt;
  }

  return {
    get: (asset) => kept.get(asset),
    areDue: (assets) => [...assets].some((asset) => isDue(asset, runningHour())),
    expire() {
      for (const [asset, entry] of kept) kept.set(asset, { ...entry, current: false });
    },
    async refresh(assets, budgetMs) {
      const hourAt = runningHour();
      const startedAt = performance.now();
      for (const asset of assets) {
        if (!isDue(asset, hourAt)) continue;
        if (performance.now() - startedAt > budgetMs) return;
        try {
          await rebuild(asset, hourAt);
        } catch (error) {
          // One damaged row must not silence every other asset. It stays due, and keeps what it had.
          log.error({ asset, error: describeCause(error) }, 'stored history could not be read');
        }
        await yieldToEventLoop();
      }
    },
  };
}

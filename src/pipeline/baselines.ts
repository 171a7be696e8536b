import type { Clock } from '../ports.ts';
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
}

interface BaselineOptions {
  series: SeriesStore;
  clock: Clock;
  settings: EvaluateSettings;
  /** Days of history a baseline looks at. */
  days: number;
}

export interface KeptBaseline {
  baseline: AssetBaseline;
  /** Epoch ms: history up to here is in it. */
  hourAt: number;
}

/** What an asset's past says, rebuilt once an hour from stored history: only complete hours count. */
export function createBaselines(options: BaselineOptions): Baselines {
  const { series, clock, settings } = options;
  const kept = new Map<AssetId, KeptBaseline>();

  async function rebuild(asset: AssetId, hourAt: number): Promise<void> {
    const from = hourAt - options.days * DAY_MS;
    const hours = joinInstrumentHours(await series.readInstrumentHours(asset, from, hourAt));
    const baseline = buildBaseline(asset, hours, clock.now(), settings);
    kept.set(asset, { baseline, hourAt });
  }

  return {
    get: (asset) => kept.get(asset),
    async refresh(assets, budgetMs) {
      const hourAt = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      const startedAt = performance.now();
      for (const asset of assets) {
        if (kept.get(asset)?.hourAt === hourAt) continue;
        if (performance.now() - startedAt > budgetMs) return;
        await rebuild(asset, hourAt);
        await yieldToEventLoop();
      }
    },
  };
}

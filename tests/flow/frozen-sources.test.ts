import { afterAll, beforeAll, expect, it } from 'vitest';
import { SOURCES } from '../../demo/market/control.ts';
import { assetId } from '../../src/signals/assets.ts';
import { SIDES } from '../../src/signals/model/ids.ts';
import { freshMinutes, runMinutes } from './support/outage-plan.ts';
import type { SimulatedRun, Tick } from './support/simulated-run.ts';
import { startStoredRun } from './support/stored-run.ts';

const ETH = assetId('ETH');
let run: SimulatedRun;
let close: () => Promise<void>;

beforeAll(async () => {
  const started = await startStoredRun({
    scenario: 'quiet',
    seed: 2,
    startAt: Date.UTC(2026, 10, 24, 12),
  });
  ({ run, close } = started);
  await run.firstLook();
  await run.tick();
}, 180_000);

afterAll(() => close());

it.each(SOURCES)(
  '%s answering with frozen numbers is as silent as one that does not answer',
  async (source) => {
    const seen = (tick: Tick | undefined) => tick?.readings.get(ETH);
    const [before] = await runMinutes(run, 1);
    expect(seen(before)?.coverage.missing).toEqual([]);
    run.fault(source, 'frozen');
    const ticks = await runMinutes(run, freshMinutes({ source }) + 6);
    const wanted = source === 'morpho-blue' ? 'position' : 'market';
    expect(seen(ticks.at(-1))?.coverage.missing[0]).toMatchObject({
      source,
      wanted,
      reason: 'stale',
    });
    for (const side of SIDES) {
      const { score, scoreFrozen } = seen(ticks.at(-1))?.[side] ?? {};
      expect(score?.point).toBeGreaterThanOrEqual(scoreFrozen ?? Number.NaN);
    }
    run.fault(source, 'none');
    const healed = await runMinutes(run, 6);
    expect(seen(healed.at(-1))?.coverage).toMatchObject({ missing: [], fraction: 1 });
  },
  60_000,
);

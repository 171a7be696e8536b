import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const T0 = Date.UTC(2026, 0, 1);
const ASSETS = 20;
const SOURCES = 10;
const DAYS = 30;

const FULL = { instruments: 6000, assets: 1000, minutes: 48 * 60 };

/**
 * The arithmetic: a full day of an instrument is 580 bytes packed, about 595 as a row, six rows a
 * page of 4,096 bytes: 683 bytes. 6,000 x 400 days x 683 = 1.64 GB. A minute of an asset is 64
 * bytes packed, about 80 stored: 1,000 x 2,880 x 80 = 0.23 GB.
 */
it('400 days of 6,000 instruments and 48 h of 1,000 assets stay under 2 GB', async () => {
  const path = join(await tempFolder(), 'size.db');
  const empty = await sizeAfter(path, () => Promise.resolve());

  const withDays = await sizeAfter(path, async ({ series }) => {
    // Hour by hour as it happens, except that a few hours stand for the day: rows are full anyway.
    for (let day = 0; day < DAYS; day += 1) {
      for (const hour of [0, 13]) {
        const hourAt = T0 + day * DAY_MS + hour * HOUR_MS;
        await series.writeInstrumentHours(
          instruments().map((name) => ({ ...name, hourAt, ...ALL })),
        );
      }
    }
  });
  const bytesPerDay = (withDays - empty) / (ASSETS * SOURCES * DAYS);

  const assets = Array.from({ length: 200 }, (_, index) => assetId(`M${index}`));
  const withMinutes = await sizeAfter(path, async ({ series }) => {
    for (let minute = 0; minute < 60; minute += 1) {
      const at = T0 + minute * 60_000;
      await series.writeAssetMinutes(assets.map((asset) => ({ asset, at, priceUsd: 1 })));
    }
  });
  const bytesPerMinute = (withMinutes - withDays) / (assets.length * 60);

  expect(bytesPerDay).toBeGreaterThan(580);
  expect(bytesPerMinute).toBeGreaterThan(64);
  const minutesBytes = FULL.assets * FULL.minutes * bytesPerMinute;
  expect(FULL.instruments * 400 * bytesPerDay + minutesBytes).toBeLessThan(2e9);
});

it('400 days filled instrument by instrument, as a backfill does, stay under 2 GB too', async () => {
  const path = join(await tempFolder(), 'size.db');
  const empty = await sizeAfter(path, () => Promise.resolve());
  const full = await sizeAfter(path, async ({ series }) => {
    for (const name of instruments()) {
      const days = Array.from({ length: DAYS }, (_, day) => ({
        ...name,
        hourAt: T0 + day * DAY_MS,
        ...ALL,
      }));
      await series.writeInstrumentHours(days);
    }
  });
  const bytesPerDay = (full - empty) / (ASSETS * SOURCES * DAYS);
  const minutesBytes = FULL.assets * FULL.minutes * 85;
  expect(FULL.instruments * 400 * bytesPerDay + minutesBytes).toBeLessThan(2e9);
});

const ALL = {
  closePriceUsd: 1,
  highPriceUsd: 1,
  lowPriceUsd: 1,
  openInterestBase: 1,
  fundingAnnualFraction: 1,
  volumeUsd: 1,
};

function instruments() {
  return Array.from({ length: ASSETS * SOURCES }, (_, index) => ({
    source: `venue-${index % SOURCES}`,
    instrument: `COIN${index}USDT`,
    asset: assetId(`COIN${Math.floor(index / SOURCES)}`),
  }));
}

/** Bytes of the closed file: closing moves the write-ahead log into it. */
async function sizeAfter(
  path: string,
  write: (store: Awaited<ReturnType<typeof openStore>>) => Promise<void>,
): Promise<number> {
  const store = await openStore({ url: path });
  await write(store);
  await store.close();
  return (await stat(path)).size;
}

import type { AssetClass } from '../../signals/model/observations.ts';

/**
 * Names of what is no coin, as venues write them, for venues that do not say it themselves. Only
 * names no coin has: `SPX` is a coin, `GOLD` too.
 */
const NAMES: Readonly<Record<Exclude<AssetClass, 'crypto'>, readonly string[]>> = {
  metal: ['XAU', 'XAG', 'XPT', 'XPD', 'XCU', 'SILVER', 'PLATINUM', 'PALLADIUM', 'COPPER'],
  commodity: ['WTI', 'BRENT', 'USOIL', 'UKOIL', 'NATGAS', 'XBR', 'XTI', 'CL'],
  fx: ['EUR', 'GBP', 'JPY', 'AUD', 'CHF', 'CAD', 'NZD', 'EURUSD', 'GBPUSD', 'USDJPY', 'USDKRW'],
  index: ['SPX500', 'US500', 'NAS100', 'US100', 'NDX', 'US30', 'XYZ100', 'SP500', 'JP225'],
  stock: ['AAPL', 'AMD', 'AMZN', 'BABA', 'COIN', 'CRCL', 'GOOG', 'GOOGL', 'HOOD', 'INTC']
    .concat(['META', 'MSFT', 'MSTR', 'MU', 'NFLX', 'NVDA', 'ORCL', 'PLTR', 'QQQ', 'RIVN'])
    .concat(['SNDK', 'SPY', 'TSLA', 'TSM', 'LLY', 'COST', 'DIS', 'GME', 'JPM', 'NKE']),
};

const CLASS_OF: ReadonlyMap<string, Exclude<AssetClass, 'crypto'>> = new Map(
  (Object.keys(NAMES) as Exclude<AssetClass, 'crypto'>[]).flatMap((assetClass) =>
    NAMES[assetClass].map((name): [string, Exclude<AssetClass, 'crypto'>] => [name, assetClass]),
  ),
);

/** Class of a base name by the name alone; undefined: a coin, as far as the name tells. */
export function classOfName(base: string): Exclude<AssetClass, 'crypto'> | undefined {
  return CLASS_OF.get(base.toUpperCase());
}

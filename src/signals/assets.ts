import type { AssetId } from './model/ids.ts';

/**
 * Canonical assets: one name for one coin over all venues and protocols.
 * Prices per venue unit are divided, sizes multiplied, by `multiplier` to be per single coin.
 */
export interface CanonicalAsset {
  asset: AssetId;
  /** Coins in one venue unit: 1000 for `1000PEPE` and `kPEPE`. */
  multiplier: number;
}

const ASSET_NAME = /^[A-Z0-9]{1,20}$/;
/** Checked before upper-casing, which makes ASCII of some other letters: `\u017f` becomes `S`. */
const ASCII = /^[\x20-\x7e]*$/;

/** Coins whose canonical name differs from what some venues write. */
const ALIASES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE', BEAMX: 'BEAM' };

/**
 * Names that begin with a number which is part of the coin's own name, not a multiplier.
 * (1INCH has no power of ten; these would otherwise be read as one.) SATS, CAT and CHEEMS are not
 * among them: Binance's spot market has `1000SATS` too, but one unit of it is 1000 coins.
 */
const NUMERIC_NAMES: ReadonlySet<string> = new Set(['1000X']);

/** Multipliers that are not written as digits. By whole name: `1M` alone could begin a coin's own. */
const SPELLED_MULTIPLES: ReadonlyMap<string, readonly [coin: string, multiplier: number]> = new Map(
  [['1MBABYDOGE', ['BABYDOGE', 1_000_000]]],
);

/** Parses a name typed by a person or kept in a file; undefined when it cannot be an asset. */
export function parseAssetId(text: string): AssetId | undefined {
  const typed = text.trim();
  if (!ASCII.test(typed)) return undefined;
  const name = typed.toUpperCase();
  const canonical = ALIASES[name] ?? name;
  return ASSET_NAME.test(canonical) ? (canonical as AssetId) : undefined;
}

/**
 * For names known to be canonical. Throws RangeError on anything else.
 * @public For constants of tests and benches.
 */
export function assetId(name: string): AssetId {
  const asset = parseAssetId(name);
  if (asset === undefined) throw new RangeError(`not an asset name: ${JSON.stringify(name)}`);
  return asset;
}

/**
 * The coin behind a venue's base name.
 *
 * `numeric-prefix` (Binance, Bybit): `1000PEPE` -> PEPE x 1000, also 10000 and 1000000;
 * `1MBABYDOGE` (Binance) -> BABYDOGE x 1000000.
 * `k-prefix` (Hyperliquid): `kPEPE` -> PEPE x 1000; only a lower-case k, so `KAS` stays KAS.
 * Undefined for names that are no coin names (non-ASCII and the like): such rows are left out.
 */
export function canonicalAsset(
  venueBase: string,
  style: 'numeric-prefix' | 'k-prefix' | 'plain',
): CanonicalAsset | undefined {
  if (style === 'k-prefix') {
    const coin = /^k([A-Z0-9]+)$/.exec(venueBase)?.[1];
    if (coin !== undefined) return withMultiplier(coin, 1000);
  }
  if (style === 'numeric-prefix' && !NUMERIC_NAMES.has(venueBase)) {
    const spelled = SPELLED_MULTIPLES.get(venueBase);
    if (spelled !== undefined) return withMultiplier(...spelled);
    const match = /^(1000000|100000|10000|1000)([A-Z][A-Z0-9]*)$/.exec(venueBase);
    if (match?.[1] !== undefined && match[2] !== undefined) {
      return withMultiplier(match[2], Number(match[1]));
    }
  }
  return withMultiplier(venueBase, 1);
}

function withMultiplier(name: string, multiplier: number): CanonicalAsset | undefined {
  if (name !== name.toUpperCase()) return undefined;
  const asset = parseAssetId(name);
  return asset === undefined ? undefined : { asset, multiplier };
}

/** Wrapped, staked and restaked tokens move with their coin and are shocked together with it. */
const CORRELATED: Readonly<Record<string, readonly string[]>> = {
  ETH: [
    'WETH',
    'STETH',
    'WSTETH',
    'RETH',
    'CBETH',
    'WEETH',
    'EETH',
    'EZETH',
    'RSETH',
    'OSETH',
    'ETHX',
    'SFRXETH',
    'FRXETH',
    'METH',
    'CMETH',
    'SWETH',
    'PUFETH',
    'RSWETH',
    'LSETH',
    'WBETH',
    'TETH',
    'WRSETH',
    'BSDETH',
    'WSUPEROETHB',
    'SUPEROETHB',
  ],
  BTC: [
    'WBTC',
    'CBBTC',
    'TBTC',
    'LBTC',
    'FBTC',
    'SOLVBTC',
    'EBTC',
    'BTCB',
    'SBTC',
    'UNIBTC',
    'PUMPBTC',
    'KBTC',
    'BTCK',
  ],
  SOL: ['WSOL', 'MSOL', 'JITOSOL', 'JUPSOL', 'BSOL', 'BNSOL'],
  BNB: ['WBNB', 'SLISBNB', 'ASBNB'],
  AVAX: ['WAVAX', 'SAVAX', 'GGAVAX'],
  POL: ['WPOL', 'WMATIC', 'MATIC', 'MATICX', 'STMATIC'],
  HYPE: ['WHYPE', 'KHYPE', 'STHYPE', 'WSTHYPE', 'BEHYPE'],
};

const GROUP_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CORRELATED).flatMap(([coin, tokens]) =>
    [coin, ...tokens].map((token): [string, string] => [token, coin]),
  ),
);

const STABLE: ReadonlySet<string> = new Set([
  'USDC',
  'USDT',
  'USDT0',
  'USD1',
  'DAI',
  'SDAI',
  'USDS',
  'SUSDS',
  'USDE',
  'SUSDE',
  'GHO',
  'PYUSD',
  'FRAX',
  'FRXUSD',
  'LUSD',
  'BOLD',
  'CRVUSD',
  'SCRVUSD',
  'USDM',
  'USDA',
  'EUSD',
  'USR',
  'WSTUSR',
  'USD0',
  'USD0++',
  'RLUSD',
  'USDTB',
  'AUSD',
  'USDBC',
  'USDC.E',
  'FDUSD',
  'TUSD',
  'USDL',
  'WUSDL',
  'DEUSD',
  'SDEUSD',
  'USDF',
  'SUSDF',
  'CUSD',
  'SYRUPUSDC',
  'SYRUPUSDT',
  'USDG',
  'USDH',
  'USDAI',
  'SUSDAI',
]);

const STABLE_ASSETS: ReadonlySet<AssetId> = new Set([...STABLE].map(stableAsset));

export interface TokenAsset {
  asset: AssetId;
  /** Worth one dollar by design: no price shock of another asset moves it. */
  stable: boolean;
}

/** The group a lending token moves with. Undefined when its name cannot be an asset's. */
export function assetOfToken(symbol: string): TokenAsset | undefined {
  const ascii = symbol.trim().replaceAll('₮', 'T');
  if (!ASCII.test(ascii)) return undefined;
  const name = ascii.toUpperCase();
  if (STABLE.has(name)) return { asset: stableAsset(name), stable: true };
  const asset = parseAssetId(GROUP_OF.get(name) ?? name);
  return asset === undefined ? undefined : { asset, stable: false };
}

/** Is this asset a dollar? */
export function isStableAsset(asset: AssetId): boolean {
  return STABLE_ASSETS.has(asset);
}

/** Asset ids have no punctuation: `USDC.E` is USDCE. */
function stableAsset(name: string): AssetId {
  return name.replace(/[^A-Z0-9]/g, '') as AssetId;
}

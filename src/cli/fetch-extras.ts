import { formatPercent, formatPrice, formatUsd, formatUtcTime } from '../alerts/format.ts';
import type {
  LiquidationObservation,
  MarginTiersObservation,
  Observation,
  OptionsObservation,
  PositioningObservation,
} from '../signals/model/observations.ts';

/** Tiers and liquidations beyond this are counted, not listed. */
const LISTED = 5;

/** A line each for what only some venues publish: ratios, margin tiers, liquidations, options. */
export function extraLines(observations: readonly Observation[]): string[] {
  const liquidations = observations.filter((one) => one.kind === 'liquidation');
  return [
    ...observations.flatMap((one) => {
      if (one.kind === 'positioning') return [positioningLine(one)];
      if (one.kind === 'margin-tiers') return [tiersLine(one)];
      if (one.kind === 'options') return [optionsLine(one)];
      return [];
    }),
    ...liquidations.slice(-LISTED).map(liquidationLine),
    ...(liquidations.length > LISTED
      ? [`… and ${liquidations.length - LISTED} liquidations before (--json prints all)`]
      : []),
  ];
}

function positioningLine(one: PositioningObservation): string {
  const ratios = (
    [
      ['accounts long/short', one.longShortAccountRatio],
      ['of the largest', one.topLongShortAccountRatio],
      ['positions of the largest', one.topLongShortPositionRatio],
      ['takers bought/sold', one.takerBuySellRatio],
    ] as const
  ).flatMap(([name, ratio]) => (ratio === undefined ? [] : [`${name} ${ratio.toFixed(2)}`]));
  const supply = one.circulatingSupplyBase;
  if (supply !== undefined) ratios.push(`${supply.toPrecision(4)} ${one.asset} in circulation`);
  return `positioning in ${one.instrument}: ${ratios.join(', ')}`;
}

function tiersLine({ instrument, tiers }: MarginTiersObservation): string {
  const listed = tiers.slice(0, LISTED).map((tier) => {
    const maintenance = formatPercent(tier.maintenanceFraction, 2);
    return `${maintenance} from ${formatUsd(tier.fromNotionalUsd)}`;
  });
  const more = tiers.length > LISTED ? `, ${tiers.length - LISTED} more tiers` : '';
  return `maintenance margin of ${instrument}: ${listed.join(', ')}${more}`;
}

function optionsLine(one: OptionsObservation): string {
  const { atmVolatilityFraction: atm, skew25Fraction: skew } = one;
  return [
    `${one.instrument}: open ${formatUsd(one.openInterestUsd)}`,
    `gamma a 1 % move: calls ${formatUsd(one.callGammaUsdPer1Pct)}, puts ${formatUsd(one.putGammaUsdPer1Pct)}`,
    ...(atm === undefined ? [] : [`volatility ${formatPercent(atm)} a year`]),
    ...(skew === undefined ? [] : [`25-delta skew ${formatPercent(skew)}`]),
  ].join('; ');
}

function liquidationLine(one: LiquidationObservation): string {
  const size = `${formatUsd(one.sizeUsd)} of ${one.side}s at ${formatPrice(one.priceUsd)}`;
  const bound = one.completeness === 'lower-bound' ? ' (the feed leaves some out)' : '';
  return `liquidated in ${one.instrument} ${formatUtcTime(one.observedAt)}: ${size}${bound}`;
}

import { formatPercent, formatUsd } from '../../alerts/format.ts';
import { PALETTE } from './palette.ts';

/** A USD axis from 0, with four round steps. */
export function usdAxis(mostUsd: number, position: 'left' | 'right') {
  return {
    type: 'value' as const,
    position,
    min: 0,
    max: mostUsd > 0 ? niceMost(mostUsd) : 1,
    interval: (mostUsd > 0 ? niceMost(mostUsd) : 1) / 4,
    axisLabel: {
      show: mostUsd > 0,
      color: PALETTE.text,
      fontSize: 17,
      formatter: (usd: number) => formatUsd(usd),
    },
    splitLine: { show: position === 'left', lineStyle: { color: PALETTE.grid } },
  };
}

/** The least of 1, 2, 4, 6, 8 times a power of ten that is enough: a quarter of it is round, too. */
export function niceMost(mostUsd: number): number {
  const power = 10 ** Math.floor(Math.log10(mostUsd));
  const factor = [1, 2, 4, 6, 8, 10].find((candidate) => candidate * power >= mostUsd) ?? 10;
  return factor * power;
}

/** Round moves to write on the axis: at most three a side, and 0. */
export function roundMoves(reachFraction: number, down: boolean, up: boolean): number[] {
  const intervals = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
  const interval = intervals.find((width) => reachFraction / width <= 3.999) ?? 0.2;
  const count = Math.floor(reachFraction / interval + 1e-9);
  const sizes = Array.from({ length: count }, (_, index) => (index + 1) * interval);
  return [...(down ? sizes.map((size) => -size).reverse() : []), 0, ...(up ? sizes : [])];
}

/** `−3.1 %`, `+8.2 %`. */
export function formatMove(moveFraction: number): string {
  return `${moveFraction < 0 ? '−' : '+'}${formatPercent(Math.abs(moveFraction))}`;
}

/** Label of the move axis; no move is the present price. */
export function axisMove(moveFraction: number): string {
  if (Math.abs(moveFraction) < 1e-9) return 'now';
  return `${moveFraction < 0 ? '−' : '+'}${roundPercent(Math.abs(moveFraction))}`;
}

/** With the digits a round number needs: `1 %`, `0.5 %`, `0.25 %`. */
export function roundPercent(fraction: number): string {
  const digits = [0, 1].find((count) => {
    const shift = 10 ** (count + 2);
    return Math.abs(Math.round(fraction * shift) - fraction * shift) < 1e-6;
  });
  return formatPercent(fraction, digits ?? 2);
}

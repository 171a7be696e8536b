import { ASSETS } from './catalogue.ts';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { isRecord } from './wire/answer.ts';

export const SOURCES = ['binance-usdm', 'bybit', 'hyperliquid', 'morpho-blue'] as const;
export type SimulatedSource = (typeof SOURCES)[number];

/** One thing an operator does to the market. */
export type Control =
  | { pause: true }
  | { resume: true }
  | { speed: number }
  /** Falls by `fraction` of its price (rises with side `up`) within `durationMs`, default a minute. */
  | { shock: { asset: string; fraction: number; side?: 'down' | 'up'; durationMs?: number } }
  | { fault: { source: SimulatedSource; kind: FaultKind } };

export const DEFAULT_SHOCK_MS = 60_000;

/** Checks what came over the wire. A text says what is wrong with it. */
export function parseControl(body: unknown): Control | string {
  if (!isRecord(body)) return 'expected a JSON object';
  if (body['pause'] === true) return { pause: true };
  if (body['resume'] === true) return { resume: true };
  if (body['speed'] !== undefined) return parseSpeed(body['speed']);
  if (body['shock'] !== undefined) return parseShock(body['shock']);
  if (body['fault'] !== undefined) return parseFault(body['fault']);
  return 'expected one of pause, resume, speed, shock, fault';
}

function parseSpeed(value: unknown): Control | string {
  return typeof value === 'number' && value > 0 && value <= 100_000
    ? { speed: value }
    : 'speed must be a number above 0 and at most 100000';
}

function parseShock(value: unknown): Control | string {
  if (!isRecord(value)) return 'shock must be an object';
  const { asset, fraction, side, durationMs } = value;
  if (!ASSETS.some((spec) => spec.asset === asset)) return 'shock.asset is not traded here';
  // The sign does not choose the direction: 0.05 and -0.05 are both a fall unless `side` says up.
  if (typeof fraction !== 'number' || !(Math.abs(fraction) > 0 && Math.abs(fraction) < 0.9)) {
    return 'shock.fraction must be between 0 and 0.9';
  }
  if (side !== undefined && side !== 'down' && side !== 'up')
    return 'shock.side must be down or up';
  if (durationMs !== undefined && !(typeof durationMs === 'number' && durationMs > 0)) {
    return 'shock.durationMs must be above 0';
  }
  return {
    shock: {
      asset: String(asset),
      fraction: Math.abs(fraction),
      ...(side === undefined ? {} : { side }),
      ...(typeof durationMs === 'number' ? { durationMs } : {}),
    },
  };
}

function parseFault(value: unknown): Control | string {
  if (!isRecord(value)) return 'fault must be an object';
  const source = SOURCES.find((name) => name === value['source']);
  const kind = FAULT_KINDS.find((name) => name === String(value['kind']));
  if (source === undefined) return `fault.source must be one of ${SOURCES.join(', ')}`;
  if (kind === undefined) return `fault.kind must be one of ${FAULT_KINDS.join(', ')}`;
  return { fault: { source, kind } };
}

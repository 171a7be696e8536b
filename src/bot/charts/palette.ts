import type { Level } from '../../signals/model/ids.ts';

/** One opaque dark card: the same picture reads on light and dark chats. */
export const PALETTE = {
  background: '#131a26',
  text: '#eef2f8',
  muted: '#a3b0c4',
  grid: '#263145',
  axis: '#5b6a82',
  exact: '#f2b544',
  estimated: '#4c8dd6',
  cumulative: '#e7ecf4',
  critical: '#ff5d5d',
  shock: '#c792ff',
  /** Forced sales of longs, forced purchases by shorts. */
  long: '#ff6b6b',
  short: '#4fc38a',
  /** What is not known. */
  unknown: '#39455c',
} as const;

export const LEVEL_COLOURS: Readonly<Record<Level, string>> = {
  low: '#5fbf87',
  elevated: '#e8c34a',
  high: '#ff9446',
  critical: '#ff5d5d',
};

export const CHART_FONT = 'DejaVu Sans';

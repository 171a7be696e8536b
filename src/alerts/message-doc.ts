import type { Level, Side } from '../signals/model/ids.ts';
import type { ProfileBins } from '../signals/model/reading.ts';
import type { MarketFigure } from './market-figures.ts';

/**
 * A message, written once and rendered by every platform. All text is plain: platforms escape it.
 * Stored as JSON in the outbox, so fields are plain data.
 */
export interface MessageDoc {
  title: string;
  /** Colour and urgency: a level, or `info` for answers, `data` for notices about sources. */
  tone: Level | 'info' | 'data';
  blocks: Block[];
  /** Small print at the end: coverage, age, `uncalibrated`. */
  footer?: string;
  figure?: Figure;
  /** Buttons under the message, at most 5, where the platform has any. */
  actions?: Action[];
}

/** A button: pressing it is the same as writing `/command text` in that chat, rights included. */
export interface Action {
  /** At most 20 characters. */
  label: string;
  command: string;
  /** Options as typed; at most 30 characters. */
  text: string;
}

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'fields'; fields: { name: string; value: string }[] }
  | { kind: 'list'; items: string[] }
  /** Fixed-width table; the first row is the header. Right-aligned except the first column. */
  | { kind: 'table'; rows: string[][] };

/** Data of a chart; drawn to PNG when the message is sent. */
export type Figure = LadderFigure | MarketFigure;

/** The liquidation ladder, down and up, with the critical shock marked. */
export interface LadderFigure {
  kind: 'liquidation-ladder';
  asset: string;
  priceUsd: number;
  /** Epoch ms. */
  at: number;
  /** Coverage and age, drawn under the chart. */
  caption: string;
  sides: {
    side: Side;
    level: Level;
    profile: ProfileBins;
    criticalShockFraction?: number;
    /** Marks where a given shock ends (what-if). */
    shock?: { shockFraction: number; endFraction: number };
  }[];
}

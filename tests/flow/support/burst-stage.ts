import type { ChatRef } from '../../../src/alerts/model.ts';

/** A room of a fake platform that gets a share of a burst. */
export interface BurstRoom {
  chat: ChatRef;
  /** Its place has more rooms, which share the place's minute. */
  sharesMinute: boolean;
  /** Can a person be made to ask something here? */
  asks: boolean;
}

/** A message of the bot in a room, as the platform has it. */
export interface BurstArrival {
  chatId: string;
  messageId: string;
  /** Epoch ms of the virtual clock. */
  at: number;
  /** As people read it, or as JSON. */
  text: string;
}

export interface StageReport {
  arrivals: BurstArrival[];
  calls: number;
  /** Answers 429, by what was asked for. */
  tooMany: { at: number; what: string }[];
}

/** A fake platform full of people, as its own thread offers it. */
export interface BurstStage {
  url: string;
  rooms: BurstRoom[];
  /** Somebody asks the bot; resolves when the platform has shown an answer or need not wait for it. */
  ask(room: number): Promise<void>;
  report(): StageReport;
  close(): Promise<void>;
}

export interface StageOptions {
  token: string;
  rooms: number;
  now(): number;
}

export const PLATFORMS = ['discord', 'telegram'] as const;
export type BurstPlatform = (typeof PLATFORMS)[number];

/** Between the threads. */
export type StageRequest =
  | { kind: 'ask'; id: number; room: number }
  | { kind: 'report'; id: number }
  | { kind: 'close'; id: number };
export type StageAnswer =
  | { kind: 'ready'; url: string; rooms: BurstRoom[] }
  | { kind: 'done'; id: number; report?: StageReport; error?: string };

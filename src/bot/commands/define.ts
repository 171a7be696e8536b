import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { ChatRef } from '../../alerts/model.ts';
import type { EpochMs } from '../../ports.ts';
import type { AssetId, Level, Side, SourceId } from '../../signals/model/ids.ts';
import type { Store } from '../../store/store.ts';
import type { MarketBook } from '../market-lookup.ts';
import type { StatusReport } from '../status-report.ts';

/** One definition a command, for every platform: names and lengths fit Discord and Telegram. */
export interface CommandDefinition {
  /** `[a-z0-9_-]{1,32}`, the file's name. */
  name: string;
  /** 1-100 characters. */
  summary: string;
  /** Required ones first; at most 25. */
  options: readonly CommandOption[];
  /** `manage`: in a shared chat only for people who may manage it. */
  access: 'anyone' | 'manage';
  /** Example lines for /help, without the slash. */
  examples: readonly string[];
  run(context: CommandContext, values: OptionValues): Promise<MessageDoc>;
}

export interface CommandOption {
  name: string;
  summary: string;
  required: boolean;
  type: OptionType;
}

/**
 * How a value is written in chat. `text` parsing and platform options give the same value:
 * asset `btc`; assets `BTC,ETH` or `all`; percent `5` or `5%` -> 0.05; move `5%` or `-5%` -> -0.05
 * (a fall, what people ask about), `+5%` -> 0.05; level `high`;
 * side `down|up|both`; duration `90m`, `8h`, `2d` -> ms; trigger `shock-below 3%` -> 0.03.
 */
export type OptionType =
  | 'asset'
  | 'assets'
  | 'percent'
  | 'move'
  | 'level'
  | 'side'
  | 'duration'
  | 'shock-below'
  | 'word';

export interface OptionValues {
  asset(name: string): AssetId | undefined;
  /** `*` for all. */
  assets(name: string): readonly (AssetId | '*')[] | undefined;
  /** A fraction; of percent, move (signed) and shock-below options. */
  percent(name: string): number | undefined;
  level(name: string): Exclude<Level, 'low'> | undefined;
  sides(name: string): readonly Side[] | undefined;
  /** ms. */
  duration(name: string): number | undefined;
  word(name: string): string | undefined;
}

export interface CommandContext {
  chat: ChatRef;
  now(): EpochMs;
  store: Store;
  /** What `/status` says; made by the app, which knows the jobs. */
  status(): Promise<StatusReport>;
  /** What is seen of the market and stored of its past; absent where nothing is watched. */
  market?: MarketBook;
  /** All commands, for /help. */
  commands: readonly CommandDefinition[];
  /** Limits and defaults from the configuration. */
  settings: {
    maxSubscriptionsPerChat: number;
    /** In all channels of a server, or topics of a group, together. */
    maxSubscriptionsPerPlace: number;
    defaultAssets: readonly AssetId[];
  };
  /** Names of sources for people, by id; an id without a name stands for itself. */
  sourceTitles?: ReadonlyMap<SourceId, string>;
  /** Id for a message through the outbox: fresh with each call, at most 25 characters. */
  nextId(): string;
  /** A message for this chat was stored: its delivery need not wait for its next look. */
  wake?(): void;
  /**
   * What the bot may not do here although alerts need it, in words; rejects when it cannot be found
   * out. Absent where nothing can be missing.
   */
  missingPermissions?(): Promise<readonly string[]>;
}

export function defineCommand(command: CommandDefinition): CommandDefinition {
  return command;
}

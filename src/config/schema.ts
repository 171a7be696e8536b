import { z } from 'zod';
import { DEFAULT_ALERT_POLICY } from '../alerts/policy.ts';
import { DEFAULT_COMMAND_LIMITS } from '../bot/inbox/limits.ts';
import { describeCause } from '../errors.ts';
import { parseAssetId } from '../signals/assets.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../signals/observe/settings.ts';
import { DEFAULT_PROFILE_SETTINGS } from '../signals/profile/settings.ts';
import { DEFAULT_SCORE_SETTINGS } from '../signals/score/settings.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import { likeDefaults } from './like-defaults.ts';

/**
 * Every setting: its type, bounds and what it is for. `config/default.yaml` holds the values;
 * docs/configuration.md is generated from both.
 */

/** Periods must divide a minute, an hour or a day, so that jobs keep their place on the clock. */
const periodSeconds = z
  .number()
  .int()
  .min(5)
  .max(86_400)
  .refine((value) => divides(value), {
    message: 'must divide a minute, an hour or a day evenly (5, 10, 15, 30, 60, 120, 300, 600, …)',
  });

function divides(seconds: number): boolean {
  if (seconds <= 60) return 60 % seconds === 0;
  if (seconds <= 3600) return seconds % 60 === 0 && 3600 % seconds === 0;
  return seconds % 3600 === 0 && 86_400 % seconds === 0;
}

/** `depth.periodSeconds` says it for both: a second place could only disagree. */
const { depthPeriodSeconds: _saidElsewhere, ...observeDefaults } = DEFAULT_OBSERVE_SETTINGS;

const assetName = z
  .string()
  .refine((text) => parseAssetId(text) !== undefined, { message: 'must be a coin, such as BTC' });

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** Discord's ids. Quoted in YAML: as numbers they would lose their last digits. */
const snowflake = z.string().regex(/^\d{15,21}$/, {
  message: 'must be a Discord id in quotes, such as "123456789012345678"',
});

const databaseUrl = z
  .string()
  .min(1)
  .superRefine((text, { addIssue }) => {
    try {
      parseDatabaseUrl(text);
    } catch (error) {
      // Without the address: it may hold a password.
      addIssue({ code: 'custom', message: describeCause(error).replace(/^DATABASE_URL: /, '') });
    }
  });

const exchangeSource = z.strictObject({
  enabled: z.boolean().describe('Fetch from it at all'),
  baseUrl: httpUrl.optional().describe('Replaces scheme, host and path prefix'),
  wsUrl: z.string().optional().describe('Reserved for streams; not used yet'),
  periodSeconds: periodSeconds.describe('How often funding, open interest and prices are read'),
});

const lendingSource = z.strictObject({
  enabled: z.boolean().describe('Read positions from it at all'),
  baseUrl: httpUrl.optional().describe('Replaces scheme, host and path prefix'),
  periodSeconds: periodSeconds.describe('How often positions are read'),
  chains: z.array(z.number().int().positive()).min(1).describe('Chain ids'),
  healthBelow: z
    .number()
    .gt(1)
    .max(10)
    .describe('Positions with a health factor up to this are read'),
  maxPages: z.number().int().min(1).max(200).describe('Pages of 1,000 positions at most'),
  minDebtUsd: z.number().min(0).describe('Smaller debts are counted, not kept (USD)'),
});

export const configSchema = z.strictObject({
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .describe('Least severe log line written to stderr'),
  database: z.strictObject({
    url: databaseUrl.describe('`sqlite:PATH` or a plain path'),
  }),
  http: z.strictObject({
    host: z.string().min(1).describe('Address /healthz, /readyz and /metrics listen on'),
    port: z.number().int().min(0).max(65_535).describe('Their port; 0 picks a free one'),
  }),
  heartbeatUrl: httpUrl
    .optional()
    .describe('Called (GET) after each evaluation, for a dead-man switch; secret'),
  evaluation: z.strictObject({
    periodSeconds: periodSeconds.describe('How often every asset is scored'),
  }),
  sources: z.record(z.string(), exchangeSource).describe('Exchanges by id'),
  lending: z.record(z.string(), lendingSource).describe('Lending protocols by id'),
  depth: z.strictObject({
    assets: z.number().int().min(0).max(500).describe('Order books of this many largest assets'),
    always: z.array(assetName).describe('Order books of these assets in any case'),
    periodSeconds: periodSeconds.describe('How often order books are read'),
  }),
  backfill: z.strictObject({
    days: z.number().int().min(0).max(180).describe('History fetched on the first run (days)'),
    assets: z.number().int().min(0).max(1000).describe('For this many largest assets'),
  }),
  retention: z.strictObject({
    minutesHours: z.number().int().min(1).describe('Minute rows per asset are kept (hours)'),
    hoursDays: z.number().int().min(1).describe('Hourly rows per instrument are kept (days)'),
    outboxDays: z.number().int().min(1).describe('Settled messages are kept (days)'),
    repliesDays: z.number().int().min(1).describe('Answers to commands are kept (days)'),
    leftChatDays: z
      .number()
      .int()
      .min(0)
      .describe('Everything of a chat the bot was removed from is deleted after (days)'),
  }),
  subscriptions: z.strictObject({
    maxPerChat: z.number().int().min(1).max(1000).describe('Subscriptions a chat may hold'),
    maxPerPlace: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .describe('Subscriptions all channels of a server, or topics of a group, may hold together'),
    defaultAssets: z.array(assetName).min(1).describe('Assets of a bare /subscribe'),
  }),
  console: z.strictObject({
    enabled: z.boolean().describe('The terminal as a chat'),
    chartsFolder: z.string().min(1).describe('Where the terminal’s charts are written as PNG'),
  }),
  commands: likeDefaults(DEFAULT_COMMAND_LIMITS).describe(
    'How much asking one person or chat may do',
  ),
  discord: z.strictObject({
    apiUrl: httpUrl
      .refine((url) => /\/api\/?$/.test(url), { message: 'must end in /api' })
      .describe('Discord’s API, ends in `/api`'),
    criticalMentions: z
      .record(snowflake, snowflake)
      .describe('Role mentioned on critical alerts, by server id: the only mention that can fire'),
    publishAnnouncements: z
      .boolean()
      .describe('Publish high and critical alerts from announcement channels to their followers'),
  }),
  telegram: z.strictObject({
    apiUrl: httpUrl.describe('Telegram’s Bot API, without the token'),
    webhook: z
      .strictObject({
        url: z.url({ protocol: /^https$/ }).describe('Where Telegram reaches this program; https'),
        host: z.string().min(1).describe('Address to listen on'),
        port: z.number().int().min(1).max(65_535).describe('Port to listen on'),
      })
      .optional()
      .describe('Receive by webhook instead of polling'),
  }),
  alerts: likeDefaults(DEFAULT_ALERT_POLICY).describe('The alert state machine'),
  observe: likeDefaults(observeDefaults).describe('Freshness and carried values'),
  profile: likeDefaults(DEFAULT_PROFILE_SETTINGS).describe('The liquidation profile'),
  score: likeDefaults(DEFAULT_SCORE_SETTINGS).describe('Likelihood, fragility and levels'),
});

export type Config = z.infer<typeof configSchema>;

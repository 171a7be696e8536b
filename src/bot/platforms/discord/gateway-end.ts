import { GatewayCloseCodes } from 'discord.js';
import { failureOf, failureText } from './failure.ts';

/** Why a connection to the gateway came to its end. */
export type GatewayEnd =
  /** Worth another login, not before `afterMs`. */
  | { kind: 'again'; reason: string; afterMs?: number }
  /** Somebody has to change something first. */
  | { kind: 'fatal'; detail: string; isToken: boolean };

export function tokenRefused(how: string): GatewayEnd {
  const detail = `the token was refused: ${how}; a new one comes from the Discord Developer Portal`;
  return { kind: 'fatal', detail, isToken: true };
}

const FATAL_CLOSES: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.InvalidShard]: 'Discord refuses the division into shards',
  [GatewayCloseCodes.ShardingRequired]: 'the bot is in too many servers for one connection',
  [GatewayCloseCodes.InvalidAPIVersion]: 'Discord no longer speaks this version of its gateway',
  [GatewayCloseCodes.InvalidIntents]: 'Discord does not know the intents asked for',
  [GatewayCloseCodes.DisallowedIntents]: 'the bot may not use the intents asked for',
};

/** For the close codes after which the library gives up. */
export function endOfClose(code: number): GatewayEnd {
  const { AuthenticationFailed } = GatewayCloseCodes;
  if (code === AuthenticationFailed) return tokenRefused(`the connection was closed with ${code}`);
  const meaning = FATAL_CLOSES[code];
  if (meaning === undefined)
    return { kind: 'again', reason: `the connection was closed (${code})` };
  return { kind: 'fatal', detail: `${meaning} (close code ${code})`, isToken: false };
}

/** For what a login rejected with. */
export function endOfLogin(error: unknown): GatewayEnd {
  if (error instanceof Error) {
    if (Reflect.get(error, 'code') === 'TokenInvalid') return tokenRefused('Discord answered 401');
    if (error.message.startsWith('Not enough sessions')) {
      return { kind: 'again', reason: 'Discord allows no more logins for now' };
    }
  }
  const failure = failureOf(error);
  const reason = failureText(failure);
  if (failure.kind === 'rate-limited') return { kind: 'again', reason, afterMs: failure.afterMs };
  return { kind: 'again', reason };
}

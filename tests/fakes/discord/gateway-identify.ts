import { isRecord, type Json, list } from './json.ts';
import type { World } from './world.ts';

/** GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT: not granted to this application. */
const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);
const KNOWN_INTENTS = (1 << 26) - 1;
const GUILDS_PER_SHARD = 2500;

export const CLOSE_REASONS: Readonly<Record<number, string>> = {
  4000: 'Unknown error.',
  4001: 'Unknown opcode.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid seq.',
  4008: 'Rate limited.',
  4009: 'Session timed out.',
  4010: 'Invalid shard.',
  4011: 'Sharding required.',
  4012: 'Invalid API version.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
};

/** Codes after which a session cannot be resumed. */
export const ENDS_SESSION = [4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

export interface Identify {
  intents: number;
  shard: readonly [number, number];
}

/** A checked IDENTIFY, or the code to close with. */
export function readIdentify(
  world: World,
  data: Json,
  isToken: (token: unknown) => boolean,
): Identify | number {
  if (!isRecord(data['properties'])) return 4002;
  if (!isToken(data['token'])) return 4004;
  const { intents } = data;
  if (typeof intents !== 'number' || !Number.isInteger(intents) || intents < 0) return 4013;
  if ((intents & ~KNOWN_INTENTS) !== 0) return 4013;
  if ((intents & PRIVILEGED) !== 0) return 4014;
  const [index = 0, total = 1] = list(data['shard']).map(Number);
  const isShard = Number.isInteger(index) && Number.isInteger(total) && index >= 0 && index < total;
  if (!isShard) return 4010;
  const joined = [...world.guilds.values()].filter((guild) => guild.joined).length;
  if (joined > GUILDS_PER_SHARD * total) return 4011;
  return { intents, shard: [index, total] };
}

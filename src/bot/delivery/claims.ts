import type { Clock } from '../../ports.ts';
import type { OutboxRow, OutboxStore } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';
import type { ChatPace } from './chat-pace.ts';
import type { Flights, Lane } from './flights.ts';
import type { Lanes } from './lanes.ts';
import type { DeliverySettings } from './settings.ts';

export interface ClaimParts {
  outbox: Pick<OutboxStore, 'claim'>;
  platform: { id: string; limits: Pick<PlatformLimits, 'paceBy'> };
  workerId: string;
  clock: Clock;
  wireClock: Clock;
  settings: Pick<DeliverySettings, 'leaseMs'>;
  chatPace: ChatPace;
  lanes: Lanes;
  flights: Flights;
  /** Sets a claimed message on its way. */
  launch(row: OutboxRow, lane: Lane): void;
}

export interface Claimed {
  count: number;
  /** Fewer of both lanes were due than asked for: nothing is left for chats that are ready. */
  drained: boolean;
}

/**
 * Claims what can be handed over soon, in both lanes: replies first up to their share, then alerts,
 * then more replies with what alerts left. Nothing is taken for a chat that is busy or has to wait.
 * Throws the store's errors.
 */
export async function claimDue(parts: ClaimParts): Promise<Claimed> {
  const { lanes, flights } = parts;

  async function take(lane: Lane, limit: number): Promise<number> {
    if (limit <= 0) return 0;
    const { platform, clock, chatPace } = parts;
    const now = clock.now();
    const resting = chatPace.resting(parts.wireClock.now());
    const rows = await parts.outbox.claim({
      platform: platform.id,
      worker: parts.workerId,
      now,
      leaseUntil: now + parts.settings.leaseMs,
      limit,
      lane,
      onePer: platform.limits.paceBy ?? 'room',
      except: [...new Set([...flights.keys(), ...resting.keys])],
    });
    lanes.claimed(lane, rows.length);
    for (const row of rows) parts.launch(row, lane);
    return rows.length;
  }

  const share = Math.min(lanes.room(flights).replies, lanes.repliesFirst());
  const repliesFirst = await take('replies', share);
  const alertsAsked = lanes.room(flights).alerts;
  const alerts = await take('alerts', alertsAsked);
  const isAlertsTurn = alertsAsked > 0 && alerts === alertsAsked;
  const moreAsked = repliesFirst === share && !isAlertsTurn ? lanes.room(flights).replies : 0;
  const repliesMore = await take('replies', moreAsked);
  const fewAlerts = alerts < alertsAsked;
  const fewReplies = moreAsked === 0 ? repliesFirst < share : repliesMore < moreAsked;
  return { count: repliesFirst + alerts + repliesMore, drained: fewAlerts && fewReplies };
}

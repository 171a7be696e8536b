import type { LadderFigure } from '../../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';
import type { BurstRoom } from './burst-stage.ts';

/** By severity: one alert of each for every room, so that no room is crowded. */
const TONES = ['low', 'elevated', 'high', 'critical'] as const;
export const ALERTS_PER_ROOM = TONES.length;
const CRITICAL = 3;

const FIGURE: LadderFigure = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 3_000,
  at: 0,
  caption: '3 of 3 venues',
  sides: [],
};

export interface BurstMessages {
  /** Those that are not critical, and `crowd` more for the last room. */
  others(): OutgoingMessage[];
  critical(): OutgoingMessage[];
}

/** As one tick makes them: one document for all rooms. The lowest has no chart. */
export function burstMessages(
  rooms: readonly BurstRoom[],
  crowd: number,
  now: () => number,
): BurstMessages {
  const docs = TONES.map((tone, severity) =>
    makeDoc({
      title: `ETH down ${20 * severity + 15}/100 ${tone}`,
      tone,
      actions: [{ label: 'Mute 1 h', command: 'mute', text: '1h' }],
      ...(severity > 0 ? { figure: FIGURE } : {}),
    }),
  );
  function alert({ chat }: BurstRoom, room: number, severity: number): OutgoingMessage {
    const doc = docs[severity] ?? makeDoc();
    const groupId = `incident-${severity}`;
    return makeMessage({
      id: `a${severity}-${room}`,
      chat,
      groupId,
      severity,
      createdAt: now(),
      doc,
    });
  }
  function crowded(): OutgoingMessage[] {
    const room = rooms.at(-1);
    if (room === undefined) return [];
    return Array.from({ length: crowd }, (_, index) => ({
      ...alert(room, index, 1),
      id: `crowd-${index}`,
      groupId: `coin-${index}`,
      doc: makeDoc({ title: `COIN${index} down 35/100 elevated` }),
    }));
  }
  return {
    others: () => [
      ...rooms.flatMap((room, index) => [0, 1, 2].map((severity) => alert(room, index, severity))),
      ...crowded(),
    ],
    critical: () => rooms.map((room, index) => alert(room, index, CRITICAL)),
  };
}

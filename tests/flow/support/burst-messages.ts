import type { LadderFigure } from '../../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';
import type { BurstRoom } from './burst-stage.ts';

/** So many alerts that a room is not crowded yet. */
export const ALERTS_PER_ROOM = 4;
const TONES = ['low', 'elevated', 'high', 'critical'] as const;
const CRITICAL = 3;

const FIGURE: LadderFigure = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 3_000,
  at: 0,
  caption: '3 of 3 venues',
  sides: [],
};

/** One alert of every severity for each room: what is not critical, and what is. */
export function burstMessages(
  rooms: readonly BurstRoom[],
  now: () => number,
): { others(): OutgoingMessage[]; critical(): OutgoingMessage[] } {
  // One document for all rooms, as a tick makes them; the lowest has no chart.
  const docs = TONES.map((tone, severity) =>
    makeDoc({
      title: `ETH down ${20 * severity + 15}/100 ${tone}`,
      tone,
      actions: [{ label: 'Mute 1 h', command: 'mute', text: '1h' }],
      ...(severity > 0 ? { figure: FIGURE } : {}),
    }),
  );
  const alert = ({ chat }: BurstRoom, room: number, severity: number): OutgoingMessage =>
    makeMessage({
      id: `a${severity}-${room}`,
      chat,
      groupId: `incident-${severity}`,
      severity,
      createdAt: now(),
      doc: docs[severity] ?? makeDoc(),
    });
  return {
    others: () =>
      rooms.flatMap((room, index) => [0, 1, 2].map((severity) => alert(room, index, severity))),
    critical: () => rooms.map((room, index) => alert(room, index, CRITICAL)),
  };
}

import { chatKeyOf } from './audience.ts';
import type { ChatRef } from './model.ts';

/** A message of moved figures that could be made in this tick. */
export interface UpdateCandidate {
  chat: ChatRef;
  incidentId: string;
  /** Of the incident's level, 0-3. */
  severity: number;
}

/** So much of the room is given without regard to severity. */
const FREE_FRACTION = 0.25;

/**
 * At most `most` of the candidates: those of the most severe incidents, and for the last quarter of
 * the room any, so that milder incidents are not left out for as long as severe ones fill it. Where
 * not all of one sort fit, each chat gets its first before any gets a second, and lots drawn anew
 * with every `now` (epoch ms) decide between chats: none is left out for ever. The same input gives
 * the same choice.
 */
export function chooseUpdates<T extends UpdateCandidate>(
  candidates: readonly T[],
  most: number,
  now: number,
): T[] {
  const room = Math.floor(most);
  if (candidates.length <= room) return [...candidates];
  const bySeverity = inTurns(withLots(candidates, now)).sort(
    (a, b) => b.candidate.severity - a.candidate.severity || a.turn - b.turn || a.lot - b.lot,
  );
  const severest = room - Math.ceil(room * FREE_FRACTION);
  const byTurn = bySeverity.slice(severest).sort((a, b) => a.turn - b.turn || a.lot - b.lot);
  const chosen = [...bySeverity.slice(0, severest), ...byTurn.slice(0, room - severest)];
  return chosen.map(({ candidate }) => candidate);
}

interface Drawn<T> {
  candidate: T;
  chatKey: string;
  /** 32-bit number. */
  lot: number;
}

function withLots<T extends UpdateCandidate>(candidates: readonly T[], now: number): Drawn<T>[] {
  return candidates.map((candidate) => {
    const chatKey = chatKeyOf(candidate.chat);
    return { candidate, chatKey, lot: hash32(`${now} ${candidate.incidentId} ${chatKey}`) };
  });
}

/** With how many others of its chat come before it. */
function inTurns<T extends UpdateCandidate>(drawn: Drawn<T>[]): (Drawn<T> & { turn: number })[] {
  const taken = new Map<string, number>();
  return drawn
    .sort((a, b) => b.candidate.severity - a.candidate.severity || a.lot - b.lot)
    .map((one) => {
      const turn = taken.get(one.chatKey) ?? 0;
      taken.set(one.chatKey, turn + 1);
      return { ...one, turn };
    });
}

/** FNV-1a with a last mixing (that of MurmurHash3), so that texts alike at the end differ widely. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

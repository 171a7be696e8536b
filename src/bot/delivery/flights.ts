import type { ClaimRequest } from '../../store/store.ts';

export type Lane = ClaimRequest['lane'];

interface Flight {
  /** The room or place that gets nothing else meanwhile. */
  key: string;
  lane: Lane;
  /** Claimed, but not yet handed to the platform. */
  isAhead: boolean;
  done: Promise<void>;
}

/** The messages under way, by id: claimed and not yet recorded. */
export interface Flights {
  /** `work` must not reject. */
  add(id: string, key: string, lane: Lane, work: () => Promise<void>): void;
  /** It is handed to the platform now. */
  started(id: string): void;
  count(lane?: Lane): number;
  /** Claimed and still waiting to be handed over. */
  aheadCount(): number;
  keys(): string[];
  /** When all that are under way now have ended. */
  allDone(): Promise<void>;
}

/** `onEnd` is told the key that is free again. */
export function createFlights(onEnd: (key: string) => void): Flights {
  const flights = new Map<string, Flight>();
  const all = () => [...flights.values()];
  return {
    add(id, key, lane, work) {
      const done = work().finally(() => {
        flights.delete(id);
        onEnd(key);
      });
      flights.set(id, { key, lane, isAhead: true, done });
    },
    started(id) {
      const flight = flights.get(id);
      if (flight !== undefined) flight.isAhead = false;
    },
    count: (lane) => all().filter((flight) => lane === undefined || flight.lane === lane).length,
    aheadCount: () => all().filter(({ isAhead }) => isAhead).length,
    keys: () => all().map(({ key }) => key),
    async allDone() {
      await Promise.all(all().map(({ done }) => done));
    },
  };
}

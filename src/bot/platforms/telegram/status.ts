import type { Logger } from '../../../ports.ts';
import type { Platform } from '../platform.ts';

type State = ReturnType<Platform['state']>;

/** What the platform says of itself; each change is logged once. */
export interface Status {
  current(): State;
  connected(): void;
  connecting(reason: string): void;
  /** Nothing helps until a person does something. */
  refused(reason: string): void;
  /** The same: the token is another bot's. */
  foreign(reason: string): void;
  /** Told to stop, or not started. */
  ended(): void;
}

export function createStatus(log: Logger): Status {
  let state: State = { state: 'connecting' };

  function change(next: State): boolean {
    const same = next.state === state.state && next.detail === state.detail;
    state = next;
    return !same;
  }

  return {
    current: () => state,
    connected() {
      if (change({ state: 'connected' })) log.info({}, 'telegram connected');
    },
    connecting(detail) {
      const next: State = { state: 'connecting', detail };
      if (change(next)) log.warn({ reason: detail }, 'telegram not connected');
    },
    refused(detail) {
      const next: State = { state: 'stopped', detail };
      if (change(next)) log.error({ reason: detail }, 'telegram stopped: it refuses the token');
    },
    foreign(detail) {
      const next: State = { state: 'stopped', detail };
      if (change(next)) log.error({ reason: detail }, 'telegram stopped: the bot is another one');
    },
    ended() {
      state = { state: 'stopped' };
    },
  };
}

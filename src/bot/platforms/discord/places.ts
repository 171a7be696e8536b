import type { ChatRef } from '../../../alerts/model.ts';
import { describeCause } from '../../../errors.ts';
import type { Clock, Logger, Random } from '../../../ports.ts';
import type { Inbox } from '../platform.ts';

export interface FoundServer {
  id: string;
  /** When the bot was added, epoch ms; undefined: not known. */
  joinedAt?: number;
  /** Channel for a greeting; undefined: there is none where the bot may write. */
  channelId?: string;
}

/** Servers the bot is in, told to the inbox in the order of what happened. */
export interface Places {
  found(server: FoundServer): void;
  gone(serverId: string): void;
  /**
   * All servers of a connection, as it begins: others told before are gone, in an earlier run of the
   * program too: who removes a bot that is not running is not told of anywhere else.
   */
  present(serverIds: readonly string[], isOfConnection: (serverId: string) => boolean): void;
  /** Resolves when everything so far has been told or given up. */
  settled(): Promise<void>;
}

/** A server joined before that knows the bot: a new database must not greet all of them. */
const NEW_WITHIN_MS = 86_400_000;
const TRIES = 6;
const BASE_WAIT_MS = 1_000;
const MOST_WAIT_MS = 30_000;
const REMOVED = 'the bot was removed from the server';

export function createPlaces(parts: {
  inbox: Pick<Inbox, 'joined' | 'left' | 'places'>;
  clock: Clock;
  log: Logger;
  random: Random;
  signal: AbortSignal;
}): Places {
  const { inbox, clock, log, random, signal } = parts;
  /** Told as joined in this run: every connection tells all servers again. */
  const known = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  /** Servers of earlier runs that no connection has accounted for yet. */
  let ofEarlierRuns: Set<string> | undefined;

  /** One after another, so that leaving never overtakes joining. */
  function inOrder(work: () => Promise<void>, onFailure: () => void): void {
    last = last.then(async () => {
      for (let tried = 1; !signal.aborted; tried += 1) {
        try {
          await work();
          return;
        } catch (error) {
          const cause = describeCause(error);
          if (tried >= TRIES) {
            log.error({ cause }, 'joining or leaving of a server not recorded');
            onFailure();
            return;
          }
          log.warn({ cause }, 'joining or leaving of a server to be recorded again');
          const waitMs = Math.min(MOST_WAIT_MS, BASE_WAIT_MS * 2 ** (tried - 1));
          await clock.sleep(waitMs * (0.5 + random() / 2), signal).catch(() => {});
        }
      }
    });
  }

  function gone(serverId: string): void {
    known.delete(serverId);
    const place = { platform: 'discord', chatId: serverId };
    inOrder(
      () => inbox.left(place, REMOVED),
      () => {},
    );
  }

  /** Servers of earlier runs that are not among those of now. */
  async function leaveMissing(there: ReadonlySet<string>, isOfConnection: (id: string) => boolean) {
    ofEarlierRuns ??= new Set(await inbox.places('discord'));
    for (const id of [...ofEarlierRuns].filter(isOfConnection)) {
      const isHere = there.has(id) || known.has(id);
      if (!isHere) await inbox.left({ platform: 'discord', chatId: id }, REMOVED);
      ofEarlierRuns.delete(id);
    }
  }

  return {
    found({ id, joinedAt, channelId }) {
      if (known.has(id)) return;
      known.add(id);
      const chat: ChatRef = { platform: 'discord', chatId: id };
      if (channelId !== undefined) chat.thread = channelId;
      const isNew = joinedAt !== undefined && clock.now() - joinedAt < NEW_WITHIN_MS;
      inOrder(
        () => inbox.joined(chat, { greet: isNew && channelId !== undefined }),
        () => known.delete(id),
      );
    },
    gone,
    present(serverIds, isOfConnection) {
      const there = new Set(serverIds);
      for (const id of [...known]) if (!there.has(id) && isOfConnection(id)) gone(id);
      inOrder(
        () => leaveMissing(there, isOfConnection),
        () => {},
      );
    },
    settled: () => last,
  };
}

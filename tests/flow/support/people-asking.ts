import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import type { Random } from '../../../src/ports.ts';
import type { RemoteStage } from './start-stage.ts';
import type { WaitingClock } from './waiting-clock.ts';

export interface PeopleAsking {
  /** For the platform to run with. */
  inbox: Inbox;
  /** Real ms until each question was answered (Discord) or its answer stored (Telegram). */
  readonly tookMs: readonly number[];
  run(signal: AbortSignal): Promise<void>;
}

/** People who ask something every `everyMs` of virtual time, in rooms drawn at random. */
export function peopleAsking(parts: {
  stage: RemoteStage;
  clock: WaitingClock;
  inbox: Inbox;
  everyMs: number;
  random: Random;
}): PeopleAsking {
  const { stage, clock, inbox, everyMs, random } = parts;
  const rooms = stage.rooms.flatMap(({ asks }, index) => (asks ? [index] : []));
  const answersDirectly = stage.rooms[0]?.chat.platform === 'discord';
  const tookMs: number[] = [];
  let stored = () => {};

  async function ask(): Promise<void> {
    const room = rooms[Math.floor(random() * rooms.length)] ?? 0;
    const startedAt = performance.now();
    const isStored = new Promise<void>((resolve) => {
      stored = resolve;
    });
    await stage.ask(room);
    if (!answersDirectly) await isStored;
    tookMs.push(performance.now() - startedAt);
  }

  return {
    tookMs,
    inbox: {
      ...inbox,
      async commit(platform, position, replies) {
        await inbox.commit(platform, position, replies);
        if (replies.length > 0) stored();
      },
    },
    async run(signal) {
      for (;;) {
        await clock.sleep(everyMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        // A direct answer is measured in real time, while the burst goes on.
        await (answersDirectly ? ask() : clock.during(ask));
      }
    },
  };
}

import { Crash } from '../../fakes/crashing-store.ts';
import { type ChatProcess, type ProcessParts, startChatProcess } from './chat-process.ts';

/** Something the program does because of what happens; rejects when it dies meanwhile. */
export type Work = (process: ChatProcess) => Promise<void>;

/** The program through all its lives on one database. */
export interface Lives {
  isDead(): boolean;
  /** Does the work, or leaves it to the next life when this one dies of it. */
  work(what: Work): Promise<void>;
  /** As `kill -9` does. */
  kill(): void;
  /** This life ends (it is asked to, where it still lives), and a while later another one begins. */
  next(): Promise<void>;
  /** The last life ends, as it is asked to. */
  end(): Promise<void>;
  /** Is there work that waits for the next life? */
  hasUndone(): boolean;
  count(): number;
  /** Where each death was: `before outbox.settle`, or `elsewhere`. */
  deaths: readonly string[];
}

const LONGEST_AWAY_MS = 15_000;
const STEP_MS = 500;

/** `seldom`: a write that every life dies at, until one has. */
export function startLives(
  parts: Omit<ProcessParts, 'life' | 'deaths'> & { seldom: ProcessParts['deaths'][number] },
): Lives {
  const { clock, random } = parts;
  const deaths: string[] = [];
  let life = 1;
  let toMeet = [parts.seldom];
  let process = startChatProcess({ ...parts, life, deaths: toMeet });
  let undone: Work[] = [];

  async function work(what: Work): Promise<void> {
    try {
      await what(process);
      process.wake();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      undone.push(what);
    }
  }

  async function end(): Promise<void> {
    let isOver = false;
    const ended = process.end().finally(() => {
      isOver = true;
    });
    await clock.advance(0);
    while (!isOver) await clock.advance(STEP_MS);
    await ended;
  }

  return {
    isDead: () => process.isDead(),
    work,
    kill: () => process.die(),
    async next() {
      const died = process.isDead();
      await end();
      const at = process.diedAt();
      if (died) deaths.push(at ?? 'elsewhere');
      toMeet = toMeet.filter(({ when, write }) => at !== `${when} ${write}`);
      await clock.advance(Math.round(random() ** 2 * LONGEST_AWAY_MS));
      life += 1;
      process = startChatProcess({ ...parts, life, deaths: toMeet });
      const again = undone;
      undone = [];
      for (const what of again) await work(what);
    },
    end,
    hasUndone: () => undone.length > 0,
    count: () => life,
    deaths,
  };
}

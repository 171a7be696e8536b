import { AppError } from '../../../errors.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { Inbox } from '../platform.ts';
import { type Effect, IGNORED, PLATFORM } from './effect.ts';
import { readUpdate, type Update, updateIdOf } from './read-update.ts';
import { isStoreFailure } from './store-failure.ts';

export interface IntakeParts {
  inbox: Pick<Inbox, 'commit'>;
  clock: Clock;
  log: Logger;
  updateDeadlineMs: number;
  /** As stored; undefined at first. */
  position: number | undefined;
  /** Does what the update asks for; see `effectOf`. `not-stored`: to be done again later. */
  effectOf(update: Update, fresh: boolean): Promise<Effect | 'not-stored'>;
}

/** Updates, one by one: what each leads to, then its number, stored together. */
export interface Intake {
  /** `not-stored`: the store failed, and the same update has to be taken again. Never rejects. */
  take(raw: unknown, fresh: boolean): Promise<'done' | 'not-stored'>;
  /** Stores the number reached, where updates that led to nothing have not yet. Never rejects. */
  flush(): Promise<'done' | 'not-stored'>;
  /** The number of the last update dealt with. */
  position(): number | undefined;
}

/**
 * Telegram picks a new number at random after a week without updates. So much lower than the last
 * one, an update is a new one, and not the same again.
 */
const RENUMBERED = 10_000;

export function createIntake(parts: IntakeParts): Intake {
  const { inbox, log } = parts;
  let position = parts.position;
  let storedPosition = position;
  /** What an update led to, while only its storing failed. */
  let unstored: { id: number; effect: Effect } | undefined;

  const isRepeated = (id: number) =>
    position !== undefined && id <= position && position - id < RENUMBERED;

  async function commit(id: number, effect: Effect): Promise<'done' | 'not-stored'> {
    try {
      await inbox.commit(PLATFORM, id, effect.replies);
    } catch (error) {
      // The error names what failed and holds no values; replies stay out of the log.
      log.error({ error: nameOf(error) }, 'telegram update not stored, it is tried again');
      unstored = effect.broken === true ? undefined : { id, effect };
      return 'not-stored';
    }
    unstored = undefined;
    storedPosition = id;
    return 'done';
  }

  return {
    position: () => position,
    async take(raw, fresh) {
      const id = updateIdOf(raw);
      if (id === undefined) {
        log.warn({ update: 'no number' }, 'malformed telegram update skipped');
        return 'done';
      }
      if (isRepeated(id)) return 'done';
      const effect =
        unstored?.id === id ? unstored.effect : await effectWithin(readUpdate(raw), fresh, parts);
      if (effect === 'not-stored') return 'not-stored';
      if (effect.ignored !== true && (await commit(id, effect)) === 'not-stored')
        return 'not-stored';
      position = id;
      void effect.afterwards?.();
      return 'done';
    },
    async flush() {
      if (position === undefined || position === storedPosition) return 'done';
      return await commit(position, IGNORED);
    },
  };
}

/** One bad update never stops the others: what breaks or takes too long is logged and skipped. */
async function effectWithin(
  update: Update,
  fresh: boolean,
  { clock, log, updateDeadlineMs, effectOf }: IntakeParts,
): Promise<Effect | 'not-stored'> {
  if (update.kind === 'malformed') {
    log.warn({ update: update.of }, 'malformed telegram update skipped');
    return IGNORED;
  }
  const done = new AbortController();
  const late = clock.sleep(updateDeadlineMs, done.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  try {
    const effect = await Promise.race([effectOf(update, fresh), late]);
    if (effect !== 'late') return effect;
    log.error({ update: update.kind }, 'telegram update skipped: it took too long');
    return { replies: [] };
  } catch (error) {
    if (isStoreFailure(error)) {
      const cause = error instanceof Error ? error.cause : undefined;
      log.error({ error: nameOf(cause) }, 'telegram update not stored, it is tried again');
      return 'not-stored';
    }
    log.error({ update: update.kind, error: nameOf(error) }, 'telegram update skipped: it broke');
    return { replies: [] };
  } finally {
    done.abort();
  }
}

/** What kind of error; texts may hold what people wrote. */
function nameOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}

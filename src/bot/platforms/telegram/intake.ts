import { AppError } from '../../../errors.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { Inbox } from '../platform.ts';
import { type Effect, IGNORED, PLATFORM } from './effect.ts';
import { createPrefix } from './prefix.ts';
import { readUpdate, type Update, updateIdOf } from './read-update.ts';
import { createSideBySide } from './side-by-side.ts';
import { isStoreFailure } from './store-failure.ts';
import { placeOf, timeOf } from './update-place.ts';

export interface IntakeParts {
  inbox: Pick<Inbox, 'commit'>;
  clock: Clock;
  log: Logger;
  updateDeadlineMs: number;
  /** As stored; undefined at first. */
  position: number | undefined;
  /** Numbers of updates dealt with by this process; added to, and kept from growing. */
  handled: Set<number>;
  /** Does what the update asks for; see `effectOf`. `not-stored`: to be done again later. */
  effectOf(update: Update, fresh: boolean): Promise<Effect | 'not-stored'>;
}

/** Updates: what each leads to is stored, with the number up to which all have been dealt with. */
export interface Intake {
  /**
   * Notes an update as one to be dealt with (the same while it is not); undefined: there is nothing
   * to do. To be told in the order of their numbers, as far as there is one.
   */
  accept(raw: unknown): AcceptedUpdate | undefined;
  /** Stores the number reached, where updates that led to nothing have not yet. Never rejects. */
  flush(): Promise<'done' | 'not-stored'>;
  /** All updates up to this number have been dealt with. */
  position(): number | undefined;
}

export interface AcceptedUpdate {
  id: number;
  /** Updates of the same place are to be dealt with in order. */
  place: string;
  /** Epoch ms by Telegram's clock, where it says. */
  sentAt: number | undefined;
  /** `not-stored`: the store failed, and this has to be called again. Never rejects. */
  work(fresh: boolean): Promise<'done' | 'not-stored'>;
}

/** Numbers remembered: many times what Telegram can hand out again. */
const MOST_HANDLED = 10_000;
/** Texts shown to who pressed a button: under way at the same time, and with those that wait. */
const AFTERWARDS_AT_ONCE = 16;
const MOST_AFTERWARDS = 64;

export function createIntake(parts: IntakeParts): Intake {
  const { inbox, log, handled } = parts;
  const prefix = createPrefix(parts.position);
  const underWay = new Map<number, AcceptedUpdate>();
  const afterwards = createSideBySide(AFTERWARDS_AT_ONCE);
  let storedPosition = parts.position;

  /** `updateId`: what `effect` is of; the position may lie below it while an earlier one is worked on. */
  async function commit(
    position: number,
    effect: Effect,
    updateId?: number,
  ): Promise<'done' | 'not-stored'> {
    const replies = effect.replies.map((reply, index) =>
      updateId === undefined ? reply : { ...reply, key: `${updateId}-${index}` },
    );
    try {
      await inbox.commit(PLATFORM, position, replies);
    } catch (error) {
      // The error names what failed and holds no values; replies stay out of the log.
      log.error({ error: nameOf(error) }, 'telegram update not stored, it is tried again');
      return 'not-stored';
    }
    storedPosition = position;
    return 'done';
  }

  function done(id: number, effect: Effect): void {
    prefix.done(id);
    underWay.delete(id);
    handled.add(id);
    if (handled.size > MOST_HANDLED) handled.delete(handled.values().next().value ?? id);
    const rest = effect.afterwards;
    // Worth little to somebody who waits behind so many; the program must not pile them up.
    if (rest !== undefined && afterwards.count() < MOST_AFTERWARDS)
      afterwards.add(String(id), rest);
  }

  function accepted(id: number, update: Update): AcceptedUpdate {
    /** What it led to, while only its storing failed. */
    let unstored: Effect | undefined;
    return {
      id,
      place: placeOf(update),
      sentAt: timeOf(update),
      async work(fresh) {
        const effect = unstored ?? (await effectWithin(update, fresh, parts));
        if (effect === 'not-stored') return 'not-stored';
        // With this one the number may rise; while an earlier one is under way it cannot.
        if (
          effect.ignored !== true &&
          (await commit(prefix.with(id), effect, id)) === 'not-stored'
        ) {
          unstored = effect.broken === true ? undefined : effect;
          return 'not-stored';
        }
        done(id, effect);
        return 'done';
      },
    };
  }

  return {
    position: prefix.position,
    accept(raw) {
      const id = updateIdOf(raw);
      if (id === undefined) {
        log.warn({ update: 'no number' }, 'malformed telegram update skipped');
        return undefined;
      }
      if (prefix.isBeforeStart(id)) return undefined;
      if (handled.has(id)) {
        // Perhaps by an earlier connection, which did not get to store this number.
        prefix.done(id);
        return undefined;
      }
      const known = underWay.get(id);
      if (known !== undefined) return known;
      const update = accepted(id, readUpdate(raw));
      underWay.set(id, update);
      prefix.begun(id);
      return update;
    },
    async flush() {
      const position = prefix.position();
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

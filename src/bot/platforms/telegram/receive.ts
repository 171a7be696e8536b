import type { Inbox } from '../platform.ts';
import type { ApiAnswer } from './api-answer.ts';
import { updateMenus } from './command-menu.ts';
import { type EffectParts, PLATFORM } from './effect.ts';
import { createGrowingWait } from './growing-wait.ts';
import { type BotAccount, identify } from './identify.ts';
import { createIntake, type Intake } from './intake.ts';
import type { KnownBot } from './known-bot.ts';
import { poll } from './poll.ts';
import type { ReceiveParts } from './receive-parts.ts';
import { createRights } from './rights.ts';
import { effectOf } from './update-effects.ts';
import { receiveByWebhook } from './webhook.ts';

export interface SessionParts extends Omit<ReceiveParts, 'intake'> {
  token: string;
  knownBot: KnownBot;
  webhook?: { url: string; host: string; port: number };
}

/**
 * Keeps the bot connected until told to stop: who it is and whether the stored chats are its own, its
 * menus, how far it has read, then updates. Nothing that fails ends it; a refused token is only asked
 * about from time to time.
 */
export async function receive(
  parts: SessionParts,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, settings, webhook } = parts;
  const waits = { minMs: settings.retryMinMs, maxMs: settings.retryMaxMs };
  const wait = createGrowingWait(clock, random, waits);
  const again = createGrowingWait(clock, random, waits);
  const handled = new Set<number>();
  while (!signal.aborted) {
    const bot = await identify({ ...parts, wait }, signal);
    if (bot === undefined) return;
    if (!(await parts.knownBot.confirm(bot, inbox, wait, signal))) return;
    const left = new AbortController();
    const connection = AbortSignal.any([signal, left.signal]);
    const menus = keepMenus(parts, inbox, connection);
    const intake = await openIntake({ ...parts, handled }, inbox, bot, connection);
    if (intake !== undefined) {
      const receiving = { ...parts, intake };
      if (webhook === undefined) await poll(receiving, connection);
      else await receiveByWebhook({ ...receiving, webhook }, connection);
    }
    left.abort();
    await menus;
    // Refused although the bot could be identified: perhaps only for the moment.
    await again.pause(signal);
  }
}

async function openIntake(
  parts: SessionParts & { handled: Set<number> },
  inbox: Inbox,
  bot: BotAccount,
  signal: AbortSignal,
): Promise<Intake | undefined> {
  const { clock, handled, log, random, settings, status } = parts;
  const waits = { minMs: settings.retryMinMs, maxMs: settings.retryMaxMs };
  const wait = createGrowingWait(clock, random, waits);
  const effects = effectParts(parts, inbox, bot, signal);
  while (!signal.aborted) {
    try {
      const position = await inbox.position(PLATFORM);
      return createIntake({
        inbox,
        clock,
        log,
        position,
        handled,
        updateDeadlineMs: settings.updateDeadlineMs,
        async effectOf(update, fresh) {
          const effect = await effectOf(update, fresh, effects);
          // What was asked from Telegram may have been cut off: the next start does it properly.
          return signal.aborted ? 'not-stored' : effect;
        },
      });
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      log.error({ error: name }, 'telegram position not read, it is tried again');
      status.connecting('the database cannot be read');
      await wait.pause(signal);
    }
  }
  return undefined;
}

function effectParts(
  { api, clock, settings }: SessionParts,
  inbox: Inbox,
  bot: BotAccount,
  signal: AbortSignal,
): EffectParts {
  const quick = (method: string, payload: object): Promise<ApiAnswer> =>
    api.call(method, payload, { deadlineMs: settings.quickDeadlineMs, signal });
  return {
    inbox,
    bot,
    rights: createRights(quick, () => clock.now()),
    oldCommandMs: settings.oldCommandMs,
    serverNow: api.serverNow,
    async answerPress(id, text, alert) {
      const answer = await quick('answerCallbackQuery', {
        callback_query_id: id,
        ...(text === '' ? {} : { text, show_alert: alert }),
      });
      if (answer.kind === 'ok') return 'shown';
      return answer.kind === 'refused' && answer.code === 400 ? 'late' : 'failed';
    },
  };
}

/** Tries until the menus are right: without them everything works, less conveniently. */
async function keepMenus(parts: SessionParts, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const { api, clock, log, random, settings } = parts;
  const waits = { minMs: settings.conflictMinMs, maxMs: settings.refusedTokenMs };
  const wait = createGrowingWait(clock, random, waits);
  const call = { deadlineMs: settings.callDeadlineMs, signal };
  while (!signal.aborted) {
    const right = await updateMenus(inbox.commands, (method, payload) =>
      api.call(method, payload, call),
    );
    if (right || signal.aborted) return;
    log.warn({}, 'telegram command menus not set, it is tried again');
    await wait.pause(signal);
  }
}

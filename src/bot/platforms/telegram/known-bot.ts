import type { Clock, Logger } from '../../../ports.ts';
import { otherBotText } from '../../text/other-bot.ts';
import type { DeliveryOutcome, Inbox } from '../platform.ts';
import { PLATFORM } from './effect.ts';
import type { GrowingWait } from './growing-wait.ts';
import type { BotAccount } from './identify.ts';
import type { Status } from './status.ts';

/** Whether the token belongs to the bot whose chats are stored. */
export interface KnownBot {
  /**
   * Resolves with true once it is known to be that bot; with false when `signal` has aborted, which
   * is all there is to wait for where it is another one.
   */
  confirm(bot: BotAccount, inbox: Inbox, wait: GrowingWait, signal: AbortSignal): Promise<boolean>;
  /**
   * What becomes of a message instead of being sent; undefined: send it. Waits for the answer in the
   * first moment, so that what is sent at a start is not put off for nothing.
   */
  insteadOfSending(signal: AbortSignal): Promise<DeliveryOutcome | undefined>;
}

const FIRST_MOMENT_MS = 1_000;
const CONNECTING_MS = 2_000;
const STOPPED_MS = 60_000;

/**
 * Asked before anything is fetched or sent: another bot is in none of the stored chats, so what
 * Telegram would say to its messages would close them all. Sending is only held back once this
 * exists, with the first run: before that nobody can tell which bot it should be.
 */
export function createKnownBot(parts: { clock: Clock; log: Logger; status: Status }): KnownBot {
  const { clock, log, status } = parts;
  let isKnown = false;
  const answered = new AbortController();
  const firstMoment = clock.sleep(FIRST_MOMENT_MS, answered.signal).catch(() => {});
  return {
    async confirm({ id }, inbox, wait, signal) {
      while (!isKnown && !signal.aborted) {
        try {
          isKnown = await inbox.isSameBot(PLATFORM, String(id));
          if (isKnown) break;
          status.foreign(otherBotText(await inbox.knownBot?.(PLATFORM)));
          answered.abort();
          await aborted(signal);
        } catch (error) {
          const name = error instanceof Error ? error.name : typeof error;
          log.error({ error: name }, 'telegram bot not compared, it is tried again');
          status.connecting('the database cannot be read');
          await wait.pause(signal);
        }
      }
      answered.abort();
      return isKnown && !signal.aborted;
    },
    async insteadOfSending(signal) {
      if (isKnown) return undefined;
      await Promise.race([firstMoment, aborted(signal)]);
      if (isKnown) return undefined;
      const { state, detail } = status.current();
      const afterMs = state === 'stopped' ? STOPPED_MS : CONNECTING_MS;
      const reason = state === 'stopped' ? (detail ?? 'stopped') : 'not connected yet';
      return { kind: 'retry', afterMs, reason, scope: 'platform' };
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { kindOfError } from '../../../errors.ts';
import { type GatewayEnd, tokenRefused } from './gateway-end.ts';
import {
  type GatewayListeners,
  type GatewayParts,
  type GatewaySession,
  openGatewaySession,
} from './gateway-session.ts';
import { growingWait } from './gateway-timing.ts';
import type { KnownBot } from './known-bot.ts';
import type { TokenWatch } from './token-watch.ts';

type Parts = GatewayParts & { tokenWatch: TokenWatch; knownBot: Pick<KnownBot, 'whyNot'> };

export interface ConnectionView {
  session?: GatewaySession;
  /** Why there is no connection, for people. */
  trouble?: string;
  isStopped: boolean;
}

/**
 * Logs in and keeps connected until `signal` aborts: one login at a time, with growing waits after
 * failures. Where another login cannot help it stops, says why, and waits for the signal; a refused
 * token is tried again when a message was accepted with it (Discord was wrong), or after a long
 * while. `view` is kept up to date.
 */
export async function keepConnected(
  parts: Parts,
  listeners: GatewayListeners,
  view: ConnectionView,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let wasRefused = false;
  while (!signal.aborted) {
    const { end, wasSteady } = await oneConnection(parts, listeners, view, signal);
    if (end === undefined) return;
    if (wasSteady) failures = 0;
    if (end.kind === 'fatal') {
      // Refused once more, after the long while, is no news.
      const isKnown = wasRefused && end.isToken && view.trouble !== undefined;
      if (!isKnown) parts.log.error({ reason: end.detail }, 'Discord platform stopped');
      wasRefused = end.isToken;
      await standStill(end, parts, view, signal);
      continue;
    }
    view.trouble = end.reason;
    const { firstWaitMs: firstMs, mostWaitMs: mostMs } = parts.timing;
    const grown = growingWait(failures, { firstMs, mostMs }, parts.random);
    const waitMs = Math.round(Math.max(grown, end.afterMs ?? 0, parts.turns.waitMs()));
    failures += 1;
    parts.log.warn({ reason: end.reason, waitMs, failures }, 'Discord connection failed');
    await parts.clock.sleep(waitMs, signal).catch(() => {});
  }
}

/** From a login to its end, or why it must not begin; no `end`: `signal` was aborted. */
async function oneConnection(
  parts: Parts,
  listeners: GatewayListeners,
  view: ConnectionView,
  signal: AbortSignal,
): Promise<{ end?: GatewayEnd; wasSteady: boolean }> {
  const { clock, timing, tokenWatch } = parts;
  let readySince: number | undefined;
  const over = new AbortController();
  const leave = AbortSignal.any([signal, over.signal]);
  const why = await parts.knownBot.whyNot(signal);
  if (signal.aborted) return { wasSteady: false };
  if (why !== undefined) return { end: why, wasSteady: false };
  try {
    const session = openGatewaySession(parts, {
      ...listeners,
      ready(bot) {
        readySince = clock.now();
        delete view.trouble;
        listeners.ready(bot);
      },
    });
    view.session = session;
    const refused = tokenWatch
      .becomes('refused', leave)
      .then(() => (signal.aborted ? undefined : tokenRefused('Discord answered 401')));
    const end = await Promise.race([session.ended, refused]);
    const wasSteady = readySince !== undefined && clock.now() - readySince >= timing.steadyAfterMs;
    delete view.session;
    await session.close();
    return end === undefined || signal.aborted ? { wasSteady } : { end, wasSteady };
  } catch (error) {
    // Not even begun: a setting the library does not take.
    const reason = `the client could not be made (${kindOfError(error)})`;
    return { end: { kind: 'again', reason }, wasSteady: false };
  } finally {
    over.abort();
  }
}

async function standStill(
  end: Extract<GatewayEnd, { kind: 'fatal' }>,
  { tokenWatch, clock, timing }: Parts,
  view: ConnectionView,
  signal: AbortSignal,
): Promise<void> {
  view.isStopped = true;
  view.trouble = end.detail;
  if (end.isToken) {
    tokenWatch.seen('refused');
    const over = new AbortController();
    const leave = AbortSignal.any([signal, over.signal]);
    const longWhile = clock.sleep(timing.refusedTokenMs, leave).catch(() => {});
    await Promise.race([tokenWatch.becomes('accepted', leave), longWhile]);
    over.abort();
    // The next login finds out.
    if (!signal.aborted) tokenWatch.seen('accepted');
  } else {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  view.isStopped = false;
}

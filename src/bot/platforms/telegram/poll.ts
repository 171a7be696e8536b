import type { ApiAnswer } from './api-answer.ts';
import { createGrowingWait } from './growing-wait.ts';
import { tokenRefusal } from './identify.ts';
import { ALLOWED_UPDATES } from './read-update.ts';
import type { ReceiveParts } from './receive-parts.ts';
import { createUpdateWorker, type UpdateWorker } from './update-worker.ts';

const BATCH = 100;
/** So long after the last answer of Telegram, what comes may have waited. */
const FRESH_MS = 120_000;

/**
 * Fetches updates until told to stop or the token is refused. Those of one place are dealt with in
 * order, those of different places side by side. Asking for more confirms only what is dealt with
 * up to the first gap: until then the rest is handed out again, and known. Whatever fails is tried
 * again after a growing wait; a second instance with the same token (409) is waited for patiently.
 */
export async function poll(
  parts: ReceiveParts,
  signal: AbortSignal,
): Promise<'stopped' | 'token-refused'> {
  const worker = createUpdateWorker(parts, signal);
  try {
    return await fetchUpdates(parts, worker, signal);
  } finally {
    await worker.idle();
  }
}

async function fetchUpdates(
  parts: ReceiveParts,
  worker: UpdateWorker,
  signal: AbortSignal,
): Promise<'stopped' | 'token-refused'> {
  const { api, intake, status, clock, random, settings } = parts;
  const { retryMinMs, retryMaxMs, conflictMinMs, conflictMaxMs } = settings;
  const retry = createGrowingWait(clock, random, { minMs: retryMinMs, maxMs: retryMaxMs });
  const conflict = createGrowingWait(clock, random, { minMs: conflictMinMs, maxMs: conflictMaxMs });
  let mayHaveWebhook = true;
  /** When Telegram last had nothing more than it gave: what comes later came to it later. */
  let emptyAt = Number.NEGATIVE_INFINITY;
  /** The first request does not wait for news: its answer says that all is well. */
  let holdSeconds = 0;

  async function nextAnswer(): Promise<ApiAnswer> {
    const call = { deadlineMs: settings.callDeadlineMs, signal };
    if (mayHaveWebhook) {
      const dropped = await api.call('deleteWebhook', {}, call);
      if (dropped.kind !== 'ok') return dropped;
      mayHaveWebhook = false;
    }
    const position = intake.position();
    const payload = {
      timeout: holdSeconds,
      limit: BATCH,
      allowed_updates: ALLOWED_UPDATES,
      ...(position === undefined ? {} : { offset: position + 1 }),
    };
    const deadlineMs = holdSeconds === 0 ? call.deadlineMs : settings.pollDeadlineMs;
    return await api.call('getUpdates', payload, { deadlineMs, signal });
  }

  while (!signal.aborted) {
    const answer = await nextAnswer();
    if (signal.aborted) break;
    if (answer.kind === 'ok' && Array.isArray(answer.result)) {
      status.connected();
      retry.reset();
      conflict.reset();
      holdSeconds = settings.pollHoldSeconds;
      const freshUntil = emptyAt + FRESH_MS;
      if (answer.result.length < BATCH) emptyAt = clock.now();
      const moved = await worker.take(answer.result, freshUntil);
      // Updates that cannot be confirmed would come again at once, for ever.
      if (!moved) await retry.pause(signal);
      continue;
    }
    holdSeconds = 0;
    if (tokenRefusal(answer) !== undefined) return 'token-refused';
    if (answer.kind === 'refused' && answer.code === 409) {
      mayHaveWebhook = /webhook/i.test(answer.description);
      status.connecting('another instance receives with the same token (409)');
      await conflict.pause(signal);
      continue;
    }
    status.connecting(reasonOf(answer));
    await retry.pause(signal, answer.kind === 'refused' ? answer.retryAfterMs : undefined);
  }
  return 'stopped';
}

function reasonOf(answer: ApiAnswer): string {
  if (answer.kind === 'failed') return answer.reason;
  if (answer.kind === 'refused') return `Telegram answered ${answer.code}`;
  return 'the answer is no list of updates';
}

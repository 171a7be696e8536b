import type { Logger } from '../ports.ts';

const TIMEOUT_MS = 10_000;

/**
 * Tells a dead-man switch that an evaluation finished: when the calls stop, somebody is called.
 * The URL is a secret and is never logged; a failure is logged and otherwise ignored.
 */
export function createHeartbeat(url: string | undefined, log: Logger): () => Promise<void> {
  if (url === undefined) return async () => {};
  return async () => {
    try {
      const response = await fetch(url, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) log.warn({ status: response.status }, 'the heartbeat URL refused the call');
    } catch (error) {
      // Node puts the address into the cause, so only the kind of failure is told.
      const kind = error instanceof Error ? error.name : 'unknown';
      log.warn({ kind }, 'the heartbeat URL could not be reached');
    }
  };
}

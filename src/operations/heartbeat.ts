import type { Logger } from '../ports.ts';

/** Well under the time a clean stop may take: a call under way is waited for. */
const TIMEOUT_MS = 5_000;

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
      log.warn({ kind: kindOf(error) }, 'the heartbeat URL could not be reached');
    }
  };
}

/** `ECONNREFUSED`, `TimeoutError`, …: messages may repeat the address, so only the kind is told. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}

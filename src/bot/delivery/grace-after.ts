import type { Clock } from '../../ports.ts';

/** A signal that aborts `graceMs` after `stop` does; `dispose` it when nobody needs it any more. */
export function graceAfter(
  stop: AbortSignal,
  clock: Clock,
  graceMs: number,
): { signal: AbortSignal; dispose(): void } {
  const cutOff = new AbortController();
  const done = new AbortController();
  const onStop = () => {
    clock.sleep(graceMs, done.signal).then(
      () => cutOff.abort(),
      () => undefined,
    );
  };
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true, signal: done.signal });
  return { signal: cutOff.signal, dispose: () => done.abort() };
}

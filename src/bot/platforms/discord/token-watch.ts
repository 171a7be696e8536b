export type TokenState = 'accepted' | 'refused';

/** What Discord's answers say about the token; only changes are passed on. */
export interface TokenWatch {
  seen(state: TokenState): void;
  isRefused(): boolean;
  /** Resolves when it is (or becomes) so, or `signal` aborts. */
  becomes(state: TokenState, signal: AbortSignal): Promise<void>;
}

export function createTokenWatch(): TokenWatch {
  let state: TokenState = 'accepted';
  const changes = new EventTarget();
  return {
    seen(next) {
      if (next === state) return;
      state = next;
      changes.dispatchEvent(new Event('change'));
    },
    isRefused: () => state === 'refused',
    async becomes(wanted, signal) {
      while (state !== wanted && !signal.aborted) {
        const over = new AbortController();
        await new Promise<void>((resolve) => {
          const options = { once: true, signal: over.signal };
          changes.addEventListener('change', () => resolve(), options);
          signal.addEventListener('abort', () => resolve(), options);
        });
        over.abort();
      }
    },
  };
}

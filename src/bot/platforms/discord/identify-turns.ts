import { type IIdentifyThrottler, SimpleIdentifyThrottler } from 'discord.js';

/** Discord takes one IDENTIFY in 5 s; the library keeps to that within one login only. */
export type IdentifyTurns = (manager: {
  fetchGatewayInformation(): Promise<{ session_start_limit: { max_concurrency: number } }>;
}) => Promise<IIdentifyThrottler>;

/** Kept for the life of the platform, over all of its logins. */
export function createIdentifyTurns(): IdentifyTurns {
  const byConcurrency = new Map<number, SimpleIdentifyThrottler>();
  return async (manager) => {
    const { session_start_limit } = await manager.fetchGatewayInformation();
    const { max_concurrency } = session_start_limit;
    const found = byConcurrency.get(max_concurrency);
    if (found !== undefined) return found;
    const created = new SimpleIdentifyThrottler(max_concurrency);
    byConcurrency.set(max_concurrency, created);
    return created;
  };
}

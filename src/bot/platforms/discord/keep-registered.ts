import type { Clock, Logger, Random } from '../../../ports.ts';
import type { CommandDefinition } from '../../commands/define.ts';
import type { DiscordApi } from './api.ts';
import { failureOf, failureText } from './failure.ts';
import { growingWait } from './gateway-timing.ts';
import { registerCommands } from './register-commands.ts';

/** Sees to it that Discord knows the commands, once in a run, however long it takes. */
export interface Registrar {
  wanted(applicationId: string): void;
  /** Discord's ids of the commands by name; undefined while they are not known. */
  commandIds(): ReadonlyMap<string, string> | undefined;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

const WAIT = { firstMs: 2_000, mostMs: 300_000 };

export function createRegistrar(parts: {
  api: DiscordApi;
  commands: readonly CommandDefinition[];
  clock: Clock;
  log: Logger;
  random: Random;
  signal: AbortSignal;
}): Registrar {
  const { api, commands, clock, log, random, signal } = parts;
  let ids: ReadonlyMap<string, string> | undefined;
  let work: Promise<void> | undefined;

  async function register(applicationId: string): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const registered = await registerCommands(api, applicationId, commands, signal);
        ids = registered.ids;
        const count = registered.ids.size;
        if (registered.changed) log.info({ count }, 'Discord commands registered');
        return;
      } catch (error) {
        if (signal.aborted) return;
        const waitMs = Math.round(growingWait(failures, WAIT, random));
        log.warn({ reason: reasonOf(error), waitMs }, 'Discord commands not registered');
        await clock.sleep(waitMs, signal).catch(() => {});
      }
    }
  }

  return {
    wanted(applicationId) {
      if (ids !== undefined || work !== undefined) return;
      work = register(applicationId).finally(() => {
        work = undefined;
      });
    },
    commandIds: () => ids,
    settled: async () => await work,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'ZodError') return 'the answer cannot be read';
  return failureText(failureOf(error));
}

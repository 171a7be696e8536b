import { type RouteLike, Routes } from 'discord.js';
import { z } from 'zod';
import type { CommandDefinition } from '../../commands/define.ts';
import type { DiscordApi } from './api.ts';
import { type CommandForm, commandForms } from './command-forms.ts';

/** What of a registered command can be set; Discord adds ids, versions and empty translations. */
const registeredSchema = z.array(
  z.looseObject({
    id: z.string(),
    type: z.number().default(1),
    name: z.string(),
    description: z.string().default(''),
    options: z
      .array(
        z.object({
          type: z.number(),
          name: z.string(),
          description: z.string(),
          required: z.boolean().default(false),
          autocomplete: z.boolean().default(false),
          choices: z.array(z.object({ name: z.string(), value: z.unknown() })).default([]),
        }),
      )
      .default([]),
    default_member_permissions: z.string().nullish(),
    contexts: z.array(z.number()).nullish(),
    integration_types: z.array(z.number()).nullish(),
  }),
);

type Registered = z.infer<typeof registeredSchema>;

export interface RegisteredCommands {
  /** Had they to be written? */
  changed: boolean;
  /** Discord's ids by command name: administrators' permissions are kept under these. */
  ids: ReadonlyMap<string, string>;
}

/**
 * Registers the commands for all servers and direct messages, when what is registered differs:
 * each write shows people an outdated form for a while. Rejects as requests do.
 */
export async function registerCommands(
  api: DiscordApi,
  applicationId: string,
  commands: readonly CommandDefinition[],
  signal: AbortSignal,
): Promise<RegisteredCommands> {
  const route: RouteLike = Routes.applicationCommands(applicationId);
  const wanted = commandForms(commands);
  const present = registeredSchema.parse(await api({ method: 'get', route, signal }));
  if (textOf(present) === textOf(wanted)) return { changed: false, ids: idsOf(present) };
  const answer = await api({ method: 'put', route, body: wanted, signal });
  return { changed: true, ids: idsOf(registeredSchema.parse(answer)) };
}

function idsOf(commands: Registered): ReadonlyMap<string, string> {
  return new Map(commands.map(({ name, id }) => [name, id]));
}

/** Equal for commands that look and behave the same, in whatever order and spelling of defaults. */
function textOf(commands: readonly (Registered[number] | CommandForm)[]): string {
  const sorted = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify(
    sorted.map((command) => [
      command.type,
      command.name,
      command.description,
      command.options.map((option) => [
        option.type,
        option.name,
        option.description,
        option.required,
        option.autocomplete,
        option.choices.map(({ name, value }) => [name, value]),
      ]),
      command.default_member_permissions ?? null,
      command.contexts?.toSorted() ?? null,
      command.integration_types?.toSorted() ?? null,
    ]),
  );
}

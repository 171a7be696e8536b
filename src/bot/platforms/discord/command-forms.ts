import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord.js';
import type { CommandDefinition, CommandOption, OptionType } from '../../commands/define.ts';
import { LEVEL_WORDS, SIDE_WORDS } from '../../options/read-value.ts';
import { shortLine } from '../../text/short-line.ts';
import { MANAGE_SERVER } from './permissions.ts';

export interface CommandForm {
  type: number;
  name: string;
  description: string;
  options: OptionForm[];
  /** Bits as text; null: everybody. Administrators can change this per server, role and person. */
  default_member_permissions: string | null;
  contexts: number[];
  integration_types: number[];
}

export interface OptionForm {
  type: number;
  name: string;
  description: string;
  required: boolean;
  autocomplete: boolean;
  choices: { name: string; value: string }[];
}

/** Limit of Discord. */
const MOST_DESCRIPTION = 100;

const CHOICES: Readonly<Partial<Record<OptionType, readonly string[]>>> = {
  level: LEVEL_WORDS,
  side: SIDE_WORDS,
};

export function isCompleted(type: OptionType): boolean {
  return type === 'asset' || type === 'assets';
}

/**
 * Commands as Discord registers them. Every option is text, whatever its type: what people write
 * there is read by the same code as a typed line.
 */
export function commandForms(commands: readonly CommandDefinition[]): CommandForm[] {
  return commands.map(({ name, summary, options, access }) => ({
    type: ApplicationCommandType.ChatInput,
    name,
    description: shortLine(summary, MOST_DESCRIPTION),
    options: options.map(optionForm),
    default_member_permissions: access === 'manage' ? String(MANAGE_SERVER) : null,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  }));
}

function optionForm({ name, summary, required, type }: CommandOption): OptionForm {
  return {
    type: ApplicationCommandOptionType.String,
    name,
    description: shortLine(summary, MOST_DESCRIPTION),
    required,
    autocomplete: isCompleted(type),
    choices: (CHOICES[type] ?? []).map((word) => ({ name: word, value: word })),
  };
}

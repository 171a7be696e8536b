// Written by scripts/generate-registries.ts from the files in the folder; not edited by hand.
import type { CommandDefinition } from './commands/define.ts';

export const COMMANDS: readonly CommandDefinition[] = [
];

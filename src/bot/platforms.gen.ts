// Written by scripts/generate-registries.ts from the files in the folder; not edited by hand.
import { createConsolePlatform } from './platforms/console.ts';

export const PLATFORM_FACTORIES = {
  console: createConsolePlatform,
} as const;

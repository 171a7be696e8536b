import type { Migration } from 'kysely/migration';
import type { StoreDialect } from '../dialect.ts';
import { chatPlatforms } from './chat-platforms.ts';
import { initial } from './initial.ts';
import { liquidations } from './liquidations.ts';

/**
 * Every migration, run in the order of its name. Add new ones with the next number; never change,
 * rename or remove one that was released. There is no way down: restore a backup.
 */
export function allMigrations(dialect: StoreDialect): Record<string, Migration> {
  return {
    '001-initial': initial(dialect),
    '002-chat-platforms': chatPlatforms(),
    '003-liquidations': liquidations(),
  };
}

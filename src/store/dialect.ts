import type { Dialect, RawBuilder } from 'kysely';

/** All the program needs to know about a kind of database; one file implements it for each. */
export interface StoreDialect {
  readonly kysely: Dialect;
  /** Column type for bytes. */
  readonly bytesType: 'blob' | 'bytea';
  /** Column type for a 53-bit primary key by which the table itself is ordered, if it can be. */
  readonly rowKeyType: 'integer' | 'bigint';
  /** Whether several processes may claim at once, so that claims skip rows others have locked. */
  readonly skipsLockedRows: boolean;
  /** A subquery with these texts as its rows, for `in` and `not in`: one parameter for any number. */
  listed(texts: readonly string[]): RawBuilder<string>;
}

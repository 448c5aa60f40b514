/** INSERT of many rows at once, for the few tables that everything goes through. */
import type { CompiledQuery, Insertable, Kysely } from 'kysely';
import { chunks } from './chunks.ts';

/** More rows than this go in by more than one statement: nothing is gained by longer ones. */
const MOST_ROWS = 50;

/**
 * Returns what inserts rows into `table`. Building the SQL costs more than running it, so it is built once for each
 * number of rows. All rows must have the same keys in the same order.
 */
export function bulkInsert<Tables, Table extends keyof Tables & string>(
  table: Table,
): (db: Kysely<Tables>, rows: readonly Insertable<Tables[Table]>[]) => Promise<void> {
  const kept = new Map<number, CompiledQuery>();
  return async (db, rows) => {
    for (const part of chunks(rows, MOST_ROWS)) {
      const query = kept.get(part.length) ?? db.insertInto(table).values(part).compile();
      kept.set(part.length, query);
      await db.executeQuery({ ...query, parameters: part.flatMap((row) => Object.values(row)) });
    }
  };
}

/** SQLite binds at most 32,766 values in a statement; 1,000 rows of the widest table stay below. */
const MOST = 1000;

/** The rows in parts that fit into one statement each; no part when there are no rows. */
export function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < rows.length; from += MOST) parts.push(rows.slice(from, from + MOST));
  return parts;
}

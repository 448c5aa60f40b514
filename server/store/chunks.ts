/** SQLite binds at most 32,766 values in a statement; 1,000 rows of the widest table stay below. */
const MOST = 1000;

/** The rows in parts of at most `most`, which fit into one statement each; no part when there are no rows. */
export function chunks<T>(rows: readonly T[], most = MOST): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < rows.length; from += most) parts.push(rows.slice(from, from + most));
  return parts;
}

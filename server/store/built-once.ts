/** Queries whose SQL is built once, for those that run thousands of times: building it costs more than running it. */
import type { Compilable, CompiledQuery, Kysely } from 'kysely';

/**
 * The query that `build` makes, to be run with other arguments each time. Each argument must stand in it as one plain
 * value; a list, whose length would be part of the SQL, can't be one.
 */
export function builtOnce<Tables, Row, Args extends readonly unknown[]>(
  build: (db: Kysely<Tables>, ...args: Args) => Compilable<Row>,
): (db: Kysely<Tables>, ...args: Args) => Promise<Row[]> {
  let built: { readonly query: CompiledQuery<Row>; readonly sources: readonly number[] } | undefined;
  return async (db, ...args) => {
    built ??= withSources(build, db, args.length);
    const { query, sources } = built;
    const parameters = query.parameters.map((fixed, at) =>
      sources[at] === -1 ? fixed : args[sources[at] ?? 0],
    );
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

/** Builds the query, and finds out from which argument each of its parameters comes: -1 for none. */
function withSources<Tables, Row, Args extends readonly unknown[]>(
  build: (db: Kysely<Tables>, ...args: Args) => Compilable<Row>,
  db: Kysely<Tables>,
  count: number,
) {
  const marks: object[] = Array.from({ length: count }, () => ({}));
  const query = build(db, ...(marks as unknown as Args)).compile();
  return { query, sources: query.parameters.map((parameter) => marks.indexOf(parameter as object)) };
}

import type { Connection } from '../client.ts';

/** One of something for each connection, made when it is first asked for: what outlives the tab that shows it. */
export function perConnection<T>(make: (connection: Connection) => T): (connection: Connection) => T {
  const made = new WeakMap<Connection, { readonly it: T }>();
  return (connection) => {
    const known = made.get(connection) ?? { it: make(connection) };
    made.set(connection, known);
    return known.it;
  };
}

/** The way of a message: received, queued, one attempt after the other, and what became of it. Pure. */
import type { LogLevel, LogView } from '../../server/contract/views.ts';

/** One station of the way. */
export interface Station {
  readonly key: string;
  readonly name: string;
  /** The session or attempt whose transcript belongs to it, '' when there is none. */
  readonly session: string;
  readonly level: LogLevel;
  readonly entries: readonly LogView[];
}

/** The stations of a message, oldest first. @param entries all of the message, oldest first */
export function wayOf(entries: readonly LogView[]): Station[] {
  const stations: { session: string; name: string; entries: LogView[] }[] = [];
  let attempts = 0;
  for (const entry of entries) {
    // What several recipients of one attempt got may be mixed with what another attempt at the same time did.
    const known =
      entry.session === '' ? undefined : stations.find(({ session }) => session === entry.session);
    if (known) {
      known.entries.push(entry);
      continue;
    }
    const isAttempt = entry.kind === 'delivery' && entry.session !== '';
    if (isAttempt) attempts++;
    const name = isAttempt ? `Attempt ${attempts}` : NAMES[entry.kind];
    stations.push({ session: entry.session, name, entries: [entry] });
  }
  return stations.map(({ session, name, entries: own }) => ({
    key: session || `entry-${own[0]?.id}`,
    name,
    session,
    level: own.some(({ level }) => level === 'error')
      ? 'error'
      : own.some(({ level }) => level === 'warning')
        ? 'warning'
        : 'info',
    entries: own,
  }));
}

const NAMES: Readonly<Record<LogView['kind'], string>> = {
  session: 'Session',
  message: 'Received',
  delivery: 'Delivery',
  server: 'Waypost',
};

/** Where messages arrive: the mailboxes of Waypost, and the Maildirs of its peers. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../server/testing/temp.ts';
import type { Mail } from './messages.ts';

/** A place where messages arrive. Each is read once and remembered, its line ends as they are on the wire. */
export interface Inbox {
  /** The message that `matches` says, which must be the only one; waits for it, half a minute at most. */
  take(what: string, matches: (raw: Buffer) => boolean): Promise<Buffer>;
  /** As many as are there now and match. */
  count(matches: (raw: Buffer) => boolean): Promise<number>;
}

/** An inbox whose messages are listed and read by name. */
export function inbox(
  list: () => Promise<readonly string[]>,
  read: (name: string) => Promise<Buffer>,
): Inbox {
  const known = new Map<string, Buffer>();
  const look = async (matches: (raw: Buffer) => boolean) => {
    for (const name of await list()) if (!known.has(name)) known.set(name, await read(name));
    return [...known.values()].filter(matches);
  };
  return {
    take: (what, matches) =>
      eventually(
        async () => {
          const found = await look(matches);
          if (found.length > 1) throw new Error(`${found.length} of them arrived`);
          return found[0];
        },
        { what, timeoutMs: 30_000, intervalMs: 250 },
      ),
    count: async (matches) => (await look(matches)).length,
  };
}

/** The Maildir `name` below `folder`. Its files have the line ends of Unix. */
export function maildir(folder: string, name: string): Inbox {
  const place = join(folder, name, 'new');
  return inbox(
    () => readdir(place).catch(() => []),
    async (file) => withCrlf(await readFile(join(place, file))),
  );
}

/** Whether a message is the one with this Message-ID. */
export function is({ id }: Pick<Mail, 'id'>): (raw: Buffer) => boolean {
  const line = Buffer.from(`\r\nMessage-ID: <${id}>\r\n`);
  return (raw) => {
    const end = raw.indexOf('\r\n\r\n');
    const at = raw.indexOf(line);
    return at >= 0 && at <= end;
  };
}

/** With the line ends of the wire. */
export function withCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

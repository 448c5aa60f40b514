/** A mail log of any length, written straight into the database of a service that does not run. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** So many entries belong to one message; so many domains there are, and every tenth attempt is deferred. */
export const ENTRIES_EACH = 4;
export const SEED_DOMAINS = 500;
const DEFERRED_EVERY = 10;

/**
 * Message number n, from 0, has four entries: it is accepted in session `S00000n` from `192.0.2.x`, that session
 * ends, attempt `A00000n` is deferred or says so, and delivers it to `user00000n@dX.example`, the domain by the
 * remainder. The entries are a second apart, the last one a minute ago. The service's own stand around them.
 */
export function seedLog(dataFolder: string, count: number): void {
  const db = new DatabaseSync(join(dataFolder, 'log.db'));
  const first = Date.now() - 60_000 - (count - 1) * 1000;
  db.exec('BEGIN');
  db.prepare(
    `WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ? - 1)
     INSERT INTO log (at, kind, level, session, message, address, host, text)
     SELECT ? + i * 1000, iif(part = 0, 'message', iif(part = 1, 'session', 'delivery')),
       iif(part = 2 AND n % ${DEFERRED_EVERY} = 0, 'warning', 'info'),
       printf(iif(part < 2, 'S%06d', 'A%06d'), n), iif(part = 1, '', printf('M%06d', n)),
       iif(part = 1, '', printf('user%06d@d%d.example', n, n % ${SEED_DOMAINS})),
       iif(part < 2, printf('192.0.2.%d', n % 250), printf('mx.d%d.example', n % ${SEED_DOMAINS})),
       CASE part
         WHEN 0 THEN printf('Accepted %d bytes from <sender%d@waypost.test>.', 1000 + n, n % 97)
         WHEN 1 THEN 'Session ended after 1 s.'
         WHEN 2 THEN printf('mx.d%d.example: %s', n % ${SEED_DOMAINS},
           iif(n % ${DEFERRED_EVERY} = 0, '450 4.2.1 The mailbox is busy', '250 2.1.5 Recipient accepted'))
         ELSE printf('Delivered to mx.d%d.example: 250 2.0.0 Queued as %d', n % ${SEED_DOMAINS}, n)
       END
     FROM (SELECT i, i / ${ENTRIES_EACH} AS n, i % ${ENTRIES_EACH} AS part FROM numbers)`,
  ).run(count, first);
  db.prepare(
    `INSERT INTO transcripts (session, direction, host, started_at, ended_at, lines)
     SELECT session, iif(session LIKE 'S%', 'incoming', 'outgoing'), host, min(at), max(at),
       '5 C MAIL FROM:<' || session || '@waypost.test>' || char(10) || '9 S 250 2.1.0 Ok'
     FROM log WHERE id > (SELECT max(id) FROM log) - ? GROUP BY session HAVING session != ''`,
  ).run(count);
  db.exec('COMMIT');
  db.close();
}

/**
 * A queue of any length, written straight into the database of a service that does not run. Nobody of it is due
 * for the next hours, so that what a test sees does not depend on when it looks.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Every tenth of the recipients is on hold, and there are so many domains. */
const HELD_EVERY = 10;
export const SEED_DOMAINS = 500;

/**
 * Recipient number n, from 0, is `user000000@d0.example` and so on: the number with six digits, the domain by its
 * remainder. Their next attempts are in that order, 20 ms apart, from three hours on: at a start, whoever waits longer
 * than the longest time between attempts is due. The sizes grow with the numbers, and each was received a second after the one before.
 */
export function seedQueue(dataFolder: string, count: number): void {
  const db = new DatabaseSync(join(dataFolder, 'waypost.db'));
  const now = Date.now();
  const content = Buffer.from('Subject: Seeded\r\n\r\nText\r\n');
  db.exec('BEGIN');
  db.prepare(
    `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ? - 1)
     INSERT INTO messages (id, sender, smtp_utf8, eight_bit, trace, completion, subject, size, received_at, content)
     SELECT printf('SEED%012d', n), printf('sender%d@waypost.test', n % 97), 0, 0,
       'Received: from seed' || char(13, 10), '', 'Seeded', 1000 + n, ? + n * 1000, ? FROM numbers`,
  ).run(count, now - count * 1000, content);
  db.prepare(
    `INSERT INTO queue (id, message_id, recipient, domain, state, attempts, next_attempt_at, last_reply, received_at)
     SELECT id || '-1', id, printf('user%06d@d%d.example', n, n % ${SEED_DOMAINS}),
       printf('d%d.example', n % ${SEED_DOMAINS}), iif(n % ${HELD_EVERY} = 0, 'held', 'deferred'), n % 20 + 1,
       ? + n * 20, printf('mx.d%d.example did not answer in time (when connecting).', n % ${SEED_DOMAINS}), received_at
     FROM (SELECT id, received_at, size - 1000 AS n FROM messages WHERE id LIKE 'SEED%')`,
  ).run(now + 3 * 3_600_000);
  db.exec('COMMIT');
  db.close();
}

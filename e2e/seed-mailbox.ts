/** A mailbox of any length, written straight into the database of a service that does not run. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Gives the first account so many messages: number n, from 0, is from `sender0000n@example.net`, about "Message n",
 * and each was received a minute after the one before, the last one a minute ago.
 */
export function seedMailbox(dataFolder: string, count: number): void {
  const db = new DatabaseSync(join(dataFolder, 'waypost.db'));
  const content = Buffer.from('Subject: Seeded\r\n\r\nText\r\n');
  db.exec('BEGIN');
  db.prepare(
    `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ? - 1)
     INSERT INTO messages (id, sender, smtp_utf8, eight_bit, trace, completion, subject, size, received_at, content)
     SELECT printf('SEED%012d', n), printf('sender%05d@example.net', n), 0, 0, 'Received: from seed' || char(13, 10),
       '', printf('Message %d', n), ?, ? + n * 60000, ? FROM numbers`,
  ).run(count, content.length, Date.now() - count * 60_000, content);
  db.exec(
    `INSERT INTO mailbox (account_id, message_id, recipient, size)
     SELECT (SELECT min(id) FROM accounts), id, 'anna@waypost.test', 100 FROM messages WHERE id LIKE 'SEED%' ORDER BY id`,
  );
  db.exec('UPDATE accounts SET used_bytes = (SELECT sum(size) FROM mailbox WHERE account_id = accounts.id)');
  db.exec('COMMIT');
  db.close();
}

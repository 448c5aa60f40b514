/** The history of the database's shape. A migration that has shipped is never edited; add a new one. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const MAIL_MIGRATIONS: Record<string, Migration> = {
  '0001_first': { up: createMailTables },
  '0002_queue_received_at': { up: addReceivedAt },
  '0003_reports': { up: addReports },
};

export const LOG_MIGRATIONS: Record<string, Migration> = {
  '0001_first': { up: createLogTable },
  '0002_transcripts': { up: createTranscripts },
};

async function createMailTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('accounts')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('address', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('quota_mb', 'integer', (column) => column.notNull())
    .addColumn('used_bytes', 'bigint', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_sign_in', 'bigint')
    .execute();
  await db.schema
    .createTable('addresses')
    .addColumn('address', 'text', (column) => column.primaryKey())
    .addColumn('domain', 'text', (column) => column.notNull())
    .addColumn('account_id', 'integer', (column) =>
      column.notNull().references('accounts.id').onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('addresses_domain').on('addresses').column('domain').execute();
  await db.schema.createIndex('addresses_account').on('addresses').column('account_id').execute();
  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('smtp_utf8', 'integer', (column) => column.notNull())
    .addColumn('eight_bit', 'integer', (column) => column.notNull())
    .addColumn('ret', 'text')
    .addColumn('envid', 'text')
    .addColumn('trace', 'text', (column) => column.notNull())
    .addColumn('completion', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('content', 'blob')
    .addColumn('content_file', 'text')
    .execute();
  await db.schema
    .createTable('mailbox')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account_id', 'integer', (column) =>
      column.notNull().references('accounts.id').onDelete('cascade'),
    )
    .addColumn('message_id', 'text', (column) => column.notNull().references('messages.id'))
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('mailbox_account').on('mailbox').columns(['account_id', 'id']).execute();
  await db.schema.createIndex('mailbox_message').on('mailbox').column('message_id').execute();
  await db.schema
    .createTable('queue')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('message_id', 'text', (column) => column.notNull().references('messages.id'))
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('domain', 'text', (column) => column.notNull())
    .addColumn('notify', 'text')
    .addColumn('orcpt', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .addColumn('last_reply', 'text')
    .execute();
  await db.schema.createIndex('queue_next').on('queue').columns(['next_attempt_at', 'id']).execute();
  await db.schema.createIndex('queue_message').on('queue').column('message_id').execute();
}

/**
 * How long somebody waits is counted with the queue, several times a minute and over any number of rows. So the
 * index by which the queue is worked off holds all that is counted, and no row has to be read for it.
 */
async function addReceivedAt(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('queue')
    .addColumn('received_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`UPDATE queue SET received_at = (SELECT received_at FROM messages WHERE messages.id = message_id)`.execute(
    db,
  );
  await db.schema.dropIndex('queue_next').execute();
  await db.schema
    .createIndex('queue_next')
    .on('queue')
    .columns(['next_attempt_at', 'id', 'state', 'received_at'])
    .execute();
}

/**
 * Who is to be told of a delay next is looked up by an index of those for whom that is still to be done: a
 * recipient enters it when the message is queued, and leaves it for good with the notice.
 */
async function addReports(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('queue').addColumn('notice_from', 'bigint').execute();
  await db.schema.alterTable('queue').addColumn('noticed_at', 'bigint').execute();
  await db.schema.alterTable('queue').addColumn('last_attempt', 'text').execute();
  await sql`UPDATE queue SET notice_from = received_at WHERE (notify IS NULL OR notify LIKE '%DELAY%')
    AND EXISTS (SELECT 1 FROM messages WHERE messages.id = message_id AND sender != '')`.execute(db);
  await sql`CREATE INDEX queue_notice ON queue (notice_from, message_id) WHERE notice_from IS NOT NULL`.execute(
    db,
  );
  await db.schema
    .createTable('reports')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('receiver', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('reports_at').on('reports').column('at').execute();
  await db.schema
    .createTable('digests')
    .addColumn('receiver', 'text', (column) => column.primaryKey())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('digest_entries')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('receiver', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('rank', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('digest_entries_receiver')
    .on('digest_entries')
    .columns(['receiver', 'about', 'id'])
    .execute();
}

async function createLogTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('log')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('session', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('message', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('address', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('host', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('log_at').on('log').column('at').execute();
}

/** Few entries have no session and message, but those that are looked up by one are looked up all the time. */
async function createTranscripts(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX log_session ON log (session) WHERE session != ''`.execute(db);
  await sql`CREATE INDEX log_message ON log (message) WHERE message != ''`.execute(db);
  await db.schema
    .createTable('transcripts')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint', (column) => column.notNull())
    .addColumn('lines', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('transcripts_session').on('transcripts').column('session').execute();
  await db.schema.createIndex('transcripts_ended').on('transcripts').column('ended_at').execute();
}

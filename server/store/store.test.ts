import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queuedFor, testMessage } from '../testing/fixtures/store.ts';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { openDatabase } from './database.ts';
import { LOG_MIGRATIONS, MAIL_MIGRATIONS } from './migrations.ts';
import { openStore } from './store.ts';

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function pragma(file: string, name: string): Promise<unknown> {
  const migrations = file === 'log.db' ? LOG_MIGRATIONS : MAIL_MIGRATIONS;
  const care = { durability: 'FULL', shrinks: false } as const;
  const db = await openDatabase(join(folder.path, file), care, migrations);
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  await db.destroy();
  return rows[0]?.[name];
}

it('finishes what is being written before it closes, and has it all when opened again', async () => {
  const store = await openStore(folder.path);
  await store.accounts.add('anna@example.com', '$no hash', ['info@example.com'], 5);
  const message = testMessage('x', {
    mailboxes: [{ accountId: 1, recipient: 'x' }],
    queued: queuedFor('a@b'),
  });
  const accepted = store.ledger.accept(message);
  store.log.write({ kind: 'server', text: 'last words' });
  await store.close();
  await accepted;

  const again = await openStore(folder.path);
  expect(await again.accounts.list()).toMatchObject([
    { address: 'anna@example.com', quotaMB: 5, messages: 1 },
  ]);
  expect(await again.queue.list()).toMatchObject([{ id: `${message.id}-1`, state: 'due' }]);
  expect(await again.log.search({ limit: 10 })).toMatchObject([{ text: 'last words' }]);
  await again.close();
});

it('puts a log aside that is damaged, and begins a new one', async () => {
  await writeFile(join(folder.path, 'log.db'), 'this is no database, '.repeat(100));
  const store = await openStore(folder.path);
  expect(store.notices).toEqual([
    expect.stringMatching(/It was kept as log\.unusable-.*\.db, and a new mail log begins\.$/),
  ]);
  store.log.write({ kind: 'server', text: 'first words' });
  expect(await store.log.search({ limit: 10 })).toMatchObject([{ text: 'first words' }]);
  await store.close();
  const kept = (await readdir(folder.path)).find((name) => name.startsWith('log.unusable'));
  expect(await readFile(join(folder.path, kept ?? ''), 'utf8')).toMatch(/^this is no database/);
});

it('gives back the space of the log, and spares the mail what that costs', async () => {
  await (await openStore(folder.path)).close();
  expect([await pragma('log.db', 'auto_vacuum'), await pragma('waypost.db', 'auto_vacuum')]).toEqual([1, 0]);
});

it('lets no queue row be without its message', async () => {
  const store = await openStore(folder.path);
  await store.ledger.accept(testMessage('x', { id: 'M', queued: queuedFor('a@b') }));
  await store.close();
  const care = { durability: 'FULL', shrinks: false } as const;
  const db = await openDatabase(join(folder.path, 'waypost.db'), care, MAIL_MIGRATIONS);
  await expect(sql`delete from messages`.execute(db)).rejects.toThrow('FOREIGN KEY');
  await expect(sql`update queue set message_id = 'NONE'`.execute(db)).rejects.toThrow('FOREIGN KEY');
  await db.destroy();
});

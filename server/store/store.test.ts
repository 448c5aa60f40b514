import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
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
  const care = { isDurable: true, shrinks: false } as const;
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
  expect(store.troubles).toEqual({ damage: null, logPutAside: store.notices[0] });
  expect(store.notices).toEqual([
    expect.stringMatching(/It was kept as log\.unusable-.*\.db, and a new mail log begins\.$/),
  ]);
  store.log.write({ kind: 'server', text: 'first words' });
  expect(await store.log.search({ limit: 10 })).toMatchObject([{ text: 'first words' }]);
  await store.close();
  const kept = (await readdir(folder.path)).find((name) => name.startsWith('log.unusable'));
  expect(await readFile(join(folder.path, kept ?? ''), 'utf8')).toMatch(/^this is no database/);
});

/** Spoils the second half of a database; what tells which tables there are lies in the first. */
async function spoil(file: string): Promise<Buffer> {
  const path = join(folder.path, file);
  const bytes = await readFile(path);
  const spoilt = bytes.fill(0xee, 4096 * Math.floor(bytes.length / 8192));
  await writeFile(path, spoilt);
  return spoilt;
}

it('puts a log aside whose damage shows only later, and goes on in a new one', async () => {
  const before = await openStore(folder.path);
  for (let count = 0; count < 2000; count++) before.log.write({ kind: 'server', text: `line ${count}` });
  await before.close();
  const spoilt = await spoil('log.db');

  const store = await openStore(folder.path);
  expect(store.notices).toEqual([]);
  store.log.write({ kind: 'server', text: 'written while it was damaged' });
  await store.log.flush();
  expect(store.troubles).toEqual({
    damage: null,
    logPutAside: expect.stringMatching(/a new mail log begins/),
  });
  const texts = (await store.log.search({ limit: 10 })).map(({ text }) => text);
  expect(texts).toContain('written while it was damaged');
  expect(texts).toContainEqual(
    expect.stringMatching(/^The mail log is damaged \(.*\)\. It was kept as log\.unusable-.*\.db, and a new/),
  );
  await store.close();
  const kept = (await readdir(folder.path)).find((name) => /^log\.unusable.*\.db$/.test(name));
  const end = (bytes: Buffer) => bytes.subarray(spoilt.length - 4096, spoilt.length).toString('hex');
  expect(end(await readFile(join(folder.path, kept ?? '')))).toBe(end(spoilt));
});

it('says once that the mail is damaged, takes nothing it can not keep, and leaves the damage alone', async () => {
  const before = await openStore(folder.path);
  for (let count = 0; count < 300; count++)
    await before.ledger.accept(testMessage(`m${count}`, { queued: queuedFor('a@b') }));
  await before.close();
  const spoilt = await spoil('waypost.db');

  const store = await openStore(folder.path);
  const heard: string[] = [];
  expect(store.troubles).toEqual({ damage: null, logPutAside: null });
  await expect(store.queue.list()).rejects.toThrow('malformed');
  store.onDamage((sentence) => heard.push(sentence));
  await expect(store.ledger.accept(testMessage('x', { queued: queuedFor('a@b') }))).rejects.toThrow(
    'malformed',
  );
  expect(heard).toEqual([expect.stringMatching(/waypost\.db is damaged\. .* put a backup in its place\.$/)]);
  expect(store.troubles).toEqual({ damage: heard[0], logPutAside: null });
  await store.close();
  expect((await readFile(join(folder.path, 'waypost.db'))).equals(spoilt)).toBe(true);
});

it('tells what a damaged write-ahead log has lost, and keeps the log and the content of what is lost', async () => {
  const before = await openStore(join(folder.path, 'running'));
  for (let count = 0; count < 10; count++)
    await before.ledger.accept(testMessage('x'.repeat(9000), { queued: queuedFor('a@b') }));
  const killed = join(folder.path, 'killed');
  await cp(join(folder.path, 'running'), killed, { recursive: true });
  await before.close();
  const log = await readFile(join(killed, 'waypost.db-wal'));
  await writeFile(join(killed, 'waypost.db-wal'), log.fill(0xee, log.length / 2, log.length / 2 + 100));
  await writeFile(join(killed, 'messages', 'LOST'), 'the content of a message');

  const store = await openStore(killed);
  expect(store.notices).toEqual([
    expect.stringMatching(
      /^waypost\.db-wal, .*: what was stored after that, at least \d times, is lost\. A copy was kept as .*\.$/,
    ),
  ]);
  const left = (await store.queue.list()).length;
  expect([left > 0, left < 10]).toEqual([true, true]);
  expect(await store.bodies.sweep()).toEqual({ removed: 0, kept: 1 });
  expect(await readdir(join(killed, 'messages.kept'))).toEqual(['LOST']);
  await store.close();
  const kept = (await readdir(killed)).find((name) => /^waypost\.damaged-.*\.db-wal$/.test(name));
  expect((await readFile(join(killed, kept ?? ''))).equals(log)).toBe(true);
});

it('gives back the space of the log, and spares the mail what that costs', async () => {
  await (await openStore(folder.path)).close();
  expect([await pragma('log.db', 'auto_vacuum'), await pragma('waypost.db', 'auto_vacuum')]).toEqual([1, 0]);
});

it('lets no queue row be without its message', async () => {
  const store = await openStore(folder.path);
  await store.ledger.accept(testMessage('x', { id: 'M', queued: queuedFor('a@b') }));
  await store.close();
  const care = { isDurable: true, shrinks: false } as const;
  const db = await openDatabase(join(folder.path, 'waypost.db'), care, MAIL_MIGRATIONS);
  await expect(sql`delete from messages`.execute(db)).rejects.toThrow('FOREIGN KEY');
  await expect(sql`update queue set message_id = 'NONE'`.execute(db)).rejects.toThrow('FOREIGN KEY');
  await db.destroy();
});

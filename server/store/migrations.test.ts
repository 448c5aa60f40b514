import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temp.ts';
import { openDatabase } from './database.ts';
import { MAIL_MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';

const CARE = { isDurable: true, shrinks: false } as const;

it('0002 tells each queued recipient when its message was received', async () => {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'waypost.db');
  const { '0001_first': first } = MAIL_MIGRATIONS;
  if (!first) throw new Error('There is no first migration.');
  const old = await openDatabase<Schema>(path, CARE, { '0001_first': first });
  for (const [id, receivedAt] of [
    ['A', 1000],
    ['B', 2000],
  ]) {
    await sql`INSERT INTO messages VALUES (${id}, '', 0, 0, NULL, NULL, '', '', '', 1, ${receivedAt}, x'00', NULL)`.execute(
      old,
    );
    for (const recipient of [1, 2])
      await sql`INSERT INTO queue VALUES (${`${id}-${recipient}`}, ${id}, 'a@x', 'x', NULL, NULL, 'due', 0, 5, NULL)`.execute(
        old,
      );
  }
  await old.destroy();

  const db = await openDatabase<Schema>(path, CARE, MAIL_MIGRATIONS);
  const rows = await db.selectFrom('queue').select(['id', 'received_at']).orderBy('id').execute();
  expect(rows.map(({ id, received_at }) => [id, received_at])).toEqual([
    ['A-1', 1000],
    ['A-2', 1000],
    ['B-1', 2000],
    ['B-2', 2000],
  ]);
  await db.destroy();
  await folder.remove();
});

it('0003 tells the sender of what was queued before, should it be late', async () => {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'waypost.db');
  const before = Object.fromEntries(Object.entries(MAIL_MIGRATIONS).filter(([name]) => name < '0003'));
  const old = await openDatabase<Schema>(path, CARE, before);
  for (const [id, sender] of [
    ['A', 'ann@our.test'],
    ['B', ''],
  ]) {
    await sql`INSERT INTO messages VALUES (${id}, ${sender}, 0, 0, NULL, NULL, '', '', '', 1, 1000, x'00', NULL)`.execute(
      old,
    );
    for (const [index, notify] of [null, 'NEVER', 'SUCCESS,DELAY'].entries())
      await sql`INSERT INTO queue VALUES (${`${id}-${index}`}, ${id}, 'a@x', 'x', ${notify}, NULL, 'due', 0, 5, NULL, 1000)`.execute(
        old,
      );
  }
  await old.destroy();

  const db = await openDatabase<Schema>(path, CARE, MAIL_MIGRATIONS);
  const rows = await db.selectFrom('queue').selectAll().orderBy('id').execute();
  expect(
    rows.map(({ id, notice_from, noticed_at, last_attempt }) => [id, notice_from, noticed_at, last_attempt]),
  ).toEqual([
    ['A-0', 1000, null, null],
    ['A-1', null, null, null],
    ['A-2', 1000, null, null],
    ['B-0', null, null, null],
    ['B-1', null, null, null],
    ['B-2', null, null, null],
  ]);
  await db.destroy();
  await folder.remove();
});

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { openDatabase } from './database.ts';
import type { LogSchema } from './log-schema.ts';
import { type LogEntry, MailLog } from './mail-log.ts';
import { LOG_MIGRATIONS } from './migrations.ts';

const MB = 1_048_576;
const DAY = 86_400_000;

let folder: TemporaryFolder;
let db: Kysely<LogSchema>;
let log: MailLog;

beforeEach(async () => {
  folder = await temporaryFolder();
  const care = { isDurable: false, shrinks: true } as const;
  db = await openDatabase<LogSchema>(join(folder.path, 'log.db'), care, LOG_MIGRATIONS);
  log = new MailLog(db, () => Promise.reject(new Error('no other log')));
});
afterEach(async () => {
  await log.flush();
  await db.destroy();
  await folder.remove();
});

const texts = async (filter: Partial<Parameters<MailLog['search']>[0]> = {}) =>
  (await log.search({ limit: 1000, ...filter })).map((entry) => entry.text);
const say = (text: string, more: Partial<LogEntry> = {}) => log.write({ kind: 'server', text, ...more });

describe('search', () => {
  it('gives entries as they were written, what was left out being empty', async () => {
    const before = Date.now();
    say('plain');
    const full = {
      kind: 'delivery',
      level: 'error',
      session: 'S1',
      message: 'M1',
      address: 'a@b',
      host: '10.0.0.1',
      text: 'full',
    } as const;
    log.write(full);
    const at = expect.any(Date);
    const empty = { session: '', message: '', address: '', host: '' };
    const entries = await log.search({ limit: 10 });
    expect(entries).toEqual([
      { ...empty, id: 1, at, kind: 'server', level: 'info', text: 'plain' },
      { ...full, id: 2, at },
    ]);
    expect(entries[0]?.at.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('gives the newest, oldest first', async () => {
    for (const text of ['1', '2', '3', '4']) say(text);
    expect(await texts({ limit: 2 })).toEqual(['3', '4']);
  });

  it.each(['text', 'address', 'host', 'message', 'session'] as const)('looks into the %s', async (column) => {
    say('other');
    log.write({ kind: 'server', text: 'hit', [column]: 'Needle in hay' });
    expect(await log.search({ text: 'nEEDLE', limit: 10 })).toEqual([
      expect.objectContaining({ [column]: 'Needle in hay' }),
    ]);
  });

  it.each([
    ['100%', ['100% sure']],
    ['%', ['100% sure']],
    ['a_b', ['a_b']],
    ['_', ['a_b']],
    ['c\\d', ['c\\d']],
    ['\\', ['c\\d']],
    ["'; drop table log; --", []],
    ['', ['100% sure', 'a_b', 'axb', 'c\\d']],
  ])('takes %j literally', async (text, found) => {
    for (const entry of ['100% sure', 'a_b', 'axb', 'c\\d']) say(entry);
    expect(await texts({ text })).toEqual(found);
  });

  it('can be limited to a kind, with a text as well', async () => {
    say('one');
    say('two', { kind: 'session' });
    say('one', { kind: 'session' });
    expect(await texts({ kind: 'session' })).toEqual(['two', 'one']);
    expect(await texts({ kind: 'session', text: 'one' })).toEqual(['one']);
    expect(await texts({ kind: 'message' })).toEqual([]);
  });
});

describe('write', () => {
  it('is on disk within a moment, without anybody asking', async () => {
    say('soon');
    const count = () => sql<{ n: number }>`select count(*) as n from log`.execute(db);
    expect((await count()).rows[0]?.n).toBe(0);
    await eventually(async () => (await count()).rows[0]?.n === 1, { timeoutMs: 2000 });
  });

  it('keeps the order of many', async () => {
    for (let number = 0; number < 2345; number++) say(String(number));
    expect(await texts({ limit: 10_000 })).toEqual(
      Array.from({ length: 2345 }, (_, number) => String(number)),
    );
  });

  it('drops what can not be written, and goes on', async () => {
    await sql`create trigger full before insert on log when new.text = 'poison' begin select raise(fail, 'full'); end`.execute(
      db,
    );
    say('poison');
    await log.flush();
    say('after');
    expect(await texts()).toEqual(['after']);
  });

  it('never throws, not even when the database is closed', async () => {
    await db.destroy();
    for (let number = 0; number < 600; number++) say('nobody reads this');
    await log.flush();
    await log.flush();
  });
});

describe('trim', () => {
  /** Entries with the given ages in days. */
  async function aged(...days: number[]): Promise<void> {
    for (const age of days) say(`${age}`);
    await log.flush();
    for (const age of days)
      await db
        .updateTable('log')
        .set({ at: Date.now() - age * DAY })
        .where('text', '=', `${age}`)
        .execute();
  }

  it('removes what is too old, and nothing else', async () => {
    await aged(20, 14.01, 13.99, 1);
    await log.trim(14, 200);
    expect(await texts()).toEqual(['13.99', '1']);
    await log.trim(14, 200);
    expect(await texts()).toEqual(['13.99', '1']);
  });

  it('removes more than one go can take', async () => {
    for (let number = 0; number < 5000; number++) say('old');
    await log.flush();
    say('new');
    await log.flush();
    await db.updateTable('log').set({ at: 1 }).where('text', '=', 'old').execute();
    await log.trim(14, 200);
    expect(await texts({ limit: 10_000 })).toEqual(['new']);
  });

  it('cuts a log that is too large to its size on disk, the oldest first, and stays there', async () => {
    const fill = async (from: number, to: number) => {
      for (let number = from; number < to; number++)
        say(`${number} ${'x'.repeat(400)}`, { host: '10.0.0.1' });
      await log.flush();
    };
    const size = async () => {
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
      return (await stat(join(folder.path, 'log.db'))).size;
    };
    const numbers = async () => (await texts({ limit: 100_000 })).map((text) => Number.parseInt(text, 10));

    await fill(0, 40_000);
    expect(await size()).toBeGreaterThan(15 * MB);
    await log.trim(14, 10);
    expect(await size()).toBeLessThanOrEqual(10 * MB);
    expect(await size()).toBeGreaterThan(7 * MB);
    const left = await numbers();
    expect(left.at(-1)).toBe(39_999);
    expect(left).toHaveLength(40_000 - (left[0] ?? 0));

    await log.trim(14, 10);
    expect(await numbers()).toEqual(left);

    await fill(40_000, 41_000);
    await log.trim(14, 10);
    expect(await numbers()).toHaveLength(left.length + 1000);
  });

  it('does not run for ever when even an empty log is too large', async () => {
    say('x');
    await log.flush();
    await log.trim(14, 0);
    expect(await texts()).toEqual([]);
  });
});

describe('transcripts', () => {
  const dialogue = (session: string, endedAt: number, lines = '0 S 220 Hello\n') =>
    log.writeTranscript({
      session,
      direction: 'incoming',
      host: '192.0.2.7',
      startedAt: endedAt - 10,
      endedAt,
      lines,
    });

  it('are given back as they were written, the newest of a session', async () => {
    expect(await log.transcript('S1')).toBeUndefined();
    dialogue('S1', 1000, '0 S old\n');
    dialogue('S1', 2000);
    dialogue('S2', 3000);
    expect(await log.transcript('S1')).toEqual({
      session: 'S1',
      direction: 'incoming',
      host: '192.0.2.7',
      startedAt: 1990,
      endedAt: 2000,
      lines: '0 S 220 Hello\n',
    });
  });

  it('are written with the entries, and do not keep each other from it', async () => {
    const heard: number[] = [];
    const stop = log.onWritten(() => heard.push(1));
    say('one');
    dialogue('S1', 1000);
    await log.flush();
    expect(heard).toEqual([1]);
    stop();
    say('two');
    await log.flush();
    expect(heard).toEqual([1]);
    expect(await texts()).toEqual(['one', 'two']);
  });

  it('go when they are too old, with or without entries of their time', async () => {
    const now = Date.now();
    say('new');
    for (let number = 0; number < 4500; number++) dialogue(`old ${number}`, now - 15 * DAY);
    dialogue('S1', now - 13 * DAY);
    await log.flush();
    await log.trim(14, 200);
    const left = await db.selectFrom('transcripts').select('session').execute();
    expect(left).toEqual([{ session: 'S1' }]);
    expect(await texts()).toEqual(['new']);
  });

  it('count for the size, and go with the entries of their time, the oldest first', async () => {
    const start = Date.now() - DAY;
    const fill = '9 C x\n'.repeat(300);
    for (let number = 0; number < 9000; number++) {
      say(`${number}`, { session: `S${number}` });
      dialogue(`S${number}`, start + number, fill);
    }
    await log.flush();
    await sql`update log set at = ${start} + id - 1`.execute(db);
    await log.trim(14, 10);
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
    expect((await stat(join(folder.path, 'log.db'))).size).toBeLessThanOrEqual(10 * MB);
    const [first] = await texts({ limit: 100_000 });
    const kept = await db.selectFrom('transcripts').select('session').orderBy('id').execute();
    expect(kept.length).toBeGreaterThan(1000);
    expect(kept.at(-1)).toEqual({ session: 'S8999' });
    expect(kept[0]).toEqual({ session: `S${first}` });
  });
});

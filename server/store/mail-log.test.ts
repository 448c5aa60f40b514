/** What is written to the mail log is found in it. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { db, log, say, texts } from '../testing/fixtures/mail-log.ts';
import { eventually } from '../testing/temp.ts';

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

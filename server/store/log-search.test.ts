import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogFilter } from '../contract/log.ts';
import { logMatcher } from '../contract/log-match.ts';
import { db, log, say } from '../testing/fixtures/mail-log.ts';
import { searchLog } from './log-search.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute));

/** Writes 1 to `count` quickly, each with its number as text. */
async function fill(count: number): Promise<void> {
  await sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < ${count})
    insert into log (at, kind, level, session, message, address, host, text)
    select ${at(0).getTime()} + x * 10, 'server', 'info', '', '', '', '', 'entry ' || x || '.' from n`.execute(
    db,
  );
}

describe('what matches', () => {
  beforeEach(async () => {
    say('Waypost started.');
    say('Accepted 100% of it', {
      kind: 'message',
      session: '1AAA',
      message: '1MMM',
      address: 'anna@example.com',
      host: '192.0.2.7',
    });
    say('Refused by Straße_1', { kind: 'session', level: 'warning', session: '1AAA', host: '192.0.2.7' });
    say('failed: ÄRGER', {
      kind: 'delivery',
      level: 'error',
      session: '1BBB',
      message: '1MMM',
      address: 'ben@example.net',
      host: 'mx.example.net',
    });
    await log.flush();
    for (const id of [1, 2, 3, 4])
      await db
        .updateTable('log')
        .set({ at: at(id).getTime() })
        .where('id', '=', id)
        .execute();
  });

  const CASES: [LogFilter, number[]][] = [
    [{}, [4, 3, 2, 1]],
    [{ text: '' }, [4, 3, 2, 1]],
    [{ text: 'EXAMPLE' }, [4, 2]],
    [{ text: '100%' }, [2]],
    [{ text: '0%o' }, []],
    [{ text: 'e_1' }, [3]],
    [{ text: 'ärger' }, [4]],
    [{ text: 'STRAßE' }, [3]],
    [{ text: '192.0.2' }, [3, 2]],
    [{ text: '1mm' }, [4, 2]],
    [{ text: '1aaa' }, [3, 2]],
    [{ text: '*' }, []],
    [{ text: '[ä]' }, []],
    [{ text: "' or 1=1; --" }, []],
    [{ address: 'ANNA@' }, [2]],
    [{ address: 'example' }, [4, 2]],
    [{ address: '192' }, []],
    [{ host: 'mx.' }, [4]],
    [{ host: 'anna' }, []],
    [{ message: '1MMM' }, [4, 2]],
    [{ message: '1M' }, [4, 2]],
    [{ message: 'MMM' }, []],
    [{ message: '1mmm' }, []],
    [{ session: '1AAA' }, [3, 2]],
    [{ session: '1BBB' }, [4]],
    [{ session: '1AAA', message: '1MMM' }, [2]],
    [{ session: '1AAA', text: 'refused' }, [3]],
    [{ kinds: ['session', 'delivery'] }, [4, 3]],
    [{ kinds: [] }, [4, 3, 2, 1]],
    [{ levels: ['warning', 'error'] }, [4, 3]],
    [{ levels: ['error'], kinds: ['session'] }, []],
    [{ from: at(2) }, [4, 3, 2]],
    [{ to: at(2) }, [2, 1]],
    [{ from: at(2), to: at(3) }, [3, 2]],
    [{ from: at(5) }, []],
    [{ to: at(0) }, []],
    [{ from: at(3), session: '1AAA' }, [3]],
  ];

  it.each(CASES)('%j: %j', async (filter, ids) => {
    const { rows, more, last } = await log.page({ filter, limit: 100 });
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect({ more, last }).toEqual({ more: false, last: 4 });
  });

  it.each(CASES)('the rule for entries that just come agrees: %j', async (filter, ids) => {
    const { rows } = await log.page({ filter: {}, limit: 100 });
    expect(rows.filter(logMatcher(filter)).map(({ id }) => id)).toEqual(ids);
  });
});

describe('pages', () => {
  it('leads through all of a long log, both ways, without gap or double', async () => {
    await fill(25_000);
    const down: number[] = [];
    for (let before: number | undefined; ; ) {
      const { rows, more, last } = await log.page({ filter: {}, before, limit: 999 });
      expect(last).toBe(25_000);
      down.push(...rows.map(({ id }) => id));
      before = rows.at(-1)?.id;
      if (!more) break;
    }
    expect(down).toEqual(Array.from({ length: 25_000 }, (_, index) => 25_000 - index));
    const up: number[] = [];
    for (let after = 0; ; ) {
      const { rows, more } = await log.page({ filter: {}, after, limit: 999 });
      expect(rows.map(({ id }) => id)).toEqual([...rows.map(({ id }) => id)].sort((a, b) => b - a));
      up.push(...rows.map(({ id }) => id).reverse());
      after = rows[0]?.id ?? 0;
      if (!more) break;
    }
    expect(up).toEqual([...down].reverse());
  });

  it('is not shifted by entries that come or go meanwhile', async () => {
    await fill(3000);
    const first = await log.page({ filter: { text: 'entry' }, limit: 1000 });
    for (let number = 0; number < 50; number++) say('entry, late');
    await log.flush();
    await db.deleteFrom('log').where('id', '<=', 500).execute();
    const second = await log.page({ filter: { text: 'entry' }, before: first.rows.at(-1)?.id, limit: 5000 });
    const ids = [...first.rows, ...second.rows].map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, index) => 3000 - index));
    const news = await log.page({ filter: { text: 'entry' }, after: first.last, limit: 5000 });
    expect(news.rows.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => 3050 - index));
  });

  it('finds few among many, and knows whether there are more', async () => {
    await fill(45_000);
    const page = (limit: number) => log.page({ filter: { text: '0000.' }, limit });
    const numbers = ({ rows }: Awaited<ReturnType<typeof page>>) => rows.map(({ text }) => text);
    const [all, some] = [await page(4), await page(3)];
    expect(numbers(all)).toEqual(['entry 40000.', 'entry 30000.', 'entry 20000.', 'entry 10000.']);
    expect(all.more).toBe(false);
    expect(numbers(some)).toEqual(numbers(all).slice(0, 3));
    expect(some.more).toBe(true);
  });

  it('lets others work while it searches', async () => {
    await fill(45_000);
    let turns = 0;
    const count = () => {
      turns++;
      if (turns < 1000) setImmediate(count);
    };
    setImmediate(count);
    await log.page({ filter: { text: 'nowhere' }, limit: 10 });
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('ends when nobody waits for it any more', async () => {
    await fill(45_000);
    const controller = new AbortController();
    const searching = searchLog(db, { filter: { text: 'nowhere' }, limit: 10, signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(searching).rejects.toThrow('left');
  });

  it('knows all entries of a time although the clock was set back', async () => {
    await fill(25_000);
    // The second half was written an hour before the first, as the clock has it.
    await sql`update log set at = at - 3600000 where id > 12500`.execute(db);
    const ids = async (filter: LogFilter) =>
      (await log.page({ filter, limit: 30_000 })).rows.map(({ id }) => id);
    const early = await ids({ to: at(-30) });
    expect([early.length, early[0], early.at(-1)]).toEqual([12_500, 25_000, 12_501]);
    const late = await ids({ from: at(-30) });
    expect([late.length, late[0], late.at(-1)]).toEqual([12_500, 12_500, 1]);
  });

  it('serves many entries of one millisecond', async () => {
    await fill(25_000);
    await db
      .updateTable('log')
      .set({ at: at(0).getTime() })
      .execute();
    const { rows } = await log.page({ filter: { from: at(0), to: at(0) }, limit: 30_000 });
    expect(rows).toHaveLength(25_000);
  });

  it('of an empty log is empty', async () => {
    expect(await log.page({ filter: { from: at(0) }, limit: 10 })).toEqual({
      rows: [],
      more: false,
      last: 0,
    });
  });

  it('looks a session up by its index, whatever else is asked', async () => {
    const plan = await sql<{ detail: string }>`explain query plan
      select * from log where +id between 1 and 9 and (session != '' and session >= 'a' and session < 'b')
      order by id desc limit 9`.execute(db);
    expect(plan.rows.map(({ detail }) => detail).join()).toContain('USING INDEX log_session');
  });
});

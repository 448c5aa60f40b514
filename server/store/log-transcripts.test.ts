/** Transcripts of sessions are kept beside the entries of the mail log, and go with them. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { db, log, say, sizeOnDisk, texts } from '../testing/fixtures/mail-log.ts';

const MB = 1_048_576;
const DAY = 86_400_000;

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
    expect(await sizeOnDisk()).toBeLessThanOrEqual(10 * MB);
    const [first] = await texts({ limit: 100_000 });
    const kept = await db.selectFrom('transcripts').select('session').orderBy('id').execute();
    expect(kept.length).toBeGreaterThan(1000);
    expect(kept.at(-1)).toEqual({ session: 'S8999' });
    expect(kept[0]).toEqual({ session: `S${first}` });
  });
});

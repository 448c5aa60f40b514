import { setImmediate as nextTurn } from 'node:timers/promises';
import { safe } from '@orpc/client';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouter } from './api.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { type SendMailOptions, sendMail } from './testing/send-mail.ts';
import { type Sink, startSink } from './testing/sink.ts';
import { eventually } from './testing/temp.ts';

const ANNA = 'anna@waypost.test';
let waypost: TestEngine;
let sink: Sink;

beforeEach(async () => {
  sink = await startSink();
  const zone = {
    'remote.test': { MX: [{ preference: 10, exchange: 'mx.test' }] },
    'mx.test': { A: ['127.0.0.1'] },
  };
  waypost = await startTestEngine({ zone, settings: { delivery: { mxPort: sink.port } } });
  await waypost.addAccount(ANNA);
  waypost.engine.traffic.pause('outgoing');
});
afterEach(async () => {
  await waypost.stop();
  await sink.stop();
});

const queue = () => createRouterClient(createRouter(waypost.engine), { context: {} }).queue;
const everything = { offset: 0, limit: 500 };

function send(to: string[], more: Partial<SendMailOptions> = {}) {
  const body = 'Subject: Photos\r\n\r\nText\r\n';
  return sendMail({ port: waypost.port, from: ANNA, to, body, ...more });
}

async function rowsBy(filter = {}) {
  const { rows } = await queue().page({ ...everything, filter });
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row.to, row]] : [])));
}

describe('a page of the queue', () => {
  it('has whole rows, and what the settings say about attempts', async () => {
    await send(['bob@remote.test', 'carol@remote.test']);
    const read = await queue().page({ offset: 1, limit: 1, known: ['NOBODY-1'] });
    expect(read).toEqual({
      order: expect.any(String),
      total: 2,
      counts: { due: 2, sending: 0, deferred: 0, held: 0 },
      rows: [
        {
          id: expect.stringMatching(/-2$/),
          message: expect.any(String),
          from: ANNA,
          to: 'carol@remote.test',
          state: 'due',
          isHeld: false,
          attempts: 0,
          nextAttemptAt: expect.any(Date),
          lastReply: null,
          route: 'direct',
          size: expect.any(Number),
          receivedAt: expect.any(Date),
        },
      ],
      known: [{ index: null, isGone: true }],
      readAt: expect.any(Date),
      hops: ['mx'],
      tries: 30,
    });
    expect((await queue().ids({ offset: 0, limit: 9, order: read.order })).ids).toHaveLength(2);
    expect(await queue().domains()).toEqual([{ domain: 'remote.test', count: 2 }]);
  });

  it('is filtered by what people type: blanks around it and the script of a domain do not matter', async () => {
    await send(['bob@bücher.test', 'carol@remote.test'], { mailParams: 'SMTPUTF8' });
    expect(Object.keys(await rowsBy({ text: ' CAROL ' }))).toEqual(['carol@remote.test']);
    expect(Object.values(await rowsBy({ domain: ' Bücher.TEST ' }))).toHaveLength(1);
    expect(Object.values(await rowsBy({ domain: 'xn--bcher-kva.test' }))).toHaveLength(1);
    expect(await rowsBy({ domain: 'no domain' })).toEqual({});
  });

  it('shows who is being sent, and what becomes of them', async () => {
    sink.script.body = 'hang';
    waypost.engine.traffic.resume('outgoing');
    await send(['bob@remote.test']);
    await eventually(async () => expect((await rowsBy())['bob@remote.test']?.state).toBe('sending'));
    const { id = '' } = (await rowsBy())['bob@remote.test'] ?? {};
    expect(await queue().steer({ verb: 'hold', ids: [id] })).toEqual({
      count: 1,
      busy: 0,
      reports: 0,
      digested: 0,
    });
    expect((await rowsBy({ state: 'sending' }))['bob@remote.test']).toMatchObject({
      state: 'sending',
      isHeld: true,
    });
    expect(await rowsBy({ state: 'held' })).toEqual({});
    const busy = { count: 0, busy: 1, reports: 0, digested: 0 };
    for (const report of [true, false])
      expect(await queue().steer({ verb: 'remove', report, ids: [id] })).toEqual(busy);
    expect(await queue().remove({ ids: [id] })).toEqual({ count: 0, busy: 1 });
    await sink.stop();
    await eventually(async () =>
      expect((await rowsBy())['bob@remote.test']).toMatchObject({ state: 'held', nextAttemptAt: null }),
    );
  });
});

describe('steering', () => {
  it('goes by a filter, but not for those who were excepted, came later or do not fit', async () => {
    await send(['bob@remote.test', 'carol@remote.test', 'dave@other.test']);
    const { readAt } = await queue().page(everything);
    const before = await rowsBy();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await send(['late@remote.test']);
    const steered = await queue().steer({
      verb: 'hold',
      filter: { domain: 'remote.test' },
      until: readAt,
      except: [before['carol@remote.test']?.id ?? ''],
    });
    expect(steered.count).toBe(1);
    expect(Object.keys(await rowsBy({ state: 'held' }))).toEqual(['bob@remote.test']);
    expect((await queue().steer({ verb: 'release', filter: {} })).count).toBe(1);
    expect((await queue().steer({ verb: 'retry', filter: { state: 'held' } })).count).toBe(0);
    expect((await queue().steer({ verb: 'remove', ids: ['NOBODY-1'] })).count).toBe(0);
  });

  it('sends at once what waited for its time', async () => {
    sink.script.rcpt = '450 4.2.1 Come back later';
    waypost.engine.traffic.resume('outgoing');
    await send(['bob@remote.test']);
    await eventually(async () => expect((await rowsBy())['bob@remote.test']?.state).toBe('deferred'));
    sink.script.rcpt = undefined;
    expect((await queue().steer({ verb: 'retry', filter: {} })).count).toBe(1);
    await sink.waitFor(1);
    await eventually(async () => expect(await rowsBy()).toEqual({}));
  });

  it('takes any number, in commits between which others have their turn', async () => {
    for (let message = 0; message < 12; message++)
      await send(Array.from({ length: 100 }, (_, index) => `user${message}.${index}@remote.test`));
    let isOver = false;
    let turns = 0;
    const steering = queue()
      .steer({ verb: 'remove', filter: {} })
      .finally(() => {
        isOver = true;
      });
    while (!isOver) {
      await nextTurn();
      turns++;
    }
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(await steering).toEqual({ count: 1200, busy: 0, reports: 0, digested: 0 });
    expect((await queue().page(everything)).total).toBe(0);
  });
});

describe('removing with a report', () => {
  it('tells the sender, once for each message and of all who were removed', async () => {
    await send(['bob@remote.test', 'carol@remote.test', 'dave@remote.test']);
    const rows = await rowsBy();
    const ids = ['bob@remote.test', 'carol@remote.test'].map((to) => rows[to]?.id ?? '');
    expect(await queue().steer({ verb: 'remove', ids, report: true })).toEqual({
      count: 2,
      busy: 0,
      reports: 1,
      digested: 0,
    });
    expect(Object.keys(await rowsBy())).toEqual(['dave@remote.test']);
    const [report, ...others] = (await waypost.mailbox(ANNA)).map(String);
    expect(others).toEqual([]);
    expect(report).toMatch(/^Return-Path: <>\r\n/);
    expect(report).toMatch(/^Subject: Your message was removed\r\n/m);
    for (const to of ['bob', 'carol'])
      expect(report).toContain(
        `Final-Recipient: rfc822; ${to}@remote.test\r\nAction: failed\r\nStatus: 5.7.0\r\n`,
      );
    expect(report).toContain('It was removed by hand before it could be delivered.');
    expect(report).not.toContain('dave');
  });

  it('tells nobody where nobody is to be told', async () => {
    await send(['bob@remote.test'], { from: '' });
    await send(['carol@remote.test'], { rcptParams: 'NOTIFY=NEVER' });
    await send(['dave@remote.test'], { rcptParams: 'NOTIFY=SUCCESS,DELAY' });
    const steered = await queue().steer({ verb: 'remove', filter: {}, report: true });
    expect(steered).toEqual({ count: 3, busy: 0, reports: 0, digested: 0 });
    expect(await rowsBy()).toEqual({});
    expect(await waypost.mailbox(ANNA)).toEqual([]);
  });

  it('of many is told in some reports, and the rest in a digest', async () => {
    for (let message = 0; message < 25; message++) await send([`user${message}@remote.test`]);
    expect(await queue().steer({ verb: 'remove', filter: {}, report: true })).toEqual({
      count: 25,
      busy: 0,
      reports: 20,
      digested: 5,
    });
    expect(await waypost.mailbox(ANNA)).toHaveLength(20);
  });

  it('says what the last attempt came to', async () => {
    sink.script.rcpt = '450 4.2.1 Come back later';
    waypost.engine.traffic.resume('outgoing');
    await send(['bob@remote.test']);
    await eventually(async () => expect((await rowsBy())['bob@remote.test']?.state).toBe('deferred'));
    await queue().steer({ verb: 'remove', filter: {}, report: true });
    const [report] = (await waypost.mailbox(ANNA)).map((bytes) => String(bytes).replace(/\r\n\s*/g, ' '));
    expect(report).toContain('The last attempt ended so: mx.test said: 450 4.2.1 Come back later');
  });
});

it('a message is read for as long as somebody waits for it', async () => {
  await send(['bob@remote.test']);
  const { id = '' } = (await rowsBy())['bob@remote.test'] ?? {};
  const { total, part } = await queue().raw({ id, offset: 0 });
  const text = await part.text();
  expect(text).toMatch(/^Received: from .*Subject: Photos\r\n\r\nText\r\n$/s);
  expect(total).toBe(text.length);
  expect((await queue().raw({ id, offset: total - 3 })).part.size).toBe(3);
  await queue().remove({ ids: [id] });
  const { error } = await safe(queue().raw({ id, offset: 0 }));
  expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'This recipient is not in the queue any more.' });
});

it('nobody who is being removed is sent: what is told is true', async () => {
  waypost.engine.traffic.resume('outgoing');
  let removed = 0;
  for (let round = 0; round < 30; round++) {
    await send([`user${round}@remote.test`]);
    removed += (await queue().steer({ verb: 'remove', filter: {}, report: true })).count;
  }
  await eventually(async () => expect(await rowsBy()).toEqual({}));
  expect(removed + sink.messages.length).toBe(30);
});
